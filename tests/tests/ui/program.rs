//! The programs of a folder, each with what the compiler is expected to say of it.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of `tests/ui`.
pub(crate) struct Program {
    /// Its path from the root of the workspace.
    pub(crate) path: PathBuf,
}

impl Program {
    /// The name of the file, which says what the program is about.
    pub(crate) fn name(&self) -> String {
        let stem = self.path.file_stem().expect("a program has a name");
        stem.to_string_lossy().into_owned()
    }

    pub(crate) fn source(&self) -> String {
        read(&root().join(&self.path))
    }

    /// The file of what the compiler is expected to say.
    pub(crate) fn stderr(&self) -> PathBuf {
        root().join(&self.path).with_extension("stderr")
    }

    /// What the compiler is expected to say; nothing if there is no such file yet.
    pub(crate) fn expected(&self) -> String {
        fs::read_to_string(self.stderr()).unwrap_or_default()
    }
}

/// The root of the workspace. The compiler is called there, as cargo calls it, so that it finds the library's sources.
pub(crate) fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the tests are in a folder")
}

/// All programs of a folder of `tests/ui` and of the folders in it, in order.
pub(crate) fn programs(of: &str) -> Vec<Program> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new("tests/ui").join(of)];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(root().join(&inner)).expect("the folder is there") {
            let path = inner.join(entry.expect("the entry can be read").file_name());
            if root().join(&path).is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(Program { path });
            }
        }
    }
    assert!(!found.is_empty(), "no program in `{of}`");
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
