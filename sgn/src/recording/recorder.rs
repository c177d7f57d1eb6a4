//! Records a run: hands what happens to a thread, which writes it.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::parts::{Event, Finding, Held, Line, Peak, Program, Statement};
use super::record::{Graph, Record};
use super::store::Store;
use super::writer::{When, Writer};
use crate::memory::{ChangedLine, Changes, LastNumbers, Mark, OwnerId, Scope, Snapshot};

/// The bytes of numbers that may wait to be written. While there are more, no further moment is recorded, but the last.
const WAITING: usize = 16 << 20;

/// The longest time that a run waits, at its end, until all is written.
const PATIENCE: Duration = Duration::from_secs(10);

/// A line, as a finding names it.
pub(crate) type LineOf = (OwnerId, Option<&'static Mark>);

/// Receives the one warning that a file gives.
pub(crate) type Warn = fn(&str);

/// A part of a run that is to be written.
enum Message {
    Start(Box<(Program, Graph)>),
    Moment(Box<(When, Snapshot)>),
    Findings(Vec<(LineOf, Finding)>),
    Holders(Vec<Held>),
    Event(Event),
}

impl Message {
    /// Returns how many bytes of numbers it has.
    fn bytes(&self) -> usize {
        match self {
            Self::Moment(moment) => moment.1.bytes(),
            _ => 0,
        }
    }
}

/// The reason why a moment is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Its stride is one of those that are looked at whatever the time is.
    Stride,
    /// Some time has passed.
    Time,
    /// A report is made.
    Report,
    /// The run ends, with a report.
    End,
}

/// Records the runs of one pipeline to a file, until it is dropped.
///
/// A thread of its own compares the numbers with those of the moment before, encodes and writes them. A file that cannot
/// be written costs the run nothing but a warning.
pub(crate) struct Recorder {
    desk: Desk,
    path: PathBuf,
}

/// Hands to a [`Recorder`] what it is to write, from any thread.
#[derive(Clone)]
pub(crate) struct Desk(Arc<Shared>);

/// The two ends of the queue.
struct Shared {
    queue: Mutex<Queue>,
    /// Something came, or was done.
    changed: Condvar,
    /// Writes in the place of a thread, if there can be none.
    worker: Mutex<Option<Worker>>,
}

#[derive(Default)]
struct Queue {
    messages: VecDeque<Message>,
    /// The bytes of numbers in `messages`.
    bytes: usize,
    /// True while the thread writes.
    is_busy: bool,
    is_closed: bool,
}

impl Recorder {
    /// Makes the file at `path`, which is thinned out when it is longer than `limit` bytes.
    ///
    /// # Errors
    ///
    /// Says why the file cannot be made.
    pub(crate) fn create(path: &Path, limit: u64, warn: Warn) -> Result<Self, String> {
        let store = Store::create(path, limit)?;
        let path = store.path().to_owned();
        let shared = Arc::new(Shared {
            queue: Mutex::new(Queue {
                messages: VecDeque::with_capacity(64),
                ..Queue::default()
            }),
            changed: Condvar::new(),
            worker: Mutex::new(Some(Worker::new(store, warn))),
        });
        let theirs = Arc::clone(&shared);
        // Without a thread, whoever records writes.
        let _ = std::thread::Builder::new()
            .name(String::from("sgn-recorder"))
            .spawn(move || {
                let _profiler = Scope::profiler();
                let worker = theirs.worker.lock().take();
                if let Some(worker) = worker {
                    theirs.serve(worker);
                }
            });
        Ok(Self {
            desk: Desk(shared),
            path,
        })
    }

    /// Returns the path of the file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns what hands over to this recorder.
    pub(crate) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Waits until all is written. Returns false if the file takes too long.
    pub(crate) fn finish(&self) -> bool {
        let Shared { queue, changed, .. } = &*self.desk.0;
        let until = Instant::now() + PATIENCE;
        let mut queue = queue.lock();
        while !queue.messages.is_empty() || queue.is_busy {
            if changed.wait_until(&mut queue, until).timed_out() {
                return false;
            }
        }
        true
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let _profiler = Scope::profiler();
        self.finish();
        self.desk.0.queue.lock().is_closed = true;
        self.desk.0.changed.notify_all();
    }
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorder")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Desk {
    /// Records the program and the graph that begin to run.
    pub(crate) fn start(&self, program: Program, graph: Graph) {
        self.send(Message::Start(Box::new((program, graph))));
    }

    /// Records the numbers of `now`, a snapshot of the process.
    ///
    /// Does nothing while many moments wait to be written, unless the run ends: the next moment has what changed.
    pub(crate) fn moment(&self, now: Snapshot, at: Duration, stride: u64, reason: Reason) {
        if self.0.queue.lock().bytes >= WAITING && reason != Reason::End {
            return;
        }
        let when = When {
            at,
            stride,
            samples: now.samples(),
            has_report: matches!(reason, Reason::Report | Reason::End),
            is_timed: reason != Reason::Stride,
        };
        self.send(Message::Moment(Box::new((when, now))));
    }

    /// Records the lines that leak or grow.
    pub(crate) fn findings(&self, findings: Vec<(LineOf, Finding)>) {
        self.send(Message::Findings(findings));
    }

    /// Records the holders of all blocks.
    pub(crate) fn holders(&self, holders: Vec<Held>) {
        self.send(Message::Holders(holders));
    }

    /// Records that something happened.
    pub(crate) fn event(&self, event: Event) {
        self.send(Message::Event(event));
    }

