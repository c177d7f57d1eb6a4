//! The shard of the calling thread, acquired at its first use and released when the thread ends.

#![expect(unsafe_code, reason = "has the system call at the end of a thread")]

use std::ffi::c_void;
use std::ptr;

use crate::memory::sys::thread_end;
use crate::memory::thread::shard::Shard;
use crate::memory::thread::state::{ThreadState, current};
use crate::memory::thread::{tables, unowned_threads};

/// The least number of blocks that a thread counts in the shared table before it tries again to acquire a shard.
const LEAST_WAIT: u32 = 64;
const MOST_WAIT: u32 = 1 << 16;

impl ThreadState {
    /// Returns the thread's own shard, acquired at its first use; `None` if it has to use the shared one.
    #[inline]
    pub(in crate::memory) fn own_shard(&self) -> Option<&'static Shard> {
        self.shard().or_else(|| {
            // Checked here and not in `take_shard`, because a thread that uses the shared table comes here for every
            // block.
            if self.must_wait() {
                return None;
            }
            self.take_shard()
        })
    }

    /// Returns true if the thread has to count more blocks before it tries again to acquire a shard, and counts this
    /// block.
    #[inline]
    fn must_wait(&self) -> bool {
        let left = self.blocks_to_wait.get();
        self.blocks_to_wait.set(left.saturating_sub(1));
        left > 0
    }

    /// Doubles the waiting time before the next attempt, and returns `None`.
    fn back_off(&self) -> Option<&'static Shard> {
        let wait = (self.last_wait.get() * 2).clamp(LEAST_WAIT, MOST_WAIT);
        self.last_wait.set(wait);
        self.blocks_to_wait.set(wait);
        None
    }

    #[cold]
    #[inline(never)]
    fn take_shard(&self) -> Option<&'static Shard> {
        let Some(acquired) = tables::acquire() else {
            return self.back_off();
        };
        let shard = acquired.shard;
        if acquired.is_empty {
            shard.cache.state.follow();
        }
        // SAFETY: every call passes this hook; it may be called with this shard at any time, as shards are never
        // unmapped.
        if !unsafe { thread_end::call_at_end(ptr::from_ref(shard).cast(), at_end) } {
            tables::release(shard);
            return self.back_off();
        }
        shard.unowned.begin(&shard.allocated_bytes, None);
        self.set_shard(Some(shard));
        Some(shard)
    }
}

/// Releases the shard of the calling thread, which ends.
///
/// If the thread continues to allocate, it counts in the shared table: nothing would release another shard of its own.
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
    current.blocks_to_wait.set(u32::MAX);
    unowned_threads::end(shard);
    tables::release(shard);
}
