//! Lines of elements: per instance, per pad, and of the helpers that several elements call.

#![allow(
    clippy::let_and_return,
    clippy::never_loop,
    clippy::redundant_closure,
    clippy::while_let_on_iterator,
    reason = "every way to write a statement is tried, not only the shortest"
)]
#![forbid(unsafe_code)]
#![deny(unused)]

use std::hint::black_box;

use sgn::memory::{self, Snapshot};
use sgn::prelude::*;

sgn::counting_allocator!();

fn eat(bytes: usize) -> usize {
    black_box(vec![0_u8; bytes]).len()
}

#[sgn::source]
struct Numbers {
    #[prop(default = 3)]
    count: usize,
    #[state]
    next: usize,
}

#[sgn::source]
impl Numbers {
    fn on_startup(&mut self) {
        eat(1);
    }

    fn new(&mut self) -> Frame<usize> {
        self.next += 1;
        let size = self.own(10);
        Frame::new(size).with_eos(self.next == self.count)
    }

    fn own(&self, bytes: usize) -> usize {
        let size = eat(bytes + self.next);
        size + 1
    }
}

#[sgn::profile]
fn shared(bytes: usize) -> usize {
    let size = eat(bytes);
    size + 1
}

#[sgn::transform]
struct Twice {
    #[state]
    held: usize,
    #[state]
    ends: bool,
    #[prop(default = 100)]
    bytes: usize,
}

#[sgn::transform]
impl Twice {
    fn pull(&mut self, number: &Frame<usize>) {
        self.held = shared(self.bytes);
        eat(2);
        self.ends = number.is_eos();
        self.held += number.data().copied().unwrap_or(0);
    }

    fn internal(&mut self) {
        for round in 0..3 {
            eat(round + 3);
        }
    }

    fn new(&mut self) -> Frame<usize> {
        let sum = self.held + shared(1000) + eat(5);
        Frame::new(sum).with_eos(self.ends)
    }
}

#[sgn::transform]
fn copy(number: &usize) -> usize {
    let number = shared(*number) + eat(7);
    number + 1
}

#[sgn::sink]
fn end(number: usize) {
    eat(6);
    let _ = number;
}

/// `owner`, a part of the statement, calls and bytes: what the lines must add up to.
fn expected() -> Vec<(&'static str, &'static str, u64, u64)> {
    vec![
        (
            "src:src:out",
            "let size = eat(bytes + self.next);",
            3,
            11 + 12 + 13,
        ),
        ("one:snk:number", "let size = eat(bytes);", 3, 300),
        ("one:snk:number", "eat(2);", 3, 6),
        ("one:src:out", "let size = eat(bytes);", 3, 3000),
        (
            "one:src:out",
            "let sum = self.held + shared(1000) + eat(5);",
            3,
            15,
        ),
        ("two:snk:number", "let size = eat(bytes);", 3, 600),
        ("two:snk:number", "eat(2);", 3, 6),
        ("two:src:out", "let size = eat(bytes);", 3, 3000),
        (
            "two:src:out",
            "let sum = self.held + shared(1000) + eat(5);",
            3,
            15,
        ),
        ("snk:snk:number", "eat(6);", 3, 18),
    ]
}

#[test]
fn two_instances_are_two_rows_and_a_helper_is_billed_to_each_caller() -> sgn::Result<()> {
    assert!(memory::enable());
    let mut p = Pipeline::new();
    let src = p.add(Numbers::builder("src"))?;
    let one = p.add(Twice::builder("one"))?;
    let two = p.add(Twice::builder("two").bytes(200))?;
    let copy = p.add(copy::builder("copy"))?;
    let snk = p.add(end::builder("snk"))?;
    p.link(src.out, one.number)?;
    p.link(one.out, two.number)?;
    p.link(two.out, copy.number)?;
    p.link(copy.out, snk.number)?;
    p.run()?;

    let snapshot = Snapshot::take();
    let rows: Vec<_> = snapshot
        .sites()
        .filter_map(|site| Some((site.owner.name(), site.mark?, site.usage)))
        .filter(|(_, mark, _)| mark.file() == file!())
        .collect();
    for (owner, text, blocks, bytes) in expected() {
        let mut found = rows
            .iter()
            .filter(|(name, mark, _)| *name == owner && mark.text() == text);
        let (_, mark, usage) = found.next().unwrap_or_else(|| {
            panic!("`{owner}` has no line `{text}`: {rows:#?}");
        });
        assert!(found.next().is_none(), "two rows of `{owner}`: {mark:?}");
        assert_eq!(
            (usage.total_blocks, usage.total_bytes),
            (blocks, bytes),
            "{owner}: {mark:?}"
        );
    }
    let sum = |text: &str| -> u64 {
        let of_text = rows.iter().filter(|(_, mark, _)| mark.text() == text);
        of_text.map(|(_, _, usage)| usage.total_bytes).sum()
    };
    assert_eq!(sum("eat(1);"), 1, "`on_startup`");
    assert_eq!(sum("eat(round + 3);"), 2 * 3 * (3 + 4 + 5), "`internal`");
    assert_eq!(sum("let number = shared(*number) + eat(7);"), 3 * 7);
    let functions: Vec<_> = rows.iter().map(|(_, mark, _)| mark.function()).collect();
    for function in [
        "Numbers::own",
        "Twice::pull",
        "Twice::new",
        "shared",
        "copy",
        "end",
    ] {
        assert!(functions.contains(&function), "{function}: {functions:?}");
    }
    Ok(())
}
