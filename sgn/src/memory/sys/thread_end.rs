//! Learning that a thread ends, without a thread-local that has a destructor.
//!
//! On Unix a `pthread` key is used: its destructors run after those of Rust's thread-locals, so
//! what these allocate and free is counted in the thread's own table. A destructor that runs later
//! still counts in the shared table, as the system calls nobody for ever and a table could be lost.
//! Elsewhere a thread-local with `Drop` is used; once it is gone the thread counts in the shared
//! table.

#![cfg_attr(
    unix,
    expect(
        unsafe_code,
        reason = "asks the operating system to call at the end of a thread"
    )
)]

pub(in crate::memory) use imp::call_leave;

#[cfg(unix)]
mod imp {
    use std::ffi::c_void;
    use std::ptr;
    use std::sync::atomic::{
        AtomicU64,
        Ordering::{AcqRel, Acquire},
    };

    use crate::memory::thread::current;
    use crate::memory::thread::shard::Shard;

    /// The key plus one, or zero while there is none.
    static KEY: AtomicU64 = AtomicU64::new(0);

    /// Calls `leave_shard` when the calling thread ends; `false` if the system cannot.
    pub(in crate::memory) fn call_leave(shard: &'static Shard) -> bool {
        let Some(key) = key() else { return false };
        // SAFETY: the key was created and is never deleted.
        let answer = unsafe { libc::pthread_setspecific(key, ptr::from_ref(shard).cast()) };
        answer == 0
    }

    fn key() -> Option<libc::pthread_key_t> {
        let known = KEY.load(Acquire);
        if known != 0 {
            return libc::pthread_key_t::try_from(known - 1).ok();
        }
        let mut key: libc::pthread_key_t = 0;
        // SAFETY: `key` is a place for the new key, and `leave` may be called from any thread.
        if unsafe { libc::pthread_key_create(&raw mut key, Some(leave)) } != 0 {
            return None;
        }
        // a number of another type on each system, and never below zero
        match KEY.compare_exchange(0, key as u64 + 1, AcqRel, Acquire) {
            Ok(_) => {
                stay_loaded();
                Some(key)
            }
            Err(other) => {
                // SAFETY: the key is ours and was given to nobody.
                unsafe { libc::pthread_key_delete(key) };
                libc::pthread_key_t::try_from(other - 1).ok()
            }
        }
    }

    /// Has the system never unload the library that this is in, whose `leave` it is going to call.
    ///
    /// Blocks that the library has handed out are freed by its code, too. Nothing is done for a program,
    /// which stays in any case.
    #[cfg(all(target_os = "linux", not(target_feature = "crt-static"), not(miri)))]
    fn stay_loaded() {
        let mut info = std::mem::MaybeUninit::<libc::Dl_info>::zeroed();
        let inside: unsafe extern "C" fn(*mut c_void) = leave;
        // SAFETY: `info` is a place for the answer.
        let answer = unsafe { libc::dladdr(inside as *const c_void, info.as_mut_ptr()) };
        // SAFETY: zeros are an answer, too.
        let info = unsafe { info.assume_init() };
        // SAFETY: asks for a number.
        let program = unsafe { libc::getauxval(libc::AT_PHDR) } as usize;
        // The headers of the program are in its first page.
        let is_program = program.wrapping_sub(info.dli_fbase.addr()) < 4096;
        if answer == 0 || is_program || info.dli_fname.is_null() {
            return;
        }
        let flags = libc::RTLD_LAZY | libc::RTLD_NOLOAD | libc::RTLD_NODELETE;
        // SAFETY: the system gave the name; the library is loaded, and nothing of it is run.
        let _ = unsafe { libc::dlopen(info.dli_fname, flags) };
    }

    /// Elsewhere a library that counts must not be unloaded.
    #[cfg(not(all(target_os = "linux", not(target_feature = "crt-static"), not(miri))))]
    fn stay_loaded() {}

    unsafe extern "C" fn leave(shard: *mut c_void) {
        // SAFETY: the value of the key is null or a shard, and shards are never unmapped.
        if let Some(shard) = unsafe { shard.cast_const().cast::<Shard>().as_ref() } {
            current::leave_shard(shard);
        }
    }
}

#[cfg(not(unix))]
mod imp {
    use std::cell::Cell;

    use crate::memory::thread::current;
    use crate::memory::thread::shard::Shard;

    struct Leave(Cell<Option<&'static Shard>>);

    impl Drop for Leave {
        fn drop(&mut self) {
            if let Some(shard) = self.0.take() {
                current::leave_shard(shard);
            }
        }
    }

    thread_local! {
        static LEAVE: Leave = const { Leave(Cell::new(None)) };
    }

    /// Calls `leave_shard` when the calling thread ends; `false` if that is already happening.
    pub(in crate::memory) fn call_leave(shard: &'static Shard) -> bool {
        LEAVE.try_with(|leave| leave.0.set(Some(shard))).is_ok()
    }
}
