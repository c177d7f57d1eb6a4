//! Values of many kinds, each held by a root of its own, and the holders that a census finds.

#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "as users write it, who have std's locks and threads"
)]

mod limits;

use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::hint::black_box;
use std::mem::{self, ManuallyDrop};
use std::ptr;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak, mpsc};
use std::time::Duration;

use super::census::{Census, Limits};
use super::roots::Roots;
use super::rows::Who;
use super::unreachable::Unreachable;
use crate::memory::{self, OwnerId};

crate::counting_allocator!(holders);

const LIMITS: Limits = Limits {
    park: Duration::from_secs(10),
    search: Duration::from_secs(60),
};

/// Only one census can stop the other threads at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn begin() -> MutexGuard<'static, ()> {
    let guard = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    assert!(memory::enable());
    guard
}

/// Returns an owner that no other test has.
fn owner() -> OwnerId {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    memory::register(&format!("census:{}", NEXT.fetch_add(1, Relaxed)))
}

/// A holder, as tests name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    Holder(Vec<u32>),
    Shared(Vec<u32>),
    Doubtful(Vec<u32>),
    Runtime,
    Static,
    Stack,
    Foreign,
    Unreachable,
}

fn census(roots: Roots, before: &Unreachable) -> Census {
    let census = Census::take(|| Some(roots), &Roots::new(), LIMITS, before);
    let census = census.unwrap_or_else(|missing| panic!("a census: {missing:?}"));
    assert_eq!(census.doubt(), None);
    let sum: u64 = census.rows().iter().map(|row| row.bytes).sum();
    let blocks: u64 = census.rows().iter().map(|row| row.blocks).sum();
    let live = census.snapshot().total();
    assert_eq!(sum + census.not_indexed().0, live.live_bytes);
    assert_eq!(blocks + census.not_indexed().1, live.live_blocks);
    census
}

/// Returns who holds what `owner` has allocated, with the bytes.
fn found(census: &Census, owner: OwnerId) -> BTreeMap<Found, u64> {
    let mut found = BTreeMap::new();
    for row in census.rows() {
        if census.owner_of(row) != Some(owner) {
            continue;
        }
        let holders = |set| census.holders(set).collect();
        let who = match row.who {
            Who::Holder(set) => Found::Holder(holders(set)),
            Who::Shared(set) => Found::Shared(holders(set)),
            Who::Doubtful(set) => Found::Doubtful(holders(set)),
            Who::Runtime => Found::Runtime,
            Who::Static => Found::Static,
            Who::Stack => Found::Stack,
            Who::Foreign => Found::Foreign,
            Who::Unreachable => Found::Unreachable,
            Who::Unknown => panic!("unknown holders: {:?}", census.doubt()),
        };
        *found.entry(who).or_default() += row.bytes;
    }
    found
}

/// The values that are made until one has no stale word pointing to it.
const TRIES: usize = 5;

/// Asserts that a value which `make` makes is held by the root that it is, in whole.
///
/// Tests that run beside this one leave words behind, in memory that a static leads to. If such a word points into the
/// value, it has another holder, too. So there are some tries, each with a value that lies elsewhere.
#[track_caller]
fn held<T>(make: impl Fn() -> T) {
    let _guard = begin();
    let mut values = Vec::with_capacity(TRIES);
    let (expected, doubtful) = (Found::Holder(vec![7]), Found::Doubtful(vec![7]));
    for tries_left in (0..TRIES).rev() {
        let owner = owner();
        values.push(Box::new(memory::scope(owner, || black_box(make()))));
        let value: &T = values.last().expect("it was pushed");
        let mut roots = Roots::new();
        roots.enter(7);
        roots.words(ptr::from_ref(value).cast(), size_of::<T>());
        let census = census(roots, &Unreachable::new());
        let found = found(&census, owner);
        if tries_left == 0
            || found
                .keys()
                .all(|who| [&expected, &doubtful].contains(&who))
        {
            nearly_all(&found, &expected, &doubtful);
            return;
        }
    }
}

