//! Hands a run to the recorder of its memory profile.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::file_options::MemoryFile;
use super::options::{Every, MemoryReport};
#[cfg(feature = "viewers")]
use super::page::Page;
use crate::error::{Error, ErrorKind, Result};
use crate::foreign;
use crate::graph::{Graph, Node};
use crate::log::{self, Level, PIPELINE};
use crate::memory::{self, Holders, LineHolder, LineHolders, Mode, Snapshot, Trend, Trends};
use crate::recording::{
    self, Desk, Element, Event, Finding, Held, LineOf, Link, Program, Reason, Recorder,
};

/// The most lines that leak or grow that are recorded with each report, and the most holders of each.
const FINDINGS: usize = 100;
const HOLDERS: usize = 10;

/// The memory profile of one pipeline, through all its runs.
#[derive(Debug)]
pub(super) struct Profile {
    recorder: Recorder,
    /// `None` if the file is only made for the page.
    file: Option<MemoryFile>,
    has_values: bool,
    wanted_page: Option<PathBuf>,
    #[cfg(feature = "viewers")]
    page: Option<Page>,
    mode: Mode,
    /// The graph and the holders that were recorded last.
    graph: Option<recording::Graph>,
    held: Vec<Held>,
}

impl Profile {
    /// Returns true if a run with this file and this page needs a profile.
    pub(super) const fn is_wanted(file: Option<&MemoryFile>, page: Option<&Path>) -> bool {
        file.is_some() || page.is_some()
    }

    /// Returns true if this is the profile of a run with this file and this page.
    pub(super) fn is_for(&self, file: Option<&MemoryFile>, page: Option<&Path>) -> bool {
        self.file.as_ref() == file && self.wanted_page.as_deref() == page
    }

    /// Makes the file, or a file for the page alone, which is removed at the end.
    ///
    /// # Errors
    ///
    /// A file cannot be made.
    pub(super) fn create(file: Option<MemoryFile>, wanted_page: Option<PathBuf>) -> Result<Self> {
        #[cfg(feature = "viewers")]
        let page = wanted_page
            .as_deref()
            .map(|path| {
                Page::new(path).map_err(|problem| cannot_be_written("page", path, &problem))
            })
            .transpose()?;
        let (path, limit) = match (&file, &wanted_page) {
            (Some(file), _) => (file.path.clone(), file.limit),
            (None, page) => {
                let mut path = page.clone().unwrap_or_default().into_os_string();
                path.push(".sgnprof");
                (path.into(), MemoryFile::LIMIT)
            }
        };
        let recorder = Recorder::create(&path, limit, warn)
            .map_err(|problem| cannot_be_written("memory profile", &path, &problem))?;
        Ok(Self {
            recorder,
            has_values: file.as_ref().is_none_or(|file| file.has_values),
            file,
            wanted_page,
            #[cfg(feature = "viewers")]
            page,
            mode: memory::mode(),
            graph: None,
            held: Vec::new(),
        })
    }

    pub(super) fn desk(&self) -> &Desk {
        self.recorder.desk()
    }

    /// Records the program and the graph, unless they are known.
    pub(super) fn start(&mut self, graph: &Graph, report: MemoryReport) {
        let graph = graph_of(graph);
        if self.graph.as_ref() != Some(&graph) {
            self.graph = Some(graph.clone());
            self.recorder
                .desk()
                .start(program(self.has_values, report), graph);
        }
    }

    /// Records the numbers of all lines.
    pub(super) fn moment(&mut self, now: Snapshot, at: Duration, stride: u64, reason: Reason) {
        let mode = memory::mode();
        if std::mem::replace(&mut self.mode, mode) != mode {
            self.event(at, stride, "mode", mode_in_words(mode).to_owned());
        }
        self.recorder.desk().moment(now, at, stride, reason);
    }

    /// Records what a report found.
    pub(super) fn findings(&mut self, trends: &Trends, holders: Option<(&Holders, &LineHolders)>) {
        let by_line = holders.map(|(_, by_line)| by_line);
        let alarms = trends.iter().filter(|trend| trend.verdict.is_alarm());
        let findings = alarms
            .take(FINDINGS)
            .map(|trend| finding(trend, by_line))
            .collect();
        self.recorder.desk().findings(findings);
        if let Some((holders, _)) = holders {
            let held = sums(holders);
            if held != self.held {
                self.held.clone_from(&held);
                self.recorder.desk().holders(held);
            }
        }
    }

    /// Records that something happened.
    pub(super) fn event(&mut self, at: Duration, stride: u64, kind: &str, text: String) {
        self.recorder.desk().event(Event {
            at,
            stride,
            kind: kind.to_owned(),
            text,
        });
    }

    /// Waits until all is in the file, as long as it is worth it, and writes the page.
    pub(super) fn finish(&mut self) {
        if !self.recorder.finish() {
            warn(
                "the memory profile is written too slowly; the end of the run may be missing in it",
            );
        }
        #[cfg(feature = "viewers")]
        if let Some(page) = &self.page
            && let Err(problem) = page.write(self.recorder.path())
        {
            let path = self.wanted_page.as_deref().unwrap_or(Path::new(""));
            warn(&cannot_be_written("page", path, &problem).to_string());
        }
    }
}

impl Drop for Profile {
    /// Removes a file that was made for the page alone.
    fn drop(&mut self) {
        if self.file.is_none() {
            let _ = std::fs::remove_file(self.recorder.path());
        }
    }
}

