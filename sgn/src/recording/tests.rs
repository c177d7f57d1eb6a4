//! Whole files: what is written is read, and nothing that is read does harm.

use std::time::Duration;

use super::envelope::START;
use super::parts::{Event, Line, Peak, Program, Statement};
use super::reader::{Next, ReadError, Reader};
use super::record::{Graph, Record};
use super::state::{State, Step};
use super::writer::{When, Writer};
use crate::memory::Usage;

/// Numbers that look random, and are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % end
    }
}

/// All that a reader has to find at one moment.
#[derive(Clone, Debug, PartialEq)]
struct Expected {
    at: Duration,
    stride: u64,
    lines: Vec<Usage>,
    peaks: Vec<Peak>,
}

fn line(index: usize) -> Line {
    Line {
        owner: index % 3,
        statement: (index > 0).then(|| Statement {
            file: format!("src/file{index}.rs"),
            line: index as u32,
            text: String::from("let x = \"a\nb\";"),
            function: String::from("pull"),
        }),
    }
}

/// Writes a file of `moments` moments, in which lines come and go, and returns what a reader has to find.
fn file(moments: u64, seed: u64) -> (Vec<u8>, Vec<Expected>) {
    let mut random = Random(seed | 1);
    let mut writer = Writer::new();
    let mut bytes = START.to_vec();
    let mut expected = Vec::new();
    writer.put(&Record::Program(Program {
        name: String::from("program"),
        ..Program::default()
    }));
    for owner in ["(runtime)", "src:src:out", "snk:snk:in"] {
        writer.add_owner(owner.to_owned());
    }
    let (mut lines, mut peaks) = (Vec::new(), vec![Peak::default(); 3]);
    let (mut at, mut stride) = (Duration::ZERO, 0);
    for moment in 0..moments {
        at += Duration::from_micros(random.below(2_000_000));
        stride += random.below(20);
        while lines.len() as u64 <= moment.min(12) {
            writer.add_line(line(lines.len()));
            lines.push(Usage::default());
        }
        for (index, line) in lines.iter_mut().enumerate() {
            if random.below(4) == 0 {
                continue;
            }
            let blocks = random.below(5);
            line.total_blocks += blocks;
            line.total_bytes += 100 * blocks;
            line.live_bytes = random.below(1 << (4 * index + 1).min(40));
            line.live_blocks = random.below(10);
            writer.set_line(index, *line);
        }
        for (index, peak) in peaks.iter_mut().enumerate() {
            peak.bytes += random.below(3);
            peak.is_exact = random.below(2) == 0;
            writer.set_peak(index, *peak);
        }
        writer.put_moment(When {
            at,
            stride,
            ..When::default()
        });
        expected.push(Expected {
            at,
            stride,
            lines: lines.clone(),
            peaks: peaks.clone(),
        });
        bytes.append(&mut writer.take_bytes());
    }
    writer.put(&Record::Event(Event {
        kind: String::from("end"),
        ..Event::default()
    }));
    bytes.append(&mut writer.take_bytes());
    (bytes, expected)
}

/// Reads what there is, and returns each moment.
fn read(bytes: &[u8]) -> Result<(Vec<Expected>, State), ReadError> {
    let mut reader = Reader::new(bytes);
    let mut state = State::new();
    let mut found = Vec::new();
    while let Some(next) = reader.next()? {
        if state.apply(next) == Step::Moment {
            found.push(Expected {
                at: state.at,
                stride: state.stride,
                lines: (0..state.lines.len())
                    .map(|index| state.line(index))
                    .collect(),
                peaks: (0..state.owners.len())
                    .map(|index| state.peak(index))
                    .collect(),
            });
        }
    }
    Ok((found, state))
}

#[test]
fn what_is_written_is_read() {
    for seed in 1..20 {
        let (bytes, expected) = file(200, seed);
        let (found, state) = read(&bytes).expect("it is a file of ours");
        assert_eq!(found, expected);
        assert_eq!(
            (state.program.name.as_str(), state.event.kind.as_str()),
            ("program", "end")
        );
        assert_eq!((state.lines[5].clone(), state.damage), (line(5), None));
    }
}

#[test]
fn a_file_that_ends_early_is_read_up_to_its_last_record() {
    let (bytes, expected) = file(30, 7);
    let mut most = 0;
    for length in 1..bytes.len() {
        let (found, state) = read(&bytes[..length]).expect("it is the start of a file of ours");
        assert_eq!(found, expected[..found.len()], "{length}");
        assert!(found.len() >= most && state.damage.is_none(), "{length}");
        most = found.len();
    }
    assert_eq!(most, expected.len());
}

