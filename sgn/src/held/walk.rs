//! Walkers: how the values of a type are walked.

use std::mem::needs_drop;

use super::Collector;

/// A walker of values of type `T`.
///
/// It is a type of its own, and no trait of `T`: so the items of a container of which nothing is known have one, too.
pub trait Walk<T: ?Sized> {
    /// Adds the memory that `value` owns, without the bytes of `value` itself.
    fn walk(value: &T, into: &mut Collector<'_>);

    /// Adds the memory that the items own.
    fn walk_all(items: &[T], into: &mut Collector<'_>)
    where
        T: Sized,
    {
        if needs_drop::<T>() {
            for item in items {
                Self::walk(item, into);
            }
        }
    }
}

/// Walks any value by its bytes.
#[derive(Debug)]
pub struct Leaf;

impl<T: ?Sized> Walk<T> for Leaf {
    fn walk(value: &T, into: &mut Collector<'_>) {
        into.leaf(value);
    }

    fn walk_all(items: &[T], into: &mut Collector<'_>)
    where
        T: Sized,
    {
        into.leaf(items);
    }
}

/// Walks a text.
#[derive(Debug)]
pub struct Text;

impl Walk<String> for Text {
    fn walk(text: &String, into: &mut Collector<'_>) {
        if text.capacity() > 0 {
            into.block_at(text.as_ptr());
        }
    }
}

/// Walks whatever has items of one type, each of them by `W`.
#[derive(Debug)]
pub struct Of<W>(W);

/// Walks whatever has items of two types, by `A` and by `B`.
#[derive(Debug)]
pub struct Of2<A, B>(A, B);
