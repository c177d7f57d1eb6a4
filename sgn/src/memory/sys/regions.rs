//! The memory of the process that may contain pointers to blocks, by what it is.

use super::mappings::{Content, Mappings};
use super::pages::PageBuffer;
use super::park::Stack;
use super::statics::Statics;

/// A range of memory that the process may read and write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::memory) struct Region {
    /// The first address.
    pub(in crate::memory) start: usize,
    /// The first address after it.
    pub(in crate::memory) end: usize,
    /// The use of the memory.
    pub(in crate::memory) kind: Kind,
}

/// The use of a [`Region`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::memory) enum Kind {
    /// Variables of the program and its libraries.
    Static,
    /// The part of a thread's stack that is in use, with the thread's own variables.
    Stack,
    /// The first heap of C's allocator.
    Heap,
    /// Anything else that the program has asked for: heaps of allocators, variables of the main thread's own, and
    /// stacks of threads that are not parked.
    Private,
    /// A private copy of a file that is no part of the program. Another process may shorten the file, and then an
    /// access fails: [`copy`](super::read::copy) it.
    File,
}

/// All [`Region`]s of the process, in the order of their addresses.
///
/// The profiler's own pages are in none of them, nor are the unused parts of stacks.
pub(in crate::memory) struct Regions {
    all: PageBuffer<Region>,
    cuts: PageBuffer<Cut>,
    is_whole: bool,
}

/// A range that is known to be something else than its mapping says; without a kind it is left out.
#[derive(Clone, Copy)]
struct Cut {
    start: usize,
    end: usize,
    kind: Option<Kind>,
}

impl Regions {
    /// Returns an empty list.
    pub(in crate::memory) const fn new() -> Self {
        Self {
            all: PageBuffer::new(),
            cuts: PageBuffer::new(),
            is_whole: false,
        }
    }

    /// Divides `mappings` into regions; `false` if there is no room for them.
    ///
    /// `statics` and `stacks` are sorted by their addresses.
    pub(in crate::memory) fn find(
        &mut self,
        mappings: &Mappings,
        statics: &Statics,
        stacks: &[Stack],
    ) -> bool {
        self.all.clear();
        self.is_whole = self.find_cuts(mappings, statics, stacks);
        let mut cuts = &*self.cuts;
        for mapping in mappings.all() {
            let kind = match mapping.content {
                Content::Heap => Kind::Heap,
                Content::Anonymous | Content::MainStack => Kind::Private,
                Content::File => Kind::File,
            };
            let mut next = mapping.start;
            while next < mapping.end {
                let passed = cuts.partition_point(|cut| cut.end <= next);
                cuts = cuts.get(passed..).unwrap_or_default();
                let (end, kind) = match cuts.first() {
                    Some(cut) if cut.start <= next => (cut.end, cut.kind),
                    Some(cut) => (cut.start, Some(kind)),
                    None => (mapping.end, Some(kind)),
                };
                let end = end.min(mapping.end);
                if let Some(kind) = kind {
                    let region = Region {
                        start: next,
                        end,
                        kind,
                    };
                    self.is_whole &= self.all.push(region);
                }
                next = end;
            }
        }
        self.is_whole
    }

    /// Lists the cuts in the order of their addresses, so that none overlaps another one.
    fn find_cuts(&mut self, mappings: &Mappings, statics: &Statics, stacks: &[Stack]) -> bool {
        self.cuts.clear();
        let own = mappings
            .own()
            .iter()
            .map(|(start, end)| (*start, *end, None));
        let statics = statics.ranges().iter();
        let statics = statics.map(|(start, end)| (*start, *end, Some(Kind::Static)));
        let unused = stacks.iter().map(|stack| (stack.unused, stack.start, None));
        let used = stacks
            .iter()
            .map(|stack| (stack.start, stack.end, Some(Kind::Stack)));
        let mut is_whole = true;
        for (start, end, kind) in own.chain(statics).chain(unused).chain(used) {
            if start < end {
                is_whole &= self.cuts.push(Cut { start, end, kind });
            }
        }
        self.cuts.sort_unstable_by_key(|cut| (cut.start, cut.end));
        // What begins within another one goes on behind it.
        let mut last = 0;
        for cut in self.cuts.iter_mut() {
            cut.start = cut.start.max(last);
            cut.end = cut.end.max(cut.start);
            last = cut.end;
        }
        is_whole
    }