fn cannot_be_written(what: &str, path: &Path, problem: &str) -> Error {
    let path = path.to_string_lossy();
    Error::new(
        ErrorKind::Profiler,
        format!(
            "the {what} `{}` cannot be written: {problem}",
            crate::text::line(&path)
        ),
    )
}

/// Logs a warning, also where nobody listens to the log.
fn warn(text: &str) {
    let _ = foreign::catch(|| log::insist(Level::Warning, PIPELINE, format_args!("{text}")));
}

fn mode_in_words(mode: Mode) -> &'static str {
    match mode {
        Mode::Off => "counting is off",
        Mode::Counted => "each block is counted",
        Mode::Sampled(_) => "blocks are sampled",
    }
}

fn program(has_values: bool, report: MemoryReport) -> Program {
    let mut arguments = env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    let name = arguments.next().unwrap_or_default();
    let shown = |argument: String| match has_values {
        true => argument,
        false => without_value(&argument),
    };
    Program {
        name,
        arguments: arguments.map(shown).collect(),
        host: host(),
        process: std::process::id(),
        started: SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| {
            u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
        }),
        version: String::from(env!("CARGO_PKG_VERSION")),
        cadence: match report.every {
            Every::Time(time) => format!("{time:?}"),
            Every::Strides(strides) if strides.get() == 1 => String::from("1 stride"),
            Every::Strides(strides) => format!("{strides} strides"),
        },
        sampled: match memory::mode() {
            Mode::Sampled(sampling) => Some(u64::from(sampling.mean_bytes())),
            _ => None,
        },
    }
}

/// Returns an argument without its value: `--key=...`, or `...` for all that is no option.
fn without_value(argument: &str) -> String {
    match argument.split_once('=') {
        _ if !argument.starts_with('-') => String::from("..."),
        Some((name, _)) => format!("{name}=..."),
        None if argument.starts_with("--") => argument.to_owned(),
        // The value of a short option may follow its letter.
        None => argument.chars().take(2).collect(),
    }
}

fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let variables = ["HOSTNAME", "COMPUTERNAME"];
    name.or_else(|| variables.iter().find_map(|name| env::var(name).ok()))
        .map(|name| name.trim().to_owned())
        .unwrap_or_default()
}

fn graph_of(graph: &Graph) -> recording::Graph {
    let payload = |source: &str| {
        let pads = graph.nodes().iter().flat_map(|node| &node.sources);
        pads.filter(|pad| pad.full == source)
            .map(|pad| pad.payload.name.to_owned())
            .next()
    };
    let links = graph.pad_edges(false);
    recording::Graph {
        elements: graph.nodes().iter().map(element).collect(),
        links: links
            .into_iter()
            .map(|(source, sink)| Link {
                payload: payload(&source),
                source,
                sink,
            })
            .collect(),
    }
}

fn element(node: &Node) -> Element {
    let sinks = node.sinks.iter().map(|pad| pad.full.clone());
    let sources = node.sources.iter().map(|pad| pad.full.clone());
    Element {
        name: node.name().to_owned(),
        role: node.role().word().to_owned(),
        kind: node.type_name().to_owned(),
        properties: Vec::new(),
        pads: sinks
            .chain([node.internal().to_owned()])
            .chain(sources)
            .collect(),
    }
}

fn finding(trend: &Trend, holders: Option<&LineHolders>) -> (LineOf, Finding) {
    let site = &trend.site;
    let named = holders.into_iter().flat_map(|holders| holders.named(site));
    let mut holders: Vec<Held> = named
        .filter_map(|held| match held.holder {
            LineHolder::Named(name) => Some(Held {
                holder: name.to_owned(),
                bytes: held.bytes,
                blocks: held.blocks,
            }),
            LineHolder::Nobody => None,
        })
        .collect();
    largest_first(&mut holders);
    holders.truncate(HOLDERS);
    let finding = Finding {
        // Known to the recorder by owner and statement.
        line: 0,
        verdict: trend.verdict.to_string(),
        is_alarm: trend.verdict.is_alarm(),
        bytes_per_stride: trend.bytes_per_stride,
        slope_error: trend.slope_error,
        blocks_per_stride: trend.blocks_per_stride,
        bytes_per_second: trend.bytes_per_second,
        since_stride: trend.since_stride,
        fifths: trend.fifths,
        unreachable: (trend.unreachable.bytes, trend.unreachable.blocks),
        holders,
    };
    ((site.owner, site.mark), finding)
}

/// Returns the bytes and blocks of each holder, over all lines.
fn sums(holders: &Holders) -> Vec<Held> {
    let mut sums = BTreeMap::<String, (u64, u64)>::new();
    for line in holders.lines() {
        let (bytes, blocks) = sums.entry(line.holder.to_string()).or_default();
        *bytes += line.bytes;
        *blocks += line.blocks;
    }
    let mut held: Vec<Held> = sums
        .into_iter()
        .map(|(holder, (bytes, blocks))| Held {
            holder,
            bytes,
            blocks,
        })
        .collect();
    largest_first(&mut held);
    held
}

/// Sorts by bytes; those with as many keep their order.
fn largest_first(held: &mut [Held]) {
    held.sort_by_key(|held| std::cmp::Reverse(held.bytes));
}

#[cfg(test)]
mod tests {
    use super::without_value;

    #[test]
    fn arguments_lose_their_values() {
        let shown = ["--rate=16", "--fast", "file.txt", "-n5", "-v"].map(without_value);
        assert_eq!(shown, ["--rate=...", "--fast", "...", "-n", "-v"]);
    }
}
