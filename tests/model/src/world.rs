//! The state of one execution: pages, loom's objects by the addresses for which they stand, and what
//! is changed in the library on trial.

#![expect(unsafe_code, reason = "hands out zeroed pages")]
#![expect(
    clippy::disallowed_types,
    reason = "what an exploration has learned, which may end by a panic"
)]

use real::cell::RefCell;
use real::collections::{BTreeMap, BTreeSet};
use real::mem::ManuallyDrop;
use real::panic::Location;
use real::ptr::NonNull;
use real::rc::Rc;
use real::sync::{Arc, Mutex};

use loom::cell::UnsafeCell;
use loom::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A change to one atomic operation, by which a model must fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is relaxed; a fence is left out.
    Relax,
    /// It writes nothing.
    LeaveOut,
}

/// An operation of the library: the end of the file's path, the line, and what is done to it.
pub(crate) type Changed = (&'static str, u32, Change);

/// Addresses that executions before have used; an exploration that has met a new one begins anew.
#[derive(Default)]
pub(crate) struct Known {
    /// Atomics, with their first values. Loom demands that an object is made before all use of it, so all
    /// that are known are made when an execution begins.
    atomics: BTreeMap<usize, u64>,
    cells: BTreeSet<usize>,
    /// Atomics that are stored to while there are several threads.
    stored: BTreeSet<usize>,
}

impl Known {
    pub(crate) fn len(&self) -> usize {
        self.atomics.len() + self.cells.len() + self.stored.len()
    }
}

/// When the threads of a model run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As loom has them run.
    Free,
    /// Each when it begins.
    Eager,
    /// Each when it is waited for.
    Lazy,
}

/// Bytes of the pages of one execution.
const ROOM: usize = 1 << 20;

#[repr(C, align(4096))]
struct Room([u8; ROOM]);

struct World {
    known: Arc<Mutex<Known>>,
    changed: Option<Changed>,
    pace: Pace,
    room: *mut Room,
    used: usize,
    atomics: BTreeMap<usize, Rc<ManuallyDrop<AtomicU64>>>,
    cells: BTreeMap<usize, Rc<ManuallyDrop<UnsafeCell<()>>>>,
    /// Of atomics that are stored to, by address; see [`announce`].
    announced: BTreeMap<usize, Rc<ManuallyDrop<AtomicU64>>>,
    has_threads: bool,
}

real::thread_local! {
    static WORLD: RefCell<Option<World>> = const { RefCell::new(None) };
}

fn with<R>(what: impl FnOnce(&mut World) -> R) -> R {
    WORLD.with(|world| what(world.borrow_mut().as_mut().expect("an exploration runs")))
}

/// Allocates the pages of explorations, which are at the same address for all of one model.
pub(crate) fn room() -> usize {
    // SAFETY: the size is not zero.
    let room = unsafe { real::alloc::alloc_zeroed(real::alloc::Layout::new::<Room>()) };
    room.expose_provenance()
}

/// Gets ready to explore on this thread of the system.
pub(crate) fn prepare(known: Arc<Mutex<Known>>, room: usize, changed: Option<Changed>, pace: Pace) {
    let world = World {
        known,
        changed,
        pace,
        room: real::ptr::with_exposed_provenance_mut(room),
        used: ROOM,
        atomics: BTreeMap::new(),
        cells: BTreeMap::new(),
        announced: BTreeMap::new(),
        has_threads: false,
    };
    WORLD.set(Some(world));
}

/// Returns when threads run.
pub(crate) fn pace() -> Pace {
    with(|world| world.pace)
}

