//! Programs, recorded and exported once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use sgn_tests::examples::{example, run, sgn};
use sgn_tests::programs::target;

const FORMATS: [&str; 9] = [
    "pprof",
    "speedscope",
    "folded",
    "dhat",
    "heaptrack",
    "chrome",
    "csv",
    "json",
    "html",
];

/// A recorded run, as its export to JSON has it.
pub(crate) struct Recorded {
    pub(crate) example: &'static str,
    folder: PathBuf,
    pub(crate) run: Value,
    /// The lines that ever allocated, at the last moment.
    pub(crate) lines: Vec<Line>,
}

/// A line of the source with its numbers at one moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) element: String,
    /// The full name of the pad; empty for an owner that is no pad.
    pub(crate) pad: String,
    /// The file; empty outside of marked statements.
    pub(crate) file: String,
    pub(crate) line: u64,
    pub(crate) text: String,
    pub(crate) function: String,
    pub(crate) usage: Usage,
}

/// The numbers of a line: live bytes, live blocks, total bytes, total blocks.
pub(crate) type Usage = [u64; 4];

pub(crate) const LIVE_BYTES: usize = 0;
pub(crate) const LIVE_BLOCKS: usize = 1;
pub(crate) const TOTAL_BYTES: usize = 2;
pub(crate) const TOTAL_BLOCKS: usize = 3;

/// Returns the runs of `strain` and of `leak_hunt`.
pub(crate) fn runs() -> &'static [Recorded] {
    static RUNS: OnceLock<Vec<Recorded>> = OnceLock::new();
    RUNS.get_or_init(|| {
        let names = ["strain", "leak_hunt"];
        names.map(|name| record(name, &mut example(name))).into()
    })
}

/// Returns a run with texts that try what a reader can be made to do.
pub(crate) fn hostile() -> &'static Recorded {
    static RUN: OnceLock<Recorded> = OnceLock::new();
    RUN.get_or_init(|| {
        let mut probe = Command::new(env!("CARGO_BIN_EXE_export_probe"));
        record("export_probe", probe.env_remove("SGNLOGLEVEL"))
    })
}

/// Runs `program`, and exports what is recorded in each format.
fn record(name: &'static str, program: &mut Command) -> Recorded {
    let folder = target().join("viewers/recorded").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder of the tests can be made");
    let file = folder.join("run.sgnprof");
    let printed = run(program.env("SGN_MEMPROF_FILE", &file));
    assert_eq!(printed.code, Some(0), "{name}: {}", printed.err);
    for format in FORMATS {
        let mut export = sgn();
        export.arg("export").arg(&file).args(["--format", format]);
        let printed = run(export.arg("--output").arg(folder.join(format)));
        assert_eq!(printed.code, Some(0), "{name}, {format}: {}", printed.err);
        assert_eq!(printed.out + &printed.err, "");
    }
    let json = std::fs::read(folder.join("json")).expect("it was exported");
    let run: Value = serde_json::from_slice(&json).expect("it is JSON");
    let lines = last(moments(&run));
    assert!(lines.len() > 3, "{name} has {} lines only", lines.len());
    Recorded {
        example: name,
        folder,
        run,
        lines,
    }
}

fn last(mut moments: Vec<Moment>) -> Vec<Line> {
    moments.pop().expect("there is a moment").lines
}

/// All lines that ever allocated, at one moment.
pub(crate) struct Moment {
    pub(crate) seconds: f64,
    pub(crate) stride: u64,
    pub(crate) lines: Vec<Line>,
}

/// Returns the moments of a run, with the changes of each added up.
pub(crate) fn moments(run: &Value) -> Vec<Moment> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let named: Vec<Line> = list(&run["lines"])
        .iter()
        .map(|line| {
            let owner = &run["owners"][line["owner"].as_u64().expect("an index") as usize];
            let name = text(&owner["name"]);
            // The pads of an element are named after it, in two further parts.
            let mut parts = name.rsplitn(3, ':');
            let element = (parts.next(), parts.next(), parts.next()).2;
            Line {
                element: element.unwrap_or(&name).to_owned(),
                pad: element.map_or_else(String::new, |_| name.clone()),
                file: text(&line["file"]),
                line: line["line"].as_u64().expect("a number"),
                text: text(&line["text"]),
                function: text(&line["function"]),
                usage: [0; 4],
            }
        })
        .collect();
    let mut now = named;
    list(&run["moments"])
        .iter()
        .map(|moment| {
            let numbers: Vec<u64> = list(&moment["changed"])
                .iter()
                .map(|number| number.as_u64().expect("a number"))
                .collect();
            for changed in numbers.chunks(5) {
                now[changed[0] as usize]
                    .usage
                    .copy_from_slice(&changed[1..]);
            }
            let used = now.iter().filter(|line| line.usage != [0; 4]);
            Moment {
                seconds: moment["seconds"].as_f64().expect("a number"),
                stride: moment["stride"].as_u64().expect("a number"),
                lines: used.cloned().collect(),
            }
        })
        .collect()
}

impl Recorded {
    /// Returns the file in `format`.
    pub(crate) fn file(&self, format: &str) -> PathBuf {
        self.folder.join(format)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the sum of all lines.
    pub(crate) fn total(&self) -> Usage {
        self.sums(|_| Some(String::new()))[""]
    }

    /// Returns the sums of the lines by the names that `name` gives them.
    pub(crate) fn sums(&self, name: impl Fn(&Line) -> Option<String>) -> BTreeMap<String, Usage> {
        let mut sums = BTreeMap::<String, Usage>::new();
        for line in &self.lines {
            if let Some(name) = name(line) {
                let sum = sums.entry(name).or_default();
                for (sum, number) in sum.iter_mut().zip(line.usage) {
                    *sum += number;
                }
            }
        }
        sums
    }
}

impl Line {
    /// Returns the names from the outermost to the innermost.
    pub(crate) fn frames(&self) -> Vec<String> {
        let Self {
            file, line, text, ..
        } = self;
        let statement = if file.is_empty() {
            String::new()
        } else {
            format!("{file}:{line} {text}")
        };
        let frames = [self.element.clone(), self.pad.clone(), statement];
        frames.into_iter().filter(|name| !name.is_empty()).collect()
    }
}
