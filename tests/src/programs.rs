//! Programs of the workspace, built by one call of cargo for each kind.
//!
//! The calls have the features of the whole workspace, as `cargo test --workspace` has them: what is compiled already
//! is not compiled again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

/// The files that a build has made, by the names of the targets.
#[derive(Debug, Default)]
pub struct Built {
    programs: BTreeMap<String, PathBuf>,
    libraries: BTreeMap<String, Vec<PathBuf>>,
}

impl Built {
    /// The program, or the example, of this name.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn program(&self, name: &str) -> &Path {
        let Some(path) = self.programs.get(name) else {
            panic!("no program `{name}`; there are {:?}", self.programs.keys());
        };
        path
    }

    /// The file of the library of this name that ends in `extension`.
    ///
    /// # Panics
    ///
    /// If there is none, or if there are several.
    #[must_use]
    pub fn library(&self, name: &str, extension: &str) -> &Path {
        let files = self.libraries.get(name).map_or(&[][..], Vec::as_slice);
        let is_meant = |file: &&PathBuf| file.extension().is_some_and(|is| is == extension);
        let meant: Vec<&PathBuf> = files.iter().filter(is_meant).collect();
        let [path] = meant[..] else {
            panic!("not one library `{name}` with `.{extension}`: {files:?}");
        };
        path
    }
}

/// The examples and the command `sgn`, in the profile of this test, and the libraries that they use.
pub fn examples() -> &'static Built {
    static BUILT: OnceLock<Built> = OnceLock::new();
    let profile: &[&str] = if cfg!(debug_assertions) {
        &[]
    } else {
        &["--release"]
    };
    BUILT.get_or_init(|| build(&[&["--examples", "--bin=sgn"], profile].concat()))
}

/// The programs that are tested as a release has them: the larger probes, and a stripped example.
pub fn released() -> &'static Built {
    static BUILT: OnceLock<Built> = OnceLock::new();
    // The library is the same, stripped or not, so only the example has a setting of its own.
    let strip = "profile.release.package.sgn-examples.strip=true";
    let programs = ["--bin=cliffs", "--bin=hostile_probe", "--example=leak_hunt"];
    BUILT.get_or_init(|| build(&[&programs[..], &["--release", "--config", strip]].concat()))
}

fn build(arguments: &[&str]) -> Built {
    let output = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline", "--workspace"])
        .args(arguments)
        .arg("--message-format=json")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo starts");
    let text = String::from_utf8(output.stdout).expect("messages are UTF-8");
    assert!(
        output.status.success(),
        "{arguments:?} do not build:\n{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut built = Built::default();
    for line in text.lines() {
        let message: Value = serde_json::from_str(line).expect("a message is JSON");
        let Some(name) = message["target"]["name"].as_str() else {
            continue;
        };
        if let Some(path) = message["executable"].as_str() {
            built.programs.insert(name.to_owned(), PathBuf::from(path));
        } else if let Some(files) = message["filenames"].as_array() {
            let files = files.iter().filter_map(Value::as_str).map(PathBuf::from);
            let known = built.libraries.entry(name.to_owned()).or_default();
            known.extend(files);
        }
    }
    built
}

/// The target directory of this test.
///
/// # Panics
///
/// If the test does not lie in such a directory.
#[must_use]
pub fn target() -> PathBuf {
    let own = std::env::current_exe().expect("a test has a path");
    let target = own.ancestors().nth(3);
    target.expect("it lies in target/profile/deps").to_owned()
}

/// Cargo for a package that is not of the workspace, whose root is `folder`.
///
/// The dependencies of such packages are compiled once for all of them, if they ask for the same features.
#[must_use]
pub fn cargo_outside(folder: &Path) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target())
        // as in the workspace, whose packages from the registry are taken
        .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
    cargo
}
