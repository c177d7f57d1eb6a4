//! The shard of the calling thread: taken at its first use, and left when the thread ends.

#![expect(unsafe_code, reason = "has the system call at the end of a thread")]

use std::ffi::c_void;
use std::ptr;

use crate::memory::sys::thread_end;
use crate::memory::thread::shard::Shard;
use crate::memory::thread::state::{ThreadState, current};
use crate::memory::thread::{strangers, tables};

/// How many blocks a thread counts in the shared table before it asks for one of its own again.
const LEAST_WAIT: u32 = 64;
const MOST_WAIT: u32 = 1 << 16;

impl ThreadState {
    /// The thread's own shard, taken at its first use; `None` if it has to use the shared one.
    #[inline]
    pub(in crate::memory) fn own_shard(&self) -> Option<&'static Shard> {
        self.shard().or_else(|| {
            // Here and not in `take_shard`, as a thread that shares a table comes here for every block.
            if self.is_patient() {
                return None;
            }
            self.take_shard()
        })
    }

    /// Whether blocks are still to be counted in the shared table, this one among them.
    #[inline]
    fn is_patient(&self) -> bool {
        let left = self.patience.get();
        self.patience.set(left.saturating_sub(1));
        left > 0
    }

    /// Notes that there is no shard now: it is asked for less and less often.
    fn has_none(&self) -> Option<&'static Shard> {
        let wait = (self.wait.get() * 2).clamp(LEAST_WAIT, MOST_WAIT);
        self.wait.set(wait);
        self.patience.set(wait);
        None
    }

    #[cold]
    #[inline(never)]
    fn take_shard(&self) -> Option<&'static Shard> {
        let Some(taken) = tables::acquire() else {
            return self.has_none();
        };
        let shard = taken.shard;
        if taken.is_empty {
            shard.cache.state.follow();
        }
        // SAFETY: it is always this hook, which may be called with a shard, as these are never unmapped.
        if !unsafe { thread_end::call_at_end(ptr::from_ref(shard).cast(), at_end) } {
            tables::leave(shard);
            return self.has_none();
        }
        shard.stranger.begin(&shard.allocated_bytes, None);
        self.set_shard(Some(shard));
        Some(shard)
    }
}

/// Leaves the shard of the calling thread, which ends.
///
/// If it goes on to allocate, it counts in the shared table: nobody would say when it is over with one
/// of its own.
///
/// # Safety
///
/// `shard` is null or a shard, and that of the calling thread.
unsafe extern "C" fn at_end(shard: *mut c_void) {
    // SAFETY: the caller promises it, and shards are never unmapped.
    let Some(shard) = (unsafe { shard.cast_const().cast::<Shard>().as_ref() }) else {
        return;
    };
    let current = current();
    current.set_shard(None);
    current.patience.set(u32::MAX);
    strangers::end(shard);
    tables::leave(shard);
}
