//! Every byte is billed to the line that allocated it.
//!
//! A line whose comment ends in `@name` is the one that a check calls by that name.

use std::collections::BTreeMap;
use std::hint::black_box;

use sgn::memory::{self, Mark, Snapshot, register, scope};

sgn::counting_allocator!();

const SOURCE: &str = include_str!("lines_exact.rs");

/// Allocates `bytes` and frees them, at no line of its own.
fn eat(bytes: usize) -> usize {
    black_box(vec![0_u8; bytes]).len()
}

/// The number of the line with the comment `@name`.
#[track_caller]
fn line_of(name: &str) -> u32 {
    let ending = format!("@{name}");
    let mut lines = (1..)
        .zip(SOURCE.lines())
        .filter(|(_, line)| line.ends_with(&ending));
    let (number, _) = lines.next().expect("the line exists");
    assert!(lines.next().is_none(), "`{ending}` is there twice");
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

/// Runs `work` for an owner of its own: it allocated exactly these bytes at exactly these lines.
#[track_caller]
fn check(owner: &str, work: impl FnOnce(), expected: &[(&str, u64)]) {
    assert!(memory::enable());
    scope(register(owner), work);
    let mut found: BTreeMap<u32, u64> = BTreeMap::new();
    for (mark, bytes) in lines_of(owner) {
        let line = mark.map_or(0, Mark::line);
        assert!(mark.is_none_or(|mark| mark.file() == file!()), "{mark:?}");
        assert!(found.insert(line, bytes).is_none(), "two rows: {mark:?}");
    }
    let expected: BTreeMap<u32, u64> = expected
        .iter()
        .map(|(name, bytes)| (line_of(name), *bytes))
        .collect();
    assert_eq!(found, expected);
}

#[sgn::profile]
fn straight(number: usize) -> usize {
    let one = eat(10); // @one
    let two = one + 1;
    if number > 3 {
        eat(20); // @early
        return two;
    }
    eat(30) // @tail
}

#[test]
fn statements_early_returns_and_tails() {
    check(
        "straight",
        || drop(straight(1)),
        &[("one", 10), ("tail", 30)],
    );
    check("early", || drop(straight(9)), &[("one", 10), ("early", 20)]);
}

#[test]
fn a_mark_knows_text_and_function() {
    check("text", || drop(straight(1)), &[("one", 10), ("tail", 30)]);
    let mark = lines_of("text")[0].0.expect("a marked line");
    assert_eq!(mark.text(), "let one = eat(10);");
    assert_eq!(mark.function(), "straight");
}

#[sgn::profile]
fn loops(rounds: usize) {
    for round in 0..rounds {
        eat(1); // @hoisted
        black_box(round);
    }
    let mut left = rounds;
    while eat(2) < left + 1 {
        // @while
        if left == rounds {
            left -= 1;
            continue;
        }
        eat(3); // @body
        left -= 1;
    }
    let mut numbers = (0..rounds).map(|number| eat(100 + number)); // @never
    while let Some(number) = numbers.next() {
        // @next
        black_box(number);
        eat(5); // @after_next
    }
    let numbers = (0..rounds).map(|number| eat(200 + number));
    for number in numbers {
        // @for
        eat(black_box(7)); // @in_for
        let _ = number;
    }
    'outer: loop {
        loop {
            eat(8); // @inner
            break 'outer;
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
            ("inner", 8),
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
    let sum = twice(|| {
        // @closure
        calls += 1;
        if calls == 2 {
            return eat(11); // @second
        }
        eat(10) // @first
    }) + eat(12);
    let stored = || {
        eat(20) // @stored
    };
    let matched = |number| match number {
        0 => {
            eat(30) // @arm
        }
        other => eat(other),
    };
    sum + stored() + eat(21) + matched(0) + matched(31) // @sum
}

#[test]
fn closures_give_their_callers_the_line_back() {
    check(
        "closures",
        || drop(closures()),
        &[
            ("closure", 1012),
            ("first", 10),
            ("second", 11),
            ("stored", 20),
            ("arm", 30),
            ("sum", 21 + 31),
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
    eat(1); // @before
    let outcome = if fails { Err(Small) } else { Ok(2) };
    let number = outcome?; // @question
    let Some(value) = value else {
        eat(50); // @else
        return Ok(number);
    };
    let kind = match value {
        0 => {
            eat(60) // @zero
        }
        other if eat(61) > other => eat(62), // the arm belongs to its `match`
        _ => 3,
    };
    if let Some(half) = value.checked_div(2)
        && eat(half + 1) > 0
    {
        // @chain
        eat(70); // @chained
    }
    Ok(kind)
}

#[test]
fn question_marks_let_else_and_matches() {
    check(
        "fails",
        || drop(questions(true, None)),
        &[("before", 1), ("question", 40)],
    );
    check(
        "else",
        || drop(questions(false, None)),
        &[("before", 1), ("else", 50)],
    );
    check(
        "zero",
        || drop(questions(false, Some(0))),
        &[("before", 1), ("zero", 60), ("chain", 1), ("chained", 70)],
    );
    let kind = SOURCE
        .lines()
        .position(|line| line == "    let kind = match value {");
    let kind = u32::try_from(kind.expect("the line exists") + 1).expect("a line");
    scope(register("arm"), || drop(questions(false, Some(4))));
    let lines = lines_of("arm");
    let bytes = |line| {
        let at = |mark: &&(Option<&Mark>, u64)| mark.0.is_some_and(|mark| mark.line() == line);
        lines.iter().find(at).map(|found| found.1)
    };
    assert_eq!(bytes(kind), Some(61 + 62));
}

#[sgn::profile]
fn middle(wide: bool) -> usize {
    usize::wrapping_add(
        if wide {
            eat(1) // @branch
        } else {
            0
        },
        eat(2),
    );
    let sum = add(
        // @call
        {
            eat(3) // @block
        },
        eat(4),
    );
    sum
}

fn add(one: usize, two: usize) -> usize {
    eat(5);
    one + two
}

#[test]
fn blocks_in_the_middle_give_the_line_back() {
    let first = line_of("branch") - 2;
    check_with(
        "middle",
        || drop(middle(true)),
        &[
            (first, 2),
            (line_of("branch"), 1),
            (line_of("call"), 9),
            (line_of("block"), 3),
        ],
    );
}

/// Like [`check`], with numbers of lines.
#[track_caller]
fn check_with(owner: &str, work: impl FnOnce(), expected: &[(u32, u64)]) {
    assert!(memory::enable());
    scope(register(owner), work);
    let found: BTreeMap<u32, u64> = lines_of(owner)
        .into_iter()
        .map(|(mark, bytes)| (mark.map_or(0, Mark::line), bytes))
        .collect();
    assert_eq!(found, expected.iter().copied().collect());
}

struct Tool(usize);

#[sgn::profile]
impl Tool {
    const SIZE: usize = Self::size();

    const fn size() -> usize {
        7
    }

    fn work(&mut self) -> usize {
        self.0 += eat(Self::SIZE); // @method
        self.0
    }

    #[sgn::profile(owner = "lines:other")]
    fn own(&self) -> usize {
        eat(self.0) // @own
    }
}

#[sgn::profile]
fn uses_tools(depth: usize) -> usize {
    let mut tool = Tool(1);
    let sum = tool.work() + eat(2) + tool.own() + eat(3); // @uses
    if depth > 0 {
        return uses_tools(depth - 1) + eat(4); // @recursion
    }
    sum
}

#[test]
fn helpers_are_billed_to_their_caller_and_give_the_line_back() {
    check(
        "tools",
        || drop(uses_tools(1)),
        &[("method", 14), ("uses", 10), ("recursion", 4)],
    );
    let own = lines_of("lines:other");
    assert_eq!(own.len(), 1);
    let mark = own[0].0.expect("a marked line");
    assert_eq!((mark.line(), own[0].1), (line_of("own"), 16));
    assert_eq!(mark.function(), "Tool::own");
}

#[sgn::profile]
fn panics(deep: bool) {
    eat(1); // @calm
    if deep {
        eat(2); // @deep
        std::panic::resume_unwind(Box::new(())); // a zero-sized box allocates nothing
    }
}

#[test]
fn a_panic_gives_the_line_back() {
    #[sgn::profile]
    fn catches() {
        let caught = std::panic::catch_unwind(|| panics(true)).is_err(); // @catches
        assert!(caught);
        eat(3); // @on
    }
    check_with_at_least("panics", catches, &[("calm", 1), ("deep", 2), ("on", 3)]);
}

/// These lines and bytes, besides what a panic allocates.
#[track_caller]
fn check_with_at_least(owner: &str, work: impl FnOnce(), expected: &[(&str, u64)]) {
    assert!(memory::enable());
    scope(register(owner), work);
    let found: BTreeMap<u32, u64> = lines_of(owner)
        .into_iter()
        .map(|(mark, bytes)| (mark.map_or(0, Mark::line), bytes))
        .collect();
    for (name, bytes) in expected {
        let line = line_of(name);
        let extra = if *name == "deep" { 40 } else { 0 };
        let at = found.get(&line).copied().unwrap_or_default();
        assert!(at >= *bytes && at <= bytes + extra, "{name}: {found:?}");
    }
}
