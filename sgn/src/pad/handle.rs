//! Typed handles of pads, by which users link them.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Index;

use super::id::{ElementId, PadId};

macro_rules! typed_pad {
    ($(#[$doc:meta])* $Pad:ident, $(#[$docs:meta])* $Pads:ident, $kind:literal) => {
        $(#[$doc])*
        pub struct $Pad<T> {
            pub(crate) id: PadId,
            payload: PhantomData<fn() -> T>,
        }

        impl<T> $Pad<T> {
            pub(super) const fn new(id: PadId) -> Self {
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
            /// Indices into `names`, sorted by name.
            by_name: Vec<u32>,
        }

        impl<T> $Pads<T> {
            pub(super) fn new(element: ElementId, names: &[String]) -> Self {
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

            /// Returns the index of the pad with that short name.
            fn place_of(&self, name: &str) -> Option<usize> {
                let found = self
                    .by_name
                    .binary_search_by(|place| self.names[*place as usize].as_str().cmp(name));
                Some(self.by_name[found.ok()?] as usize)
            }

            /// Returns the pad with that short name, if there is one.
            pub fn get(&self, name: &str) -> Option<$Pad<T>> {
                self.pads.get(self.place_of(name)?).copied()
            }

            /// Returns the pads with their short names, in the order given at construction.
            pub fn iter(&self) -> impl Iterator<Item = (&str, $Pad<T>)> {
                self.names.iter().map(String::as_str).zip(self.pads.iter().copied())
            }
        }

        /// Returns the pad with that short name.
        ///
        /// # Panics
        ///
        /// Panics if there is no such pad; the message lists the existing ones. [`get`](Self::get) does not panic.
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
    /// Obtained from the handle that [`Pipeline::add`](crate::Pipeline::add) returns. It is `Copy`, as it only names
    /// the pad.
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
    /// Obtained from the handle that [`Pipeline::add`](crate::Pipeline::add) returns. It is `Copy`, as it only names
    /// the pad.
    SinkPad,
    /// The sink pads that were named when the element was built, by short name.
    SinkPads,
    "sink pad"
}
