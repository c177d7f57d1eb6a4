//! The holders of memory in a graph: its elements, their fields, and the pads at which a frame waits.

use std::borrow::BorrowMut;
use std::ptr;

use super::{Graph, Node, PadPlace};
use crate::element::Holding;
use crate::memory::census::census::{Limits, Missing};
use crate::memory::census::names::{HolderNames, Thing};
use crate::memory::census::roots::Roots;
use crate::memory::census::unreachable::Unreachable;
use crate::memory::{self, PageBuffer};
use crate::pad::Direction;

/// A holder in a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// An element itself: the block in which it lies, and what its ports own.
    Element(u32),
    /// A field of an element.
    Field(u32, &'static str),
    /// The frame that waits behind a source pad.
    InFlight(PadPlace),
}

/// The holders of a graph: the number of each is its place.
pub(crate) struct Holders {
    holders: PageBuffer<Holder>,
    is_complete: bool,
}

impl Holders {
    /// Returns all holders in the order of their numbers.
    pub(crate) fn all(&self) -> &[Holder] {
        &self.holders
    }

    /// Returns false if the operating system had no pages for some of the holders. These share a number that is no
    /// place in the list.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_complete
    }

    fn add(&mut self, holder: Holder) -> u32 {
        let number = self.holders.len();
        self.is_complete &= self.holders.push(holder);
        super::index(number)
    }
}

impl Graph {
    /// Takes a census of who holds each live block. To be called between strides or between runs.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub(crate) fn census(
        &mut self,
        limits: Limits,
        before: &mut Unreachable,
    ) -> Result<memory::Holders, Missing> {
        let mut runtime = Roots::new();
        runtime.words(ptr::from_ref(self).cast(), size_of_val(self));
        census(self.nodes_mut(), &runtime, limits, before)
    }
}

/// Takes a census from these elements and from what the runtime owns besides.
///
/// Calls no code of the user, and allocates nothing through the counted allocator.
///
/// # Errors
///
/// Why there is none.
pub(crate) fn census<N: BorrowMut<Node>>(
    nodes: &mut [N],
    runtime: &Roots,
    limits: Limits,
    before: &mut Unreachable,
) -> Result<memory::Holders, Missing> {
    let collect = || {
        let mut roots = Roots::new();
        let holders = roots_of(nodes, &mut roots);
        let names = names_of(nodes, &holders);
        holders.is_complete().then_some((roots, names))
    };
    memory::Holders::take(collect, runtime, limits, before)
}

/// Adds what the elements hold to the roots, and returns the holders.
fn roots_of<N: BorrowMut<Node>>(nodes: &mut [N], roots: &mut Roots) -> Holders {
    let mut holders = Holders {
        holders: PageBuffer::new(),
        is_complete: true,
    };
    for (node, element) in (0..).zip(nodes) {
        element.borrow_mut().object.hold(roots, &mut |holding| {
            holders.add(match holding {
                Holding::Element => Holder::Element(node),
                Holding::Field(name) => Holder::Field(node, name),
                Holding::InFlight(index) => Holder::InFlight(PadPlace {
                    node,
                    direction: Direction::Source,
                    index,
                }),
            })
        });
    }
    holders
}

