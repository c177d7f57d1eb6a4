//! Reads a file, record by record.

use std::fmt;
use std::io::{self, Read};

use super::envelope::{First, HEADER, START, first_record};
use super::record::Record;

/// The reason why a file cannot be read at all.
#[derive(Debug)]
pub(crate) enum ReadError {
    Io(io::Error),
    /// Nothing is in the file.
    Empty,
    /// The file does not begin as one of ours.
    Foreign,
    /// The file has this version, which is not ours.
    Version(u8),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Empty => f.write_str("it is empty"),
            Self::Foreign => f.write_str(
                "it is not a memory profile of sgn, which begins with `sgnprof`; \
                 a run writes one if `SGN_MEMPROF_FILE` names it",
            ),
            Self::Version(version) => write!(
                f,
                "it has version {version} of the format, and this program reads version {}",
                START[7]
            ),
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The next part of a file.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Next {
    Record(Record),
    /// Bytes that are no records: so many, from that one on.
    Damage {
        at: u64,
        bytes: u64,
    },
}

/// Reads one file, of which it holds one record at a time.
#[derive(Debug)]
pub(super) struct Reader<R> {
    input: R,
    buffer: Vec<u8>,
    /// The place in `buffer` up to which it was read.
    used: usize,
    /// The place in the file of the start of `buffer`.
    offset: u64,
    has_started: bool,
}

impl<R: Read> Reader<R> {
    /// The bytes that are read at once.
    const STEP: usize = 1 << 16;
    /// The most bytes whose checksums are computed to find a record behind one damage.
    const SEARCH: usize = 1 << 28;

    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            used: 0,
            offset: 0,
            has_started: false,
        }
    }

    /// Returns the file.
    #[cfg(unix)]
    pub(super) fn input(&self) -> &R {
        &self.input
    }

    /// Returns how many bytes it holds.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.buffer.capacity()
    }

    /// Returns how many bytes of the file were read as records.
    pub(super) fn position(&self) -> u64 {
        self.offset + self.used as u64
    }

    /// Returns how many bytes are there behind the last complete record.
    pub(super) fn rest(&self) -> usize {
        self.buffer.len() - self.used
    }

    /// Returns the next record; `None` at the end of what is there now.
    ///
    /// If the file grows meanwhile, the next call returns what came. A last record that is not complete stays for
    /// later.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is none of ours.
    pub(super) fn next(&mut self) -> Result<Option<Next>, ReadError> {
        if !self.has_started && !self.start()? {
            return Ok(None);
        }
        loop {
            match first_record(&self.buffer[self.used..]) {
                First::Record(record) => {
                    let (at, length) = (self.position(), HEADER + record.len());
                    let record = Record::of_bytes(record);
                    self.used += length;
                    return Ok(Some(match record {
                        Some(record) => Next::Record(record),
                        None => Next::Damage {
                            at,
                            bytes: length as u64,
                        },
                    }));
                }
                First::Incomplete(wanted) => {
                    if !self.fill(wanted)? {
                        return self.incomplete();
                    }
                }
                First::Damaged(length) => return self.damage(length).map(Some),
            }
        }
    }

    /// Reads the start of the file; `false` if it is not there yet.
    fn start(&mut self) -> Result<bool, ReadError> {
        let is_there = self.fill(START.len())?;
        let (name, version) = START.split_at(START.len() - 1);
        let found = &self.buffer[..self.buffer.len().min(START.len())];
        if found.is_empty() {
            return Err(ReadError::Empty);
        }
        if !found.iter().zip(name).all(|(one, other)| one == other) {
            return Err(ReadError::Foreign);
        }
        if !is_there {
            return Ok(false);
        }
        if found[name.len()] != version[0] {
            return Err(ReadError::Version(found[name.len()]));
        }
        self.used = START.len();
        self.has_started = true;
        Ok(true)
    }

    /// Reads until there are `wanted` bytes behind the last record; `false` if the file has no more now.
    fn fill(&mut self, wanted: usize) -> io::Result<bool> {
        if self.used > 0 && self.buffer.len() - self.used < wanted {
            self.buffer.drain(..self.used);
            self.offset += self.used as u64;
            self.used = 0;
        }
        while self.buffer.len() - self.used < wanted {
            let length = self.buffer.len();
            let more = (wanted - (length - self.used)).clamp(1, Self::STEP);
            // In steps, as the length of a damaged record may be any.
            let room = length + more.max(Self::STEP);
            self.buffer.resize(room, 0);
            let read = self.input.read(&mut self.buffer[length..]);
            self.buffer.truncate(length + *read.as_ref().unwrap_or(&0));
            match read {
                Ok(0) => return Ok(false),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Returns what the end of the file is: a record that is being written, or damage that hides records behind it.
    fn incomplete(&mut self) -> Result<Option<Next>, ReadError> {
        let rest = &self.buffer[self.used..];
        // A record that is being written has no record behind it; a damaged length has.
        match rest.len() > HEADER && find_record(rest, Self::SEARCH).is_some() {
            true => self.damage(None).map(Some),
            false => Ok(None),
        }
    }

    /// Skips damage: by the length that the record claims, if a record follows, and else up to the next that is found.
    fn damage(&mut self, length: Option<usize>) -> Result<Next, ReadError> {
        let at = self.position();
        if let Some(length) = length {
            self.fill(length + HEADER)?;
            let behind = &self.buffer[(self.used + length).min(self.buffer.len())..];
            let is_followed = match first_record(behind) {
                First::Record(_) => true,
                First::Incomplete(_) => behind.is_empty(),
                First::Damaged(_) => false,
            };
            if is_followed {
                self.used += length;
                return Ok(Next::Damage {
                    at,
                    bytes: length as u64,
                });
            }
        }
        let mut bytes = 0;
        let mut left = Self::SEARCH;
        loop {
            let rest = &self.buffer[self.used..];
            match find_record(rest, left) {
                Some(skipped) => {
                    self.used += skipped;
                    bytes += skipped as u64;
                    return Ok(Next::Damage { at, bytes });
                }
                None => {
                    // A record may begin in the last bytes, so some stay.
                    let skipped = rest.len().saturating_sub(Self::STEP);
                    left = left.saturating_sub(rest.len());
                    self.used += skipped;
                    bytes += skipped as u64;
                    let wanted = self.buffer.len() - self.used + Self::STEP;
                    if left == 0 || !self.fill(wanted)? {
                        let rest = self.buffer.len() - self.used;
                        if find_record(&self.buffer[self.used..], left).is_none() {
                            self.used += rest;
                            bytes += rest as u64;
                            return Ok(Next::Damage { at, bytes });
                        }
                    }
                }
            }
        }
    }
}

/// Returns the place of the first record behind the first byte, computing the checksums of at most `most` bytes.
fn find_record(bytes: &[u8], most: usize) -> Option<usize> {
    let mut left = most;
    for place in 1..bytes.len().saturating_sub(HEADER) {
        match first_record(&bytes[place..]) {
            First::Record(record) if Record::of_bytes(record).is_some() => return Some(place),
            First::Record(record) => left = left.checked_sub(record.len())?,
            First::Damaged(Some(length)) => left = left.checked_sub(length)?,
            First::Damaged(None) | First::Incomplete(_) => {}
        }
    }
    None
}
