//! Shapes of holding: what a walk finds, against the true addresses.

#![expect(
    clippy::disallowed_types,
    reason = "a lock of std is one of the shapes"
)]

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use super::{Collector, Fields, Leaf, Of, Of2, Text, Walk};
use crate::frame::{Frame, Metadata, Spec};
use crate::memory::census::roots::{Owned, Roots};

/// Returns what `W` finds in the value.
fn found<W: Walk<T>, T: ?Sized>(value: &T) -> Vec<Owned> {
    let mut roots = Roots::new();
    W::walk(value, &mut Collector::new(&mut roots));
    assert!(roots.is_complete());
    roots.all().iter().map(|root| root.what).collect()
}

fn block<T: ?Sized>(inside: *const T) -> Owned {
    Owned::Block(inside.cast::<u8>().addr())
}

fn words<T: ?Sized>(value: &T) -> Owned {
    Owned::Words(ptr::from_ref(value).addr(), size_of_val(value))
}

#[test]
fn a_vector_is_a_block_and_its_live_items() {
    let mut names = vec![String::from("a"), String::from("b"), String::new()];
    let spare = names.pop();
    let expected = [
        block(names.as_ptr()),
        block(names[0].as_ptr()),
        block(names[1].as_ptr()),
    ];
    assert_eq!(found::<Of<Text>, _>(&names), expected);
    assert_eq!(found::<Of<Text>, _>(&spare), []);
    let numbers = vec![1.0; 3];
    assert_eq!(found::<Of<Leaf>, _>(&numbers), [block(numbers.as_ptr())]);
    assert_eq!(found::<Of<Leaf>, _>(&Vec::<String>::new()), []);
    assert_eq!(found::<Of<Leaf>, _>(&vec![(); 3]), []);
    let room = Vec::<String>::with_capacity(3);
    assert_eq!(
        found::<Of<Leaf>, _>(&room)[0],
        block(room.as_ptr()),
        "an empty vector with room"
    );
}

#[test]
fn items_without_a_walker_are_one_range_of_words() {
    let mut shared = Vec::with_capacity(8);
    shared.extend([Arc::new(1), Arc::new(2)]);
    let expected = [block(shared.as_ptr()), words(&shared[..])];
    assert_eq!(found::<Of<Leaf>, _>(&shared), expected);
    let both = [Arc::clone(&shared[0]), Arc::clone(&shared[1])];
    assert_eq!(found::<Of<Leaf>, _>(&both), [words(&both)]);
    assert_eq!(found::<Leaf, _>(&both), [words(&both)]);
    assert_eq!(found::<Leaf, _>(&[1_u64; 4]), []);
}

#[test]
fn vectors_nest() {
    let table = vec![vec![vec![1_u8], Vec::new()], vec![]];
    let expected = [
        block(table.as_ptr()),
        block(table[0].as_ptr()),
        block(table[0][0].as_ptr()),
    ];
    assert_eq!(found::<Of<Of<Of<Leaf>>>, _>(&table), expected);
}

#[test]
fn a_deque_that_has_wrapped_has_two_parts() {
    let mut deque = VecDeque::with_capacity(4);
    deque.extend(["a", "b", "c", "d"].map(String::from));
    for name in ["e", "f"] {
        deque.pop_front();
        deque.push_back(String::from(name));
    }
    let (first, second) = deque.as_slices();
    assert_eq!((first.len(), second.len()), (2, 2));
    let start = second.as_ptr();
    let mut all = found::<Of<Text>, _>(&deque);
    let Owned::Block(inside) = all.remove(0) else {
        panic!("the deque is a block");
    };
    let room = deque.capacity() * size_of::<String>();
    assert!((start.addr()..start.addr() + room).contains(&inside));
    let items: Vec<Owned> = deque.iter().map(|name| block(name.as_ptr())).collect();
    assert_eq!(all, items);
    deque.clear();
    let Owned::Block(inside) = found::<Of<Text>, _>(&deque)[0] else {
        panic!("the empty deque is a block");
    };
    assert!((start.addr()..start.addr() + room).contains(&inside));
    assert_eq!(found::<Of<Text>, _>(&VecDeque::<String>::new()), []);
}