/// Asserts that nine tenths of the bytes have the holder `expected`, and that all others are doubtful.
///
/// The words of a container that had the same block before may lie in some block, and say that less of it is alive.
#[track_caller]
fn nearly_all(found: &BTreeMap<Found, u64>, expected: &Found, doubtful: &Found) {
    let bytes = |who| found.get(who).copied().unwrap_or(0);
    let all: u64 = found.values().sum();
    assert_eq!(bytes(expected) + bytes(doubtful), all, "{found:?}");
    assert!(bytes(expected) * 10 >= all * 9, "{found:?}");
}

#[test]
fn containers_are_held() {
    held(|| vec![1_u8; 100]);
    held(|| String::from("a text that is somewhat long"));
    held(|| vec![vec![vec![1_u64; 9]; 7]; 5]);
    held(|| Box::new(7));
    held(|| Box::new([7; 1000]) as Box<dyn Any>);
    held(|| (0..100).map(|n| (n, vec![n])).collect::<HashMap<_, _>>());
    held(|| (0..100).map(|n| vec![n]).collect::<HashSet<_>>());
    held(|| (0..100).map(|n| (n, vec![n])).collect::<BTreeMap<_, _>>());
    held(|| (0..100).map(|n| vec![n]).collect::<BTreeSet<_>>());
    held(|| (0..100).map(|n| vec![n]).collect::<LinkedList<_>>());
    held(|| (0..100).map(|n| vec![n]).collect::<BinaryHeap<_>>());
    held(|| (0..100).map(|n| vec![n]).collect::<VecDeque<_>>());
    held(|| Some(Some(vec![String::from("some text")])));
    held(|| RefCell::new(vec![Mutex::new(vec![1])]));
    held(|| Rc::new(vec![1]));
    held(|| {
        let one = Rc::new(vec![1]);
        [one.clone(), one.clone(), one]
    });
    held(|| {
        let cell = OnceCell::new();
        cell.set(vec![1]).expect("empty");
        cell
    });
    held(|| vec![1_u64, 2, 3].into_boxed_slice());
    held(|| vec![vec![1], vec![2], vec![3]].into_iter());
}

#[test]
fn a_long_list_is_held_without_recursion() {
    struct Node(Option<Box<Node>>);
    let _guard = begin();
    let owner = owner();
    let list = memory::scope(owner, || {
        let mut list = None;
        for _ in 0..100_000 {
            list = Some(Box::new(Node(list)));
        }
        list
    });
    let mut roots = Roots::new();
    roots.words((&raw const list).cast(), size_of_val(&list));
    let found = found(&census(roots, &Unreachable::new()), owner);
    assert_eq!(found.values().sum::<u64>(), 800_000);
    nearly_all(&found, &Found::Holder(vec![0]), &Found::Doubtful(vec![0]));
    let mut rest = list;
    while let Some(node) = rest {
        rest = node.0;
    }
}

#[test]
fn the_dead_part_of_a_container_holds_nothing() {
    const HALF: u64 = 50 * 10 * 4;
    let _guard = begin();
    let mut exact = 0;
    for _ in 0..10 {
        let owner = owner();
        // A vector whose last items belong to another holder: pointers to them stay behind its length.
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for n in 0..100 {
            first.push(memory::scope(owner, || vec![n; 10]));
        }
        second.extend(first.drain(50..));
        let mut roots = Roots::new();
        let first = Box::new(first);
        roots.enter(0);
        roots.words((&raw const *first).cast(), size_of_val(&*first));
        roots.enter(1);
        roots.words((&raw const second).cast(), size_of_val(&second));
        let found = found(&census(roots, &Unreachable::new()), owner);
        let held_by = |holder| found.get(&Found::Holder(vec![holder])).copied();
        assert_eq!(held_by(0), Some(HALF), "{found:?}");
        exact += usize::from(held_by(1) == Some(HALF));
        let doubtful = found.get(&Found::Doubtful(vec![0, 1])).copied();
        assert_eq!(held_by(1).or(doubtful), Some(HALF), "{found:?}");
    }
    // The words of a vector that had the same block before may lie in some block, and then the whole block is alive.
    assert!(exact >= 5, "{exact} of 10");
}

