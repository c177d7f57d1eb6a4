//! The file of a recording: made, appended to, kept below its limit.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::claim::claim;
use super::envelope::START;
use super::thin::thin;

/// The file of one recording.
#[derive(Debug)]
pub(super) struct Store {
    path: PathBuf,
    file: File,
    /// The length up to the end of the last record.
    length: u64,
    /// The length above which old moments are thinned out.
    limit: u64,
}

impl Store {
    /// Makes the file at `path`, in place of one that an earlier process has left there.
    ///
    /// The name is that which [`claim`] returns.
    ///
    /// # Errors
    ///
    /// The file cannot be written, another process writes it, or it is something else than a profile.
    pub(super) fn create(path: &Path, limit: u64) -> Result<Self, String> {
        let path = claim(path)?;
        let file = open(&path)?;
        Ok(Self {
            path,
            file,
            length: 0,
            limit,
        })
    }

    /// Returns the path, which is absolute.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends whole records. If that fails, the file ends as it did before, as far as the system allows it.
    ///
    /// The first records come with the start of the file, so that a file that had no room for them has both later.
    pub(super) fn append(&mut self, records: &[u8]) -> io::Result<()> {
        let started;
        let bytes = match self.length {
            0 => {
                started = [&START, records].concat();
                &started
            }
            _ => records,
        };
        let outcome = self.file.write_all(bytes);
        match outcome {
            Ok(()) => self.length += bytes.len() as u64,
            Err(_) => {
                let _ = self.file.set_len(self.length);
                let _ = self.file.seek(io::SeekFrom::Start(self.length));
            }
        }
        outcome
    }

    /// Returns true if the file has reached its limit.
    pub(super) fn is_full(&self) -> bool {
        self.length > self.limit
    }

    /// Thins out the old moments, in a new file that takes the place of this one at once.
    ///
    /// If names and events alone need more than the limit, the limit becomes what they need.
    pub(super) fn thin(&mut self) -> io::Result<()> {
        let mut path = self.path.clone().into_os_string();
        path.push(".new");
        let path = PathBuf::from(path);
        for _ in 0..8 {
            let mut new = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(true)
                .open(&path)?;
            let length = thin(|| File::open(&self.path), &mut new)?;
            // Locked before it has the name.
            #[cfg(unix)]
            let _ = new.try_lock();
            std::fs::rename(&path, &self.path)?;
            // From here on the old file has no name, whatever comes next.
            self.file = new;
            let is_shorter = length < self.length;
            self.length = length;
            if length <= self.limit / 4 * 3 || !is_shorter {
                break;
            }
        }
        if self.length > self.limit / 4 * 3 {
            self.limit = self.length * 2;
        }
        self.file.seek(io::SeekFrom::Start(self.length)).map(|_| ())
    }
}

fn open(path: &Path) -> Result<File, String> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let mut file = options.open(path).map_err(|error| error.to_string())?;
    let kind = file.metadata().map_err(|error| error.to_string())?;
    if !kind.is_file() {
        return Err(String::from("it is no regular file"));
    }
    // Elsewhere a lock would keep readers from the file.
    #[cfg(unix)]
    match file.try_lock() {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => {
            return Err(String::from(
                "another process is writing it; `%p` in the name stands for the number of the process",
            ));
        }
        // File systems without locks; then nobody can be told.
        Err(std::fs::TryLockError::Error(_)) => {}
    }
    let mut start = [0; START.len()];
    let is_ours = match kind.len() {
        0 => true,
        _ => file.read_exact(&mut start).is_ok() && start[..7] == START[..7],
    };
    if !is_ours {
        return Err(String::from(
            "there is a file that is no memory profile, and it is not overwritten; remove it, or choose another name",
        ));
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .map_err(|error| error.to_string())?;
    Ok(file)
}
