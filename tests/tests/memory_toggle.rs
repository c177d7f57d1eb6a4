//! Totals stay exact when pipelines switch counting on and off, run by run and in the middle of a run.
//!
//! No test harness: an allocator around ours counts everything that is asked for while counting is on, and the elements
//! keep a ledger of their own.

#[path = "memory_toggle/oracle.rs"]
mod oracle;

use std::alloc::System;
use std::hint::black_box;

use oracle::WhileOn;
use sgn::memory::{self, CountingAllocator, Snapshot, Usage};
use sgn::prelude::*;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};

#[global_allocator]
static ALLOCATOR: WhileOn<CountingAllocator<System>> = WhileOn::new(CountingAllocator::new(System));

/// Gives blocks of which each has another size; some strides switch counting.
#[sgn::source]
struct Blocks {
    #[state]
    given: usize,
    #[state]
    switch_at: Vec<usize>,
    /// Sizes of the blocks that were made while counting was on.
    #[state]
    counted: Vec<usize>,
}

#[sgn::source]
impl Blocks {
    fn new(&mut self) -> Frame<Vec<u8>> {
        self.given += 1;
        if self.switch_at.contains(&self.given) {
            if memory::is_enabled() {
                memory::disable();
            } else {
                assert!(memory::enable());
            }
        }
        let size = 100 + self.given * 37 % 5000;
        if memory::is_enabled() {
            self.counted.push(size);
        }
        Frame::new(black_box(vec![1; size]))
    }
}

/// Keeps every third block for good, and the others for four strides.
#[sgn::sink]
struct Keeper {
    #[state]
    seen: usize,
    #[state]
    recent: std::collections::VecDeque<Vec<u8>>,
    #[state]
    kept: Vec<Vec<u8>>,
}

#[sgn::sink]
impl Keeper {
    fn pull(&mut self, block: Frame<Vec<u8>>) {
        let Some(block) = block.into_data() else {
            return;
        };
        self.seen += 1;
        if self.seen.is_multiple_of(3) {
            self.kept.push(block);
        } else {
            self.recent.push_back(block);
        }
        if self.recent.len() > 4 {
            self.recent.pop_front();
        }
    }
}

/// A subscriber of the application, which wants to hear nothing: the reports are made and go nowhere.
struct Deaf;

impl Subscriber for Deaf {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        false
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// What must be counted: everything since the start, of what was asked for while counting was on.
fn assert_exact(at: &str) {
    let (expected, found) = (ALLOCATOR.usage(), Snapshot::take());
    assert_eq!(found.total(), expected, "{at}");
    let sum: Usage = found.owners().map(|owner| owner.usage).sum();
    assert_eq!(sum, expected, "the owners add up, {at}");
    let sum: Usage = found.sites().map(|site| site.usage).sum();
    assert_eq!(sum, expected, "the lines add up, {at}");
}

fn main() -> sgn::Result<()> {
    tracing::subscriber::set_global_default(Deaf).expect("the first subscriber");
    assert!(memory::enable());
    ALLOCATOR.start();
    memory::disable();

    let mut pipeline = Pipeline::new();
    let blocks = pipeline.add(Blocks::builder("blocks"))?;
    let keeper = pipeline.add(Keeper::builder("keeper"))?;
    pipeline.link(blocks.out, keeper.block)?;
    // Room for what the ledgers write, so that they do not allocate in the name of the pad.
    pipeline.element_mut(&blocks)?.counted.reserve(10_000);

    let quiet = MemoryReport::on().every_strides(u64::MAX);
    let choices = [
        None,
        Some(quiet),
        Some(MemoryReport::off()),
        Some(quiet.every_strides(3).top(2)),
    ];
    for round in 0..40_usize {
        let before = round.is_multiple_of(2);
        if before {
            assert!(memory::enable());
        } else {
            memory::disable();
        }
        let inside = round.is_multiple_of(5);
        let next = pipeline.element(&blocks)?.given + 1;
        pipeline.element_mut(&blocks)?.switch_at = if inside {
            vec![next + 4, next + 9]
        } else {
            Vec::new()
        };
        let choice = choices[round % 7 % choices.len()];
        let mut options = RunOptions::new().max_strides(13).handle_signals(false);
        if let Some(report) = choice {
            options = options.memory_report(report);
        }
        let counted = pipeline.element(&blocks)?.counted.len();
        pipeline.run_with(options)?;
        let counted = pipeline.element(&blocks)?.counted.len() - counted;
        if !inside {
            let on = choice.map_or(before, |report| report != MemoryReport::off());
            assert_eq!(counted, if on { 13 } else { 0 }, "round {round}");
            assert_eq!(memory::is_enabled(), before, "the switch is as it was");
        }
        assert_exact(&format!("after round {round}"));
    }

    memory::disable();
    let now = pipeline.memory();
    let pad = now
        .owners()
        .find(|pad| pad.owner.name() == "blocks:src:out")
        .expect("the pad has a row");
    let ledger = &pipeline.element(&blocks)?.counted;
    assert_eq!(pad.usage.total_blocks, ledger.len() as u64);
    assert_eq!(pad.usage.total_bytes, ledger.iter().sum::<usize>() as u64);
    let keeper = pipeline.element(&keeper)?;
    let held = keeper.kept.iter().chain(&keeper.recent);
    // Sizes repeat only after 5000 strides, so a size tells whether its block was counted.
    let live = held.map(Vec::len).filter(|size| ledger.contains(size));
    assert_eq!(pad.usage.live_bytes, live.sum::<usize>() as u64);
    assert!(ledger.len() > 100 && ledger.len() < 400, "{}", ledger.len());

    drop(pipeline);
    assert_exact("at the end");
    Ok(())
}
