//! What a thread allocates and frees while it ends is counted: in destructors of thread-locals, in
//! those that these start, and in the still later ones of the system's own thread-specific data.

#![cfg_attr(
    unix,
    expect(unsafe_code, reason = "a destructor that the system calls")
)]

use std::cell::RefCell;
use std::hint::black_box;
use std::thread::Builder;

use parking_lot::Mutex;
use sgn::memory::{self, Mark, OwnerId, Snapshot, Usage, mark, register, scope};

sgn::counting_allocator!();

const THREADS: usize = 40;

/// Bytes that are allocated and freed in a thread-local's destructor, and in one that begins there.
const FIRST: usize = 500;
const SECOND: usize = 1500;
/// Bytes that a destructor leaves to be freed by the main thread.
const LEFT: usize = 60;
/// Bytes that are allocated in the thread and freed by a destructor.
const HELD: usize = 2000;

static LINE: Mark = Mark::new("thread_end.rs", 1, "in a destructor");
static LEFT_BEHIND: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

struct First {
    owner: OwnerId,
    held: Vec<u8>,
}

impl Drop for First {
    fn drop(&mut self) {
        let left = scope(self.owner, || {
            mark(&LINE);
            drop(black_box(vec![1_u8; FIRST]));
            black_box(vec![1_u8; LEFT])
        });
        // Outside of the scope: a lock that has to wait allocates.
        LEFT_BEHIND.lock().push(left);
        SECOND_LOCAL.with_borrow_mut(|second| *second = Some(Second(self.owner)));
        assert_eq!(self.held.len(), HELD);
    }
}

/// Begins to live when its thread is ending.
struct Second(OwnerId);

impl Drop for Second {
    fn drop(&mut self) {
        scope(self.0, || drop(black_box(vec![1_u8; SECOND])));
    }
}

thread_local! {
    static FIRST_LOCAL: RefCell<Option<First>> = const { RefCell::new(None) };
    static SECOND_LOCAL: RefCell<Option<Second>> = const { RefCell::new(None) };
}

fn usage(owner: OwnerId) -> Usage {
    Snapshot::take().owner(owner).usage
}

/// Runs `work` in as many threads, half of them one after another.
fn threads(work: impl Fn() + Copy + Send + 'static) {
    let start = |_| {
        let builder = Builder::new().name("ends".into());
        builder.spawn(work).expect("a thread")
    };
    for number in 0..THREADS / 2 {
        start(number).join().expect("no panic");
    }
    let all: Vec<_> = (0..THREADS / 2).map(start).collect();
    for thread in all {
        thread.join().expect("no panic");
    }
}

fn thread_locals() {
    let owner = register("locals:src:out");
    LEFT_BEHIND.lock().reserve(THREADS);
    threads(move || {
        let held = scope(owner, || black_box(vec![1_u8; HELD]));
        FIRST_LOCAL.with_borrow_mut(|first| *first = Some(First { owner, held }));
    });
    let now = usage(owner);
    assert_eq!(
        [
            now.live_bytes,
            now.live_blocks,
            now.total_bytes,
            now.total_blocks
        ],
        [LEFT, 1, LEFT + FIRST + SECOND + HELD, 4].map(|each| (each * THREADS) as u64)
    );
    let all = Snapshot::take();
    let row = all.sites().find(|site| {
        site.owner == owner && site.mark.is_some_and(|mark| std::ptr::eq(mark, &LINE))
    });
    assert_eq!(
        row.map(|row| row.usage.total_bytes),
        Some(((FIRST + LEFT) * THREADS) as u64)
    );
    LEFT_BEHIND.lock().clear();
    assert_eq!(usage(owner).live_bytes, 0);
}

/// Destructors that the system calls when all thread-locals of Rust have ended, in several rounds.
#[cfg(unix)]
mod system {
    use std::ffi::c_void;
    use std::sync::OnceLock;

    use super::*;

    /// How often the system calls a destructor that asks to be called again, at least.
    const ROUNDS: usize = 4;
    const BYTES: usize = 700;

    static OWNER: OnceLock<OwnerId> = OnceLock::new();

    type Key = libc::pthread_key_t;

    /// What a key has in a thread.
    struct State {
        key: Key,
        rounds_left: usize,
    }

    pub(super) fn new_key() -> Key {
        let mut key = 0;
        // SAFETY: `key` is a place for the new key.
        let answer = unsafe { libc::pthread_key_create(&raw mut key, Some(end)) };
        assert_eq!(answer, 0);
        key
    }

    /// Asks the system to call [`end`] when the calling thread ends.
    fn set(state: Box<State>) {
        let key = state.key;
        // SAFETY: the key was created and is never deleted.
        let answer = unsafe { libc::pthread_setspecific(key, Box::into_raw(state).cast()) };
        assert_eq!(answer, 0);
    }

    unsafe extern "C" fn end(state: *mut c_void) {
        let owner = *OWNER.get().expect("set before the threads start");
        // SAFETY: the values of the keys are boxes of states, handed to nobody else.
        let mut state = unsafe { Box::from_raw(state.cast::<State>()) };
        scope(owner, || drop(black_box(vec![1_u8; BYTES])));
        state.rounds_left -= 1;
        if state.rounds_left > 0 {
            set(state);
        }
    }

    /// As many rounds as the system has.
    pub(super) fn for_ever(keys: [Key; 2]) {
        threads(move || {
            for key in keys {
                let rounds_left = usize::MAX;
                set(Box::new(State { key, rounds_left }));
            }
        });
    }

    /// With keys that were made before the profiler's and after it.
    pub(super) fn check(keys: [Key; 2]) {
        let owner = *OWNER.get_or_init(|| register("system:src:out"));
        threads(move || {
            for key in keys {
                let rounds_left = ROUNDS;
                set(scope(owner, || Box::new(State { key, rounds_left })));
            }
        });
        let now = usage(owner);
        let (ends, states) = (2 * ROUNDS * THREADS, 2 * THREADS);
        assert_eq!(
            [now.live_bytes, now.live_blocks, now.total_blocks],
            [0, 0, (ends + states) as u64]
        );
        assert_eq!(
            now.total_bytes,
            (ends * BYTES + states * size_of::<State>()) as u64
        );
    }
}

/// A thread whose destructors ask to be called for ever leaves no table behind.
#[cfg(unix)]
fn no_table_is_lost(keys: [libc::pthread_key_t; 2]) {
    let before = Snapshot::profiler_address_space();
    for _ in 0..5 {
        system::for_ever(keys);
    }
    let more = Snapshot::profiler_address_space() - before;
    assert!(more < 2 << 30, "{more}: two hundred tables are ten GiB");
}

fn main() {
    #[cfg(unix)]
    let early = system::new_key();
    assert!(memory::enable());
    thread_locals();
    #[cfg(unix)]
    {
        let keys = [early, system::new_key()];
        system::check(keys);
        no_table_is_lost(keys);
    }
}
