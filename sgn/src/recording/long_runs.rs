//! Files of long runs: how large they become, and how much memory it takes to write and to read them.

use std::io::{self, Read};
use std::time::Duration;

use super::envelope::START;
use super::parts::{Line, Peak, Statement};
use super::reader::Reader;
use super::state::{State, Step};
use super::thin::thin;
use super::writer::{When, Writer};
use crate::memory::Usage;

const HOUR: u64 = 3600;

/// The bytes that a day of a run takes at most, however much happens in it.
const LIMIT: usize = 64 << 20;

/// A pipeline of 16 strides a second, with ten lines for each of its elements.
struct Pipeline {
    lines: Vec<Usage>,
    random: u64,
    writer: Writer,
    second: u64,
}

impl Pipeline {
    fn new(elements: usize) -> Self {
        let mut writer = Writer::new();
        for owner in 0..elements {
            writer.add_owner(format!("element{owner}:src:out"));
            for line in 0..10 {
                writer.add_line(Line {
                    owner,
                    statement: Some(Statement {
                        file: format!("src/element{owner}.rs"),
                        line,
                        text: String::from("let frame = vec![0.0; samples.len()];"),
                        function: String::from("pull"),
                    }),
                });
            }
        }
        Self {
            lines: vec![Usage::default(); 10 * elements],
            random: 1,
            writer,
            second: 0,
        }
    }

    fn below(&mut self, end: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 16) % end
    }

    /// Returns the records of the next second. In a pipeline that is not steady each line's blocks differ in size by a
    /// fifth, and so do those that it holds.
    fn second(&mut self, is_steady: bool) -> Vec<u8> {
        self.second += 1;
        for index in 0..self.lines.len() {
            // From 64 bytes to 64 KiB, by the line.
            let size = 64 << (index % 11);
            let blocks = 16 * (1 + index as u64 % 3);
            let spread = if is_steady { 1 } else { size / 5 };
            let (more, live) = (self.below(spread * 4), self.below(spread * 2));
            let held = if is_steady { 8 } else { 7 + self.below(3) };
            let line = &mut self.lines[index];
            line.total_blocks += blocks;
            line.total_bytes += blocks * size + if is_steady { 0 } else { more };
            line.live_blocks = held;
            line.live_bytes = held * size + if is_steady { 0 } else { live };
            let usage = *line;
            self.writer.set_line(index, usage);
        }
        for owner in 0..self.lines.len() / 10 {
            // Peaks are reached early and stay.
            let peak = Peak {
                bytes: 1 << 20,
                is_exact: true,
            };
            self.writer.set_peak(owner, peak);
        }
        self.writer.put_moment(When {
            at: Duration::from_secs(self.second) + Duration::from_micros(self.second % 400),
            stride: 16 * self.second,
            samples: None,
            has_report: true,
            is_timed: true,
        });
        self.writer.take_bytes()
    }
}

/// Returns the bytes that an hour takes after the first minute.
fn an_hour(is_steady: bool) -> usize {
    let mut pipeline = Pipeline::new(100);
    let seconds = if cfg!(debug_assertions) {
        HOUR / 10
    } else {
        HOUR
    };
    let start: usize = (0..60).map(|_| pipeline.second(is_steady).len()).sum();
    assert!(start > 0);
    let all: usize = (0..seconds).map(|_| pipeline.second(is_steady).len()).sum();
    all * (HOUR / seconds) as usize
}

#[test]
fn an_hour_of_a_steady_pipeline_takes_less_than_100_kib() {
    let bytes = an_hour(true);
    assert!(bytes <= 100 << 10, "{bytes}");
}

#[test]
fn an_hour_in_which_all_lines_change_takes_less_than_16_mib() {
    let bytes = an_hour(false);
    assert!(bytes <= 16 << 20, "{bytes}");
}

/// A day in debug would take minutes.
const DAY: u64 = if cfg!(debug_assertions) {
    HOUR / 6
} else {
    24 * HOUR
};

#[test]
fn a_day_stays_within_its_limit_and_is_readable_whole() {
    let mut pipeline = Pipeline::new(100);
    let limit = if cfg!(debug_assertions) {
        1 << 20
    } else {
        LIMIT
    };
    let mut file = START.to_vec();
    let (mut most, mut thinned) = (0, 0);
    for _ in 0..DAY {
        file.append(&mut pipeline.second(false));
        most = most.max(file.len());
        if file.len() > limit {
            let mut copy = Vec::new();
            thin(|| Ok(&file[..]), &mut copy).expect("it is a file of ours");
            file = copy;
            pipeline.writer.has_lost_bytes();
            thinned += 1;
        }
    }
    assert!(most < limit + limit / 8, "{most}");
    assert!(thinned > 2, "{thinned}");
    let mut reader = Reader::new(&file[..]);
    let mut state = State::new();
    let mut seconds = Vec::new();
    while let Some(next) = reader.next().expect("it is a file of ours") {
        if state.apply(next) == Step::Moment {
            seconds.push(state.at.as_secs());
        }
    }
    assert_eq!((seconds[0], seconds.last().copied()), (1, Some(DAY)));
    assert!(seconds.is_sorted());
    assert!(state.damage.is_none());
    // The last moment is exact, however often the others were thinned out.
    assert!((0..1000).all(|line| state.line(line) == pipeline.lines[line]));
    // No gap is longer than a sixteenth of the run.
    let gap = seconds.windows(2).map(|pair| pair[1] - pair[0]).max();
    assert!(gap.is_some_and(|gap| gap < DAY / 16), "{gap:?}");
}

#[test]
fn a_gibibyte_is_read_in_little_memory() {
    /// Gives the same records again and again, which a reader takes for those of another run.
    struct Endless {
        start: Vec<u8>,
        records: Vec<u8>,
        place: usize,
        left: usize,
    }
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if !self.start.is_empty() {
                let length = self.start.len().min(buffer.len());
                buffer[..length].copy_from_slice(&self.start[..length]);
                self.start.drain(..length);
                return Ok(length);
            }
            if self.place == self.records.len() {
                self.place = 0;
            }
            let rest = &self.records[self.place..];
            let length = rest.len().min(buffer.len()).min(self.left);
            buffer[..length].copy_from_slice(&rest[..length]);
            self.place += length;
            self.left -= length;
            Ok(length)
        }
    }
    let mut pipeline = Pipeline::new(10);
    let mut records = pipeline.second(false);
    let start = START.to_vec();
    for _ in 0..500 {
        records.append(&mut pipeline.second(false));
    }
    let bytes = if cfg!(debug_assertions) {
        1 << 22
    } else {
        1 << 30
    };
    let mut reader = Reader::new(Endless {
        start,
        records,
        place: 0,
        left: bytes,
    });
    let mut state = State::new();
    let mut most = 0;
    let mut moments = 0_u64;
    while let Some(next) = reader.next().expect("it is a file of ours") {
        moments += u64::from(state.apply(next) == Step::Moment);
        most = most.max(reader.held());
    }
    assert!(moments > bytes as u64 / 1000, "{moments}");
    assert_eq!((state.lines.len(), state.owners.len()), (100, 10));
    assert!(most <= 1 << 18, "{most}");
}
