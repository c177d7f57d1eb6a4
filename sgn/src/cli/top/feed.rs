//! Follows a file that may still be written, or replaced.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use super::facts::Facts;
use super::track::Track;
use crate::recording::read::{Followed, ReadError};
use crate::recording::run::Event;
use crate::recording::state::{State, Step};

/// After so much time without a record a run is said to be silent; it writes one a second.
const SILENCE: Duration = Duration::from_secs(5);

/// The state of a run, as its file tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Life {
    /// Not all that is in the file was read yet: so many per cent.
    Reading(u64),
    Running,
    /// Nothing came for so long, and no end was recorded.
    Silent(Duration),
    Ended,
    /// The run failed; with its error.
    Failed(String),
}

/// A file that is followed.
pub(super) struct Feed {
    path: std::path::PathBuf,
    followed: Followed,
    track: Track,
    /// The event that ended the last run.
    end: Option<Event>,
    /// The time of the last record, and how old it was when it was read.
    last: (Instant, Duration),
    has_moment: bool,
    has_report: bool,
    is_caught_up: bool,
}

impl Feed {
    /// Opens the file at `path`.
    ///
    /// # Errors
    ///
    /// The file cannot be opened.
    pub(super) fn open(path: &Path) -> Result<Self, ReadError> {
        Ok(Self {
            path: path.to_owned(),
            followed: Followed::open(path)?,
            track: Track::default(),
            end: None,
            last: (Instant::now(), age(path)),
            has_moment: false,
            has_report: false,
            is_caught_up: false,
        })
    }

    /// Reads what is there, for at most about `time`, and calls `each` at each moment and each report; true if anything came.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is no profile.
    pub(super) fn advance(
        &mut self,
        time: Duration,
        each: &mut dyn FnMut(&Self, Step),
    ) -> Result<bool, ReadError> {
        let start = Instant::now();
        let mut has_news = self.replace()?;
        let was_caught_up = self.is_caught_up;
        self.is_caught_up = false;
        while start.elapsed() < time {
            let Some(step) = self.followed.step()? else {
                self.is_caught_up = true;
                break;
            };
            has_news = true;
            match step {
                Step::Moment => {
                    self.track.add(&Facts::of(self.followed.state()));
                    self.has_moment = true;
                    self.has_report |= self.followed.state().has_report;
                    each(self, step);
                }
                Step::Findings => {
                    self.has_report = true;
                    each(self, step);
                }
                Step::Event => self.event(),
                Step::Other => {}
            }
        }
        if has_news {
            // What was there from the start is as old as the file.
            let is_new = was_caught_up && self.is_caught_up;
            let age = if is_new {
                Duration::ZERO
            } else {
                age(&self.path)
            };
            self.last = (Instant::now(), age);
        }
        Ok(has_news || was_caught_up != self.is_caught_up)
    }

    /// Begins anew if the file was replaced. One that is empty, or gone for a moment, is looked at again later.
    fn replace(&mut self) -> Result<bool, ReadError> {
        if !self.followed.is_replaced() {
            return Ok(false);
        }
        let mut fresh = match Self::open(&self.path) {
            Ok(fresh) => fresh,
            Err(ReadError::Io(_)) => return Ok(false),
            Err(error) => return Err(error),
        };
        match fresh.followed.step() {
            Err(ReadError::Empty) => Ok(false),
            Err(error) => Err(error),
            Ok(_) => {
                // From the start, with what the step would have told.
                *self = Self::open(&self.path)?;
                Ok(true)
            }
        }
    }

    fn event(&mut self) {
        let event = &self.followed.state().event;
        match event.kind.as_str() {
            "start" => self.end = None,
            "end" | "error" => self.end = Some(event.clone()),
            _ => {}
        }
    }

    pub(super) fn facts(&self) -> Facts<'_> {
        Facts::of(self.state())
    }

    pub(super) fn state(&self) -> &State {
        self.followed.state()
    }

    pub(super) fn track(&self) -> &Track {
        &self.track
    }

    /// Returns true if there are numbers.
    pub(super) fn has_moment(&self) -> bool {
        self.has_moment
    }

    /// Returns true if there was a report, which says what leaks or grows.
    pub(super) fn has_report(&self) -> bool {
        self.has_report
    }

    pub(super) fn is_caught_up(&self) -> bool {
        self.is_caught_up
    }

    /// Returns why a part of the file is missing.
    pub(super) fn damage(&self) -> Option<String> {
        self.state().damage.and_then(|_| self.followed.cut())
    }

    pub(super) fn life(&self) -> Life {
        let (last, age) = self.last;
        let silence = age + last.elapsed();
        match &self.end {
            _ if !self.is_caught_up => {
                let length = std::fs::metadata(&self.path).map_or(0, |file| file.len());
                Life::Reading((100 * self.followed.position() / length.max(1)).min(99))
            }
            Some(event) if event.kind == "error" => Life::Failed(event.text.clone()),
            Some(_) => Life::Ended,
            None if silence < SILENCE => Life::Running,
            None => Life::Silent(silence),
        }
    }
}

/// Returns the time since the file was written.
fn age(path: &Path) -> Duration {
    let written = std::fs::metadata(path)
        .and_then(|file| file.modified())
        .ok();
    written
        .and_then(|written| SystemTime::now().duration_since(written).ok())
        .unwrap_or_default()
}
