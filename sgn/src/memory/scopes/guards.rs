//! Guards that restore the current line at the end of a body with marked statements.
//!
//! Generated code makes these guards; a body without marks needs none. They work however the body is left: at its end,
//! by `return`, `?`, `continue` or `break`, or while a panic unwinds.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::OnceLock;

use parking_lot::Mutex;

use crate::memory::id::mark::Mark;
use crate::memory::id::owner::OwnerId;
use crate::memory::scopes::register::register;
use crate::memory::scopes::scope::{Scope, scope};
use crate::memory::thread::state::{self, SavedMark};

/// Restores, when dropped, the line that was current when the guard was made.
///
/// Used in the body of a helper function or of a closure, so that its caller continues at the line of the call. Costs a
/// few loads and stores.
///
/// ```
/// use sgn::__private::{Mark, MarkScope, mark};
///
/// static INSIDE: Mark = Mark::new("src/main.rs", 3, "let copy = samples.to_vec();");
///
/// fn helper(samples: &[f32]) -> Vec<f32> {
///     let _caller = MarkScope::enter();
///     mark(&INSIDE);
///     let copy = samples.to_vec();
///     copy
/// }
/// assert_eq!(helper(&[1.0]), [1.0]);
/// ```
#[derive(Debug)]
#[must_use = "the line is restored when this is dropped"]
pub struct MarkScope {
    caller: SavedMark,
    this_thread: PhantomData<*const ()>,
}

impl MarkScope {
    /// Saves the current line.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn enter() -> Self {
        Self {
            caller: state::save_mark(),
            this_thread: PhantomData,
        }
    }
}

impl Drop for MarkScope {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {
        state::restore_mark(self.caller);
    }
}

/// Sets a given line when dropped.
///
/// Used in the body of a loop whose head allocates, and in a block that is a part of a statement: the head, or the rest
/// of the statement, is evaluated after that, and has its own line again. Costs one store.
///
/// ```
/// use sgn::__private::{Mark, MarkAfter};
///
/// static LOOP: Mark = Mark::new("src/main.rs", 8, "while let Some(name) = names.next() {");
/// for _ in 0..3 {
///     let _loop = MarkAfter(&LOOP);
/// }
/// ```
#[derive(Debug)]
#[must_use = "the line is set when this is dropped"]
pub struct MarkAfter(pub &'static Mark);

impl Drop for MarkAfter {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn drop(&mut self) {
        state::mark(self.0);
    }
}

/// An owner that is registered when its code first runs, for code outside of elements.
///
/// All [`NamedOwner`]s with one name share one owner.
///
/// ```
/// use sgn::__private::{NamedOwner, owner};
///
/// static LOADER: NamedOwner = NamedOwner::new("loader");
/// let scope = LOADER.enter();
/// assert_eq!(owner().name(), "loader");
/// ```
#[derive(Debug)]
pub struct NamedOwner {
    name: &'static str,
    id: OnceLock<OwnerId>,
}

impl NamedOwner {
    /// Returns the owner `name`, without registering it.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            id: OnceLock::new(),
        }
    }

    /// Charges to this owner until the scope is dropped.
    ///
    /// The first call registers the name; the later ones cost an atomic load more than
    /// [`Scope::enter`].
    #[inline]
    pub fn enter(&self) -> Scope {
        Scope::enter(*self.id.get_or_init(|| shared(self.name)))
    }

    /// Charges to this owner if the thread has no owner now, and restores the current owner and line when the scope is
    /// dropped.
    ///
    /// Used in the body of a closure, which may run on another thread than the function around it.
    #[inline]
    pub fn enter_if_nobody(&self) -> Scope {
        let scope = Scope::save();
        if state::owner() == OwnerId::UNATTRIBUTED {
            state::change_owner(*self.id.get_or_init(|| shared(self.name)));
        }
        scope
    }
}

/// The marks of lines that are known at run time only. They are leaked, but there are no more of them than such lines
/// in the source.
static MARKS: Mutex<BTreeMap<(&str, u32, &str), &'static Mark>> = Mutex::new(BTreeMap::new());

/// Returns the mark of a caller's location; `text` says what happens there.
pub(crate) fn mark_at(place: &'static Location<'static>, text: &'static str) -> &'static Mark {
    mark_in(place.file(), place.line(), text)
}

/// Returns the mark of a line, as [`mark_at`] does; `file` may be any text.
pub(crate) fn mark_in(file: &'static str, line: u32, text: &'static str) -> &'static Mark {
    scope(OwnerId::PROFILER, || {
        let mut marks = MARKS.lock();
        *marks
            .entry((file, line, text))
            .or_insert_with(|| Box::leak(Box::new(Mark::new(file, line, text))))
    })
}

/// The owners of all [`NamedOwner`]s.
static NAMED: Mutex<Vec<OwnerId>> = Mutex::new(Vec::new());

fn shared(name: &str) -> OwnerId {
    scope(OwnerId::PROFILER, || {
        let mut named = NAMED.lock();
        if let Some(known) = named.iter().find(|owner| owner.name() == name) {
            return *known;
        }
        let owner = register(name);
        named.push(owner);
        owner
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    static ONE: Mark = Mark::new("guards.rs", 1, "one");
    static TWO: Mark = Mark::new("guards.rs", 2, "two");

    #[test]
    fn a_scope_restores_and_an_after_sets() {
        state::mark(&ONE);
        let before = format!("{:?}", state::save_mark());
        {
            let _caller = MarkScope::enter();
            state::mark(&TWO);
            assert_ne!(format!("{:?}", state::save_mark()), before);
        }
        assert_eq!(format!("{:?}", state::save_mark()), before);
        state::mark(&TWO);
        drop(MarkAfter(&ONE));
        assert_eq!(format!("{:?}", state::save_mark()), before);
    }

    #[test]
    fn a_place_has_one_mark() {
        let place = Location::caller();
        let mark = mark_at(place, "a copy");
        assert_eq!(
            (mark.file(), mark.line(), mark.text()),
            (file!(), place.line(), "a copy")
        );
        assert!(std::ptr::eq(mark, mark_at(place, "a copy")));
        assert!(!std::ptr::eq(mark, mark_at(place, "a closure")));
    }

    #[test]
    fn a_named_owner_is_registered_once() {
        static HERE: NamedOwner = NamedOwner::new("guards.rs:named");
        static THERE: NamedOwner = NamedOwner::new("guards.rs:named");
        let first = {
            let _scope = HERE.enter();
            state::owner()
        };
        let _scope = THERE.enter();
        assert_eq!(state::owner(), first);
        assert_eq!(first.name(), "guards.rs:named");
    }
}
