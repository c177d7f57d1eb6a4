//! Owners run out: a server that names its elements by request needs as many numbers as live at a time,
//! and no more memory for the last request than for the first; every byte stays counted.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use sgn::elements::IterSource;
use sgn::memory::{self, Mark, OwnerId, Snapshot, Usage, mark, register, release, scope};
use sgn::prelude::*;

sgn::counting_allocator!();

/// How many pipelines run, one after the other: far more than there are numbers for their pads.
const PIPELINES: usize = if cfg!(debug_assertions) {
    20_000
} else {
    100_000
};
/// From which one on nothing may grow any more.
const WARM: usize = 6_000;
const STRIDES: usize = 2;

static LINE: Mark = Mark::new("ended.rs", 1, "one");
static OTHER: Mark = Mark::new("ended.rs", 2, "two");

#[sgn::transform]
fn widen(x: usize) -> Vec<u8> {
    vec![1; 1000 + x]
}

#[sgn::sink]
fn forget(block: &Vec<u8>) {
    black_box(block);
}

fn assert_adds_up(now: &Snapshot) {
    let owners: Usage = now.owners().map(|owner| owner.usage).sum();
    assert_eq!(owners, now.total());
    let sites: Usage = now.sites().map(|site| site.usage).sum();
    assert_eq!(sites, now.total());
}

/// Runs the pipeline of a request, and looks at its rows if told to.
fn request(number: usize, is_looked_at: bool) -> sgn::Result<()> {
    let (src, mid, snk) = (
        format!("src-{number}"),
        format!("widen-{number}"),
        format!("snk-{number}"),
    );
    let mut p = Pipeline::new();
    let src = p.add(IterSource::builder(&src).iter("out", 0..STRIDES))?;
    let widen = p.add(widen::builder(&mid))?;
    let forget = p.add(forget::builder(&snk))?;
    p.link(src.out["out"], widen.x)?;
    p.link(widen.out, forget.block)?;
    p.run_with(RunOptions::new().handle_signals(false))?;
    if is_looked_at {
        let memory = p.memory();
        let row = memory.sites().find(|row| {
            row.mark
                .is_some_and(|mark| mark.text() == "vec![1; 1000 + x]")
        });
        let row = row.expect("the line has a row");
        assert_eq!(row.owner.name(), format!("{mid}:src:out").as_str());
        assert_eq!(
            [row.usage.total_bytes, row.usage.total_blocks],
            [2001, STRIDES as u64]
        );
        assert_eq!(row.usage.live_bytes, 0);
        let names: Vec<_> = memory.elements().map(|element| element.name).collect();
        assert_eq!(names, [&format!("src-{number}"), &mid, &snk]);
        assert_eq!(
            memory.owners().map(|pad| pad.usage).sum::<Usage>(),
            memory.total()
        );
        assert_adds_up(&memory.of_process());
    }
    Ok(())
}

/// Bytes of this process that are in memory; zero where the system does not tell.
fn resident() -> usize {
    let told = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = told.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    pages.unwrap_or(0_usize) * 4096
}

fn pipelines_for_ever() -> sgn::Result<()> {
    let mut warm = (0, 0);
    for number in 0..PIPELINES {
        request(number, number % 5_000 == 0)?;
        if number == WARM {
            warm = (Snapshot::profiler_memory(), resident());
        }
    }
    request(PIPELINES, true)?;
    let now = Snapshot::take();
    assert_adds_up(&now);
    assert_eq!(now.owner(OwnerId::OVERFLOW).usage, Usage::default());
    let (tables, all) = (Snapshot::profiler_memory(), resident());
    assert!(tables <= warm.0 + (64 << 10), "{} to {tables}", warm.0);
    assert!(all <= warm.1 + (1 << 20), "{} to {all}", warm.1);
    assert!(now.profiler().live_bytes < 1 << 20, "{:?}", now.profiler());
    // All that they ever allocated is there, most of it in one row.
    let ended = now.owner(OwnerId::ENDED).usage;
    assert_eq!((ended.live_bytes, ended.live_blocks), (0, 0));
    assert!(ended.total_bytes > (PIPELINES - 2000) as u64 * 2001);
    Ok(())
}

fn kept(owner: OwnerId, at: &'static Mark, bytes: usize) -> Vec<u8> {
    scope(owner, || {
        mark(at);
        black_box(vec![1_u8; bytes])
    })
}

/// Gives numbers anew until nothing waits any more that may end.
fn churn(name: &str, times: usize) {
    for number in 0..times {
        release(register(&format!("{name}-{number}")));
    }
}

/// Registers others, until one of them has had the number of `owner`.
fn until_another_has_its_number(owner: OwnerId) -> Vec<OwnerId> {
    let mut others = Vec::new();
    while owner.name() != "(ended)" {
        others.push(register(&format!("g-{}", others.len())));
        assert!(others.len() < 60_000, "its number is given anew");
    }
    // Numbers are taken back four at a time.
    others.extend((0..4).map(|number| register(&format!("h-{number}"))));
    others
}