    /// Returns all regions, in the order of their addresses.
    pub(in crate::memory) fn all(&self) -> &[Region] {
        &self.all
    }

    /// Returns the region that contains an address.
    #[cfg(test)]
    pub(in crate::memory) fn containing(&self, address: usize) -> Option<Region> {
        let after = self.all.partition_point(|region| region.start <= address);
        let region = self.all.get(after.checked_sub(1)?)?;
        (address < region.end).then_some(*region)
    }
}

#[cfg(test)]
#[cfg(all(target_os = "linux", not(miri)))]
mod tests {
    use std::cell::Cell;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    use super::*;

    static INITIALISED: AtomicUsize = AtomicUsize::new(7);
    static ZERO: AtomicUsize = AtomicUsize::new(0);

    thread_local! {
        static OWN: Cell<usize> = const { Cell::new(7) };
    }

    fn regions(stacks: &[Stack]) -> (Mappings, Regions) {
        let statics = Statics::gather().expect("pages");
        let (mut mappings, mut regions) = (Mappings::new(), Regions::new());
        assert!(mappings.read());
        assert!(regions.find(&mappings, &statics, stacks));
        (mappings, regions)
    }

    #[test]
    fn variables_and_blocks_are_in_regions() {
        let (boxed, local) = (Box::new(7), 7);
        let (_, regions) = regions(&[]);
        let kind = |address| regions.containing(address).map(|region| region.kind);
        for variable in [&INITIALISED, &ZERO] {
            variable.store(7, Relaxed);
            assert_eq!(kind(ptr_of(variable)), Some(Kind::Static));
        }
        OWN.with(|own| assert!(kind(ptr_of(own)).is_some()));
        assert!(matches!(
            kind(ptr_of(&*boxed)),
            Some(Kind::Heap | Kind::Private)
        ));
        assert_eq!(kind(ptr_of(&local)), Some(Kind::Private));
        assert_eq!(kind(0), None);
        // A constant may not be written to.
        assert_eq!(kind(c"constant".as_ptr().addr()), None);
    }

    #[test]
    fn regions_are_within_mappings_and_do_not_overlap() {
        let (mappings, regions) = regions(&[]);
        let mut last = 0;
        for region in regions.all() {
            assert!(last <= region.start && region.start < region.end);
            last = region.end;
            let mapping = mappings.containing(region.start).expect("a mapping");
            assert!(region.end <= mapping.end);
        }
        assert!(last > 0);
    }

    #[test]
    fn own_pages_are_in_none() {
        let mut buffer = PageBuffer::<u8>::new();
        assert!(buffer.reset(3 << 16));
        let table = super::super::pages::map_apart(1 << 16).expect("pages");
        let (mappings, regions) = regions(&[]);
        let own = [
            buffer.as_ptr().addr(),
            table.as_ptr().addr(),
            mappings.own().as_ptr().addr(),
        ];
        for address in own {
            assert!(mappings.containing(address).is_some(), "mapped");
            assert_eq!(regions.containing(address), None);
        }
        assert_eq!(regions.containing(own[0] + (3 << 16) - 1), None);
        // What was an own mapping when the list was read stays left out.
        drop(buffer);
        assert_eq!(regions.containing(own[0]), None);
    }

    #[test]
    fn the_unused_part_of_a_stack_is_left_out() {
        let local = 7;
        let here = ptr_of(&local);
        let stack = Stack {
            unused: here - 4096,
            start: here,
            end: here + 64,
        };
        let (_, regions) = regions(&[stack]);
        let kind = |address| regions.containing(address).map(|region| region.kind);
        assert_eq!(kind(here - 8), None);
        assert_eq!(kind(here), Some(Kind::Stack));
        assert_eq!(kind(here + 63), Some(Kind::Stack));
        assert_eq!(kind(here + 64), Some(Kind::Private));
        assert_eq!(kind(here - 4097), Some(Kind::Private));
    }

    fn ptr_of<T>(value: &T) -> usize {
        std::ptr::from_ref(value).addr()
    }
}
