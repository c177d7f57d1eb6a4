//! The register of owners: who gets a number, and what becomes of it.
//!
//! A number is *given* to a name. Released, it *waits* to be taken over by the same name, with all its
//! numbers. Of those that wait, the latest are kept; the others *end* as soon as none of their blocks
//! lives: from then on what they allocated counts to [`OwnerId::ENDED`]. The number is *free* for
//! another name when no snapshot and nobody who reads the name knows its owner any more.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;

use crate::memory::id::limits::MAX_OWNERS;
use crate::memory::id::names;
use crate::memory::id::owner::{BUILT_IN, OwnerId};
use crate::memory::scopes::ended;
use crate::memory::scopes::scope::scope;

/// How many released owners wait at least before the one that has waited longest ends.
const WAITING: usize = 256;
/// How many of those that wait are looked at when a number is given: more than come, so that those
/// with blocks that live do not keep others from their end.
const LOOKS: usize = 4;

static REGISTER: Mutex<Option<Register>> = Mutex::new(None);

#[derive(Default)]
struct Register {
    /// Of each name, since when owners wait that are called so.
    names: HashMap<Arc<str>, Named>,
    /// The owners by their numbers, from the first that is not built in.
    owners: Vec<Entry>,
    /// The owners that wait, by since when.
    waiting: BTreeMap<u64, OwnerId>,
    /// Owners that have ended, and of which there may be a snapshot.
    ended: VecDeque<OwnerId>,
    free: Vec<u16>,
    releases: u64,
}

#[derive(Default)]
struct Named {
    owners: usize,
    waiting: BTreeSet<u64>,
}

/// What is known of one number.
struct Entry {
    owner: OwnerId,
    name: Arc<str>,
    is_registered: bool,
    holds: usize,
    waits_since: Option<u64>,
}

impl Register {
    fn entry(&mut self, owner: OwnerId) -> Option<&mut Entry> {
        let place = owner.index().checked_sub(BUILT_IN.len() + 1)?;
        let entry = self.owners.get_mut(place)?;
        (entry.owner == owner).then_some(entry)
    }

    fn register(&mut self, name: &str) -> OwnerId {
        if let Some(since) = self
            .names
            .get_mut(name)
            .and_then(|named| named.waiting.pop_last())
            && let Some(owner) = self.waiting.remove(&since)
            && let Some(entry) = self.entry(owner)
        {
            entry.waits_since = None;
            entry.is_registered = true;
            return owner;
        }
        if self.waiting.len() > WAITING {
            self.end_some(LOOKS);
        }
        let Some(number) = self.number() else {
            return OwnerId::OVERFLOW;
        };
        self.give(number, name).unwrap_or(OwnerId::OVERFLOW)
    }

    fn give(&mut self, number: u16, name: &str) -> Option<OwnerId> {
        let known = self.names.get_key_value(name);
        let name = known.map_or_else(|| Arc::from(name), |(name, _)| Arc::clone(name));
        let owner = names::give(number, Arc::clone(&name))?;
        self.names.entry(Arc::clone(&name)).or_default().owners += 1;
        let entry = Entry {
            owner,
            name,
            is_registered: true,
            holds: 0,
            waits_since: None,
        };
        let place = usize::from(number) - (BUILT_IN.len() + 1);
        match self.owners.get_mut(place) {
            Some(before) => *before = entry,
            None => self.owners.push(entry),
        }
        Some(owner)
    }

    /// A number that nobody has.
    fn number(&mut self) -> Option<u16> {
        if let Some(number) = self.free.pop() {
            return Some(number);
        }
        self.take_back_some(LOOKS);
        let fresh = self.owners.len() + BUILT_IN.len() + 1;
        if let Some(number) = self.free.pop() {
            return Some(number);
        }
        if fresh < MAX_OWNERS {
            return u16::try_from(fresh).ok();
        }
        self.end_some(self.waiting.len());
        self.take_back_some(self.ended.len());
        self.free.pop()
    }

