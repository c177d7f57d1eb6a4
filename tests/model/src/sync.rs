//! `std::sync` with loom's atomics.
//!
//! An atomic of the library may be a static, or lie in zeroed pages. So one is known by its address: its
//! own memory is its first value, and loom's atomic is made for it in each execution.
//!
//! Loom takes `SeqCst` for `AcqRel`, except of fences. Here such a load or store is a read-modify-write, so
//! that those of one atomic take effect in the order in which loom runs them, as the language has it.

pub use real::sync::*;

#[expect(unsafe_code, reason = "atomics lie in zeroed pages")]
pub mod atomic {
    use real::cell::UnsafeCell;
    use real::panic::Location;
    pub use real::sync::atomic::Ordering;
    use real::sync::atomic::Ordering::{Relaxed, Release, SeqCst};

    use crate::world;

    /// A value that no atomic of the library has.
    const NEVER: u64 = 0xEEEE_EEEE_EEEE_EEEE;

    #[track_caller]
    pub fn fence(order: Ordering) {
        if world::change(Location::caller()).is_none() {
            loom::sync::atomic::fence(order);
        }
    }

    fn weaker(order: Ordering, is_changed: bool) -> Ordering {
        if is_changed { Relaxed } else { order }
    }

    #[track_caller]
    fn load(address: usize, first: u64, order: Ordering) -> u64 {
        let changed = world::change(Location::caller()).is_some();
        let atomic = world::atomic(address, first);
        if order == SeqCst && !changed {
            // Sees the newest value, and changes nothing.
            let seen = atomic.compare_exchange(NEVER, NEVER, SeqCst, SeqCst);
            return seen.unwrap_or_else(|seen| seen);
        }
        world::announce(address);
        atomic.load(weaker(order, changed))
    }

    #[track_caller]
    fn store(address: usize, first: u64, value: u64, order: Ordering) {
        let change = world::change(Location::caller());
        if change != Some(world::Change::LeaveOut) {
            let atomic = world::atomic(address, first);
            if order == SeqCst && change.is_none() {
                // Loom knows no order of two stores of which no thread has seen both.
                atomic.swap(value, Release);
            } else {
                world::note_store(address);
                atomic.store(value, weaker(order, change.is_some()));
            }
        }
    }

    /// Does what `with` does to loom's atomic, with the order that it is given, or adds nothing to it.
    #[track_caller]
    fn modify(
        address: usize,
        first: u64,
        order: Ordering,
        with: impl FnOnce(&loom::sync::atomic::AtomicU64, Ordering) -> u64,
    ) -> u64 {
        let change = world::change(Location::caller());
        let atomic = world::atomic(address, first);
        match change {
            Some(world::Change::LeaveOut) => atomic.fetch_add(0, Relaxed),
            Some(world::Change::Relax) => with(&atomic, Relaxed),
            None => with(&atomic, order),
        }
    }

    #[track_caller]
    fn exchange(
        address: usize,
        first: u64,
        [from, to]: [u64; 2],
        [success, failure]: [Ordering; 2],
    ) -> Result<u64, u64> {
        let change = world::change(Location::caller());
        let atomic = world::atomic(address, first);
        let to = if change == Some(world::Change::LeaveOut) {
            from
        } else {
            to
        };
        let success = weaker(success, change.is_some());
        atomic.compare_exchange(from, to, success, weaker(failure, change.is_some()))
    }

    macro_rules! atomic {
        ($name:ident $(<$of:ident>)?, $type:ty, $to:expr, $from:expr) => {
            #[repr(transparent)]
            pub struct $name $(<$of>)? (UnsafeCell<$type>);

            // SAFETY: its memory is never written.
            unsafe impl $(<$of>)? Sync for $name $(<$of>)? {}
            // SAFETY: as above.
            unsafe impl $(<$of>)? Send for $name $(<$of>)? {}

            impl $(<$of>)? real::fmt::Debug for $name $(<$of>)? {
                fn fmt(&self, formatter: &mut real::fmt::Formatter<'_>) -> real::fmt::Result {
                    formatter.write_str(stringify!($name))
                }
            }

            impl $(<$of>)? $name $(<$of>)? {
                pub const fn new(first: $type) -> Self {
                    Self(UnsafeCell::new(first))
                }

                fn address(&self) -> usize {
                    self.0.get().addr()
                }

                fn first(&self) -> u64 {
                    // SAFETY: it is never written.
                    $to(unsafe { *self.0.get() })
                }

                #[track_caller]
                pub fn load(&self, order: Ordering) -> $type {
                    $from(load(self.address(), self.first(), order))
                }

                #[track_caller]
                pub fn store(&self, value: $type, order: Ordering) {
                    store(self.address(), self.first(), $to(value), order);
                }

                #[track_caller]
                pub fn swap(&self, value: $type, order: Ordering) -> $type {
                    let swap = |atomic: &loom::sync::atomic::AtomicU64, order| atomic.swap($to(value), order);
                    $from(modify(self.address(), self.first(), order, swap))
                }

                #[track_caller]
                pub fn compare_exchange(
                    &self,
                    from: $type,
                    to: $type,
                    success: Ordering,
                    failure: Ordering,
                ) -> Result<$type, $type> {
                    let (values, orders) = ([$to(from), $to(to)], [success, failure]);
                    exchange(self.address(), self.first(), values, orders)
                        .map($from)
                        .map_err($from)
                }

                #[track_caller]
                pub fn compare_exchange_weak(
                    &self,
                    from: $type,
                    to: $type,
                    success: Ordering,
                    failure: Ordering,
                ) -> Result<$type, $type> {
                    self.compare_exchange(from, to, success, failure)
                }

                #[track_caller]
                pub fn fetch_update(
                    &self,
                    success: Ordering,
                    failure: Ordering,
                    mut with: impl FnMut($type) -> Option<$type>,
                ) -> Result<$type, $type> {
                    let mut seen = self.load(failure);
                    while let Some(next) = with(seen) {
                        match self.compare_exchange(seen, next, success, failure) {
                            Ok(before) => return Ok(before),
                            Err(now) => seen = now,
                        }
                    }
                    Err(seen)
                }
            }
        };
    }

    macro_rules! number {
        ($($name:ident, $type:ty;)*) => {$(
            atomic!($name, $type, |value: $type| value as u64, |value: u64| value as $type);

            impl $name {
                #[track_caller]
                pub fn fetch_add(&self, amount: $type, order: Ordering) -> $type {
                    modify(self.address(), self.first(), order, |atomic, order| {
                        atomic.fetch_add(amount as u64, order)
                    }) as $type
                }

                #[track_caller]
                pub fn fetch_sub(&self, amount: $type, order: Ordering) -> $type {
                    modify(self.address(), self.first(), order, |atomic, order| {
                        atomic.fetch_sub(amount as u64, order)
                    }) as $type
                }

                #[track_caller]
                pub fn fetch_or(&self, bits: $type, order: Ordering) -> $type {
                    modify(self.address(), self.first(), order, |atomic, order| {
                        atomic.fetch_or(bits as u64, order)
                    }) as $type
                }
            }
        )*};
    }

    number! {
        AtomicU8, u8;
        AtomicU16, u16;
        AtomicU32, u32;
        AtomicU64, u64;
        AtomicUsize, usize;
        AtomicI64, i64;
    }

    atomic!(AtomicBool, bool, u64::from, |value: u64| value != 0);
    atomic!(
        AtomicPtr<T>,
        *mut T,
        |value: *mut T| value.expose_provenance() as u64,
        |value: u64| real::ptr::with_exposed_provenance_mut(value as usize)
    );
}
