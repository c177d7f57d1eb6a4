//! The program whose runs are recorded, and the commands that read them.

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitCode, Output, Stdio};
use std::time::Duration;

const PROBE: &str = env!("CARGO_BIN_EXE_recording_probe");

/// A folder for the files of one test, which is removed with it.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let name = format!("sgn-recording-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder for temporary files");
        Self(path)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Returns the program with its arguments, recorded to `file`.
pub(crate) fn probe(arguments: &[&str], file: &Path) -> Command {
    let mut command = Command::new(PROBE);
    command.args(arguments).env("SGN_MEMPROF_FILE", file);
    for name in [
        "SGNLOGLEVEL",
        "SGN_MEMPROF_EVERY",
        "SGN_MEMPROF_FILE_LIMIT",
        "SGN_MEMPROF_SIGNAL",
    ] {
        command.env_remove(name);
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Starts the program, and waits until it says so. What it prints after that is not read yet.
pub(crate) fn start(command: &mut Command) -> (Child, ChildStdout) {
    let mut child = command.spawn().expect("the probe starts");
    let mut output = child.stdout.take().expect("a pipe");
    output
        .read_exact(&mut [0; "start".len()])
        .expect("it says that it starts");
    (child, output)
}

/// Waits until so many bytes are in the file.
pub(crate) fn wait_for(bytes: u64, file: &Path) {
    while std::fs::metadata(file).map_or(0, |file| file.len()) < bytes {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Runs the program to its end.
pub(crate) fn run(arguments: &[&str], file: &Path) -> Output {
    probe(arguments, file).output().expect("the probe starts")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Calls the command `sgn`, and returns its output, its errors, and its status.
pub(crate) fn sgn<A: AsRef<OsStr>>(arguments: &[A]) -> (String, String, u8) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = arguments
        .iter()
        .map(|argument| argument.as_ref().to_owned());
    let all = std::iter::once("sgn".into()).chain(arguments);
    let code = sgn::cli::run_from(all, &mut out, &mut err);
    let status = (0..=2)
        .find(|status| ExitCode::from(*status) == code)
        .expect("a status up to two");
    (text(&out), text(&err), status)
}

/// Returns the last moment of a file as JSON.
pub(crate) fn last(file: &Path) -> serde_json::Value {
    let file = file.to_str().expect("a path of ours");
    let (out, err, status) = sgn(&["report", file, "--json"]);
    assert_eq!(status, 0, "{err}{out}");
    serde_json::from_str(&out).expect("the report is JSON")
}

/// Returns the kinds and texts of all events.
pub(crate) fn events(run: &serde_json::Value) -> Vec<(String, String)> {
    let events = run["events"].as_array().expect("a list");
    let text =
        |event: &serde_json::Value, name: &str| event[name].as_str().unwrap_or_default().to_owned();
    events
        .iter()
        .map(|event| (text(event, "kind"), text(event, "text")))
        .collect()
}

/// One line of an element: pad, line, live bytes, live blocks, total bytes, total blocks.
pub(crate) type Line = (String, u64, [u64; 4]);

/// Returns the lines of elements in the JSON of a run.
pub(crate) fn lines(run: &serde_json::Value) -> Vec<Line> {
    let number = |value: &serde_json::Value| value.as_u64().expect("a number");
    let moments = run["moments"].as_array().expect("a list");
    let changed = moments.last().expect("a moment")["changed"]
        .as_array()
        .expect("a list");
    let mut lines: Vec<Line> = changed
        .chunks_exact(5)
        .map(|numbers| {
            let line = &run["lines"][number(&numbers[0]) as usize];
            let owner = &run["owners"][number(&line["owner"]) as usize];
            let usage = [1, 2, 3, 4].map(|place| number(&numbers[place]));
            let name = owner["name"].as_str().expect("a name").to_owned();
            (name, line["line"].as_u64().unwrap_or(0), usage)
        })
        .collect();
    lines.sort();
    lines
}