#[test]
fn a_file_that_had_no_room_at_first_has_all_names_later() {
    let mut writer = Writer::new();
    let program = Program {
        name: String::from("program"),
        ..Program::default()
    };
    writer.set_head(program, Graph::default());
    writer.add_owner(String::from("src:src:out"));
    writer.add_line(Line::default());
    writer.put_moment(When::default());
    // The disk is full.
    drop(writer.take_bytes());
    writer.has_lost_bytes();
    let usage = Usage {
        live_bytes: 7,
        ..Usage::default()
    };
    writer.set_line(0, usage);
    writer.put_moment(When {
        stride: 3,
        ..When::default()
    });
    let bytes = [&START[..], &writer.take_bytes()].concat();
    let (found, state) = read(&bytes).expect("it is a file of ours");
    assert_eq!(
        (found.len(), found[0].stride, found[0].lines[0]),
        (1, 3, usage)
    );
    assert_eq!(
        (state.program.name.as_str(), state.owners[0].as_str()),
        ("program", "src:src:out")
    );
}

#[test]
fn a_file_that_grows_is_read_as_it_grows() {
    /// Gives a byte at a time, and says in between that there is no more.
    struct Slow<'a>(&'a [u8], bool);
    impl std::io::Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.1 = !self.1;
            if self.1 || self.0.is_empty() {
                return Ok(0);
            }
            buffer[0] = self.0[0];
            self.0 = &self.0[1..];
            Ok(1)
        }
    }
    let (bytes, expected) = file(10, 3);
    let mut reader = Reader::new(Slow(&bytes, true));
    let mut state = State::new();
    let mut found = 0;
    for _ in 0..3 * bytes.len() {
        if let Some(next) = reader.next().expect("it is a file of ours")
            && state.apply(next) == Step::Moment
        {
            assert_eq!(state.stride, expected[found].stride);
            found += 1;
        }
    }
    assert_eq!(found, expected.len());
}

#[test]
fn each_flipped_bit_loses_little_and_is_told() {
    let (bytes, expected) = file(60, 11);
    for place in 8..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[place] ^= 1 << (place % 8);
        let (found, state) = read(&flipped).expect("the start is that of a file of ours");
        // Up to the damage, and again from the next whole moment.
        assert!(found.iter().all(|found| {
            expected
                .iter()
                .any(|one| one.stride == found.stride && one.at == found.at)
        }));
        for one in &found {
            let same = expected
                .iter()
                .find(|expected| expected.at == one.at && expected.stride == one.stride);
            assert_eq!(Some(&one.lines), same.map(|same| &same.lines), "{place}");
        }
        let is_whole = found.len() == expected.len()
            && state.event.kind == "end"
            && state.program.name == "program";
        let is_told = state.damage.is_some() || place + 40 > flipped.len();
        assert!(is_whole || is_told, "{place} of {}", bytes.len());
    }
}

#[test]
fn foreign_and_newer_files_are_refused() {
    let refused = |bytes: &[u8]| {
        read(bytes)
            .map(|_| ())
            .expect_err("it is no file of ours")
            .to_string()
    };
    assert_eq!(refused(b""), "it is empty");
    assert!(refused(b"\x1f\x8b\x08").contains("begins with `sgnprof`"));
    assert!(refused(b"sgnprof\x02...").contains("version 2"));
}

#[test]
fn hostile_records_do_no_harm() {
    let mut random = Random(99);
    let (bytes, _) = file(20, 5);
    // Changed records with checksums that are right.
    let mut reader = Reader::new(&bytes[..]);
    let mut records = Vec::new();
    while let Ok(Some(next)) = reader.next() {
        if let Next::Record(record) = next {
            records.push(record.to_bytes());
        }
    }
    let rounds = if cfg!(debug_assertions) {
        3000
    } else {
        300_000
    };
    for _ in 0..rounds {
        let mut state = State::new();
        let mut written = START.to_vec();
        for record in &records {
            let mut record = record.clone();
            for _ in 0..random.below(3) {
                let place = random.below(record.len() as u64) as usize;
                record[place] = random.below(256) as u8;
            }
            if random.below(20) == 0 {
                record.truncate(random.below(record.len() as u64 + 1) as usize);
            }
            super::envelope::put_record(&mut written, &record);
        }
        let mut reader = Reader::new(&written[..]);
        while let Ok(Some(next)) = reader.next() {
            state.apply(next);
        }
        let total: Usage = (0..state.lines.len()).map(|index| state.line(index)).sum();
        assert!(total.live_bytes <= i64::MAX as u64 || state.lines.is_empty());
    }
}
