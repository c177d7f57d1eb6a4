//! An element that can be dropped anywhere.

use std::ops::{Deref, DerefMut};

use super::any::AnyElement;
use crate::foreign;

/// An element whose destructor does no harm.
///
/// Many calls drop elements on their way to an error, and a panic would take the place of that error.
pub(crate) struct Contained(Option<Box<dyn AnyElement>>);

impl Contained {
    pub(super) fn new(element: Box<dyn AnyElement>) -> Self {
        Self(Some(element))
    }

    /// Drops the element; the text of the panic if its destructor panics.
    pub(crate) fn dispose(mut self) -> Result<(), String> {
        foreign::discard(self.0.take())
    }
}

impl Drop for Contained {
    fn drop(&mut self) {
        let _ = foreign::discard(self.0.take());
    }
}

impl Deref for Contained {
    type Target = dyn AnyElement;

    fn deref(&self) -> &Self::Target {
        match &self.0 {
            Some(element) => &**element,
            None => unreachable!("the element is there until it is dropped"),
        }
    }
}

impl DerefMut for Contained {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match &mut self.0 {
            Some(element) => &mut **element,
            None => unreachable!("the element is there until it is dropped"),
        }
    }
}
