//! The existing elements of each type, by which code of a type finds its owner.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Release},
};

use parking_lot::Mutex;

use super::code_place::CodePlace;
use crate::memory::{self, Hold, OwnerId};

/// The owner for the code of one pad of one type, read without a lock. A cell lives as long as the process.
#[derive(Debug)]
pub(super) struct Cell(AtomicU64);

impl Cell {
    pub(super) fn owner(&self) -> Option<OwnerId> {
        OwnerId::from_bits(self.0.load(Acquire))
    }
}

/// All elements of one type.
#[derive(Default)]
struct Group {
    cells: Vec<(&'static str, &'static Cell)>,
    elements: BTreeMap<u64, Owners>,
    several: Option<OwnerId>,
}

/// The owners of one element.
struct Owners {
    internal: OwnerId,
    pads: Vec<(String, OwnerId)>,
}

impl Owners {
    fn of(&self, pad: &str) -> OwnerId {
        let mut pads = self.pads.iter();
        pads.find(|(name, _)| name == pad)
            .map_or(self.internal, |(_, owner)| *owner)
    }
}

impl Group {
    /// Returns the owner for the code of `pad`: of the one element, or of all of them together if there are several.
    fn owner(&self, pad: &str) -> Option<OwnerId> {
        match self.elements.len() {
            0 => None,
            1 => self.elements.values().next().map(|only| only.of(pad)),
            _ => self.several,
        }
    }

    fn tell(&self) {
        for (pad, cell) in &self.cells {
            let bits = self.owner(pad).map_or(0, OwnerId::bits);
            cell.0.store(bits, Release);
        }
    }
}

static GROUPS: Mutex<Option<HashMap<CodePlace, Group>>> = Mutex::new(None);

fn with_group<R>(place: CodePlace, work: impl FnOnce(&mut Group) -> R) -> R {
    memory::scope(OwnerId::PROFILER, || {
        let mut groups = GROUPS.lock();
        work(groups.get_or_insert_default().entry(place).or_default())
    })
}

