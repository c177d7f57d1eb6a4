//! Instructions; and what stands in for the library's pages and the end of a thread.

#![expect(
    unsafe_code,
    reason = "the functions of the library are unsafe to call"
)]

#[path = "../../../../sgn/src/memory/sys/arch.rs"]
pub(super) mod arch;

pub(super) mod pages {
    use real::mem::MaybeUninit;
    use real::ops::{Deref, DerefMut};
    use real::ptr::NonNull;

    use crate::world;

    pub(in crate::memory) const CAN_EMPTY: bool = true;

    pub(in crate::memory) fn map_forever(bytes: usize) -> Option<NonNull<u8>> {
        world::map(bytes)
    }

    pub(in crate::memory) fn map_apart(bytes: usize) -> Option<NonNull<u8>> {
        world::map(bytes)
    }

    /// Makes pages zero.
    ///
    /// # Safety
    ///
    /// They are from [`map_apart`], and nobody uses them.
    pub(in crate::memory) unsafe fn empty(start: *mut u8, bytes: usize) -> bool {
        world::empty(start, bytes);
        true
    }

    /// Does nothing: the next execution has all pages again.
    ///
    /// # Safety
    ///
    /// They are from [`map_apart`], and nobody uses them.
    pub(in crate::memory) unsafe fn unmap_unpublished(_start: NonNull<u8>, _bytes: usize) {}

    /// Types of which zero bytes are a value.
    ///
    /// # Safety
    ///
    /// They are.
    pub(crate) unsafe trait Zeroed: Copy {}

    pub(crate) struct PageBuffer<T: Copy>(Vec<T>);

    impl<T: Copy> PageBuffer<T> {
        pub(crate) const fn new() -> Self {
            Self(Vec::new())
        }

        pub(crate) fn reserve(&mut self, wanted: usize) -> bool {
            self.0.reserve(wanted);
            true
        }

        pub(crate) fn copy(&self) -> Option<Self> {
            Some(Self(self.0.clone()))
        }
    }

    impl<T: Zeroed> PageBuffer<T> {
        pub(crate) fn reset(&mut self, len: usize) -> bool {
            self.0.clear();
            // SAFETY: zero bytes are a value.
            self.0
                .resize_with(len, || unsafe { MaybeUninit::zeroed().assume_init() });
            true
        }

        pub(crate) fn push_zeroed(&mut self) -> Option<&mut T> {
            // SAFETY: zero bytes are a value.
            self.0.push(unsafe { MaybeUninit::zeroed().assume_init() });
            self.0.last_mut()
        }
    }

    impl<T: Copy> Deref for PageBuffer<T> {
        type Target = [T];

        fn deref(&self) -> &[T] {
            &self.0
        }
    }

    impl<T: Copy> DerefMut for PageBuffer<T> {
        fn deref_mut(&mut self) -> &mut [T] {
            &mut self.0
        }
    }
}

pub(super) mod resident {
    pub(in crate::memory) fn bytes(_start: *mut u8, bytes: usize) -> usize {
        bytes
    }
}

pub(super) mod thread_end {
    use real::cell::Cell;
    use real::ffi::c_void;
    use real::ptr;

    pub(in crate::memory) type Hook = unsafe extern "C" fn(*mut c_void);

    loom::thread_local! {
        static AT_END: Cell<Option<(*const c_void, Hook)>> = Cell::new(None);
    }

    /// Has [`run`] call `hook` with `argument`.
    ///
    /// # Safety
    ///
    /// `hook` may be called with `argument` on this thread at any time.
    pub(in crate::memory) unsafe fn call_at_end(argument: *const c_void, hook: Hook) -> bool {
        AT_END.with(|at_end| at_end.set(Some((argument, hook))));
        true
    }

    /// Does what the system does at the end of a thread.
    pub(in crate::memory) fn run() {
        if let Some((argument, hook)) = AT_END.with(Cell::take) {
            // SAFETY: whoever asked for the call says that this may be called here.
            unsafe { hook(argument.cast_mut()) };
        }
    }
}
