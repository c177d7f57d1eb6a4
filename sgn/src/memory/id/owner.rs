//! Owners: who an allocation belongs to.
//!
//! An owner is a name, such as the full name of a pad, `src:src:H1`. Two owners that live at the
//! same time are never one row, even if their names are equal.

use std::num::NonZeroU64;

/// Who an allocation belongs to: a pad of an element, or one of the five built-in owners.
///
/// Made by [`register`](crate::memory::register()); a plain number, free to copy and to send. One that is kept
/// after its [`release`](crate::memory::release) stays the same owner until its number is needed for another
/// one, and then it is nobody: what is charged to it is [`ENDED`](Self::ENDED)'s.
// The number is in the highest 16 bits, which no address uses, and once more in the bits from which
// the site cache takes a place: so to enter a scope is to store this, and nothing is computed. Between
// them is the generation, where it changes an address and its place not: two marks that differ in
// nothing but those bits are 4 GiB apart, and of two generations one has ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct OwnerId(NonZeroU64);

const fn built_in(number: u16) -> OwnerId {
    match OwnerId::from_number(number, 0) {
        Some(owner) => owner,
        None => panic!("owners are numbered from one"),
    }
}

pub(in crate::memory) const BUILT_IN: [&str; 5] = [
    "(unattributed)",
    "(runtime)",
    "(profiler)",
    "(overflow)",
    "(ended)",
];

impl OwnerId {
    /// The owner of every allocation outside of all scopes.
    pub const UNATTRIBUTED: Self = built_in(1);
    /// The owner of what `sgn` itself allocates to run a pipeline.
    pub const RUNTIME: Self = built_in(2);
    /// The owner of what the profiler and its reports allocate.
    pub const PROFILER: Self = built_in(3);
    /// The owner of what could not be told apart: more than 65 530 owners or a million lines at once.
    pub const OVERFLOW: Self = built_in(4);
    /// Those that were released, and whose numbers are others' now: all that they ever allocated.
    pub const ENDED: Self = built_in(5);

    /// The owner of that number, which was given so many times before; `None` for zero.
    #[inline(always)]
    pub(in crate::memory) const fn from_number(number: u16, generation: u16) -> Option<Self> {
        let wide = number as u64;
        let spread = wide.wrapping_mul(0x9E5) & 0x3FF;
        match NonZeroU64::new(wide << 48 | (generation as u64) << 32 | spread << 6) {
            Some(bits) if number > 0 => Some(Self(bits)),
            _ => None,
        }
    }

    /// The number, by which the owner is found in tables; never zero.
    #[inline(always)]
    pub(in crate::memory) const fn number(self) -> u16 {
        (self.0.get() >> 48) as u16
    }

    #[inline(always)]
    pub(in crate::memory) const fn index(self) -> usize {
        self.number() as usize
    }

    /// The whole, of which the low six bits are zero; never zero.
    #[inline(always)]
    pub(crate) const fn bits(self) -> u64 {
        self.0.get()
    }

    /// The owner of which these are the [bits](Self::bits); `None` for zero.
    pub(crate) const fn from_bits(bits: u64) -> Option<Self> {
        match NonZeroU64::new(bits) {
            Some(bits) => Some(Self(bits)),
            None => None,
        }
    }

    /// Whether this is one of the five owners that exist in every program.
    #[must_use]
    pub const fn is_built_in(self) -> bool {
        self.index() <= BUILT_IN.len()
    }

    /// How many owners had the number before.
    pub(super) const fn generation(self) -> u16 {
        (self.0.get() >> 32) as u16
    }
}
