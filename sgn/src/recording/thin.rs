//! Thins out the old moments of a file.

use std::io::{self, Read, Write};

use super::envelope::START;
use super::reader::{Next, ReadError, Reader};
use super::record::{Kind, Record};
use super::state::{State, Step};
use super::writer::{When, Writer};

/// Copies a file, without every second moment of its first three quarters. Returns the length of the copy.
///
/// So after some times, moments are the further apart the longer ago they are, and the first and the last stay. Events
/// and names stay, too.
pub(super) fn thin<R: Read>(
    open: impl Fn() -> io::Result<R>,
    copy: &mut impl Write,
) -> io::Result<u64> {
    let mut moments: u64 = 0;
    let mut reader = Reader::new(open()?);
    while let Some(next) = next(&mut reader)? {
        moments += u64::from(matches!(next, Next::Record(Record::Moment(_))));
    }
    let mut reader = Reader::new(open()?);
    let mut state = State::new();
    let mut writer = Writer::new();
    copy.write_all(&START)?;
    let mut length = START.len() as u64;
    let (mut seen, mut is_kept) = (0, true);
    let mut known = (0, 0);
    while let Some(next) = next(&mut reader)? {
        // Names are written with the next moment, and numbers anew.
        let copied = match &next {
            Next::Record(record) if is_copied(record.kind(), is_kept) => Some(record.clone()),
            _ => None,
        };
        let is_moment = state.apply(next) == Step::Moment;
        if let Some(record) = copied {
            writer.put_names();
            writer.put(&record);
        }
        for owner in &state.owners[known.0..] {
            writer.add_owner(owner.clone());
        }
        for line in &state.lines[known.1..] {
            writer.add_line(line.clone());
        }
        known = (state.owners.len(), state.lines.len());
        if is_moment {
            is_kept = seen % 2 == 0 || seen >= moments / 4 * 3;
            seen += 1;
            if is_kept {
                (0..known.1).for_each(|line| writer.set_line(line, state.line(line)));
                (0..known.0).for_each(|owner| writer.set_peak(owner, state.peak(owner)));
                writer.put_moment(When {
                    at: state.at,
                    stride: state.stride,
                    samples: state.samples,
                    has_report: state.has_report,
                    is_timed: state.is_timed,
                });
            }
        }
        let bytes = writer.take_bytes();
        copy.write_all(&bytes)?;
        length += bytes.len() as u64;
    }
    Ok(length)
}

/// Returns true for records that are copied as they are; findings belong to the moment before them.
const fn is_copied(kind: Kind, has_moment: bool) -> bool {
    match kind {
        Kind::Program | Kind::Graph | Kind::Event => true,
        Kind::Findings | Kind::Holders => has_moment,
        Kind::Owner | Kind::Line | Kind::Whole | Kind::Difference => false,
    }
}

fn next<R: Read>(reader: &mut Reader<R>) -> io::Result<Option<Next>> {
    reader.next().map_err(|error| match error {
        ReadError::Io(error) => error,
        other => io::Error::other(other.to_string()),
    })
}
