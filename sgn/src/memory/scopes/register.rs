//! The register of owners: assigns numbers to owners, and reclaims them.
//!
//! `register` assigns a number to a name. A released owner *waits* to be taken over by the same name, together with its
//! counters. The owners that were released last keep waiting; the others *end* as soon as they have no live block, and
//! what they allocated counts to [`OwnerId::ENDED`] from then on. The number becomes *free* for another name when no
//! snapshot and no reader of the name refers to its owner any more.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;

use crate::memory::id::limits::MAX_OWNERS;
use crate::memory::id::names;
use crate::memory::id::owner::{BUILT_IN, OwnerId};
use crate::memory::scopes::ended;
use crate::memory::scopes::scope::scope;

/// The number of released owners that wait before the one that has waited longest ends.
const WAITING: usize = 256;
/// The number of waiting owners that are checked whenever a number is assigned. More than one, so that owners with live
/// blocks do not keep others from ending.
const LOOKS: usize = 4;

static REGISTER: Mutex<Option<Register>> = Mutex::new(None);

#[derive(Default)]
struct Register {
    /// For each name, how many owners it has, and which of them wait.
    names: HashMap<Arc<str>, Named>,
    /// The owners by number, from the first that is not built in.
    owners: Vec<Entry>,
    /// The waiting owners, by the value of `releases` when they began to wait.
    waiting: BTreeMap<u64, OwnerId>,
    /// Owners that have ended, and that a snapshot may still cover.
    ended: VecDeque<OwnerId>,
    free: Vec<u16>,
    /// A clock: how often an owner began to wait, or was looked at and goes on waiting.
    releases: u64,
}

#[derive(Default)]
struct Named {
    owners: usize,
    waiting: BTreeSet<u64>,
}

/// The owner of one number.
struct Entry {
    owner: OwnerId,
    name: Arc<str>,
    is_registered: bool,
    holds: usize,
    waits_since: Option<u64>,
}

impl Register {
    fn entry(&mut self, owner: OwnerId) -> Option<&mut Entry> {
        let index = owner.index().checked_sub(BUILT_IN.len() + 1)?;
        let entry = self.owners.get_mut(index)?;
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
        self.assign(number, name).unwrap_or(OwnerId::OVERFLOW)
    }

    fn assign(&mut self, number: u16, name: &str) -> Option<OwnerId> {
        let known = self.names.get_key_value(name);
        let name = known.map_or_else(|| Arc::from(name), |(name, _)| Arc::clone(name));
        let owner = names::assign(number, Arc::clone(&name))?;
        self.names.entry(Arc::clone(&name)).or_default().owners += 1;
        let entry = Entry {
            owner,
            name,
            is_registered: true,
            holds: 0,
            waits_since: None,
        };
        let index = usize::from(number) - (BUILT_IN.len() + 1);
        match self.owners.get_mut(index) {
            Some(before) => *before = entry,
            None => self.owners.push(entry),
        }
        Some(owner)
    }

    /// Returns a number that nobody has.
    fn number(&mut self) -> Option<u16> {
        if let Some(number) = self.free.pop() {
            return Some(number);
        }
        self.reclaim_some(LOOKS);
        let fresh = self.owners.len() + BUILT_IN.len() + 1;
        if let Some(number) = self.free.pop() {
            return Some(number);
        }
        if fresh < MAX_OWNERS {
            return u16::try_from(fresh).ok();
        }
        self.end_some(self.waiting.len());
        self.reclaim_some(self.ended.len());
        self.free.pop()
    }

    /// Checks up to `looks` waiting owners, those that have waited longest first, and ends those without live blocks.
    fn end_some(&mut self, looks: usize) {
        for _ in 0..looks {
            let Some((since, owner)) = self.waiting.pop_first() else {
                return;
            };
            let has_ended = ended::end(owner);
            // An owner with live blocks goes to the end of the queue.
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

    /// Reclaims the numbers of up to `looks` owners that have ended.
    fn reclaim_some(&mut self, looks: usize) {
        for _ in 0..looks {
            // The latest one first, so that low numbers are reused.
            let Some(owner) = self.ended.pop_back() else {
                return;
            };
            if !ended::reclaim(owner) {
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

    /// Adds a hold to an owner; it waits no longer.
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

    /// Lets an owner wait if it is neither registered nor held.
    fn wait_if_unused(&mut self, owner: OwnerId) {
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

/// Returns a new owner called `name`, or takes over a released one of that name.
///
/// The call's own allocations belong to [`OwnerId::PROFILER`]. There are 65 530 numbers, and a released owner keeps its
/// number as long as it has live blocks; the result is [`OwnerId::OVERFLOW`] when all are taken.
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

/// Releases `owner`: nothing may be charged to it any more, and a later [`register`] may get its number.
///
/// So a process that builds pipelines for ever does not run out of owners. A later owner of the same name takes the
/// number over, together with the counters. The 256 owners that were released last keep their rows until then, and the
/// others as long as they have live blocks. After that, what they allocated is a part of [`OwnerId::ENDED`], and the
/// number is free for another name. A thread that still charges to an owner that has ended charges to
/// [`OwnerId::ENDED`], too. Built-in owners are not released.
///
/// Takes a few hundred nanoseconds, whatever the number of owners.
pub fn release(owner: OwnerId) {
    if owner.is_built_in() {
        return;
    }
    with_register(|register| {
        if let Some(entry) = register.entry(owner) {
            entry.is_registered = false;
            register.wait_if_unused(owner);
        }
    });
}

/// Keeps the number of an owner from being assigned again, even after its [`release`], until dropped.
///
/// Used by threads, which may outlive the pad on whose behalf they allocate. Takes a lock, but does nothing for
/// built-in owners and for those that have ended.
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

    /// Returns the owner that is held.
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
                register.wait_if_unused(self.0);
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
