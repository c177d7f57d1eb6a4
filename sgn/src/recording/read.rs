//! Reads a file as a whole, in bounded memory, and follows one that is still written.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) use super::reader::ReadError;
use super::reader::Reader;
use super::run::{Moment, Owner, Run};
use super::state::{State, Step};

/// The most numbers of lines that are kept, over all moments: 64 MiB.
const KEPT: usize = 2 << 20;

/// The most and the fewest moments that are kept.
const MOST: usize = 600;
const FEWEST: usize = 16;

/// The moment up to which a file is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Until {
    /// The last record.
    #[default]
    End,
    /// The last moment not after so much time since the start.
    Time(Duration),
    /// The last moment not after that stride.
    Stride(u64),
}

impl Until {
    pub(crate) fn is_after(self, state: &State) -> bool {
        match self {
            Self::End => false,
            Self::Time(time) => state.at > time,
            Self::Stride(stride) => state.stride > stride,
        }
    }
}

/// Reads the file at `path` up to `until`, and calls `progress` with the number of bytes that were read.
///
/// Of many moments some are kept, evenly spread over the time, the first and the last among them.
///
/// # Errors
///
/// The file cannot be read, or is no profile.
pub(crate) fn read(
    path: &Path,
    until: Until,
    progress: &mut dyn FnMut(u64),
) -> Result<Run, ReadError> {
    let mut followed = Followed::open(path)?;
    let mut kept = Kept::default();
    let mut run = Run::default();
    while let Some(step) = followed.step()? {
        progress(followed.position());
        let state = followed.state();
        match step {
            Step::Moment if until.is_after(state) => break,
            Step::Moment => kept.add(state),
            Step::Findings => {
                run.findings.clone_from(&state.findings);
                run.holders.clone_from(&state.holders);
            }
            Step::Event => run.events.push(state.event.clone()),
            Step::Other => {}
        }
    }
    let cut = followed.cut();
    let state = followed.into_state();
    let lines = state.lines.len();
    run.findings.retain(|finding| finding.line < lines);
    run.moments = kept.into_moments();
    run.elements = state.graph.elements;
    run.links = state.graph.links;
    run.owners = state
        .owners
        .into_iter()
        .map(|name| Owner {
            element: run
                .elements
                .iter()
                .position(|element| element.pads.contains(&name)),
            name,
        })
        .collect();
    run.lines = state.lines;
    run.program = state.program;
    run.cut = cut;
    Ok(run)
}

/// The moments that are kept of all that were read.
#[derive(Default)]
struct Kept {
    moments: Vec<Moment>,
    /// Of so many moments one is kept, and so many were read since the last one that was.
    every: usize,
    since: usize,
    /// The last one that was read, if it is not kept.
    last: Option<Moment>,
}

impl Kept {
    fn add(&mut self, state: &State) {
        self.since += 1;
        let moment = moment(state);
        if !self.moments.is_empty() && self.since < self.every {
            self.last = Some(moment);
            return;
        }
        (self.last, self.since) = (None, 0);
        self.moments.push(moment);
        let room = (KEPT / state.lines.len().max(1)).clamp(FEWEST, MOST);
        if self.moments.len() > room {
            let mut place = 0;
            self.moments.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.every = 2 * self.every.max(1);
        }
    }

    fn into_moments(mut self) -> Vec<Moment> {
        self.moments.extend(self.last);
        self.moments
    }
}

fn moment(state: &State) -> Moment {
    Moment {
        at: state.at,
        stride: state.stride,
        lines: (0..state.lines.len())
            .map(|index| state.line(index))
            .collect(),
        peaks: (0..state.owners.len())
            .map(|index| state.peak(index))
            .collect(),
        samples: state.samples,
    }
}

/// A file that is read as far as it is written.
pub(crate) struct Followed {
    path: PathBuf,
    reader: Reader<File>,
    state: State,
}

impl Followed {
    /// Opens the file at `path`.
    ///
    /// # Errors
    ///
    /// The file cannot be opened.
    pub(crate) fn open(path: &Path) -> Result<Self, ReadError> {
        let file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(ReadError::Io(std::io::Error::other("it is a folder")));
        }
        Ok(Self {
            path: path.to_owned(),
            reader: Reader::new(file),
            state: State::new(),
        })
    }

    /// Goes on by one record; `None` at the end of what is written now.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is no profile.
    pub(crate) fn step(&mut self) -> Result<Option<Step>, ReadError> {
        Ok(self.reader.next()?.map(|next| self.state.apply(next)))
    }

    /// Returns true if the file was replaced by a shorter one with fewer moments, or by that of another run, which has
    /// to be opened anew.
    pub(crate) fn is_replaced(&self) -> bool {
        let Ok(now) = std::fs::metadata(&self.path) else {
            return false;
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let is_same = self
                .reader
                .input()
                .metadata()
                .is_ok_and(|ours| (ours.ino(), ours.dev()) == (now.ino(), now.dev()));
            if !is_same {
                return true;
            }
        }
        now.len() < self.reader.position()
    }

    /// Returns the run up to the last record.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    fn into_state(self) -> State {
        self.state
    }

    /// Returns how many bytes were read.
    pub(crate) fn position(&self) -> u64 {
        self.reader.position()
    }

    /// Returns why the file could not be read to its end; `None` if it could.
    pub(crate) fn cut(&self) -> Option<String> {
        let rest = self.reader.rest();
        match (self.state.damage, rest) {
            (Some((bytes, first)), _) => Some(format!(
                "{bytes} bytes of the file are damaged, the first at {first}; what is told of that time may be missing"
            )),
            (None, 0) => None,
            (None, rest) => Some(format!(
                "the last {rest} bytes are no complete record: the file is being written, or its end is lost"
            )),
        }
    }
}
