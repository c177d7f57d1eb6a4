//! The programs of a folder, each with its expected error.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of `tests/ui`.
pub(crate) struct Program(PathBuf);

impl Program {
    /// Returns the name of the file, which says what the program is about.
    pub(crate) fn name(&self) -> String {
        let stem = self.0.file_stem().expect("a program has a name");
        stem.to_string_lossy().into_owned()
    }

    pub(crate) fn source(&self) -> String {
        read(&self.0)
    }

    /// Returns the expected error.
    pub(crate) fn expected(&self) -> String {
        let expected = self.0.with_extension("stderr");
        assert!(
            expected.exists(),
            "{}: is not there; `just bless` writes it",
            expected.display()
        );
        read(&expected)
    }
}

/// Returns all programs of a folder of `tests/ui` and of the folders in it, in order.
pub(crate) fn programs(of: &str) -> Vec<Program> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("ui").join(of)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no program in `{of}`");
    found.sort();
    found.into_iter().map(Program).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
