//! The Firefox Profiler without a browser, a second reader of several formats.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::readers::{read, reader};
use crate::recorded::Recorded;

/// The variable that names the folder of sessions.
const FOLDER: &str = "PROFILER_CLI_SESSION_DIR";

/// A file that is loaded in a process of the reader, until it is dropped.
pub(crate) struct Session {
    folder: PathBuf,
    daemon: Child,
}

/// The name of a session, of which each has a folder of its own.
const NAME: &str = "session";

impl Session {
    /// Loads the export in `format`; `None` if there is no such reader.
    pub(crate) fn load(recorded: &Recorded, format: &str) -> Option<Self> {
        let mut daemon = reader("profiler-cli")?;
        let folder = recorded.folder().join(format!("{format}.session"));
        // `load` starts the same, and gives up after half a second.
        daemon.arg("--daemon").arg(recorded.file(format));
        daemon.args(["--session", NAME]).env(FOLDER, &folder);
        let daemon = daemon.spawn().expect("the reader starts");
        let mut session = Self { folder, daemon };
        session.wait();
        Some(session)
    }

    /// Waits until the log says that the file is loaded. A command before that removes the session.
    fn wait(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            let log = self.folder.join(NAME).with_extension("log");
            let log = std::fs::read_to_string(log).unwrap_or_default();
            if log.contains("Profile loaded successfully") {
                return;
            }
            let ended = self.daemon.try_wait().expect("it is a child");
            assert_eq!(ended, None, "the reader has ended: {log}");
            assert!(Instant::now() < deadline, "{log}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = reader("profiler-cli").expect("it has loaded a file");
        command.args(arguments).args(["--session", NAME, "--json"]);
        command.env(FOLDER, &self.folder);
        command
    }

    fn ask(&self, arguments: &[&str]) -> Value {
        let printed = read(&mut self.command(arguments));
        serde_json::from_str(&printed).expect("it prints JSON")
    }

    /// Returns the numbers of all functions of a thread, with what they call.
    pub(crate) fn functions(&self, thread: &str) -> BTreeMap<String, u64> {
        let answer = self.ask(&["thread", "functions", "--limit", "0", "--thread", thread]);
        let functions = answer["functions"].as_array().expect("a list");
        let named = functions.iter().map(|function| {
            let name = function["nameWithLibrary"].as_str().expect("a name");
            (
                name.to_owned(),
                function["totalSamples"].as_u64().expect("a whole number"),
            )
        });
        named.collect()
    }

    /// Returns the names of all markers with their number.
    pub(crate) fn markers(&self) -> BTreeMap<String, u64> {
        let answer = self.ask(&["thread", "markers", "--limit", "0", "--top-n", "1"]);
        let kinds = answer["byType"].as_array().expect("a list");
        let named = kinds.iter().map(|kind| {
            let name = kind["markerName"].as_str().expect("a name");
            (name.to_owned(), kind["count"].as_u64().expect("a number"))
        });
        named.collect()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}
