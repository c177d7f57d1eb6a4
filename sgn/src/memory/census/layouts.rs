//! The order of the words in std's containers, which the compiler chooses.

#![expect(
    unsafe_code,
    reason = "makes containers on memory of its own, which are looked at and never dropped"
)]

use std::collections::VecDeque;
use std::mem::ManuallyDrop;

use crate::memory::census::words;

/// The places of the words of std's containers, as numbers of words from the container's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layouts {
    pub(super) vec: VecLayout,
    pub(super) deque: Option<DequeLayout>,
    pub(super) into_iter: Option<IntoIterLayout>,
}

/// `Vec`, and `String` with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct VecLayout {
    pub(super) pointer: usize,
    pub(super) capacity: usize,
    pub(super) len: usize,
}

/// `VecDeque`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DequeLayout {
    pub(super) pointer: usize,
    pub(super) capacity: usize,
    pub(super) head: usize,
    pub(super) len: usize,
}

/// `vec::IntoIter`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IntoIterLayout {
    pub(super) pointer: usize,
    pub(super) capacity: usize,
    pub(super) first: usize,
    pub(super) end: usize,
}

const CAPACITY: usize = 5;
const LEN: usize = 3;

impl Layouts {
    /// Returns the layouts of this program's std; `None` if its `Vec` is not what we know.
    ///
    /// Makes containers of known numbers and looks at their words.
    pub(super) fn learn() -> Option<Self> {
        let mut items = [0_u64; CAPACITY];
        let start = items.as_mut_ptr();
        let make = || {
            // SAFETY: `items` has this capacity and length, outlives the vector, and is not freed: nobody drops what
            // this returns.
            ManuallyDrop::new(unsafe { Vec::from_raw_parts(start, LEN, CAPACITY) })
        };
        let vec = words::of_value::<_, 3>(&make())?;
        let vec = VecLayout {
            pointer: place(&vec, start.addr())?,
            capacity: place(&vec, CAPACITY)?,
            len: place(&vec, LEN)?,
        };

        let mut deque = ManuallyDrop::new(VecDeque::from(ManuallyDrop::into_inner(make())));
        deque.pop_front();
        let deque = words::of_value::<_, 4>(&deque).and_then(|words| {
            Some(DequeLayout {
                pointer: place(&words, start.addr())?,
                capacity: place(&words, CAPACITY)?,
                head: place(&words, 1)?,
                len: place(&words, LEN - 1)?,
            })
        });

        let mut into_iter = ManuallyDrop::new(ManuallyDrop::into_inner(make()).into_iter());
        into_iter.next();
        let into_iter = words::of_value::<_, 4>(&into_iter).and_then(|words| {
            Some(IntoIterLayout {
                pointer: place(&words, start.addr())?,
                capacity: place(&words, CAPACITY)?,
                first: place(&words, start.wrapping_add(1).addr())?,
                end: place(&words, start.wrapping_add(LEN).addr())?,
            })
        });
        Some(Self {
            vec,
            deque,
            into_iter,
        })
    }
}

/// Returns the place of the one word that has this value.
fn place(words: &[usize], value: usize) -> Option<usize> {
    let mut places = words.iter().enumerate().filter(|(_, word)| **word == value);
    let (place, _) = places.next()?;
    places.next().is_none().then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(not(miri))]
    fn the_containers_of_this_std_are_known() {
        let layouts = Layouts::learn().expect("a vector of three words");
        assert!(layouts.deque.is_some() && layouts.into_iter.is_some());
    }
}
