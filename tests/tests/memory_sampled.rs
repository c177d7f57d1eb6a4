//! Sampling: estimates are as far off as they say, and exact counts stay as they are.

use std::hint::black_box;
use std::thread;

use sgn::memory::{self, Mark, Mode, OwnerId, Sampling, Snapshot, mark, register, scope};

sgn::counting_allocator!();

static SMALL: Mark = Mark::new("sampled.rs", 1, "small");
static LARGE: Mark = Mark::new("sampled.rs", 2, "large");

const MEAN: u32 = 64 * 1024;
const BLOCKS: usize = 40_000;

/// The size of the block of a number: mostly small, some larger than the sampling interval.
fn size(number: usize) -> usize {
    match number % 100 {
        0 => 100_000,
        rest @ 1..10 => 5_000 + rest,
        rest => 16 + rest * 7,
    }
}

fn bytes(numbers: impl Iterator<Item = usize>) -> f64 {
    numbers.map(|number| size(number) as f64).sum()
}

/// Allocates the blocks of these numbers; nothing else is allocated meanwhile.
fn allocate(owner: OwnerId, numbers: impl Iterator<Item = usize>) -> Vec<Vec<u8>> {
    let mut blocks = Vec::with_capacity(BLOCKS);
    scope(owner, || {
        for number in numbers {
            mark(if size(number) < 5_000 { &SMALL } else { &LARGE });
            blocks.push(black_box(Vec::with_capacity(size(number))));
        }
    });
    blocks
}

fn main() {
    off_by_what_they_say();
    ends_are_credited_by_any_thread();
    counts_stay_as_they_are();
    counted_and_sampled_are_both_told();
    a_change_from_nothing_is_as_far_off_as_the_value();
    growth_is_found_in_spite_of_noise();
    threads_have_sequences_of_their_own();
    short_threads_are_sampled_no_more_than_others();
    switching_on_often_samples_by_chance();
}

/// Whether an estimate is within three standard errors of the truth.
fn is_near(estimate: u64, error: f64, truth: f64) -> bool {
    (estimate as f64 - truth).abs() <= 3.0 * error
}

fn off_by_what_they_say() {
    let all = bytes(0..BLOCKS);
    let kept = bytes((0..BLOCKS).step_by(3));
    let (mut near, mut sum) = ([0; 4], 0.0);
    for seed in 0..100 {
        let owner = register("seeded");
        assert!(memory::enable_sampled(Sampling::every(MEAN).seed(seed)));
        let mut blocks = allocate(owner, 0..BLOCKS);
        for (number, block) in blocks.iter_mut().enumerate() {
            if number % 3 != 0 {
                drop(std::mem::take(block));
            }
        }
        memory::disable();
        let now = Snapshot::take_sampled();
        let found = now.owner(owner);
        let (usage, error) = (found.usage, found.standard_error);
        near[0] += usize::from(is_near(usage.total_bytes, error.total_bytes, all));
        near[1] += usize::from(is_near(usage.live_bytes, error.live_bytes, kept));
        sum += usage.total_bytes as f64 - all;
        for (place, at) in [&SMALL, &LARGE].into_iter().enumerate() {
            let is_of = |number: &usize| (size(*number) < 5_000) == (place == 0);
            let truth = bytes((0..BLOCKS).filter(is_of));
            let mut lines = now.sites().filter(|row| row.owner == owner);
            let line = lines.find(|row| row.mark.is_some_and(|mark| mark.line() == at.line()));
            let line = line.expect("both lines have samples");
            let error = line.standard_error.total_bytes;
            near[2 + place] += usize::from(is_near(line.usage.total_bytes, error, truth));
        }
        drop(blocks);
        let gone = Snapshot::take_sampled().owner(owner);
        assert_eq!(gone.usage.live_bytes, 0, "seed {seed}");
        assert_eq!(gone.usage.live_blocks, 0, "seed {seed}");
        assert!(gone.standard_error.live_bytes < 1.0, "{gone:?}");
    }
    // Three times the standard error is exceeded once in 370 times.
    assert!(near.iter().all(|near| *near >= 99), "{near:?} of 100");
    // The mean of a hundred is off by a tenth of what one is.
    let one = (all * f64::from(MEAN)).sqrt();
    assert!(
        (sum / 100.0).abs() < 3.0 * one / 10.0,
        "biased by {}",
        sum / 100.0
    );
}