    fn send(&self, message: Message) {
        let mut queue = self.0.queue.lock();
        queue.bytes += message.bytes();
        queue.messages.push_back(message);
        self.0.changed.notify_all();
        drop(queue);
        // The thread has not taken it yet, or there is none.
        if let Some(mut worker) = self.0.worker.try_lock()
            && let Some(worker) = worker.as_mut()
        {
            self.0.write_all(worker);
        }
    }
}

impl Shared {
    /// Writes all that waits.
    fn write_all(&self, worker: &mut Worker) {
        let mut queue = self.queue.lock();
        while let Some(message) = queue.messages.pop_front() {
            queue.is_busy = true;
            drop(queue);
            let bytes = message.bytes();
            worker.write(message);
            queue = self.queue.lock();
            queue.bytes -= bytes;
            queue.is_busy = false;
        }
        self.changed.notify_all();
    }

    /// Writes what comes until the recorder is dropped.
    fn serve(&self, mut worker: Worker) {
        loop {
            self.write_all(&mut worker);
            let mut queue = self.queue.lock();
            if queue.messages.is_empty() {
                if queue.is_closed {
                    return;
                }
                self.changed.wait(&mut queue);
            }
        }
    }
}
/// Writes messages to the file.
struct Worker {
    last: LastNumbers,
    /// Is kept for its pages.
    changes: Changes,
    store: Store,
    writer: Writer,
    /// The index in the file of each line, by its names and by its place in the process.
    lines: HashMap<(OwnerId, Option<usize>), usize>,
    places: Vec<Option<usize>>,
    owners: HashMap<OwnerId, usize>,
    /// The number of lines and owners.
    count: (usize, usize),
    /// True after the warning.
    has_failed: bool,
    warn: Warn,
}

impl Worker {
    fn new(store: Store, warn: Warn) -> Self {
        Self {
            last: LastNumbers::new(),
            changes: Changes::new(),
            store,
            writer: Writer::new(),
            lines: HashMap::new(),
            places: Vec::new(),
            owners: HashMap::new(),
            count: (0, 0),
            has_failed: false,
            warn,
        }
    }

    fn write(&mut self, message: Message) {
        match message {
            Message::Start(start) => {
                let (program, graph) = *start;
                self.writer.set_head(program, graph);
                self.writer.put_names();
            }
            Message::Moment(moment) => {
                let (when, now) = *moment;
                let mut changes = std::mem::replace(&mut self.changes, Changes::new());
                // Without pages the next moment has these changes, too.
                if self.last.advance(&now, &mut changes) {
                    self.moment(when, &changes);
                }
                self.changes = changes;
            }
            Message::Findings(findings) => {
                let known = findings.into_iter().filter_map(|(line, finding)| {
                    let line = *self.lines.get(&key(line))?;
                    Some(Finding { line, ..finding })
                });
                let record = Record::Findings(known.collect());
                self.writer.put(&record);
            }
            Message::Holders(holders) => self.writer.put(&Record::Holders(holders)),
            Message::Event(event) => self.writer.put(&Record::Event(event)),
        }
        let bytes = self.writer.take_bytes();
        let outcome = self.store.append(&bytes).and_then(|()| {
            if !self.store.is_full() {
                return Ok(());
            }
            self.writer.has_lost_bytes();
            self.store.thin()
        });
        if let Err(error) = outcome {
            self.writer.has_lost_bytes();
            if !std::mem::replace(&mut self.has_failed, true) {
                let path = self.store.path().display().to_string();
                (self.warn)(&format!(
                    "the memory profile {} cannot be written: {error}; the run goes on, and what is missing is left out",
                    crate::text::line(&path)
                ));
            }
        }
    }

    fn moment(&mut self, when: When, changes: &Changes) {
        for changed in changes.owners.iter() {
            if let Some(name) = changes.name(changed) {
                self.owners.insert(changed.owner, self.count.1);
                self.count.1 += 1;
                self.writer.add_owner(name.to_owned());
            }
            let peak = Peak {
                bytes: changed.peak_bytes,
                is_exact: changed.peak_is_exact,
            };
            if let Some(index) = self.owners.get(&changed.owner) {
                self.writer.set_peak(*index, peak);
            }
        }
        for changed in changes.lines.iter() {
            if let Some(index) = self.index(changed) {
                self.writer.set_line(index, changed.usage);
            }
        }
        self.writer.put_moment(when);
    }

    /// Returns the index of a line in the file, which a new line gets here.
    fn index(&mut self, changed: &ChangedLine) -> Option<usize> {
        if changed.place >= self.places.len() {
            self.places.resize(changed.place + 1, None);
        }
        let known = self.places[changed.place];
        if known.is_some() && !changed.is_new {
            return known;
        }
        if let Some(ended) = known {
            // What it had is a part of `(ended)` now.
            self.writer.set_line(ended, crate::memory::Usage::default());
        }
        let line = Line {
            owner: *self.owners.get(&changed.owner)?,
            statement: changed.mark.map(|mark| Statement {
                file: mark.file().to_owned(),
                line: mark.line(),
                text: mark.text().to_owned(),
                function: mark.function().to_owned(),
            }),
        };
        let index = self.count.0;
        self.count.0 += 1;
        self.writer.add_line(line);
        self.lines.insert(key((changed.owner, changed.mark)), index);
        self.places[changed.place] = Some(index);
        Some(index)
    }
}

/// Returns what makes a line known: two statements with the same text are two lines.
fn key((owner, mark): LineOf) -> (OwnerId, Option<usize>) {
    (owner, mark.map(|mark| ptr::from_ref(mark).addr()))
}
