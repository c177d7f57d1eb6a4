//! Every byte is billed to the line that allocated it.
//!
//! The line below a comment `@name` is the one that a check calls by that name.

#![allow(
    clippy::let_and_return,
    clippy::never_loop,
    clippy::redundant_closure,
    clippy::while_let_on_iterator,
    reason = "every way to write a statement is tried, not only the shortest"
)]

use std::collections::BTreeMap;
use std::hint::black_box;

use sgn::memory::{self, Mark, Snapshot, register, scope};

sgn::counting_allocator!();

const SOURCE: &str = include_str!("lines_exact.rs");

/// Allocates `bytes` and frees them, at no line of its own.
fn eat(bytes: usize) -> usize {
    black_box(vec![0_u8; bytes]).len()
}

/// The number of the line below the comment `@name`.
#[track_caller]
fn line_of(name: &str) -> u32 {
    let comment = format!("// @{name}");
    let mut lines = (2..)
        .zip(SOURCE.lines())
        .filter(|(_, line)| line.trim() == comment);
    let (number, _) = lines.next().expect("the line exists");
    assert!(lines.next().is_none(), "`{comment}` is there twice");
    number
}

/// All marks at which an owner allocated, and how many bytes.
fn lines_of(name: &str) -> Vec<(Option<&'static Mark>, u64)> {
    Snapshot::take()
        .sites()
        .filter(|site| site.owner.name() == name)
        .map(|site| (site.mark, site.usage.total_bytes))
        .collect()
}

/// Runs `work` for an owner of its own: how many bytes it allocated at which line.
fn bytes_by_line<R>(owner: &str, work: impl FnOnce() -> R) -> BTreeMap<u32, u64> {
    assert!(memory::enable());
    black_box(scope(register(owner), work));
    let mut found = BTreeMap::new();
    for (mark, bytes) in lines_of(owner) {
        let line = mark.map_or(0, Mark::line);
        assert!(mark.is_none_or(|mark| mark.file() == file!()), "{mark:?}");
        assert!(found.insert(line, bytes).is_none(), "two rows: {mark:?}");
    }
    found
}

/// `work` allocates exactly these bytes at exactly these lines.
#[track_caller]
fn check<R>(owner: &str, work: impl FnOnce() -> R, expected: &[(&str, u64)]) {
    let expected: BTreeMap<u32, u64> = expected
        .iter()
        .map(|(name, bytes)| (line_of(name), *bytes))
        .collect();
    assert_eq!(bytes_by_line(owner, work), expected);
}

#[sgn::profile]
fn straight(number: usize) -> usize {
    // @one
    let one = eat(10);
    let two = one + 1;
    if number > 3 {
        // @early
        eat(20);
        return two;
    }
    // @tail
    eat(30)
}

#[test]
fn statements_early_returns_and_tails() {
    check("straight", || straight(1), &[("one", 10), ("tail", 30)]);
    check("early", || straight(9), &[("one", 10), ("early", 20)]);
}

#[test]
fn a_mark_knows_text_and_function() {
    check("text", || straight(1), &[("one", 10), ("tail", 30)]);
    let mark = lines_of("text")[0].0.expect("a marked line");
    assert_eq!(mark.text(), "let one = eat(10);");
    assert_eq!(mark.function(), "straight");
}

#[sgn::profile]
fn loops(rounds: usize) {
    for round in 0..rounds {
        // @hoisted
        eat(1);
        black_box(round);
    }
    let mut left = rounds;
    // @while
    while eat(2) < left + 1 {
        if left == rounds {
            left -= 1;
            continue;
        }
        // @body
        eat(3);
        left -= 1;
    }
    // @next
    let mut numbers = (0..rounds).map(|number| eat(100 + number));
    while let Some(number) = numbers.next_back() {
        black_box(number);
        // @after_next
        eat(5);
    }
    // @for
    let numbers = (0..rounds).map(|number| eat(200 + number));
    for number in numbers {
        // @in_for
        eat(black_box(7));
        let _ = number;
    }
    left = 0;
    'outer: loop {
        loop {
            // @inner
            left += eat(8);
            if left > 8 {
                break 'outer;
            }
            if left > 0 {
                break;
            }
        }
    }
}

#[test]
fn loops_give_their_heads_the_line_back() {
    check(
        "loops",
        || loops(3),
        &[
            ("hoisted", 3),
            ("while", 6),
            ("body", 3),
            ("next", 303),
            ("after_next", 15),
            ("for", 603),
            ("in_for", 21),
            ("inner", 16),
        ],
    );
}

fn twice<R>(mut call: impl FnMut() -> R) -> R {
    call();
    eat(1000);
    call()
}