fn blocks_that_live_keep_their_name() {
    let owner = register("leaks:src:out");
    let block = kept(owner, &LINE, 5000);
    drop(kept(owner, &OTHER, 70));
    release(owner);
    churn("a", 2000);
    let now = Snapshot::take();
    assert_eq!(owner.name(), "leaks:src:out");
    let usage = now.owner(owner).usage;
    assert_eq!(
        [usage.live_bytes, usage.total_bytes, usage.total_blocks],
        [5000, 5070, 2]
    );
    assert_adds_up(&now);
    let ended = now.owner(OwnerId::ENDED).usage;
    drop(now);

    drop(block);
    churn("b", 2000);
    until_another_has_its_number(owner)
        .into_iter()
        .for_each(release);
    let now = Snapshot::take();
    assert_eq!(owner.name(), "(ended)");
    assert_eq!(now.owner(owner).usage, Usage::default());
    assert_eq!(now.name(owner), "(ended)");
    let more = now.owner(OwnerId::ENDED).usage.since(ended);
    assert_eq!((more.total_bytes, more.total_blocks), (5070, 2));
    assert_adds_up(&now);
}

fn snapshots_keep_what_they_say() {
    let owner = register("past:src:out");
    drop(kept(owner, &LINE, 300));
    let before = Snapshot::take();
    let total = before.total();
    release(owner);
    // Its number is kept for the snapshot, though it has ended.
    for round in 0..20 {
        churn(&format!("c{round}"), 1000);
        let fresh = register(&format!("now-{round}:src:out"));
        drop(kept(fresh, &OTHER, 11));
        release(fresh);
    }
    assert_eq!(before.name(owner), "past:src:out");
    let row = before.sites().find(|site| site.owner == owner);
    let row = row.expect("the row is there");
    assert!(std::ptr::eq(row.mark.expect("a line"), &LINE));
    assert_eq!(row.usage.total_bytes, 300);
    assert_eq!(before.total(), total);
    assert_adds_up(&before);

    // What ended in between is no change, and the changes add up.
    let now = Snapshot::take();
    assert_eq!(now.owner(owner).usage, Usage::default());
    let diff = now.diff(&before);
    let sum: u64 = diff.owners().map(|(_, change)| change.total_bytes).sum();
    assert_eq!(sum, diff.total().total_bytes);
    let sum: u64 = diff.sites().map(|row| row.change.total_bytes).sum();
    assert_eq!(sum, diff.total().total_bytes);
    drop(now);
    let kept = owner.name();
    drop(before);
    let others: Vec<_> = (0..5000)
        .map(|number| register(&format!("d-{number}")))
        .collect();
    assert_eq!(kept, "past:src:out", "a name is kept as long as it is read");
    drop(kept);
    let more = until_another_has_its_number(owner);
    assert_eq!(owner.name(), "(ended)");
    others.into_iter().chain(more).for_each(release);
}

fn who_comes_too_late_charges_nobody_else() {
    let owner = register("late:src:out");
    drop(kept(owner, &LINE, 40));
    static GO: AtomicBool = AtomicBool::new(false);
    let late = std::thread::Builder::new().name("late".into());
    let late = late.spawn(move || {
        let _scope = memory::Scope::enter(owner);
        mark(&LINE);
        // This thread knows where to count for the owner.
        drop(black_box(vec![1_u8; 40]));
        while !GO.load(Relaxed) {
            std::thread::yield_now();
        }
        black_box(vec![1_u8; 12_345])
    });
    while Snapshot::take().owner(owner).usage.total_blocks < 2 {
        std::thread::yield_now();
    }
    release(owner);
    churn("f", 3000);
    let others = until_another_has_its_number(owner);
    let before = Snapshot::take();
    GO.store(true, Relaxed);
    let block = late.expect("a thread").join().expect("no panic");
    let now = Snapshot::take();
    let diff = now.diff(&before);
    let ended = diff.owner(OwnerId::ENDED);
    assert_eq!((ended.live_bytes, ended.live_blocks), (12_345, 1));
    for other in &others {
        assert_eq!(now.owner(*other).usage, Usage::default(), "{other:?}");
    }
    drop(block);
    assert_eq!(Snapshot::take().owner(OwnerId::ENDED).usage.live_bytes, 0);
    others.into_iter().for_each(release);
}

fn main() -> sgn::Result<()> {
    assert!(memory::enable());
    pipelines_for_ever()?;
    blocks_that_live_keep_their_name();
    snapshots_keep_what_they_say();
    who_comes_too_late_charges_nobody_else();
    Ok(())
}
