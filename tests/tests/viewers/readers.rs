//! The programs that read what is exported.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use sgn_tests::programs::target;

/// Returns a command that runs the reader `name`; `None`, after saying so, if there is none.
pub(crate) fn reader(name: &str) -> Option<Command> {
    let installed = target().join("viewers/bin").join(name);
    if installed.exists() {
        return Some(Command::new(installed));
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&folders);
    if folders.any(|folder| folder.join(name).exists()) {
        return Some(Command::new(name));
    }
    not_run(
        name,
        "it is neither in target/viewers/bin nor in PATH; `.ci/run viewers` installs it",
    );
    None
}

/// Says that a reader was not asked. A test that passes shows nothing that is printed by macros.
pub(crate) fn not_run(name: &str, reason: &str) {
    let line = format!("NOT RUN: {name}: {reason}\n");
    // in one piece, as other tests write as well
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// Runs `command` to its end and returns what it prints.
///
/// # Panics
///
/// If it fails.
pub(crate) fn read(command: &mut Command) -> String {
    let output = command.output().expect("the reader starts");
    let text = |bytes| String::from_utf8(bytes).expect("a reader prints UTF-8");
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{command:?}:\n{out}{err}");
    out
}

/// Opens `file` in a viewer that is a page and returns what that has read; `None` if there is no browser.
pub(crate) fn browse(viewer: &str, file: &Path) -> Option<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/viewers/browser.mjs");
    let mut browser = reader("browser")?;
    Some(read(browser.arg(script).arg(viewer).arg(file)))
}