#[sgn::profile]
fn closures() -> usize {
    let mut calls = 0;
    // @closure
    let sum = twice(|| {
        calls += 1;
        if calls == 2 {
            // @second
            return eat(11);
        }
        // @first
        eat(10)
    }) + eat(12);
    let stored = || {
        // @stored
        eat(20)
    };
    let matched = |number| match number {
        0 => {
            // @arm
            eat(30)
        }
        // @other
        other => eat(other),
    };
    // @sum
    sum + stored() + eat(21) + matched(0) + matched(31)
}

#[test]
fn closures_give_their_callers_the_line_back() {
    check(
        "closures",
        closures,
        &[
            ("closure", 1012),
            ("first", 10),
            ("second", 11),
            ("stored", 20),
            ("arm", 30),
            ("other", 31),
            ("sum", 21),
        ],
    );
}

struct Small;
struct Large;

impl From<Small> for Large {
    fn from(_: Small) -> Self {
        eat(40);
        Self
    }
}

#[sgn::profile]
fn questions(fails: bool, value: Option<usize>) -> Result<usize, Large> {
    // @before
    eat(1);
    let outcome = if fails { Err(Small) } else { Ok(2) };
    // @question
    let number = outcome?;
    let Some(value) = value else {
        // @else
        eat(50);
        return Ok(number);
    };
    let kind = match value {
        0 => {
            // @zero
            eat(60)
        }
        // @guarded
        other if eat(61) > other => eat(62),
        _ => 3,
    };
    // @chain
    if let Some(half) = value.checked_div(2)
        && eat(half + 1) > 0
    {
        // @chained
        eat(70);
    }
    Ok(kind)
}

#[test]
fn question_marks_let_else_and_matches() {
    check(
        "fails",
        || questions(true, None),
        &[("before", 1), ("question", 40)],
    );
    check(
        "else",
        || questions(false, None),
        &[("before", 1), ("else", 50)],
    );
    check(
        "zero",
        || drop(questions(false, Some(0))),
        &[("before", 1), ("zero", 60), ("chain", 1), ("chained", 70)],
    );
    check(
        "arm",
        || questions(false, Some(4)),
        &[
            ("before", 1),
            ("guarded", 61 + 62),
            ("chain", 3),
            ("chained", 70),
        ],
    );
}

#[sgn::profile]
fn middle(wide: bool) -> usize {
    // @middle
    let first = add(
        if wide {
            // @branch
            eat(1)
        } else {
            0
        },
        eat(2),
    );
    // @call
    let sum = add(
        {
            // @block
            eat(3)
        },
        eat(4),
    );
    first + sum
}

fn add(one: usize, two: usize) -> usize {
    eat(5);
    one + two
}

#[test]
fn blocks_in_the_middle_give_the_line_back() {
    check(
        "middle",
        || middle(true),
        &[("middle", 7), ("branch", 1), ("call", 9), ("block", 3)],
    );
}

struct Tool(usize);

#[sgn::profile]
impl Tool {
    const SIZE: usize = Self::size();

    const fn size() -> usize {
        7
    }

    fn work(&mut self) -> usize {
        // @method
        self.0 += eat(Self::SIZE);
        self.0
    }

    #[sgn::profile(owner = "lines:other")]
    fn own(&self) -> usize {
        // @own
        eat(self.0)
    }
}

#[sgn::profile]
fn uses_tools(depth: usize) -> usize {
    let mut tool = Tool(1);
    // @uses
    let sum = tool.work() + eat(2) + tool.own() + eat(3);
    if depth > 0 {
        // @recursion
        return uses_tools(depth - 1) + eat(4);
    }
    sum
}

#[test]
fn helpers_are_billed_to_their_caller_and_give_the_line_back() {
    check(
        "tools",
        || uses_tools(1),
        &[("method", 14), ("uses", 10), ("recursion", 4)],
    );
    let own = lines_of("lines:other");
    assert_eq!(own.len(), 1);
    let mark = own[0].0.expect("a marked line");
    assert_eq!((mark.line(), own[0].1), (line_of("own"), 16));
    assert_eq!(mark.function(), "own");
}

#[sgn::profile]
fn panics(deep: bool) {
    // @calm
    eat(1);
    if deep {
        // @deep
        eat(2);
        // @thrown
        std::panic::resume_unwind(Box::new(()));
    }
}

#[test]
fn a_panic_gives_the_line_back() {
    #[sgn::profile]
    fn catches() {
        // @catches
        let caught = std::panic::catch_unwind(|| panics(true)).is_err();
        assert!(caught);
        // @on
        eat(3);
    }
    let mut found = bytes_by_line("panics", catches);
    assert!(
        found.remove(&line_of("thrown")).is_some(),
        "the panic's own box"
    );
    let expected = [("calm", 1), ("deep", 2), ("on", 3)];
    let expected = expected.map(|(name, bytes)| (line_of(name), bytes));
    assert_eq!(found, expected.into());
}
