//! Owners, which allocations are charged to.
//!
//! An owner is a name, such as the full name of a pad, `src:src:H1`. Two owners that live at the
//! same time are never one row, even if their names are equal.

use std::num::NonZeroU64;

/// The owner of an allocation: a pad of an element, or one of the five built-in owners.
///
/// Made by [`register`](crate::memory::register()); a plain number, cheap to copy and to send. An identifier stays
/// valid after the owner's [`release`](crate::memory::release) until another owner needs its number; from then on, what
/// is charged to it counts to [`ENDED`](Self::ENDED).
// From the highest bit down: the number in 16 bits, which no address uses; the generation in 16 bits; and a hash of the
// number in the bits that select the entry of the site cache. This value is the key without a mark, so that entering a
// scope computes nothing. The generation makes the keys of a number's owners differ, and leaves the entry the same. It
// overlaps with the addresses of marks, so two generations with two marks could have one key. But then the marks are at
// least 4 GiB apart, and one of the two owners has ended.
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
    /// The owner of what exceeds the limits: more than 65 530 owners or a million lines at once.
    pub const OVERFLOW: Self = built_in(4);
    /// The owner of all that was allocated for owners that have ended since: see [`release`](crate::memory::release).
    pub const ENDED: Self = built_in(5);

    /// Returns the owner with this number and this generation, which is the count of earlier owners of the number;
    /// `None` for the number zero.
    #[inline(always)]
    pub(in crate::memory) const fn from_number(number: u16, generation: u16) -> Option<Self> {
        let wide = number as u64;
        // An odd factor: the first 1024 numbers select different entries, and neighbours lie far apart.
        let spread = wide.wrapping_mul(0x9E5) & 0x3FF;
        match NonZeroU64::new(wide << 48 | (generation as u64) << 32 | spread << 6) {
            Some(bits) if number > 0 => Some(Self(bits)),
            _ => None,
        }
    }

    /// Returns the number, which indexes the tables; never zero.
    #[inline(always)]
    pub(in crate::memory) const fn number(self) -> u16 {
        (self.0.get() >> 48) as u16
    }

    #[inline(always)]
    pub(in crate::memory) const fn index(self) -> usize {
        self.number() as usize
    }

    /// Returns all bits, of which the low six are zero; never zero.
    #[inline(always)]
    pub(crate) const fn bits(self) -> u64 {
        self.0.get()
    }

    /// Returns the owner with these [bits](Self::bits); `None` for zero.
    pub(crate) const fn from_bits(bits: u64) -> Option<Self> {
        match NonZeroU64::new(bits) {
            Some(bits) => Some(Self(bits)),
            None => None,
        }
    }

    /// Returns true if this is one of the five owners that exist in every program.
    #[must_use]
    pub const fn is_built_in(self) -> bool {
        self.index() <= BUILT_IN.len()
    }

    /// Returns how many owners had the number before.
    pub(super) const fn generation(self) -> u16 {
        (self.0.get() >> 32) as u16
    }
}
