//! The arguments of the functions of a `CallableTransform`.

use std::ops::Index;

use crate::frame::Frame;

/// The frames that a function is given, in the order in which its inputs were named.
#[derive(Debug)]
pub struct Inputs<'a, T> {
    pub(super) frames: &'a [Frame<T>],
    pub(super) places: &'a [usize],
}

impl<T> Clone for Inputs<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Inputs<'_, T> {}

impl<'a, T> Inputs<'a, T> {
    /// Returns the frames in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'a Frame<T>> + use<'a, T> {
        let frames = self.frames;
        self.places.iter().map(move |place| &frames[*place])
    }

    /// Returns how many inputs there are.
    pub const fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns true if there are none.
    pub const fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    pub(super) fn is_complete(&self) -> bool {
        self.iter()
            .all(|frame| !frame.is_gap() && frame.data().is_some())
    }
}

impl<T> Index<usize> for Inputs<'_, T> {
    type Output = Frame<T>;

    fn index(&self, place: usize) -> &Frame<T> {
        &self.frames[self.places[place]]
    }
}

/// The payloads that a function is given, in the order in which its inputs were named.
#[derive(Debug)]
pub struct Data<'a, T>(pub(super) Inputs<'a, T>);

impl<'a, T> Data<'a, T> {
    /// Returns the payloads in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a T> + use<'a, T> {
        self.0.iter().filter_map(Frame::data)
    }
}

impl<T> Index<usize> for Data<'_, T> {
    type Output = T;

    fn index(&self, place: usize) -> &T {
        match self.0[place].data() {
            Some(data) => data,
            None => unreachable!("a function of data is called only if every input has some"),
        }
    }
}
