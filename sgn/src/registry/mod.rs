//! The catalogue: every annotated element that is linked into the program.
//!
//! The attributes register each element with its role, docs, properties, pads and place in the source; nothing is
//! to be called. [`registry()`] gives them sorted by name:
//!
//! ```
//! use sgn::prelude::*;
//!
//! /// Counts up to `max_frames`. Then it ends.
//! #[sgn::source]
//! struct UpCounter {
//!     /// How many frames to emit.
//!     #[prop(default = 10, range = 1..=100)]
//!     max_frames: u32,
//!     #[state]
//!     count: u32,
//! }
//!
//! #[sgn::source]
//! impl UpCounter {
//!     fn new(&mut self) -> Frame<u32> {
//!         self.count += 1;
//!         Frame::new(self.count).with_eos(self.count == self.max_frames)
//!     }
//! }
//!
//! # fn main() -> sgn::Result<()> {
//! let counter = sgn::registry().get("up_counter")?;
//! assert_eq!(counter.summary(), "Counts up to `max_frames`.");
//! assert_eq!(counter.properties()[0].range, Some("1..=100"));
//! assert_eq!(counter.pads()[0].payload, "u32");
//!
//! let element = counter.build("src", [("max_frames", "3")].into_iter().collect())?;
//! assert_eq!(element.name(), "src");
//! let error = counter.build("src", [("max_frames", "0")].into_iter().collect()).unwrap_err();
//! assert_eq!(error.property(), Some("max_frames"));
//! # Ok(())
//! # }
//! ```
//!
//! # Names
//!
//! An element is called by the name of its type in snake case, `up_counter`, by the name itself, `UpCounter`, or by its
//! path, `my_crate::sources::UpCounter`. Two elements of one name are both listed; to ask for that name is an error
//! that names both places, and the path distinguishes them.
//!
//! # Elements of other crates
//!
//! A crate that is in `Cargo.toml` and never named in the code is not linked, and its elements are missing. Name it
//! once: `use my_elements as _;`.

mod build;
mod entry;
mod info;
mod instances;
mod look_up;
mod properties;
mod read;

use std::sync::OnceLock;

pub use self::entry::{PadInfo, Property};
pub use self::info::ElementInfo;
#[cfg(feature = "cli")]
pub(crate) use self::info::snake_case;
pub(crate) use self::instances::PAYLOAD;
pub use self::properties::Properties;

use self::entry::{ElementEntry, ImplEntry, StructEntry};
use self::info::other_half;

/// Items that only generated code names, through `sgn::__private`.
pub(crate) mod generated {
    pub use super::entry::{
        Constructor, ElementEntry, Half, ImplEntry, InstanceEntry, Location, StructEntry,
    };
    pub use super::read::{FromText, Read, ReadProbe, is_readable, read_traits, reader};
}

/// All elements that are linked into the program, sorted by name, then by path.
#[derive(Debug)]
pub struct Registry {
    elements: Vec<ElementInfo>,
}

/// Returns the catalogue of the elements in this program.
///
/// Made at the first call; later calls cost a load.
pub fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(|| {
        let whole = inventory::iter::<ElementEntry>.into_iter();
        let whole = whole.filter_map(|entry| Some((entry.half?, Some(&entry.other))));
        let impls: Vec<&ImplEntry> = inventory::iter::<ImplEntry>.into_iter().collect();
        let generic = inventory::iter::<StructEntry>.into_iter();
        let generic = generic.map(|half| (half, other_half(half, &impls)));
        Registry::new(whole.chain(generic))
    })
}

impl Registry {
    fn new(
        halves: impl Iterator<Item = (&'static StructEntry, Option<&'static ImplEntry>)>,
    ) -> Self {
        let mut elements: Vec<ElementInfo> = halves
            .map(|(half, other)| ElementInfo::new(half, other))
            .collect();
        elements
            .sort_by(|a, b| (a.name(), a.path(), a.line()).cmp(&(b.name(), b.path(), b.line())));
        Self { elements }
    }

    /// Returns the elements in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ElementInfo> {
        self.elements.iter()
    }

    /// Returns how many elements there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.elements.len()
    }

    /// Returns true if there are none; the stock elements are always there.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }
}