#[test]
fn what_two_holders_count_is_shared() {
    let _guard = begin();
    let owner = owner();
    let one = memory::scope(owner, || Arc::new(vec![1_u8; 1000]));
    let other = Arc::clone(&one);
    let (sender, receiver) = memory::scope(owner, mpsc::channel::<Vec<u8>>);
    memory::scope(owner, || sender.send(vec![1; 500])).expect("a receiver");
    let first = (one, sender);
    let second = (other, receiver);
    let mut roots = Roots::new();
    roots.enter(3);
    roots.words((&raw const first).cast(), size_of_val(&first));
    roots.enter(4);
    roots.words((&raw const second).cast(), size_of_val(&second));
    let found = found(&census(roots, &Unreachable::new()), owner);
    nearly_all(
        &found,
        &Found::Shared(vec![3, 4]),
        &Found::Doubtful(vec![3, 4]),
    );
}

#[test]
fn what_was_received_is_no_longer_in_the_channel() {
    fn moves<T>(
        make: impl Fn() -> T,
        give: impl Fn(T),
        take: impl Fn() -> T,
        of_channel: &[(*const u8, usize)],
    ) {
        let owner = owner();
        // No block, as a word that is left behind in the padding of a channel may point to it.
        let mut taken = [const { None }; 19];
        // Some rounds, so that a channel with bounds has gone around.
        for round in 0..23 {
            give(memory::scope(owner, &make));
            if round >= 4 {
                taken[round - 4] = Some(take());
            }
        }
        let mut roots = Roots::new();
        for (start, bytes) in of_channel {
            roots.enter(0);
            roots.words(*start, *bytes);
        }
        roots.enter(1);
        roots.words((&raw const taken).cast(), size_of_val(&taken));
        let found = found(&census(roots, &Unreachable::new()), owner);
        // A word that is left behind in the padding of a channel may point to some blocks.
        let bytes = |who| found.get(&who).copied().unwrap_or_default();
        let (of_channel, of_taken) = (bytes(Found::Holder(vec![0])), bytes(Found::Holder(vec![1])));
        assert_eq!(of_channel, 4 * 480, "{found:?}");
        assert!((10 * 480..=19 * 480).contains(&of_taken), "{found:?}");
        // Nor is memory used again in which such words are.
        mem::forget(taken);
    }
    fn in_channels<T>(make: impl Fn() -> T) {
        let (sender, receiver) = mpsc::channel();
        let both = [
            ((&raw const sender).cast(), size_of_val(&sender)),
            ((&raw const receiver).cast(), size_of_val(&receiver)),
        ];
        let give = |value| assert!(sender.send(value).is_ok());
        moves(&make, give, || receiver.recv().expect("a sender"), &both);

        for capacity in [5, 7, 16] {
            let (sender, receiver) = mpsc::sync_channel(capacity);
            let both = [
                ((&raw const sender).cast(), size_of_val(&sender)),
                ((&raw const receiver).cast(), size_of_val(&receiver)),
            ];
            let give = |value| assert!(sender.try_send(value).is_ok());
            moves(&make, give, || receiver.recv().expect("a sender"), &both);
            mem::forget((sender, receiver));
        }
        mem::forget((sender, receiver));
    }
    let _guard = begin();
    in_channels(|| Box::new([0_u64; 60]));
    in_channels(|| vec![0_u64; 60].into_boxed_slice());
    in_channels(|| vec![0_u64; 60]);
    in_channels(|| (7_u64, vec![0_u64; 60]));
}

#[test]
fn what_two_holders_have_and_nobody_counts_is_doubtful() {
    let _guard = begin();
    let owner = owner();
    let value = memory::scope(owner, || Box::new([7_usize << 50; 30]));
    let copies = [&raw const *value; 2];
    let mut roots = Roots::new();
    for (holder, copy) in copies.iter().enumerate() {
        roots.enter(holder as u32);
        roots.words(std::ptr::from_ref(copy).cast(), size_of_val(copy));
    }
    let found = found(&census(roots, &Unreachable::new()), owner);
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        [&Found::Doubtful(vec![0, 1])]
    );
}

static HELD: OnceLock<Vec<String>> = OnceLock::new();

