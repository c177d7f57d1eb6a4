//! `std::cell` with a cell of which loom sees who reads and writes it.

#![expect(unsafe_code, reason = "a cell of threads that take turns")]

pub use real::cell::*;

use crate::world;

#[repr(transparent)]
pub struct Cell<T>(UnsafeCell<T>);

impl<T: Copy> Cell<T> {
    pub const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    pub fn get(&self) -> T {
        world::touch(self.0.get().addr(), false);
        // SAFETY: loom runs one thread at a time.
        unsafe { *self.0.get() }
    }

    pub fn set(&self, value: T) {
        world::touch(self.0.get().addr(), true);
        // SAFETY: as above; no reference to the value is handed out.
        unsafe { *self.0.get() = value };
    }
}
