//! Scoped threads, which take over the owner of the thread that starts them.

#![expect(
    unsafe_code,
    reason = "a scope of std's under another type, so that it can be borrowed as long"
)]

use std::fmt;
use std::ptr;
use std::thread::ScopedJoinHandle;

use super::owner::Owner;
use super::spawn::builder;

/// A scope in which threads are started; made by [`scope()`].
// The lifetimes are std's: `'scope` is that of the scope, `'env` that of what is borrowed.
#[repr(transparent)]
pub struct Scope<'scope, 'env: 'scope>(std::thread::Scope<'scope, 'env>);

/// Calls `work` with a scope whose threads may borrow, and waits for all of them, as `std::thread::scope` does.
///
/// Every thread that is started in it takes over the owner and the line of its starter, at the moment of its start.
///
/// # Panics
///
/// Panics if a thread panicked that was not joined by hand.
///
/// ```
/// use sgn::memory::{owner, register, scope};
///
/// let gain = register("gain:src:out");
/// let samples = [1.0, 2.0, 3.0, 4.0];
/// let sum = scope(gain, || {
///     sgn::thread::scope(|threads| {
///         let halves = samples.chunks(2).map(|half| {
///             threads.spawn(move || {
///                 assert_eq!(owner(), gain);
///                 half.iter().sum::<f64>()
///             })
///         });
///         let halves: Vec<_> = halves.collect();
///         halves.into_iter().map(|half| half.join().unwrap()).sum::<f64>()
///     })
/// });
/// assert_eq!(sum, 10.0);
/// ```
pub fn scope<'env, F, T>(work: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    std::thread::scope(|scope| work(Scope::of(scope)))
}

impl<'scope, 'env> Scope<'scope, 'env> {
    fn of(scope: &'scope std::thread::Scope<'scope, 'env>) -> &'scope Self {
        let scope = ptr::from_ref(scope) as *const Self;
        // SAFETY: a `Scope` is nothing but one of std's, by `repr(transparent)`, and the reference lives as long as
        // the one that was given.
        unsafe { &*scope }
    }

    /// Starts a thread with the owner of the calling thread, as [`spawn`](super::spawn()) does.
    ///
    /// # Panics
    ///
    /// Panics if the system starts no thread.
    pub fn spawn<F, T>(&'scope self, work: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let owner = Owner::current();
        let thread = builder(&owner).spawn_scoped(&self.0, move || owner.run(work));
        thread.expect("the system starts no thread")
    }
}

impl fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::{self, Mark, register};

    static LINES: [Mark; 2] = [Mark::new("scope.rs", 1, ""), Mark::new("scope.rs", 2, "")];

    fn here() -> (memory::OwnerId, String) {
        (
            memory::owner(),
            format!("{:?}", memory::generated::save_mark()),
        )
    }

    /// A thread of the scope starts another one, which borrows the scope and what is around it.
    #[test]
    fn every_thread_takes_over_what_its_starter_is_at() {
        let owner = register("scope.rs:snk:in");
        let around = String::from("around");
        memory::scope(owner, || {
            scope(|threads| {
                for line in &LINES {
                    memory::mark(line);
                    let expected = here();
                    let thread = threads.spawn(|| {
                        let inner = threads.spawn(|| (here(), around.len()));
                        (here(), inner.join().expect("no panic"))
                    });
                    let (outer, inner) = thread.join().expect("no panic");
                    assert_eq!(outer, expected);
                    assert_eq!(inner, (expected, around.len()));
                }
            });
        });
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_that_nobody_joins_is_the_scopes() {
        scope(|threads| {
            threads.spawn(|| std::panic::resume_unwind(Box::new(())));
        });
    }
}