#[test]
fn nothing_is_found_where_an_option_is_none() {
    let mut value = Some(vec![1_u8; 3]);
    let start = value.as_deref().map_or(ptr::null(), <[u8]>::as_ptr);
    assert_eq!(found::<Of<Of<Leaf>>, _>(&value), [block(start)]);
    // The bytes of the payload are still there.
    drop(value.take());
    assert_eq!(found::<Of<Of<Leaf>>, _>(&value), []);
    let arc = Some(Arc::new(1));
    assert_eq!(
        found::<Of<Leaf>, _>(&arc),
        arc.iter().map(words).collect::<Vec<_>>()
    );
}

#[test]
fn a_box_is_a_block_whatever_it_contains() {
    let closure: Box<dyn Fn() -> usize + Send> = {
        let captured = Vec::from([1_u8; 3]);
        Box::new(move || captured.len())
    };
    let expected = [block(&raw const *closure), words(&*closure)];
    assert_eq!(found::<Of<Leaf>, _>(&closure), expected);
    assert_eq!(closure(), 3);
    let boxed = Box::new(1_u64);
    assert_eq!(found::<Of<Leaf>, _>(&boxed), [block(&raw const *boxed)]);
    assert_eq!(found::<Of<Leaf>, _>(&Box::new(())), []);
    let texts: Box<[String]> = Box::new([String::from("a")]);
    let expected = [block(texts.as_ptr()), block(texts[0].as_ptr())];
    assert_eq!(found::<Of<Of<Text>>, _>(&texts), expected);
    let text: Box<str> = Box::from("a");
    assert_eq!(found::<Of<Leaf>, _>(&text), [block(text.as_ptr())]);
    let nothing: Box<dyn Fn()> = Box::new(|| {});
    assert_eq!(found::<Of<Leaf>, _>(&nothing), []);
}

#[test]
fn a_hash_map_is_a_block_and_its_entries() {
    let mut map: HashMap<String, Vec<u8>> = HashMap::new();
    assert_eq!(found::<Of2<Text, Of<Leaf>>, _>(&map), []);
    map.insert(String::from("a"), vec![1]);
    map.insert(String::from("b"), Vec::new());
    let mut expected = Vec::new();
    for (key, value) in &map {
        if expected.is_empty() {
            expected.push(block(key));
        }
        expected.push(block(key.as_ptr()));
        if !value.is_empty() {
            expected.push(block(value.as_ptr()));
        }
    }
    assert_eq!(found::<Of2<Text, Of<Leaf>>, _>(&map), expected);
    map.clear();
    assert_eq!(found::<Of2<Text, Of<Leaf>>, _>(&map), [words(&map)]);
    let plain = HashMap::from([(1_u32, 2.0)]);
    let key = plain.keys().next().map_or(ptr::null(), ptr::from_ref);
    assert_eq!(found::<Of2<Leaf, Leaf>, _>(&plain), [block(key)]);
    let set = HashSet::from([1_u32]);
    let item = set.iter().next().map_or(ptr::null(), ptr::from_ref);
    assert_eq!(found::<Of<Leaf>, _>(&set), [block(item)]);
    let nothing = HashSet::from([()]);
    assert_eq!(found::<Of<Leaf>, _>(&nothing), [words(&nothing)]);
    let value_only = HashMap::from([((), 2_u8)]);
    let value = value_only
        .values()
        .next()
        .map_or(ptr::null(), ptr::from_ref);
    assert_eq!(found::<Of2<Leaf, Leaf>, _>(&value_only), [block(value)]);
}