/// Returns the cell of a pad of a type.
pub(super) fn cell(place: CodePlace, pad: &'static str) -> &'static Cell {
    with_group(place, |group| {
        let known = group.cells.iter().find(|(name, _)| *name == pad);
        if let Some((_, cell)) = known {
            return *cell;
        }
        let bits = group.owner(pad).map_or(0, OwnerId::bits);
        let cell: &'static Cell = Box::leak(Box::new(Cell(AtomicU64::new(bits))));
        group.cells.push((pad, cell));
        cell
    })
}

/// Holds the owner that `cell` names.
///
/// Called under the lock, which is also taken before an owner in a cell is released.
pub(super) fn hold(cell: &Cell) -> Option<Hold> {
    memory::scope(OwnerId::PROFILER, || {
        let _groups = GROUPS.lock();
        cell.owner().map(Hold::new)
    })
}

/// An element that runs the code of its type, until this is dropped, which must be before its owners are released.
#[derive(Debug)]
pub(crate) struct Running {
    place: CodePlace,
    number: u64,
}

impl Running {
    /// Records an element whose internal pad has that owner.
    pub(crate) fn new(place: CodePlace, internal: OwnerId) -> Self {
        let number = with_group(place, |group| {
            let last = group.elements.last_key_value();
            let number = last.map_or(0, |(last, _)| last + 1);
            let pads = Vec::new();
            group.elements.insert(number, Owners { internal, pads });
            match group.elements.len() {
                1 => group.tell(),
                2 => {
                    let name = || memory::register(&format!("{} (several)", place.name()));
                    group.several.get_or_insert_with(name);
                    group.tell();
                }
                _ => {}
            }
            number
        });
        Self { place, number }
    }

    /// Adds the pads of the element, by direction and name such as `snk:in`.
    pub(crate) fn set_pads(&self, pads: Vec<(String, OwnerId)>) {
        with_group(self.place, |group| {
            if let Some(element) = group.elements.get_mut(&self.number) {
                element.pads = pads;
            }
            if group.elements.len() == 1 {
                group.tell();
            }
        });
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        with_group(self.place, |group| {
            let gone = group.elements.remove(&self.number);
            if group.elements.len() < 2 {
                group.tell();
            }
            gone
        });
    }
}

/// Returns the owner of what several elements of that type allocated together, and how many of them there are now;
/// `None` if there never were two at a time.
pub(crate) fn several(place: CodePlace) -> Option<(OwnerId, usize)> {
    with_group(place, |group| {
        group.several.map(|owner| (owner, group.elements.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::code::Code;
    use super::*;
    use crate::memory::{owner, register, release, scope};

    /// Returns the owner during a closure of `code` on a thread without an owner, and the owner after it.
    fn on_a_thread(code: &'static Code) -> (OwnerId, OwnerId) {
        let run = || {
            let within = {
                let _guard = code.enter();
                owner()
            };
            (within, owner())
        };
        let thread = std::thread::Builder::new().spawn(run).expect("a thread");
        thread.join().expect("no panic")
    }

    fn pads(names: &[(&str, OwnerId)]) -> Vec<(String, OwnerId)> {
        let owned = |(name, owner): &(&str, OwnerId)| ((*name).to_owned(), *owner);
        names.iter().map(owned).collect()
    }

    #[test]
    fn code_works_for_the_one_element_of_its_type_by_pad() {
        const PLACE: CodePlace = CodePlace::new("running", "One", 1, 1);
        static PULL: Code = Code::new(PLACE, "snk:in");
        static OTHER: Code = Code::new(PLACE, "");
        let nobody = (OwnerId::UNATTRIBUTED, OwnerId::UNATTRIBUTED);
        assert_eq!(on_a_thread(&PULL), nobody);
        let [internal, sink] = ["one:inl:inl", "one:snk:in"].map(register);
        let running = Running::new(PLACE, internal);
        assert_eq!(on_a_thread(&PULL), (internal, OwnerId::UNATTRIBUTED));
        running.set_pads(pads(&[("snk:in", sink)]));
        assert_eq!(on_a_thread(&PULL), (sink, OwnerId::UNATTRIBUTED));
        assert_eq!(on_a_thread(&OTHER), (internal, OwnerId::UNATTRIBUTED));
        let at_home = scope(OwnerId::RUNTIME, || {
            let _guard = PULL.enter();
            owner()
        });
        assert_eq!(at_home, OwnerId::RUNTIME, "a known owner stays");
        drop(running);
        assert_eq!(on_a_thread(&PULL), nobody);
    }

    #[test]
    fn code_of_several_elements_works_for_their_type() {
        const PLACE: CodePlace = CodePlace::new("running", "Several", 2, 1);
        static CODE: Code = Code::new(PLACE, "");
        let [one, two] = ["several:1", "several:2"].map(register);
        let first = Running::new(PLACE, one);
        assert_eq!(several(PLACE), None);
        let second = Running::new(PLACE, two);
        let (both, count) = several(PLACE).expect("there are two");
        assert_eq!((both.name().as_str(), count), ("Several (several)", 2));
        assert_eq!(on_a_thread(&CODE).0, both);
        drop(first);
        assert_eq!(on_a_thread(&CODE).0, two);
        drop(second);
        assert_eq!(several(PLACE), Some((both, 0)));
    }

    #[test]
    fn a_thread_keeps_the_owner_that_it_works_for() {
        const PLACE: CodePlace = CodePlace::new("running", "Kept", 3, 1);
        static CODE: Code = Code::new(PLACE, "");
        let first = register("kept:inl:inl");
        let running = Running::new(PLACE, first);
        let thread = std::thread::Builder::new().spawn(move || {
            let within = {
                let _guard = CODE.enter();
                drop(running);
                release(first);
                (owner(), register("kept:inl:inl"))
            };
            let running = Running::new(PLACE, within.1);
            let _guard = CODE.enter();
            (within, owner(), running)
        });
        let thread = thread.expect("a thread");
        let ((held, second), now, _running) = thread.join().expect("no panic");
        assert_eq!(held, first);
        assert_ne!(second, first, "the thread works for the first");
        assert_eq!(now, second, "and then for the second");
        assert_eq!(register("kept:inl:inl"), first, "which it let go of");
    }
}
