//! A file of DHAT, version 2, for `dh_view.html` of valgrind.
//!
//! Each line of the source is a program point with the frames `element gain`, `pad gain:src:out` and `file:line text`,
//! so that the viewer sums by element and by pad. What a pad allocates outside of marked statements has a frame that says
//! so, or the viewer would show a point with the same frames as the sum of the pad. The numbers are:
//!
//! | field | meaning |
//! |---|---|
//! | `tb`, `tbk` | bytes and blocks ever allocated |
//! | `eb`, `ebk` | live bytes and blocks at the last moment, which is the end, `te` |
//! | `gb`, `gbk` | live bytes and blocks at the moment with most live bytes in all, `tg` |
//! | `mb`, `mbk` | the most live bytes at any moment of the run, and the blocks then |
//! | `tl` | the lifetimes of all blocks: the area below the curve of live blocks, in microseconds |
//!
//! The last three are read off the moments of the run. What came and went between two of them is not in them.

use std::collections::HashMap;
use std::io::{self, Write};
use std::time::Duration;

use super::place;
use crate::json::{Json, Object};
use crate::memory::Usage;
use crate::recording::run::{Moment, Row, Run};

/// Blocks that live shorter, in microseconds, are called short-lived by the viewer.
const SHORT_LIVED: u64 = 500;

/// The innermost frame of what a pad allocates without a statement.
const OUTSIDE: &str = "outside of marked statements";

/// Writes the numbers of the last moment, and what the others say of the peaks.
pub(super) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let mut frames = Frames::default();
    let highest = highest(run);
    let pasts = pasts(run);
    let point = |row: Row<'_>| {
        let at_highest = highest.and_then(|moment| moment.lines.get(row.index));
        let at_highest = at_highest.copied().unwrap_or_default();
        let past = pasts.get(row.index).copied().unwrap_or_default();
        Json::Object(vec![
            ("tb", row.usage.total_bytes.into()),
            ("tbk", row.usage.total_blocks.into()),
            ("tl", past.lifetimes.into()),
            ("mb", past.most.live_bytes.into()),
            ("mbk", past.most.live_blocks.into()),
            ("gb", at_highest.live_bytes.into()),
            ("gbk", at_highest.live_blocks.into()),
            ("eb", row.usage.live_bytes.into()),
            ("ebk", row.usage.live_blocks.into()),
            ("fs", Json::list(frames.of(&row))),
        ])
    };
    let microseconds = |moment: Option<&Moment>| micros(moment.map_or(Duration::ZERO, |is| is.at));
    let mut object = Object::begin(out)?;
    object.member("dhatFileVersion", 2_u64)?;
    object.member("mode", "sgn-heap")?;
    object.member("verb", "Allocated")?;
    object.member("bklt", true)?;
    object.member("bkacc", false)?;
    object.member("tu", "µs")?;
    object.member("Mtu", "s")?;
    object.member("tuth", SHORT_LIVED)?;
    object.member("cmd", place::command(&run.program))?;
    object.member("pid", run.program.process)?;
    object.member("tg", microseconds(highest))?;
    object.member("te", microseconds(run.last()))?;
    object.list("pps", place::rows(run).map(point))?;
    object.list("ftbl", frames.all)?;
    object.end()
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// Returns the moment with the most live bytes.
fn highest(run: &Run) -> Option<&Moment> {
    let moments = run.moments.iter();
    moments.max_by_key(|moment| moment.total().live_bytes)
}

/// The past of a line.
#[derive(Clone, Copy, Default)]
struct Past {
    /// The numbers when it had the most live bytes.
    most: Usage,
    /// In microseconds.
    lifetimes: u64,
}

/// Returns the past of each line by its index.
fn pasts(run: &Run) -> Vec<Past> {
    let mut pasts = vec![Past::default(); run.lines.len()];
    let (mut since, mut earlier) = (Duration::ZERO, &[][..]);
    for moment in &run.moments {
        let time = micros(moment.at.saturating_sub(since));
        for (index, (past, now)) in pasts.iter_mut().zip(&moment.lines).enumerate() {
            let before = earlier
                .get(index)
                .map_or(0, |usage: &Usage| usage.live_blocks);
            let blocks = before.saturating_add(now.live_blocks);
            past.lifetimes = past
                .lifetimes
                .saturating_add(blocks.saturating_mul(time) / 2);
            if now.live_bytes > past.most.live_bytes {
                past.most = *now;
            }
        }
        (since, earlier) = (moment.at, &moment.lines);
    }
    pasts
}

/// The frames of all program points, each once. The first is the root, which the viewer wants.
struct Frames {
    all: Vec<String>,
    by_name: HashMap<String, usize>,
}

impl Default for Frames {
    fn default() -> Self {
        Self {
            all: vec![String::from("[root]")],
            by_name: HashMap::new(),
        }
    }
}

impl Frames {
    /// Returns the indices of the frames of `row`, the outermost first.
    fn of(&mut self, row: &Row<'_>) -> Vec<usize> {
        let pad = place::pad(row);
        let names = [
            Some(format!("element {}", row.element)),
            pad.map(|pad| format!("pad {pad}")),
            row.statement
                .map(place::statement)
                .or_else(|| pad.map(|_| OUTSIDE.to_owned())),
        ];
        names
            .into_iter()
            .flatten()
            .map(|name| self.index(name))
            .collect()
    }

    fn index(&mut self, name: String) -> usize {
        *self.by_name.entry(name).or_insert_with_key(|name| {
            self.all.push(name.clone());
            self.all.len() - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::recording::run::made;

    #[test]
    fn a_program_point_has_the_numbers_of_its_line() {
        let mut out = Vec::new();
        write(&made::run("src/main.rs", "x", 2), &mut out).expect("a Vec takes all");
        let file: Value = serde_json::from_slice(&out).expect("it is JSON");
        assert_eq!(
            (&file["tg"], &file["te"]),
            (&json!(2_000_000), &json!(2_000_000))
        );
        let point = &file["pps"][2];
        let frames: Vec<_> = point["fs"].as_array().expect("a list").iter().collect();
        let name = |index: &Value| file["ftbl"][index.as_u64().expect("an index") as usize].clone();
        assert_eq!(name(frames[0]), "element kept");
        assert_eq!(name(frames[1]), "pad kept:snk:in");
        assert_eq!(name(frames[2]), "src/main.rs:12 x");
        // 0 to 100 blocks in the first second, and 100 to 200 in the second
        assert_eq!(point["tl"], 50_000_000 + 150_000_000);
        assert_eq!((&point["eb"], &point["mbk"]), (&json!(25_600), &json!(200)));
    }

    #[test]
    fn the_peak_is_that_of_the_highest_moment() {
        let mut run = made::run("src/main.rs", "x", 3);
        run.moments[2].lines[2].live_bytes = 128;
        let mut out = Vec::new();
        write(&run, &mut out).expect("a Vec takes all");
        let file: Value = serde_json::from_slice(&out).expect("it is JSON");
        assert_eq!(file["tg"], 2_000_000);
        let point = &file["pps"][2];
        assert_eq!((&point["gb"], &point["eb"]), (&json!(25_600), &json!(128)));
    }
}
