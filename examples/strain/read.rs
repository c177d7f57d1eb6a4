//! The source: one second of strain of each detector, read block by block.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use sgn::prelude::*;

/// Samples a second, in Hz.
pub(crate) const RATE: usize = 16_384;

/// How many samples a file holds.
pub(crate) const SAMPLES: usize = 16_384;

/// The GPS time of the first sample, in seconds.
pub(crate) const GPS_START: u32 = 968_654_552;

/// What a sample takes in a file.
const SAMPLE_BYTES: usize = size_of::<f64>();

/// Consecutive samples of one detector.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Samples {
    /// Which sample of the file the first value is.
    pub(crate) first: usize,
    /// Strain, dimensionless.
    pub(crate) values: Vec<f64>,
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StrainError {
    #[error("`{}` is missing; the folder must hold one file per detector: {expected}", path.display())]
    Missing { path: PathBuf, expected: String },
    #[error("`{}` cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("`{}` is no regular file; expected one of {} bytes", path.display(), SAMPLES * SAMPLE_BYTES)]
    NoFile { path: PathBuf },
    #[error(
        "`{}` has {bytes} bytes, which is no whole number of {SAMPLE_BYTES}-byte samples; expected {} bytes",
        path.display(),
        SAMPLES * SAMPLE_BYTES
    )]
    Misaligned { path: PathBuf, bytes: u64 },
    #[error(
        "`{}` has {samples} samples; expected {SAMPLES}, which is 1 s at {RATE} Hz",
        path.display()
    )]
    Length { path: PathBuf, samples: u64 },
    #[error("`{}`: sample {index} is {value}; every sample must be a finite number", path.display())]
    NotFinite {
        path: PathBuf,
        index: usize,
        value: f64,
    },
    #[error(
        "`{}`: sample {index} is {value:e}; strain is less than 1, so these are no little-endian `f64`",
        path.display()
    )]
    NoStrain {
        path: PathBuf,
        index: usize,
        value: f64,
    },
    #[error("{SAMPLES} samples are no whole number of blocks of {block}; choose a power of two")]
    Block { block: usize },
}

/// Reads `<pad>.f64` for each of its pads: little-endian `f64`, no header, [`SAMPLES`] values.
#[sgn::source]
#[derive(Debug)]
pub(crate) struct StrainFiles {
    /// The folder with the files.
    #[prop(into)]
    folder: PathBuf,
    /// How many samples a frame has.
    #[prop(default = 1024, range = 64..=SAMPLES)]
    block: usize,
    #[state]
    files: Vec<StrainFile>,
    /// One block as it is in the file.
    #[state]
    bytes: Vec<u8>,
}

#[derive(Debug)]
struct StrainFile {
    path: PathBuf,
    file: File,
    read: usize,
}

#[sgn::source]
impl StrainFiles {
    fn on_build(&mut self, pads: &PadNames) -> Result<(), StrainError> {
        if !SAMPLES.is_multiple_of(self.block) {
            return Err(StrainError::Block { block: self.block });
        }
        self.bytes = vec![0; self.block * SAMPLE_BYTES];
        for pad in pads.sources() {
            let path = self.folder.join(format!("{pad}.f64"));
            self.files.push(StrainFile::open(path, pads.sources())?);
        }
        Ok(())
    }

    #[pads(dynamic)]
    fn new(&mut self, pad: Pad<'_>) -> Result<Frame<Samples>, StrainError> {
        let file = &mut self.files[pad.index()];
        if file.read == SAMPLES {
            return Ok(Frame::eos());
        }
        let block = file.next_block(&mut self.bytes)?;
        Ok(Frame::new(block).with_eos(file.read == SAMPLES))
    }
}

impl StrainFile {
    fn open(path: PathBuf, detectors: &[String]) -> Result<Self, StrainError> {
        // Asked before opening, which would wait for a writer if this were a pipe.
        let found = match fs::metadata(&path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let expected: Vec<String> = detectors
                    .iter()
                    .map(|name| format!("`{name}.f64`"))
                    .collect();
                return Err(StrainError::Missing {
                    path,
                    expected: expected.join(", "),
                });
            }
            Err(source) => return Err(StrainError::Unreadable { path, source }),
        };
        if !found.is_file() {
            return Err(StrainError::NoFile { path });
        }
        let bytes = found.len();
        if !bytes.is_multiple_of(SAMPLE_BYTES as u64) {
            return Err(StrainError::Misaligned { path, bytes });
        }
        let samples = bytes / SAMPLE_BYTES as u64;
        if samples != SAMPLES as u64 {
            return Err(StrainError::Length { path, samples });
        }
        match File::open(&path) {
            Ok(file) => Ok(Self {
                path,
                file,
                read: 0,
            }),
            Err(source) => Err(StrainError::Unreadable { path, source }),
        }
    }

    fn next_block(&mut self, bytes: &mut [u8]) -> Result<Samples, StrainError> {
        if let Err(source) = self.file.read_exact(bytes) {
            let path = self.path.clone();
            return Err(StrainError::Unreadable { path, source });
        }
        let first = self.read;
        let (samples, _) = bytes.as_chunks();
        let values: Vec<f64> = samples.iter().copied().map(f64::from_le_bytes).collect();
        check(&self.path, first, &values)?;
        self.read += values.len();
        Ok(Samples { first, values })
    }
}

/// Finds what cannot be strain.
fn check(path: &Path, first: usize, values: &[f64]) -> Result<(), StrainError> {
    let odd = values
        .iter()
        .position(|value| !value.is_finite() || value.abs() >= 1.0);
    match odd.map(|place| (first + place, values[place])) {
        None => Ok(()),
        Some((index, value)) => {
            let path = path.to_owned();
            Err(if value.is_finite() {
                StrainError::NoStrain { path, index, value }
            } else {
                StrainError::NotFinite { path, index, value }
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_finite_values_below_one_are_strain() {
        let check = |value| {
            check(Path::new("H1.f64"), 100, &[0.0, value]).map_err(|error| error.to_string())
        };
        assert_eq!(check(-1e-18), Ok(()));
        assert_eq!(
            check(f64::NAN),
            Err("`H1.f64`: sample 101 is NaN; every sample must be a finite number".to_owned())
        );
        assert_eq!(
            check(f64::NEG_INFINITY),
            Err("`H1.f64`: sample 101 is -inf; every sample must be a finite number".to_owned())
        );
        assert_eq!(
            check(1e200),
            Err(
                "`H1.f64`: sample 101 is 1e200; strain is less than 1, so these are no little-endian `f64`"
                    .to_owned()
            )
        );
    }

    #[test]
    fn the_shipped_files_are_read_to_their_end() -> Result<(), StrainError> {
        let path = sgn_examples::data_folder("strain").join("V1.f64");
        let mut file = StrainFile::open(path, &[])?;
        let mut bytes = vec![0; 4096 * SAMPLE_BYTES];
        let firsts: Result<Vec<usize>, _> = (0..4)
            .map(|_| file.next_block(&mut bytes).map(|block| block.first))
            .collect();
        assert_eq!(firsts?, [0, 4096, 8192, 12_288]);
        assert_eq!(file.read, SAMPLES);
        assert!(matches!(
            file.next_block(&mut bytes),
            Err(StrainError::Unreadable { .. })
        ));
        Ok(())
    }
}
