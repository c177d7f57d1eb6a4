//! The fields of one element, as generated code hands them over.

use std::fmt;
use std::marker::PhantomData;
use std::mem::needs_drop;

use super::{Collector, Walk};
use crate::memory::census::roots::Roots;

/// Takes the fields of one element, each by its name.
pub struct Fields<'a> {
    into: Collector<'a>,
    number: &'a mut dyn FnMut(&'static str) -> u32,
}

/// The function that hands over the fields of an element of type `E`, if it has fields that may own memory.
pub type FieldsOf<E> = Option<fn(&E, &mut Fields<'_>)>;

impl<'a> Fields<'a> {
    /// `number` numbers the field of that name as a holder.
    pub(crate) fn new(
        roots: &'a mut Roots,
        number: &'a mut dyn FnMut(&'static str) -> u32,
    ) -> Self {
        let into = Collector::new(roots);
        Self { into, number }
    }

    /// Adds a field by its bytes, unless its type owns nothing.
    pub fn leaf<T>(&mut self, name: &'static str, value: &T) {
        if needs_drop::<T>() {
            self.pointer(name, value);
        }
    }

    /// Adds a field by its bytes, whether or not its type owns anything: a reference or a pointer.
    pub fn pointer<T>(&mut self, name: &'static str, value: &T) {
        self.enter(name).words_of(value);
    }

    fn enter(&mut self, name: &'static str) -> &mut Collector<'a> {
        let holder = (self.number)(name);
        self.into.enter(holder);
        &mut self.into
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fields")
    }
}

/// A field whose tokens say that `W` walks it.
///
/// They may be wrong: a type of the user's may be called `Vec`. Then `W` walks no `T`, and the method of [`ByWords`] is
/// found, which needs one reference more.
#[derive(Debug)]
pub struct Field<'a, W, T> {
    name: &'static str,
    value: &'a T,
    walker: PhantomData<fn() -> W>,
}

impl<'a, W, T> Field<'a, W, T> {
    /// Returns the field of that name and value.
    pub const fn of(name: &'static str, value: &'a T) -> Self {
        Self {
            name,
            value,
            walker: PhantomData,
        }
    }
}

/// The answer for a field that `W` walks.
pub trait ByType {
    /// Adds the memory that the field owns. Its name is no other trait's, such as one of the user's for all types.
    fn __sgn_walk(&self, fields: &mut Fields<'_>);
}

impl<W: Walk<T>, T> ByType for Field<'_, W, T> {
    fn __sgn_walk(&self, fields: &mut Fields<'_>) {
        W::walk(self.value, fields.enter(self.name));
    }
}

/// The answer for a field that `W` does not walk.
pub trait ByWords {
    /// Adds the bytes of the field.
    fn __sgn_walk(&self, fields: &mut Fields<'_>);
}

impl<W, T> ByWords for &Field<'_, W, T> {
    fn __sgn_walk(&self, fields: &mut Fields<'_>) {
        fields.leaf(self.name, self.value);
    }
}
