//! Calls a function at the end of a thread, without a thread-local that has a destructor.
//!
//! On Unix it uses a `pthread` key, whose destructors run after those of Rust's thread-locals, so that what these
//! allocate and free is counted in the thread's own table. A destructor that runs later still counts in the shared
//! table: the system calls destructors of keys again only a limited number of times, so a table taken that late might
//! never be released. Elsewhere it uses a thread-local with `Drop`; once that is dropped the thread counts in the
//! shared table.

#![expect(
    unsafe_code,
    reason = "asks the operating system to call at the end of a thread"
)]

use std::ffi::c_void;

pub(in crate::memory) use imp::call_at_end;

/// A function that is called at the end of a thread.
pub(in crate::memory) type Hook = unsafe extern "C" fn(*mut c_void);

#[cfg(unix)]
mod imp {
    use std::ffi::c_void;
    use std::sync::atomic::{
        AtomicU64,
        Ordering::{AcqRel, Acquire},
    };

    use super::Hook;

    /// The key plus one; zero while there is none.
    static KEY: AtomicU64 = AtomicU64::new(0);

    /// Calls `hook` with `argument` when the calling thread ends; `false` if the system cannot.
    ///
    /// # Safety
    ///
    /// `hook` is the same in every call, and may be called with `argument` on this thread at any time.
    pub(in crate::memory) unsafe fn call_at_end(argument: *const c_void, hook: Hook) -> bool {
        let Some(key) = key(hook) else { return false };
        // SAFETY: the key was created and is never deleted.
        let answer = unsafe { libc::pthread_setspecific(key, argument) };
        answer == 0
    }

    fn key(hook: Hook) -> Option<libc::pthread_key_t> {
        let known = KEY.load(Acquire);
        if known != 0 {
            return libc::pthread_key_t::try_from(known - 1).ok();
        }
        let mut key: libc::pthread_key_t = 0;
        // SAFETY: `key` receives the new key, and the hook may be called from any thread.
        if unsafe { libc::pthread_key_create(&raw mut key, Some(hook)) } != 0 {
            return None;
        }
        // The type of a key differs between systems, and its value is never negative.
        match KEY.compare_exchange(0, key as u64 + 1, AcqRel, Acquire) {
            Ok(_) => {
                stay_loaded(hook);
                Some(key)
            }
            Err(other) => {
                // SAFETY: the key is ours and nobody else has it.
                unsafe { libc::pthread_key_delete(key) };
                libc::pthread_key_t::try_from(other - 1).ok()
            }
        }
    }

    /// Keeps the system from ever unloading the library that contains the hook, as it is going to call the hook.
    ///
    /// The library is also needed to free the blocks that it has allocated. Nothing is done for a program, which is
    /// never unloaded.
    #[cfg(all(target_os = "linux", not(target_feature = "crt-static"), not(miri)))]
    fn stay_loaded(hook: Hook) {
        let mut info = std::mem::MaybeUninit::<libc::Dl_info>::zeroed();
        // SAFETY: `info` receives the answer.
        let answer = unsafe { libc::dladdr(hook as *const c_void, info.as_mut_ptr()) };
        // SAFETY: all-zero bytes are valid, too.
        let info = unsafe { info.assume_init() };
        // An address in the program, to compare with that of the hook.
        // SAFETY: returns a number and has no effect.
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

    /// Does nothing: on other systems a library that counts must not be unloaded.
    #[cfg(not(all(target_os = "linux", not(target_feature = "crt-static"), not(miri))))]
    fn stay_loaded(_: Hook) {}
}

#[cfg(not(unix))]
mod imp {
    use std::cell::Cell;
    use std::ffi::c_void;

    use super::Hook;

    struct AtEnd(Cell<Option<(*const c_void, Hook)>>);

    impl Drop for AtEnd {
        fn drop(&mut self) {
            if let Some((argument, hook)) = self.0.take() {
                // SAFETY: the caller of `call_at_end` says that the hook may be called here.
                unsafe { hook(argument.cast_mut()) };
            }
        }
    }

    thread_local! {
        static AT_END: AtEnd = const { AtEnd(Cell::new(None)) };
    }

    /// Calls `hook` with `argument` when the calling thread ends; `false` if it is already ending.
    ///
    /// # Safety
    ///
    /// `hook` may be called with `argument` on this thread at any time.
    pub(in crate::memory) unsafe fn call_at_end(argument: *const c_void, hook: Hook) -> bool {
        AT_END
            .try_with(|at_end| at_end.0.set(Some((argument, hook))))
            .is_ok()
    }
}
