//! What the user holds of an element's pads: typed, cheap, good for linking.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Index;
use std::sync::atomic::{AtomicU32, Ordering};

/// An element of one particular pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ElementId {
    pub(crate) pipeline: u32,
    pub(crate) index: u32,
}

/// A number that no other pipeline of this process has.
pub(crate) fn next_pipeline() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A pad of an element: its place in the element's list of that direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PadId {
    pub(crate) element: ElementId,
    pub(crate) index: u32,
}

macro_rules! typed_pad {
    ($(#[$doc:meta])* $Pad:ident, $(#[$docs:meta])* $Pads:ident, $kind:literal) => {
        $(#[$doc])*
        pub struct $Pad<T> {
            pub(crate) id: PadId,
            payload: PhantomData<fn() -> T>,
        }

        impl<T> $Pad<T> {
            const fn new(id: PadId) -> Self {
                Self { id, payload: PhantomData }
            }
        }

        impl<T> Copy for $Pad<T> {}

        impl<T> Clone for $Pad<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> fmt::Debug for $Pad<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} {} of element {}", $kind, self.id.index, self.id.element.index)
            }
        }

        $(#[$docs])*
        pub struct $Pads<T> {
            names: Vec<String>,
            pads: Vec<$Pad<T>>,
            /// The places in `names`, in the order of the names.
            by_name: Vec<u32>,
        }

        impl<T> $Pads<T> {
            fn new(element: ElementId, names: &[String]) -> Self {
                let places: Vec<u32> = (0..).take(names.len()).collect();
                let mut by_name = places.clone();
                by_name.sort_by_key(|place| &names[*place as usize]);
                Self {
                    names: names.to_vec(),
                    pads: places
                        .into_iter()
                        .map(|index| $Pad::new(PadId { element, index }))
                        .collect(),
                    by_name,
                }
            }

            fn place_of(&self, name: &str) -> Option<usize> {
                let found = self
                    .by_name
                    .binary_search_by(|place| self.names[*place as usize].as_str().cmp(name));
                Some(self.by_name[found.ok()?] as usize)
            }

            /// The pad of that short name, if there is one.
            pub fn get(&self, name: &str) -> Option<$Pad<T>> {
                self.pads.get(self.place_of(name)?).copied()
            }

            /// The pads with their short names, in the order given at construction.
            pub fn iter(&self) -> impl Iterator<Item = (&str, $Pad<T>)> {
                self.names.iter().map(String::as_str).zip(self.pads.iter().copied())
            }
        }

        /// The pad of that short name.
        ///
        /// # Panics
        ///
        /// If there is no such pad; the message lists those there are. [`get`](Self::get) does not panic.
        impl<T> Index<&str> for $Pads<T> {
            type Output = $Pad<T>;

            fn index(&self, name: &str) -> &$Pad<T> {
                match self.place_of(name) {
                    Some(index) => &self.pads[index],
                    None => panic!("no {} `{name}`; the pads are {:?}", $kind, self.names),
                }
            }
        }

        impl<T> Clone for $Pads<T> {
            fn clone(&self) -> Self {
                Self {
                    names: self.names.clone(),
                    pads: self.pads.clone(),
                    by_name: self.by_name.clone(),
                }
            }
        }

        impl<T> fmt::Debug for $Pads<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list().entries(&self.names).finish()
            }
        }
    };
}

typed_pad! {
    /// A pad that gives frames of payload `T`: one end of a link.
    ///
    /// Obtained from the handle that [`Pipeline::add`](crate::Pipeline::add) returns. `Copy`: it names the pad
    /// and holds nothing.
    SourcePad,
    /// The source pads that were named when the element was built, by short name.
    ///
    /// ```
    /// use sgn::elements::PassThrough;
    /// use sgn::prelude::*;
    ///
    /// # fn main() -> sgn::Result<()> {
    /// let mut pipeline = Pipeline::new();
    /// let both = pipeline.add(PassThrough::<u8>::builder("both").sink_pads(["x"]).source_pads(["x"]))?;
    /// let (sinks, sources): (&SinkPads<u8>, &SourcePads<u8>) = (&both.frame, &both.out);
    /// assert!(sinks.get("x").is_some() && sinks.get("y").is_none());
    /// let _pad: SourcePad<u8> = sources["x"];
    /// # Ok(())
    /// # }
    /// ```
    SourcePads,
    "source pad"
}

typed_pad! {
    /// A pad that takes frames of payload `T`: the other end of a link.
    ///
    /// Obtained from the handle that [`Pipeline::add`](crate::Pipeline::add) returns. `Copy`: it names the pad
    /// and holds nothing.
    SinkPad,
    /// The sink pads that were named when the element was built, by short name.
    SinkPads,
    "sink pad"
}

/// The element that a handle stands for: its place in its pipeline, and its type.
///
/// The parameters of a generic element are named beside it, as those that no pad names must be used.
pub struct Of<E> {
    /// The element's place in its pipeline.
    pub id: ElementId,
    element: PhantomData<fn() -> E>,
}

impl<E> Copy for Of<E> {}

impl<E> Clone for Of<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> fmt::Debug for Of<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

/// What a handle is made from: the element and the short names of its pads, in pad order.
#[derive(Debug)]
pub struct HandleParts {
    pub(crate) id: ElementId,
    pub(crate) sources: Vec<String>,
    pub(crate) sinks: Vec<String>,
    pub(crate) dynamic_sources: usize,
    pub(crate) dynamic_sinks: usize,
}

impl HandleParts {
    /// The element.
    pub const fn id(&self) -> ElementId {
        self.id
    }

    /// The element with its type.
    pub const fn of<E>(&self) -> Of<E> {
        Of {
            id: self.id,
            element: PhantomData,
        }
    }

    /// The fixed source pad `name`.
    ///
    /// # Panics
    ///
    /// If the element has no such pad, which generated code rules out.
    pub fn source<T>(&self, name: &str) -> SourcePad<T> {
        SourcePad::new(self.find(name, &self.sources, self.dynamic_sources))
    }

    /// The fixed sink pad `name`.
    ///
    /// # Panics
    ///
    /// If the element has no such pad, which generated code rules out.
    pub fn sink<T>(&self, name: &str) -> SinkPad<T> {
        SinkPad::new(self.find(name, &self.sinks, self.dynamic_sinks))
    }

    /// The source pads named at construction.
    pub fn dynamic_sources<T>(&self) -> SourcePads<T> {
        SourcePads::new(self.id, &self.sources[..self.dynamic_sources])
    }

    /// The sink pads named at construction.
    pub fn dynamic_sinks<T>(&self) -> SinkPads<T> {
        SinkPads::new(self.id, &self.sinks[..self.dynamic_sinks])
    }

    fn find(&self, name: &str, names: &[String], dynamic: usize) -> PadId {
        let place = (0..).zip(names).skip(dynamic).find(|(_, own)| *own == name);
        let Some((index, _)) = place else {
            panic!("the element has no fixed pad `{name}`; it has {names:?}");
        };
        PadId {
            element: self.id,
            index,
        }
    }
}
