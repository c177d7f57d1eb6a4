//! More owners than can be told apart: those that come too late share one, `(overflow)`, and every
//! number stays right; a pipeline whose pads come too late runs all the same.

use std::hint::black_box;

use sgn::memory::{self, OwnerId, Snapshot, Usage, register, release, scope};
use sgn::prelude::*;

sgn::counting_allocator!();

/// Most owners that have a row of their own, besides the five of every program.
const MOST: usize = 65_530;
const LATE: usize = 5000;

/// Bytes of the block of the owner of that number.
fn bytes(number: usize) -> usize {
    1 + number % 100
}

fn assert_adds_up(now: &Snapshot) {
    let owners: Usage = now.owners().map(|owner| owner.usage).sum();
    assert_eq!(owners, now.total());
    let sites: Usage = now.sites().map(|site| site.usage).sum();
    assert_eq!(sites, now.total());
}

#[sgn::source]
fn ones() -> Vec<u8> {
    black_box(vec![1; 1000])
}

#[sgn::sink]
fn forget(block: &Vec<u8>) {
    black_box(block);
}

const STRIDES: u64 = 10;

/// Runs a pipeline.
fn run() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let ones = pipeline.add(ones::builder("ones"))?;
    let forget = pipeline.add(forget::builder("forget"))?;
    pipeline.link(ones.out, forget.block)?;
    let options = RunOptions::new().max_strides(STRIDES);
    pipeline.run_with(options.handle_signals(false))?;
    Ok(())
}

fn main() -> sgn::Result<()> {
    assert!(memory::enable());
    let owners: Vec<OwnerId> = (0..MOST + LATE)
        .map(|number| register(&format!("e{number}:src:out")))
        .collect();
    assert!(owners[..MOST].iter().all(|owner| !owner.is_built_in()));
    assert!(
        owners[MOST..]
            .iter()
            .all(|owner| *owner == OwnerId::OVERFLOW)
    );

    let before = Snapshot::take().owner(OwnerId::OVERFLOW).usage;
    assert_eq!(before, Usage::default());
    let kept: Vec<Vec<u8>> = (0..)
        .zip(&owners)
        .map(|(number, owner)| scope(*owner, || black_box(vec![1; bytes(number)])))
        .collect();
    let now = Snapshot::take();
    assert_adds_up(&now);
    for (number, owner) in owners[..MOST].iter().enumerate() {
        let usage = now.owner(*owner).usage;
        assert_eq!(
            (usage.live_bytes, usage.live_blocks),
            (bytes(number) as u64, 1),
            "{owner:?}"
        );
    }
    let late: usize = (MOST..MOST + LATE).map(bytes).sum();
    let overflow = now.owner(OwnerId::OVERFLOW).usage;
    assert_eq!(
        (overflow.live_bytes, overflow.live_blocks),
        (late as u64, LATE as u64)
    );

    // As long as there is a snapshot, the names in it are kept.
    drop(now);
    // A name that was released is free for the same name; for another there is still no room, as a
    // block of it lives.
    release(owners[7]);
    release(OwnerId::OVERFLOW);
    assert_eq!(register("another:src:out"), OwnerId::OVERFLOW);
    assert_eq!(register("e7:src:out"), owners[7]);

    drop(kept);
    // Without a block, the number goes to whoever comes next, and what it counted to those that have ended.
    release(owners[7]);
    let ended = Snapshot::take().owner(OwnerId::ENDED).usage;
    let another = register("another:src:out");
    assert!(!another.is_built_in());
    assert_eq!(another.name(), "another:src:out");
    assert_eq!(owners[7].name(), "(ended)");
    let now = Snapshot::take();
    let more = now.owner(OwnerId::ENDED).usage.since(ended);
    assert_eq!(
        (more.total_bytes, more.total_blocks),
        (bytes(7) as u64, 1),
        "its past"
    );
    assert_eq!(now.owner(another).usage, Usage::default());
    assert_eq!(register("one more"), OwnerId::OVERFLOW);

    let now = Snapshot::take();
    assert_adds_up(&now);
    let live: u64 = owners
        .iter()
        .map(|owner| now.owner(*owner).usage.live_bytes)
        .sum();
    assert_eq!(live, 0);

    run()?;
    let now = Snapshot::take();
    assert_adds_up(&now);
    let mut late = now.sites().filter(|site| site.owner == OwnerId::OVERFLOW);
    let frames = late.find(|site| {
        site.mark
            .is_some_and(|mark| mark.text() == "black_box(vec![1; 1000])")
    });
    let frames = frames.expect("the line is known, if not whose").usage;
    assert_eq!(
        (frames.total_bytes, frames.total_blocks, frames.live_bytes),
        (STRIDES * 1000, STRIDES, 0)
    );
    Ok(())
}