/// Begins an execution.
pub(crate) fn begin() {
    with(|world| {
        // SAFETY: nothing of the execution before is left that knows the pages.
        unsafe { real::ptr::write_bytes(world.room.cast::<u8>(), 0, world.used) };
        world.used = 0;
        world.has_threads = false;
        let known = world.known.lock().expect("no panic");
        let atomic = |(&at, &first): (&usize, &u64)| (at, shared(AtomicU64::new(first)));
        world.atomics = known.atomics.iter().map(atomic).collect();
        let cell = |&at: &usize| (at, shared(UnsafeCell::new(())));
        world.cells = known.cells.iter().map(cell).collect();
        // The same in all executions of an exploration, as each is a step on loom's way.
        let stored = &known.stored;
        let announced = |&at: &usize| (at, shared(AtomicU64::new(0)));
        if world.announced.is_empty() {
            world.announced = stored.iter().map(announced).collect();
        } else {
            let addresses: Vec<_> = world.announced.keys().copied().collect();
            world.announced = addresses.iter().map(announced).collect();
        }
    });
}

/// Notes that there is more than one thread from now on.
pub(crate) fn begin_threads() {
    with(|world| world.has_threads = true);
}

/// Notes that the atomic at `address` is stored to.
pub(crate) fn note_store(address: usize) {
    with(|world| {
        if world.has_threads {
            world.known.lock().expect("no panic").stored.insert(address);
        }
    });
}

/// Has a load depend on all other loads of the atomic at `address`, if it is stored to.
///
/// Loom remembers the last access to an atomic only. A thread that loads a number and then stores it
/// hides by its load that another thread has loaded it before, and loom never tries the other order.
pub(crate) fn announce(address: usize) {
    let announced = with(|world| world.announced.get(&address).map(Rc::clone));
    if let Some(announced) = announced {
        let _ = announced.compare_exchange(1, 1, Relaxed, Relaxed);
    }
}

fn shared<T>(object: T) -> Rc<ManuallyDrop<T>> {
    Rc::new(ManuallyDrop::new(object))
}

/// Returns loom's atomic for the one at `address`.
pub(crate) fn atomic(address: usize, first: u64) -> Rc<ManuallyDrop<AtomicU64>> {
    with(|world| {
        let object = world.atomics.entry(address).or_insert_with(|| {
            let mut known = world.known.lock().expect("no panic");
            known.atomics.insert(address, first);
            shared(AtomicU64::new(first))
        });
        Rc::clone(object)
    })
}

/// Notes that the cell at `address` is read or written, if it lies in pages.
pub(crate) fn touch(address: usize, writes: bool) {
    let object = with(|world| {
        let start = world.room.addr();
        (start..start + world.used).contains(&address).then(|| {
            let object = world.cells.entry(address).or_insert_with(|| {
                world.known.lock().expect("no panic").cells.insert(address);
                shared(UnsafeCell::new(()))
            });
            Rc::clone(object)
        })
    });
    match object {
        Some(object) if writes => object.with_mut(|_| ()),
        Some(object) => object.with(|_| ()),
        None => {}
    }
}

/// Hands out zeroed pages.
pub(crate) fn map(bytes: usize) -> Option<NonNull<u8>> {
    with(|world| {
        let start = world.used;
        let end = start.checked_add(bytes.next_multiple_of(64))?;
        if end > ROOM {
            return None;
        }
        world.used = end;
        NonNull::new(world.room.cast::<u8>().wrapping_add(start))
    })
}

/// Makes pages zero that nobody uses, as loom is to see for itself.
pub(crate) fn empty(start: *mut u8, bytes: usize) {
    let within = start.addr()..start.addr() + bytes;
    let (atomics, cells): (Vec<_>, Vec<_>) = with(|world| {
        let atomics = world.atomics.range(within.clone());
        let cells = world.cells.range(within.clone());
        (
            atomics.map(|(_, object)| Rc::clone(object)).collect(),
            cells.map(|(_, object)| Rc::clone(object)).collect(),
        )
    });
    for object in atomics {
        object.store(0, Relaxed);
    }
    for object in cells {
        object.with_mut(|_| ());
    }
    // SAFETY: the caller has got these pages from `map`, and of an atomic only loom's object is changed.
    unsafe { real::ptr::write_bytes(start, 0, bytes) };
}

/// Returns what is to be changed at an operation.
pub(crate) fn change(caller: &Location<'_>) -> Option<Change> {
    let (file, line, change) = with(|world| world.changed)?;
    (caller.line() == line && caller.file().ends_with(file)).then_some(change)
}
