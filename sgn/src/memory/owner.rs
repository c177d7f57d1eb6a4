//! Owners: who an allocation belongs to.
//!
//! An owner is a name, such as the full name of a pad, `src:src:H1`. Two owners that live at the
//! same time are never one row, even if their names are equal.

use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroU64;
use std::sync::OnceLock;
use std::sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Release},
};

use parking_lot::Mutex;

use super::counters::MAX_OWNERS;
use super::scope::scope;
use crate::text::line;

/// Who an allocation belongs to: a pad of an element, or one of the four built-in owners.
///
/// Made by [`register`]; a plain number, free to copy and to send.
// The number is in the highest 16 bits, which no address uses, and once more in the bits from which
// `known.rs` takes a place: so to enter a scope is to store this, and nothing is computed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct OwnerId(NonZeroU64);

const fn built_in(number: u16) -> OwnerId {
    match OwnerId::from_number(number) {
        Some(owner) => owner,
        None => panic!("owners are numbered from one"),
    }
}

const BUILT_IN: [&str; 4] = ["(unattributed)", "(runtime)", "(profiler)", "(overflow)"];

impl OwnerId {
    /// The owner of every allocation outside of all scopes.
    pub const UNATTRIBUTED: Self = built_in(1);
    /// The owner of what `sgn` itself allocates to run a pipeline.
    pub const RUNTIME: Self = built_in(2);
    /// The owner of what the profiler and its reports allocate.
    pub const PROFILER: Self = built_in(3);
    /// The owner of what could not be told apart: more than 65 531 owners or a million lines.
    pub const OVERFLOW: Self = built_in(4);

    /// The owner of that number; `None` for zero.
    #[inline(always)]
    pub(super) const fn from_number(number: u16) -> Option<Self> {
        let wide = number as u64;
        let spread = wide.wrapping_mul(0x9E5) & 0x3FF;
        match NonZeroU64::new(wide << 48 | spread << 6) {
            Some(bits) if number > 0 => Some(Self(bits)),
            _ => None,
        }
    }

    /// The number, by which the owner is found in tables; never zero.
    #[inline(always)]
    pub(super) const fn number(self) -> u16 {
        (self.0.get() >> 48) as u16
    }

    #[inline(always)]
    pub(super) const fn index(self) -> usize {
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

    /// Whether this is one of the four owners that exist in every program.
    #[must_use]
    pub const fn is_built_in(self) -> bool {
        self.index() <= BUILT_IN.len()
    }

    /// The name given to [`register`], or a word in parentheses for a built-in owner.
    ///
    /// Takes no lock and allocates nothing.
    ///
    /// ```
    /// use sgn::memory::{OwnerId, register};
    ///
    /// assert_eq!(register("src:src:H1").name(), "src:src:H1");
    /// assert_eq!(OwnerId::RUNTIME.name(), "(runtime)");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match BUILT_IN.get(self.index() - 1) {
            Some(name) => name,
            None => NAMES[self.index() / BLOCK]
                .get()
                .and_then(|block| block[self.index() % BLOCK].get())
                .copied()
                .unwrap_or("(not registered)"),
        }
    }
}

impl fmt::Debug for OwnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OwnerId({}, `{}`)", self.number(), line(self.name()))
    }
}