    /// Ends up to so many of those that wait, those first that have waited longest.
    fn end_some(&mut self, looks: usize) {
        for _ in 0..looks {
            let Some((since, owner)) = self.waiting.pop_first() else {
                return;
            };
            let has_ended = ended::end(owner);
            let again = self.next_release();
            let Some(entry) = self.entry(owner) else {
                continue;
            };
            entry.waits_since = (!has_ended).then_some(again);
            let name = Arc::clone(&entry.name);
            let named = self.names.entry(name).or_default();
            named.waiting.remove(&since);
            if has_ended {
                self.ended.push_back(owner);
            } else {
                named.waiting.insert(again);
                self.waiting.insert(again, owner);
            }
        }
    }

    /// Takes the numbers back of up to so many of those that have ended.
    fn take_back_some(&mut self, looks: usize) {
        for _ in 0..looks {
            // The latest, so that no more numbers are in use than there have to be.
            let Some(owner) = self.ended.pop_back() else {
                return;
            };
            if !ended::take_back(owner) {
                self.ended.push_front(owner);
                continue;
            }
            self.free.push(owner.number());
            let Some(entry) = self.entry(owner) else {
                continue;
            };
            let name = std::mem::take(&mut entry.name);
            if let Some(named) = self.names.get_mut(&name) {
                named.owners -= 1;
                if named.owners == 0 {
                    self.names.remove(&name);
                }
            }
        }
    }

    fn next_release(&mut self) -> u64 {
        self.releases += 1;
        self.releases
    }

    /// Counts one more that holds an owner, which waits no more if it did.
    fn hold(&mut self, owner: OwnerId) {
        let Some(entry) = self.entry(owner) else {
            return;
        };
        entry.holds += 1;
        let Some(since) = entry.waits_since.take() else {
            return;
        };
        let name = Arc::clone(&entry.name);
        self.waiting.remove(&since);
        if let Some(named) = self.names.get_mut(&name) {
            named.waiting.remove(&since);
        }
    }

    /// Has an owner wait that is neither registered nor held.
    fn let_wait(&mut self, owner: OwnerId) {
        let since = self.next_release();
        let Some(entry) = self.entry(owner) else {
            return;
        };
        if entry.is_registered || entry.holds > 0 || entry.waits_since.is_some() {
            return;
        }
        entry.waits_since = Some(since);
        let name = Arc::clone(&entry.name);
        self.names.entry(name).or_default().waiting.insert(since);
        self.waiting.insert(since, owner);
    }
}

fn with_register<R>(work: impl FnOnce(&mut Register) -> R) -> R {
    scope(OwnerId::PROFILER, || {
        work(REGISTER.lock().get_or_insert_default())
    })
}

/// A new owner called `name`, or a released one of that name.
///
/// What this allocates belongs to [`OwnerId::PROFILER`]. There are 65 530 numbers for owners that are in
/// use at once, or have blocks that live; when all are taken the answer is [`OwnerId::OVERFLOW`].
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
    with_register(|register| register.register(name))
}

/// Lets a later [`register`] have the number of `owner`, which nobody is to charge anything to any more.
///
/// So a process that builds pipelines for ever does not run out of owners. The same name takes it over
/// with all its numbers. Of those that nobody takes over, the latest 256 keep their rows, and the others
/// as long as one of their blocks lives; then what they allocated is a part of [`OwnerId::ENDED`], and
/// the number is free for another name. A thread that goes on to charge to one that has ended charges to
/// [`OwnerId::ENDED`], too. Built-in owners stay.
///
/// A few hundred nanoseconds, whatever the number of owners.
pub fn release(owner: OwnerId) {
    if owner.is_built_in() {
        return;
    }
    with_register(|register| {
        if let Some(entry) = register.entry(owner) {
            entry.is_registered = false;
            register.let_wait(owner);
        }
    });
}

/// Keeps an owner from being given anew, also after its [`release`], until it is dropped.
///
/// For threads, which may outlive the pad on whose behalf they allocate. Takes a lock; nothing is
/// done for built-in owners, and for those that have ended.
#[derive(Debug)]
pub(crate) struct Hold(OwnerId);

impl Hold {
    /// Holds `owner`, which must be registered and not released now.
    pub(crate) fn new(owner: OwnerId) -> Self {
        if !owner.is_built_in() {
            with_register(|register| {
                register.hold(owner);
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
        with_register(|register| {
            if let Some(entry) = register.entry(self.0) {
                entry.holds = entry.holds.saturating_sub(1);
                register.let_wait(self.0);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::id::names::owners;

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
