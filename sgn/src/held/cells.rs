//! Values behind a cell or a lock, which are walked by their bytes while somebody else has them.

#![expect(
    clippy::disallowed_types,
    reason = "a lock of std that is a field of the user's"
)]

use std::cell::{OnceCell, RefCell};
use std::mem::ManuallyDrop;
use std::sync::{Mutex, OnceLock, RwLock};

use super::{Collector, Of, Walk};

impl<W: Walk<T>, T> Walk<RefCell<T>> for Of<W> {
    fn walk(cell: &RefCell<T>, into: &mut Collector<'_>) {
        match cell.try_borrow() {
            Ok(inner) => W::walk(&inner, into),
            Err(_) => into.leaf(cell),
        }
    }
}

impl<W: Walk<T>, T> Walk<Mutex<T>> for Of<W> {
    fn walk(lock: &Mutex<T>, into: &mut Collector<'_>) {
        match lock.try_lock() {
            Ok(inner) => W::walk(&inner, into),
            Err(_) => into.leaf(lock),
        }
    }
}

impl<W: Walk<T>, T> Walk<RwLock<T>> for Of<W> {
    fn walk(lock: &RwLock<T>, into: &mut Collector<'_>) {
        match lock.try_read() {
            Ok(inner) => W::walk(&inner, into),
            Err(_) => into.leaf(lock),
        }
    }
}

/// By its bytes: to unlock may take a lock that all of the crate's locks share, and a thread that has it may be parked.
impl<W, T> Walk<parking_lot::Mutex<T>> for Of<W> {
    fn walk(lock: &parking_lot::Mutex<T>, into: &mut Collector<'_>) {
        into.leaf(lock);
    }
}

/// As a mutex.
impl<W, T> Walk<parking_lot::RwLock<T>> for Of<W> {
    fn walk(lock: &parking_lot::RwLock<T>, into: &mut Collector<'_>) {
        into.leaf(lock);
    }
}

impl<W: Walk<T>, T> Walk<OnceCell<T>> for Of<W> {
    fn walk(cell: &OnceCell<T>, into: &mut Collector<'_>) {
        if let Some(inner) = cell.get() {
            W::walk(inner, into);
        }
    }
}

impl<W: Walk<T>, T> Walk<OnceLock<T>> for Of<W> {
    fn walk(cell: &OnceLock<T>, into: &mut Collector<'_>) {
        if let Some(inner) = cell.get() {
            W::walk(inner, into);
        }
    }
}

impl<W: Walk<T>, T> Walk<ManuallyDrop<T>> for Of<W> {
    fn walk(value: &ManuallyDrop<T>, into: &mut Collector<'_>) {
        W::walk(value, into);
    }
}