fn ends_are_credited_by_any_thread() {
    let owner = register("handed over");
    assert!(memory::enable_sampled(Sampling::every(1000)));
    let blocks = allocate(owner, 0..1000);
    assert!(Snapshot::take_sampled().owner(owner).usage.live_blocks > 0);
    thread::scope(|threads| threads.spawn(|| drop(blocks)).join()).expect("no panic");
    memory::disable();
    assert_eq!(Snapshot::take_sampled().owner(owner).usage.live_bytes, 0);
    assert_eq!(Snapshot::take().corrupted().blocks, 0);
}

fn counts_stay_as_they_are() {
    let owner = register("both");
    assert!(memory::enable());
    let counted = allocate(owner, 0..100);
    assert!(memory::enable_sampled(Sampling::every(4096)));
    assert_eq!(memory::mode(), Mode::Sampled(Sampling::every(4096)));
    let sampled = allocate(owner, 100..200);
    assert!(memory::enable());
    let counted_again = allocate(owner, 200..300);
    memory::disable();
    let expected = bytes(0..100) + bytes(200..300);
    let live = |now: Snapshot| now.owner(owner).usage.live_bytes as f64;
    assert_eq!(live(Snapshot::take()), expected);
    let estimated = live(Snapshot::take_sampled());
    assert!(estimated > 0.0);
    drop(counted);
    assert_eq!(live(Snapshot::take()), bytes(200..300));
    assert_eq!(live(Snapshot::take_sampled()), estimated);
    drop(sampled);
    assert_eq!(live(Snapshot::take_sampled()), 0.0);
    drop(counted_again);
    assert_eq!(live(Snapshot::take()), 0.0);
}

/// Counted, then sampled, and sampled, then counted, with a time of neither in between.
fn counted_and_sampled_are_both_told() {
    for is_sampled_first in [false, true] {
        let owner = register("whole");
        let start = Snapshot::take_all();
        let switch = |is_sampled: bool| {
            assert!(if is_sampled {
                memory::enable_sampled(Sampling::every(4096).seed(3))
            } else {
                memory::enable()
            });
        };
        switch(is_sampled_first);
        let first = allocate(owner, 0..1000);
        memory::disable();
        let in_none = allocate(owner, 0..50);
        switch(!is_sampled_first);
        let second = allocate(owner, 1000..2000);
        let now = Snapshot::take_all();
        memory::disable();
        let found = now.owner(owner);
        let (truth, error) = (bytes(0..2000), found.standard_error.live_bytes);
        assert!(error > 0.0 && error < truth / 10.0, "{found:?}");
        let before = start.owner(owner).usage.live_bytes as f64;
        let grown = found.usage.live_bytes as f64 - before;
        assert!((grown - truth).abs() < 4.0 * error, "{found:?} of {truth}");
        assert!(now.samples().is_some_and(|samples| samples > 0));
        let parts = [Snapshot::take(), Snapshot::take_sampled()];
        let parts: u64 = parts
            .iter()
            .map(|part| part.owner(owner).usage.live_bytes)
            .sum();
        assert_eq!(parts, found.usage.live_bytes);
        let owners: u64 = now.owners().map(|owner| owner.usage.live_bytes).sum();
        assert_eq!(owners, now.total().live_bytes);
        let sites: u64 = now.sites().map(|site| site.usage.live_bytes).sum();
        assert_eq!(sites, now.total().live_bytes);
        let mut text = String::new();
        sgn::report::TextReport::new().write(sgn::report::Moment::of(now, 1), &mut |line| {
            text.push_str(line)
        });
        assert!(text.contains("| Estimated from "), "{text}");
        drop((first, second, in_none));
        let gone = Snapshot::take_all().owner(owner).usage.live_bytes as f64;
        assert_eq!(gone, before, "sampled first: {is_sampled_first}");
    }
}

