//! Adds the memory of values to the roots of a census.

use std::fmt;
use std::mem::needs_drop;
use std::ptr;

use crate::memory::census::roots::Roots;

/// The roots to which a walk adds, by references only: no address is made up.
pub struct Collector<'a>(&'a mut Roots);

impl<'a> Collector<'a> {
    pub(crate) const fn new(roots: &'a mut Roots) -> Self {
        Self(roots)
    }

    /// Charges the following roots to the holder of this number.
    pub(crate) fn enter(&mut self, holder: u32) {
        self.0.enter(holder);
    }

    /// Charges what follows to a holder that has only what no other one has.
    pub(crate) fn enter_rest(&mut self, holder: u32) {
        self.0.enter_rest(holder);
    }

    /// Adds the block that contains `value`, without what it contains.
    pub(crate) fn block_of<T: ?Sized>(&mut self, value: &T) {
        self.0.block(ptr::from_ref(value).cast());
    }

    /// Adds the block that contains the address.
    pub(super) fn block_at<T>(&mut self, inside: *const T) {
        self.0.block(inside.cast());
    }

    /// Adds the bytes of `value`, which may contain pointers.
    pub(crate) fn words_of<T: ?Sized>(&mut self, value: &T) {
        self.0
            .words(ptr::from_ref(value).cast(), size_of_val(value));
    }

    /// Adds the bytes of `value`, unless its type owns nothing.
    pub(super) fn leaf<T: ?Sized>(&mut self, value: &T) {
        if needs_drop::<T>() {
            self.words_of(value);
        }
    }
}

impl fmt::Debug for Collector<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Collector")
    }
}