#[test]
fn a_tree_is_found_by_a_key_in_each_node() {
    let map: BTreeMap<u32, Vec<u8>> = (0..100).map(|key| (key, vec![0; 2])).collect();
    let all = found::<Of2<Leaf, Of<Leaf>>, _>(&map);
    let values: Vec<Owned> = map.values().map(|value| block(value.as_ptr())).collect();
    let keys: Vec<Owned> = map.keys().map(|key| block(key)).collect();
    let nodes: Vec<Owned> = all
        .iter()
        .copied()
        .filter(|one| keys.contains(one))
        .collect();
    assert_eq!(all.len(), nodes.len() + values.len());
    assert!(values.iter().all(|value| all.contains(value)));
    // A node has 11 keys at most, and each but the root has 5 at least.
    assert!((10..=60).contains(&nodes.len()), "{}", nodes.len());
    // Each key is found, or follows one that is in the same node.
    for pair in keys.windows(2) {
        let [Owned::Block(one), Owned::Block(next)] = *pair else {
            panic!("keys are in blocks");
        };
        let follows = next == one + size_of::<u32>();
        assert!(follows || nodes.contains(&pair[1]));
    }
    let set = BTreeSet::from([String::from("a")]);
    let name = set.first().map_or(ptr::null(), ptr::from_ref);
    let text = set.first().map_or(ptr::null(), |name| name.as_ptr());
    assert_eq!(found::<Of<Text>, _>(&set), [block(name), block(text)]);
    assert_eq!(found::<Of<Text>, _>(&BTreeSet::<String>::new()), []);
    let nothing = BTreeMap::from([((), ())]);
    assert_eq!(found::<Of2<Leaf, Leaf>, _>(&nothing), [words(&nothing)]);
    let value_only = BTreeMap::from([((), 2_u8)]);
    let value = value_only
        .values()
        .next()
        .map_or(ptr::null(), ptr::from_ref);
    assert_eq!(found::<Of2<Leaf, Leaf>, _>(&value_only), [block(value)]);
}

#[test]
fn heaps_and_lists() {
    let heap = BinaryHeap::from([String::from("a"), String::from("b")]);
    let mut expected = vec![block(heap.as_slice().as_ptr())];
    expected.extend(heap.iter().map(|text| block(text.as_ptr())));
    assert_eq!(found::<Of<Text>, _>(&heap), expected);
    let list = LinkedList::from([String::from("a"), String::from("b")]);
    let nodes = list
        .iter()
        .flat_map(|text| [block(text), block(text.as_ptr())]);
    assert_eq!(found::<Of<Text>, _>(&list), nodes.collect::<Vec<_>>());
    let nothing = LinkedList::from([()]);
    assert_eq!(found::<Of<Leaf>, _>(&nothing), [words(&nothing)]);
}

#[test]
fn cells_and_locks_are_walked_if_nobody_has_them() {
    let cell = RefCell::new(vec![1_u8]);
    let inner = block(cell.borrow().as_ptr());
    assert_eq!(found::<Of<Of<Leaf>>, _>(&cell), [inner]);
    let held = cell.borrow_mut();
    assert_eq!(found::<Of<Of<Leaf>>, _>(&cell), [words(&cell)]);
    drop(held);

    let lock = Mutex::new(vec![1_u8]);
    let start = |lock: &Mutex<Vec<u8>>| {
        let guard = lock.lock();
        block(guard.map_or(ptr::null(), |inner| inner.as_ptr()))
    };
    assert_eq!(found::<Of<Of<Leaf>>, _>(&lock), [start(&lock)]);
    let held = lock.lock();
    assert_eq!(found::<Of<Of<Leaf>>, _>(&lock), [words(&lock)]);
    drop(held);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _held = lock.lock();
        std::panic::resume_unwind(Box::new(()));
    }));
    assert!(panicked.is_err() && lock.is_poisoned());
    assert_eq!(found::<Of<Of<Leaf>>, _>(&lock), [words(&lock)]);

    let lock = RwLock::new(Box::new(1));
    let inner = lock
        .read()
        .map_or(ptr::null(), |inner| ptr::from_ref(&**inner));
    assert_eq!(found::<Of<Of<Leaf>>, _>(&lock), [block(inner)]);
    let held = lock.write();
    assert_eq!(found::<Of<Of<Leaf>>, _>(&lock), [words(&lock)]);
    drop(held);

    let lock = parking_lot::Mutex::new(vec![1_u8]);
    assert_eq!(found::<Of<Of<Leaf>>, _>(&lock), [words(&lock)]);
    let lock = parking_lot::RwLock::new(vec![1_u8]);
    assert_eq!(found::<Of<Of<Leaf>>, _>(&lock), [words(&lock)]);

    let cell = Cell::new(vec![1_u8]);
    assert_eq!(found::<Leaf, _>(&cell), [words(&cell)]);
    let once = OnceLock::new();
    assert_eq!(found::<Of<Of<Leaf>>, _>(&once), []);
    let inner = block(once.get_or_init(|| vec![1_u8]).as_ptr());
    assert_eq!(found::<Of<Of<Leaf>>, _>(&once), [inner]);
    let once = OnceCell::new();
    assert_eq!(found::<Of<Of<Leaf>>, _>(&once), []);
    let inner = block(once.get_or_init(|| vec![1_u8]).as_ptr());
    assert_eq!(found::<Of<Of<Leaf>>, _>(&once), [inner]);
    let mut kept = ManuallyDrop::new(vec![1_u8]);
    assert_eq!(found::<Of<Of<Leaf>>, _>(&kept), [block(kept.as_ptr())]);
    drop(ManuallyDrop::into_inner(std::mem::take(&mut kept)));
    drop(std::mem::take(&mut *kept));
}

