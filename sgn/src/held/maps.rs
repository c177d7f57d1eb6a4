//! Maps and sets.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::mem::needs_drop;
use std::ptr;

use super::{Collector, Of, Of2, Walk};

impl<A: Walk<K>, B: Walk<V>, K, V, S> Walk<HashMap<K, V, S>> for Of2<A, B> {
    fn walk(map: &HashMap<K, V, S>, into: &mut Collector<'_>) {
        let inside = map
            .iter()
            .next()
            .and_then(|(key, value)| address(key, value));
        table(map, map.capacity(), inside, map.hasher(), into);
        if needs_drop::<(K, V)>() {
            for (key, value) in map {
                A::walk(key, into);
                B::walk(value, into);
            }
        }
    }
}

impl<W: Walk<T>, T, S> Walk<HashSet<T, S>> for Of<W> {
    fn walk(set: &HashSet<T, S>, into: &mut Collector<'_>) {
        let inside = set.iter().next().and_then(|item| address(item, &()));
        table(set, set.capacity(), inside, set.hasher(), into);
        if needs_drop::<T>() {
            for item in set {
                W::walk(item, into);
            }
        }
    }
}

/// Adds the block of a hash table: it contains the entries. That of an empty one is known to its header only.
fn table<T, S>(
    table: &T,
    capacity: usize,
    inside: Option<*const u8>,
    hasher: &S,
    into: &mut Collector<'_>,
) {
    match inside {
        Some(inside) => into.block_at(inside),
        None if capacity > 0 => into.words_of(table),
        None => {}
    }
    into.leaf(hasher);
}

impl<A: Walk<K>, B: Walk<V>, K, V> Walk<BTreeMap<K, V>> for Of2<A, B> {
    fn walk(map: &BTreeMap<K, V>, into: &mut Collector<'_>) {
        let mut nodes = Nodes::new();
        for (key, value) in map {
            if size_of::<K>() > 0 {
                nodes.add(key, into);
            } else if size_of::<V>() > 0 {
                into.block_of(value);
            } else {
                into.words_of(map);
            }
            A::walk(key, into);
            B::walk(value, into);
        }
    }
}

impl<W: Walk<T>, T> Walk<BTreeSet<T>> for Of<W> {
    fn walk(set: &BTreeSet<T>, into: &mut Collector<'_>) {
        let mut nodes = Nodes::new();
        for item in set {
            if size_of::<T>() > 0 {
                nodes.add(item, into);
            } else {
                into.words_of(set);
            }
            W::walk(item, into);
        }
    }
}

/// The nodes of a tree, found by their keys, which lie in a row in each.
struct Nodes<K> {
    /// The address of the next key, if it is in the same node as the one before.
    next: *const K,
}

impl<K> Nodes<K> {
    const fn new() -> Self {
        Self { next: ptr::null() }
    }

    fn add(&mut self, key: &K, into: &mut Collector<'_>) {
        let key = ptr::from_ref(key);
        if key != self.next {
            into.block_at(key);
        }
        self.next = key.wrapping_add(1);
    }
}

/// Returns the address of the key or of the value, whichever has bytes.
fn address<K, V>(key: &K, value: &V) -> Option<*const u8> {
    if size_of::<K>() > 0 {
        Some(ptr::from_ref(key).cast())
    } else if size_of::<V>() > 0 {
        Some(ptr::from_ref(value).cast())
    } else {
        None
    }
}
