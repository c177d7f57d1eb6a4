//! The options of the memory profile, a file.

use std::path::PathBuf;

/// A file to which a run records its memory: every line's numbers through the run, what leaks or grows, and who holds it.
///
/// The command `sgn` reads the file, also while the run goes on: `sgn report`, `sgn top`, `sgn diff`, `sgn export`. It is
/// readable up to its last record after `kill -9`. A disk that is full costs the run nothing but one warning.
/// [`SGN_MEMPROF_FILE`](crate::MemoryReport) sets it from outside. [The guide](crate::guide::memory_profile) has the
/// format, field by field.
///
/// The numbers of all lines are recorded once a second, whenever a report is due, and at strides that are the further
/// apart the more there were. A line that goes on as it did takes next to nothing: a steady pipeline of 1000 lines
/// takes less than 100 KiB an hour.
///
/// A file of an earlier process is replaced, anything else is not. A second pipeline of the process writes a file of
/// its own, `run-2.sgnprof`.
///
/// ```
/// use sgn::elements::{IterSource, NullSink};
/// use sgn::prelude::*;
///
/// sgn::counting_allocator!();
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let path = std::env::temp_dir().join("example-%p.sgnprof");
///     let mut pipeline = Pipeline::new();
///     let source = IterSource::builder("src").iter("out", (0..100_u32).map(|n| vec![n; 100]));
///     pipeline.connect(source, NullSink::<Vec<u32>>::builder("snk").sink_pads(["in"]))?;
///     pipeline.run_with(RunOptions::new().memory_file(MemoryFile::at(path).limit(16 << 20)))?;
///
///     let written = std::env::temp_dir().join(format!("example-{}.sgnprof", std::process::id()));
///     assert!(std::fs::read(&written)?.starts_with(b"sgnprof"));
///     std::fs::remove_file(written)?;
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct MemoryFile {
    pub(super) path: PathBuf,
    pub(super) limit: u64,
    pub(super) has_values: bool,
}

impl MemoryFile {
    /// The default of [`limit`](Self::limit): 64 MiB.
    pub(super) const LIMIT: u64 = 64 << 20;
    /// The least limit.
    pub(super) const LEAST: u64 = 64 << 10;

    /// Records to the file at `path`, in which `%p` stands for the number of the process.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            limit: Self::LIMIT,
            has_values: true,
        }
    }

    /// Sets the number of bytes above which old moments are thinned out (64 MiB); less than 64 KiB is taken for that.
    ///
    /// Every second moment of the first three quarters is left out then. So however long a run is, its file has all of
    /// it, the more coarsely the longer ago.
    pub const fn limit(mut self, bytes: u64) -> Self {
        self.limit = if bytes < Self::LEAST {
            Self::LEAST
        } else {
            bytes
        };
        self
    }

    /// Leaves the values of the program's arguments out of the file: `--key=value` becomes `--key=...`, and an argument
    /// that does not begin with `-` becomes `...`.
    ///
    /// ```
    /// use sgn::prelude::*;
    ///
    /// let file = MemoryFile::at("run.sgnprof").without_values();
    /// # let _ = file;
    /// ```
    pub const fn without_values(mut self) -> Self {
        self.has_values = false;
        self
    }
}
