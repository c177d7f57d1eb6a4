//! Containers whose items lie in a row, or each in a block of its own.

use std::collections::{BinaryHeap, LinkedList, VecDeque};

use super::{Collector, Of, Walk};

impl<W: Walk<T>, T> Walk<[T]> for Of<W> {
    fn walk(items: &[T], into: &mut Collector<'_>) {
        W::walk_all(items, into);
    }
}

impl<W: Walk<T>, T, const N: usize> Walk<[T; N]> for Of<W> {
    fn walk(items: &[T; N], into: &mut Collector<'_>) {
        W::walk_all(items, into);
    }
}

impl<W: Walk<T>, T> Walk<Vec<T>> for Of<W> {
    fn walk(items: &Vec<T>, into: &mut Collector<'_>) {
        row(items.as_ptr(), items.capacity(), into);
        W::walk_all(items, into);
    }
}

impl<W: Walk<T>, T> Walk<VecDeque<T>> for Of<W> {
    fn walk(items: &VecDeque<T>, into: &mut Collector<'_>) {
        let (first, second) = items.as_slices();
        row(first.as_ptr(), items.capacity(), into);
        W::walk_all(first, into);
        W::walk_all(second, into);
    }
}

impl<W: Walk<T>, T> Walk<BinaryHeap<T>> for Of<W> {
    fn walk(items: &BinaryHeap<T>, into: &mut Collector<'_>) {
        row(items.as_slice().as_ptr(), items.capacity(), into);
        W::walk_all(items.as_slice(), into);
    }
}

/// Adds the block with room for `capacity` items that contains the address, if there is one.
fn row<T>(inside: *const T, capacity: usize, into: &mut Collector<'_>) {
    if capacity > 0 && size_of::<T>() > 0 {
        into.block_at(inside);
    }
}

impl<W: Walk<T>, T> Walk<LinkedList<T>> for Of<W> {
    fn walk(items: &LinkedList<T>, into: &mut Collector<'_>) {
        if size_of::<T>() == 0 {
            // No item has an address of its own that would name the block.
            into.words_of(items);
            return;
        }
        for item in items {
            into.block_of(item);
            W::walk(item, into);
        }
    }
}

impl<W: Walk<T>, T: ?Sized> Walk<Box<T>> for Of<W> {
    fn walk(boxed: &Box<T>, into: &mut Collector<'_>) {
        let inner: &T = boxed;
        if size_of_val(inner) > 0 {
            into.block_of(inner);
        }
        W::walk(inner, into);
    }
}