#[test]
fn parts_are_walked_each_by_its_walker() {
    let pair = (String::from("a"), vec![1_u8], 3);
    let expected = [block(pair.0.as_ptr()), block(pair.1.as_ptr())];
    assert_eq!(found::<(Text, Of<Leaf>, Leaf), _>(&pair), expected);
    let fine: Result<String, Vec<u8>> = Ok(String::new());
    assert_eq!(found::<Of2<Text, Of<Leaf>>, _>(&fine), []);
    let wrong: Result<String, Vec<u8>> = Err(pair.1);
    assert_eq!(found::<Of2<Text, Of<Leaf>>, _>(&wrong), [expected[1]]);
    let rows = [vec![1_u8], Vec::new(), vec![2]];
    let expected = [block(rows[0].as_ptr()), block(rows[2].as_ptr())];
    assert_eq!(found::<Of<Of<Leaf>>, _>(&rows), expected);
}

#[test]
fn a_frame_is_its_payload_its_spec_and_its_annotations() {
    let frame = Frame::new(vec![1_u8]);
    let payload = frame.data().map_or(ptr::null(), |data| data.as_ptr());
    assert_eq!(found::<Of<Of<Leaf>>, _>(&frame), [block(payload)]);
    assert_eq!(
        found::<Of<Leaf>, _>(&frame),
        [words(frame.data().unwrap_or(&Vec::new()))]
    );
    // A gap that was a frame with payload still has its bytes.
    let mut kept = frame;
    kept = kept.replace(None);
    assert_eq!(found::<Of<Of<Leaf>>, _>(&kept), []);
    let mut metadata = Metadata::NONE;
    metadata.set("rate", "high");
    metadata.set("gps", 1_i64);
    let frame = Frame::<u8>::gap()
        .with_spec(Spec::new(1_u8))
        .with_metadata(metadata);
    let all = found::<Of<Leaf>, _>(&frame);
    assert_eq!(all[0], words(frame.spec()));
    let texts = frame
        .metadata()
        .iter()
        .map(|(name, _)| block(name.as_ptr()));
    let texts: Vec<Owned> = texts.collect();
    assert!(texts.len() == 2 && texts.iter().all(|text| all.contains(text)));
    // The map, its node, two names and a text.
    assert_eq!(all.len(), 1 + 1 + 1 + 2 + 1);
}

#[test]
fn fields_are_numbered_only_if_they_may_own_memory() {
    let mut roots = Roots::new();
    let mut names = Vec::new();
    let mut number = |name| {
        names.push(name);
        7
    };
    let mut fields = Fields::new(&mut roots, &mut number);
    let shared = Arc::new(1);
    let reference: &'static str = "a";
    fields.leaf("count", &3_u64);
    fields.leaf("shared", &shared);
    fields.pointer("reference", &reference);
    assert_eq!(names, ["shared", "reference"]);
    let found: Vec<_> = roots
        .all()
        .iter()
        .map(|root| (root.holder, root.what))
        .collect();
    assert_eq!(found, [(7, words(&shared)), (7, words(&reference))]);
}