#[test]
fn statics_stacks_and_leaks_are_told_apart() {
    let _guard = begin();
    let (of_static, of_stack, leaked, of_thread) = (owner(), owner(), owner(), owner());
    HELD.get_or_init(|| memory::scope(of_static, || vec![String::from("text"); 10]));
    let local = memory::scope(of_stack, || vec![Box::new(1); 10]);
    // More than there are words left behind by earlier calls and threads that may point to them.
    let leaker = std::thread::spawn(move || {
        for _ in 0..2_000 {
            memory::scope(leaked, leak_a_cycle);
        }
    });
    leaker.join().expect("no panic");
    let (ask, asked) = mpsc::channel::<()>();
    let (tell, told) = mpsc::channel::<()>();
    let thread = std::thread::spawn(move || {
        thread_local! {
            static OWN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
        }
        OWN.with_borrow_mut(|own| *own = memory::scope(of_thread, || vec![1; 77]));
        tell.send(()).expect("the test");
        let _ = asked.recv();
    });
    told.recv().expect("the thread");
    let mut first = census(Roots::new(), &Unreachable::new());
    let second = census(Roots::new(), &first.take_unreachable());
    for census in [&first, &second] {
        // A word that is no pointer, or is dead, may look like one to some block of several.
        let only = |owner| {
            let found = found(census, owner);
            let most = found.into_iter().max_by_key(|(_, bytes)| *bytes);
            most.expect("a row").0
        };
        assert_eq!(only(of_static), Found::Static);
        assert_eq!(only(of_stack), Found::Stack);
        assert_eq!(only(of_thread), Found::Stack);
        // A word that an earlier call has left on some stack may still point to one of them.
        let found = found(census, leaked);
        let all: u64 = found.values().sum();
        let unreachable = found.get(&Found::Unreachable).copied();
        assert!(unreachable.unwrap_or(0) * 2 >= all, "{found:?}");
    }
    let seen = |census: &Census| {
        let rows = census.rows().iter();
        let rows = rows.filter(|row| census.owner_of(row) == Some(leaked));
        rows.fold((0, 0), |(seen, all), row| {
            (seen + row.seen_blocks, all + row.blocks)
        })
    };
    assert_eq!(seen(&first).0, 0);
    assert!(seen(&second).0 > 0);
    drop((local, ask));
    thread.join().expect("the thread");
}

#[inline(never)]
fn leak_a_cycle() {
    struct Node {
        next: Mutex<Option<Arc<Node>>>,
        _payload: Vec<u8>,
    }
    let make = || {
        Arc::new(Node {
            next: Mutex::new(None),
            _payload: vec![1; 1000],
        })
    };
    let (one, other) = (make(), make());
    *one.next.lock().expect("no panic") = Some(Arc::clone(&other));
    *other.next.lock().expect("no panic") = Some(one);
    mem::forget(Box::new([1; 100]));
}

#[test]
fn a_weak_keeps_its_block() {
    let _guard = begin();
    let owner = owner();
    let weak = memory::scope(owner, || Arc::downgrade(&Arc::new([1_u8; 100])));
    let weak: ManuallyDrop<Weak<_>> = ManuallyDrop::new(weak);
    let mut roots = Roots::new();
    roots.enter(5);
    roots.words((&raw const weak).cast(), size_of_val(&weak));
    let found = found(&census(roots, &Unreachable::new()), owner);
    assert_eq!(found.keys().collect::<Vec<_>>(), [&Found::Holder(vec![5])]);
    drop(ManuallyDrop::into_inner(weak));
}

#[test]
fn a_claimed_block_is_not_searched() {
    let _guard = begin();
    let owner = owner();
    let outer = Box::new(memory::scope(owner, || vec![1_u8; 50]));
    let mut roots = Roots::new();
    roots.enter(1);
    roots.block((&raw const *outer).cast());
    roots.enter(2);
    roots.words((&raw const *outer).cast(), size_of_val(&*outer));
    let found = found(&census(roots, &Unreachable::new()), owner);
    assert_eq!(found.keys().collect::<Vec<_>>(), [&Found::Holder(vec![2])]);
}
