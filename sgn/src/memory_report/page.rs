//! The page that shows the memory of a run, written at its end.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::recording::claim;
use crate::recording::read::{self, Until};
use crate::viewers::{self, Format};

/// The page of one pipeline.
#[derive(Debug)]
pub(super) struct Page {
    path: PathBuf,
}

impl Page {
    /// Returns the page at `path`, which is written at the end of each run.
    ///
    /// # Errors
    ///
    /// Says why it cannot be written there.
    pub(super) fn new(path: &Path) -> Result<Self, String> {
        let path = claim(path)?;
        let mut options = File::options();
        let file = options.write(true).create(true).truncate(false).open(&path);
        file.map_err(|error| error.to_string())?;
        Ok(Self { path })
    }

    /// Writes the page of the run that was recorded to the file at `recorded`.
    ///
    /// # Errors
    ///
    /// Says why the page cannot be made or written.
    pub(super) fn write(&self, recorded: &Path) -> Result<(), String> {
        let run =
            read::read(recorded, Until::End, &mut |_| {}).map_err(|error| error.to_string())?;
        let mut page = Vec::new();
        let written = viewers::write(&run, Format::Html, &mut page);
        written
            .and_then(|()| File::create(&self.path))
            .and_then(|mut file| file.write_all(&page))
            .map_err(|error| error.to_string())
    }
}