/// Whatever else was allocated and freed at the line in between.
fn a_change_from_nothing_is_as_far_off_as_the_value() {
    let (mut near, mut off, mut said) = (0, 0.0, 0.0);
    for seed in 0..100 {
        let owner = register(&format!("from nothing {seed}"));
        assert!(memory::enable_sampled(Sampling::every(MEAN).seed(seed)));
        let before = Snapshot::take_sampled();
        for _ in 0..5 {
            drop(allocate(owner, 0..BLOCKS / 10));
        }
        let kept = allocate(owner, 0..BLOCKS / 10);
        memory::disable();
        let now = Snapshot::take_sampled();
        let truth = |at: &Mark| {
            let is_at = |number: &usize| (size(*number) < 5_000) == (at.line() == SMALL.line());
            bytes((0..BLOCKS / 10).filter(is_at))
        };
        for found in now
            .diff(&before)
            .sites()
            .filter(|found| found.site.owner == owner)
        {
            let Some(mark) = found.site.mark else {
                continue;
            };
            assert_eq!(found.change_error, found.site.standard_error.live_bytes);
            let is_off = found.change.live_bytes as f64 - truth(mark);
            near += usize::from(is_off.abs() <= 3.0 * found.change_error);
            off += is_off * is_off;
            said += found.change_error * found.change_error;
        }
        drop(kept);
    }
    assert!(near >= 195, "{near} of 200");
    let ratio = off / said;
    assert!((0.7..1.4).contains(&ratio), "{off} is not {said}");
}

fn growth_is_found_in_spite_of_noise() {
    let (steady, leaking) = (register("steady"), register("leaking"));
    assert!(memory::enable_sampled(Sampling::default()));
    let before_steady = allocate(steady, 0..BLOCKS);
    let before = Snapshot::take_sampled();
    let mut leaked = Vec::new();
    for _ in 0..10 {
        leaked.push(allocate(leaking, 0..BLOCKS / 10));
    }
    memory::disable();
    let after = Snapshot::take_sampled();
    let found = memory::growth(&after, &before, 1, |site| {
        [steady, leaking].contains(&site.owner)
    });
    assert_eq!(found[0].site.owner, leaking);
    let truth = 10.0 * bytes((0..BLOCKS / 10).filter(|number| size(*number) >= 5_000));
    let error = found[0].change.live_bytes as f64 - truth;
    assert!(error.abs() < 4.0 * found[0].change_error, "{:?}", found[0]);
    assert_eq!(after.diff(&before).owner(steady).live_bytes, 0);
    drop((before_steady, leaked));
}

fn threads_have_sequences_of_their_own() {
    let owner = register("several");
    assert!(memory::enable_sampled(Sampling::every(MEAN)));
    let truth = 4.0 * bytes(0..BLOCKS);
    let blocks: Vec<_> = thread::scope(|threads| {
        let threads = [(); 4].map(|()| threads.spawn(|| allocate(owner, 0..BLOCKS)));
        threads
            .map(|thread| thread.join().expect("no panic"))
            .into()
    });
    memory::disable();
    let found = Snapshot::take_sampled().owner(owner);
    let error = found.standard_error.live_bytes;
    assert!(
        (found.usage.live_bytes as f64 - truth).abs() < 4.0 * error,
        "{found:?} of {truth}"
    );
    drop(blocks);
    assert_eq!(Snapshot::take_sampled().owner(owner).usage.live_bytes, 0);
}

/// Asserts that so many blocks of `size` bytes were estimated right, by the true standard error.
fn assert_near(owner: OwnerId, blocks: usize, size: usize) {
    let truth = (blocks * size) as f64;
    let error = (truth * f64::from(MEAN)).sqrt();
    let found = Snapshot::take_sampled().owner(owner).usage.total_bytes as f64;
    assert!((found - truth).abs() < 4.0 * error, "{found} of {truth}");
    assert!(4.0 * error < truth, "none at all is not right");
}

/// A thread takes a table over in the midst of a countdown, and its first block is one of many.
fn short_threads_are_sampled_no_more_than_others() {
    const THREADS: usize = 1000;
    const SIZE: usize = 2000;
    let owner = register("short");
    assert!(memory::enable_sampled(Sampling::every(MEAN).seed(1)));
    for _ in 0..THREADS {
        let work = move || {
            scope(owner, || {
                drop(black_box(Vec::<u8>::with_capacity(SIZE)));
            });
        };
        thread::scope(|threads| threads.spawn(work).join()).expect("no panic");
    }
    memory::disable();
    assert_near(owner, THREADS, SIZE);
}

/// A sequence that began anew each time would sample all first blocks or none.
fn switching_on_often_samples_by_chance() {
    const TIMES: usize = 2000;
    const SIZE: usize = 4000;
    let owner = register("often");
    for _ in 0..TIMES {
        assert!(memory::enable_sampled(Sampling::every(MEAN).seed(2)));
        scope(owner, || {
            drop(black_box(Vec::<u8>::with_capacity(SIZE)));
        });
        memory::disable();
    }
    assert_near(owner, TIMES, SIZE);
}