/// Owners per block of names; a block is made when its first owner is.
const BLOCK: usize = 256;
type Names = [OnceLock<&'static str>; BLOCK];

static NAMES: [OnceLock<Box<Names>>; MAX_OWNERS / BLOCK] =
    [const { OnceLock::new() }; MAX_OWNERS / BLOCK];
static END: AtomicUsize = AtomicUsize::new(BUILT_IN.len() + 1);
static REGISTER: Mutex<Option<HashMap<&'static str, Vec<OwnerId>>>> = Mutex::new(None);
/// The owners that somebody holds. Locked before [`REGISTER`] where both are.
static HELD: Mutex<Option<HashMap<OwnerId, Held>>> = Mutex::new(None);

/// What is known of an owner that is held.
#[derive(Default)]
struct Held {
    holds: usize,
    is_released: bool,
}

/// One more than the highest number in use.
pub(super) fn end() -> usize {
    END.load(Acquire)
}

/// All owners: the built-in ones, then the others in the order of their registration.
pub fn owners() -> impl Iterator<Item = OwnerId> {
    (1..end()).filter_map(|number| OwnerId::from_number(u16::try_from(number).ok()?))
}

/// A new owner called `name`, or a released one of that name.
///
/// Names are kept for the life of the process; what this allocates belongs to
/// [`OwnerId::PROFILER`]. When all numbers are taken the answer is [`OwnerId::OVERFLOW`].
///
/// ```
/// use sgn::memory::{register, release};
///
/// let one = register("src:src:out");
/// let two = register("src:src:out");
/// assert_ne!(one, two);
/// release(one);
/// assert_eq!(register("src:src:out"), one);
/// ```
pub fn register(name: &str) -> OwnerId {
    scope(OwnerId::PROFILER, || {
        let mut register = REGISTER.lock();
        let register = register.get_or_insert_default();
        let known = register.get_key_value(name).map(|(known, _)| *known);
        if let Some(id) = register.get_mut(name).and_then(Vec::pop) {
            return id;
        }
        let number = end();
        let Some(id) = u16::try_from(number).ok().and_then(OwnerId::from_number) else {
            return OwnerId::OVERFLOW;
        };
        let name = known.unwrap_or_else(|| Box::leak(Box::from(name)));
        let block =
            NAMES[number / BLOCK].get_or_init(|| Box::new([const { OnceLock::new() }; BLOCK]));
        block[number % BLOCK].get_or_init(|| name);
        register.entry(name).or_default();
        END.store(number + 1, Release);
        id
    })
}

/// Lets a later [`register`] of the same name take `owner` over, with all its numbers.
///
/// So a process that builds pipelines for ever does not run out of owners. Built-in owners stay.
pub fn release(owner: OwnerId) {
    if owner.is_built_in() {
        return;
    }
    scope(OwnerId::PROFILER, || {
        let mut held = HELD.lock();
        match held.as_mut().and_then(|held| held.get_mut(&owner)) {
            Some(held) => held.is_released = true,
            None => give_back(owner),
        }
    });
}

/// Lets a later [`register`] have the number.
fn give_back(owner: OwnerId) {
    let mut register = REGISTER.lock();
    let released = register
        .get_or_insert_default()
        .entry(owner.name())
        .or_default();
    if !released.contains(&owner) {
        released.push(owner);
    }
}

/// Keeps an owner from being given anew, also after its [`release`], until it is dropped.
///
/// For threads, which may outlive the pad on whose behalf they allocate. Takes a lock; nothing is
/// done for built-in owners.
#[derive(Debug)]
pub(crate) struct Hold(OwnerId);

impl Hold {
    /// Holds `owner`, which must be registered and not released now.
    pub(crate) fn new(owner: OwnerId) -> Self {
        if !owner.is_built_in() {
            scope(OwnerId::PROFILER, || {
                let mut held = HELD.lock();
                held.get_or_insert_default().entry(owner).or_default().holds += 1;
            });
        }
        Self(owner)
    }

    /// The owner that is held.
    pub(crate) const fn owner(&self) -> OwnerId {
        self.0
    }
}

impl Clone for Hold {
    fn clone(&self) -> Self {
        Self::new(self.0)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if self.0.is_built_in() {
            return;
        }
        scope(OwnerId::PROFILER, || {
            let mut all = HELD.lock();
            let Some(all) = all.as_mut() else { return };
            let Some(held) = all.get_mut(&self.0) else {
                return;
            };
            held.holds -= 1;
            if held.holds == 0 {
                let is_released = held.is_released;
                all.remove(&self.0);
                if is_released {
                    give_back(self.0);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_owners_have_names() {
        assert_eq!(OwnerId::UNATTRIBUTED.name(), "(unattributed)");
        assert_eq!(OwnerId::OVERFLOW.name(), "(overflow)");
        assert!(OwnerId::PROFILER.is_built_in());
        assert!(!register("owner.rs").is_built_in());
    }

    #[test]
    fn a_released_number_is_given_to_the_same_name_only() {
        let first = register("owner.rs:first");
        release(first);
        release(first);
        let other = register("owner.rs:other");
        assert_ne!(other, first);
        assert_eq!(register("owner.rs:first"), first);
        assert_ne!(
            register("owner.rs:first"),
            first,
            "released twice counts once"
        );
        assert!(owners().any(|owner| owner == other));
    }

    #[test]
    fn a_held_owner_is_not_given_anew() {
        let owner = register("owner.rs:held");
        let hold = Hold::new(owner);
        let copy = hold.clone();
        release(owner);
        drop(hold);
        let other = register("owner.rs:held");
        assert_ne!(other, owner);
        assert_eq!(copy.owner().name(), "owner.rs:held");
        drop(copy);
        assert_eq!(register("owner.rs:held"), owner);
        drop(Hold::new(other));
        assert_ne!(register("owner.rs:held"), other, "a hold releases nothing");
    }

    #[test]
    fn built_in_owners_are_not_released() {
        release(OwnerId::RUNTIME);
        assert_ne!(register("(runtime)"), OwnerId::RUNTIME);
    }
}