/// Returns the names of the holders of these elements.
fn names_of<N: BorrowMut<Node>>(nodes: &[N], holders: &Holders) -> HolderNames {
    let mut names = HolderNames::new();
    let node = |index: u32| nodes[index as usize].borrow();
    for holder in holders.all() {
        match *holder {
            Holder::Element(index) => {
                names.push(format_args!("{}", node(index).name()), Thing::Element);
            }
            Holder::Field(index, field) => {
                names.push(format_args!("{}.{field}", node(index).name()), Thing::Field);
            }
            Holder::InFlight(place) => {
                let pad = &node(place.node).sources[place.index as usize];
                names.push(format_args!("{}", pad.full), Thing::Frame);
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::ptr;

    use super::*;
    use crate::element::{ElementBuilder as _, NewElement};
    use crate::frame::Frame;
    use crate::memory::census::roots::Owned;
    use crate::memory::mark_in;
    use crate::pad::Stride;

    type Ring<T> = VecDeque<T>;

    mod own {
        /// A type of the user's that is called like one of the library.
        #[derive(Debug, Default)]
        pub(super) struct Vec<T>(pub(super) std::vec::Vec<T>);
    }

    #[sgn::source]
    struct Maker<T: Send + 'static>
    where
        T: Clone,
    {
        #[prop(default)]
        label: String,
        #[prop(default = 3)]
        count: u64,
        #[state]
        history: Vec<Option<Frame<Vec<T>>>>,
        #[state]
        r#type: Vec<u8>,
        #[cfg(test)]
        #[state]
        seen: Ring<u8>,
        #[cfg(not(test))]
        #[state]
        unseen: Ring<u8>,
        #[state]
        own: own::Vec<u8>,
        #[prop(default = "text")]
        reference: &'static str,
        #[state]
        plain: ([f64; 3], Option<usize>),
    }

    #[sgn::source]
    impl<T: Send + Sync + 'static> Maker<T>
    where
        T: Clone + Default,
    {
        fn new(&mut self) -> Frame<Vec<T>> {
            self.count += 1;
            self.plain.1 = self
                .history
                .first()
                .map(|_| self.label.len() + self.seen.len());
            self.history.clear();
            self.history.push(Some(Frame::new(vec![T::default(); 2])));
            self.history.push(Some(Frame::gap()));
            self.history.push(None);
            self.r#type.resize(self.reference.len(), 1);
            self.seen.push_back(1);
            self.own.0.push(1);
            Frame::new(vec![T::default(); 3])
        }
    }

    #[sgn::sink]
    fn keep(item: Vec<u16>, #[state] kept: &mut Vec<Vec<u16>>, #[state] count: &mut u64) {
        *count += 1;
        kept.push(item);
    }

    fn block<T: ?Sized>(inside: *const T) -> Owned {
        Owned::Block(inside.cast::<u8>().addr())
    }

    fn words<T: ?Sized>(value: &T) -> Owned {
        Owned::Words(ptr::from_ref(value).addr(), size_of_val(value))
    }

    fn graph() -> Graph {
        let line = mark_in("holders.rs", 1, "links");
        let mut graph = Graph::new();
        let maker = Maker::<u16>::builder("maker").label(String::from("a label"));
        let elements = vec![
            NewElement::new(maker).expect("a maker"),
            NewElement::new(keep::builder("keep")).expect("a sink"),
        ];
        let links = [("maker:src:out", "keep:snk:item")];
        graph.insert(elements, &links, line).expect("two elements");
        let plan = graph.plan().expect("a plan");
        graph.wire(&plan).expect("ports of one payload");
        graph
    }

    /// Returns the roots of a holder.
    fn of(holder: Holder, holders: &Holders, roots: &Roots) -> Vec<Owned> {
        let number = holders.all().iter().position(|other| *other == holder);
        let number = number.expect("the holder is in the list");
        let all = roots.all().iter();
        all.filter(|root| root.holder as usize == number)
            .map(|root| root.what)
            .collect()
    }

    #[test]
    fn each_field_holds_what_it_owns() {
        let mut graph = graph();
        let stride = Stride::new();
        for node in [0, 1, 0, 1, 0] {
            graph.nodes_mut()[node]
                .object
                .stride(&stride)
                .expect("a stride");
        }
        let mut roots = Roots::new();
        let holders = roots_of(graph.nodes_mut(), &mut roots);
        assert!(holders.is_complete() && roots.is_complete());
        let pad = PadPlace {
            node: 0,
            direction: Direction::Source,
            index: 0,
        };
        let field = |name| Holder::Field(0, name);
        assert_eq!(
            holders.all(),
            [
                Holder::Element(0),
                Holder::InFlight(pad),
                field("label"),
                field("history"),
                field("type"),
                field("seen"),
                field("own"),
                field("reference"),
                Holder::Element(1),
                Holder::Field(1, "kept"),
            ]
        );
        assert_eq!(
            holders.all().get(9).copied(),
            Some(Holder::Field(1, "kept"))
        );
        assert_eq!(holders.all().get(10).copied(), None);
        let of = |holder| of(holder, &holders, &roots);
        let maker = graph.node(0).object.as_any().downcast_ref::<Maker<u16>>();
        let maker = maker.expect("the maker");
        let Some(Some(first)) = maker.history.first() else {
            panic!("a frame is kept");
        };
        let payload = first.data().map_or(ptr::null(), |data| data.as_ptr());
        assert_eq!(of(field("label")), [block(maker.label.as_ptr())]);
        assert_eq!(
            of(field("history")),
            [block(maker.history.as_ptr()), block(payload)]
        );
        assert_eq!(of(field("type")), [block(maker.r#type.as_ptr())]);
        assert_eq!(of(field("seen")), [words(&maker.seen)]);
        assert_eq!(of(field("own")), [words(&maker.own)]);
        assert_eq!(of(field("reference")), [words(&maker.reference)]);
        let keep = graph.node(1).object.as_any().downcast_ref::<keep>();
        let kept = &keep.expect("the sink").kept;
        let expected = [
            block(kept.as_ptr()),
            block(kept[0].as_ptr()),
            block(kept[1].as_ptr()),
        ];
        assert_eq!(of(Holder::Field(1, "kept")), expected);
        // The vector in the slot, by its bytes.
        let flying = of(Holder::InFlight(pad));
        assert!(matches!(flying[..], [Owned::Words(_, bytes)] if bytes == size_of::<Vec<u16>>()));
    }

    #[test]
    fn an_element_holds_its_block_and_those_of_its_ports() {
        let mut graph = graph();
        let mut roots = Roots::new();
        let holders = roots_of(graph.nodes_mut(), &mut roots);
        let flying = |holder: &Holder| matches!(holder, Holder::InFlight(_));
        assert!(!holders.all().iter().any(flying), "no slot is full");
        for node in [0, 1] {
            let found = of(Holder::Element(node), &holders, &roots);
            let object = &*graph.node(node).object;
            assert_eq!(found[0], block(ptr::from_ref(object)));
            let mut slots = Vec::new();
            let object = &mut graph.nodes_mut()[node as usize].object;
            object.sources(&mut |port| {
                let slot = port.share_end();
                slots.push(block(std::sync::Arc::as_ptr(&slot)));
            });
            assert_eq!(slots.len(), usize::from(node == 0));
            assert!(slots.iter().all(|slot| found.contains(slot)));
        }
    }

    #[test]
    fn an_element_without_fields_of_its_own_has_none() {
        use crate::elements::{NullSink, NullSource};

        for element in [
            NewElement::new(NullSource::<u8>::builder("a").source_pads(["x"])),
            NewElement::new(NullSink::<u8>::builder("a").sink_pads(["x"])),
        ] {
            let mut graph = Graph::new();
            let line = mark_in("holders.rs", 1, "links");
            let element = element.expect("an element");
            graph.insert(vec![element], &[], line).expect("one element");
            let holders = roots_of(graph.nodes_mut(), &mut Roots::new());
            assert_eq!(holders.all(), [Holder::Element(0)]);
        }
    }

    #[test]
    fn the_fields_of_a_transform_of_closures_are_known() {
        use crate::elements::CallableTransform;

        let captured = Vec::from([1.0; 3]);
        let sum = CallableTransform::<f64, f64>::builder("sum");
        let sum = sum.map("y", ["x"], move |data| data[0] + captured[0]);
        let mut graph = Graph::new();
        let line = mark_in("holders.rs", 1, "links");
        let element = NewElement::new(sum).expect("a transform");
        graph.insert(vec![element], &[], line).expect("one element");
        let mut roots = Roots::new();
        let holders = roots_of(graph.nodes_mut(), &mut roots);
        let expected = [
            Holder::Element(0),
            Holder::Field(0, "frames"),
            Holder::Field(0, "closures"),
        ];
        assert_eq!(holders.all(), expected);
        let found = of(expected[2], &holders, &roots);
        assert!(
            matches!(found[..], [Owned::Block(_), Owned::Words(..)]),
            "{found:?}"
        );
    }
}
