//! Starts threads with the owner of the thread that starts them.

use std::thread::{Builder, JoinHandle};

use super::owner::Owner;

/// Starts a thread with the owner of the calling thread, as `std::thread::spawn` starts one.
///
/// Allocations of the thread are charged to the owner and the line of the call, and those of marked statements in the
/// closure to these statements. The thread is called after the element, so that panics and debuggers show the element;
/// on Linux by the first fifteen bytes of that name. Outside of elements it does what `std::thread::spawn` does.
///
/// For a stack of another size, or an error instead of a panic, give [`owned`](super::owned) to a [`std::thread::Builder`].
///
/// # Panics
///
/// Panics if the system starts no thread. A panic of the thread is returned by [`JoinHandle::join`].
///
/// ```
/// use sgn::memory::{owner, register, scope};
///
/// let gain = register("gain:src:out");
/// let thread = scope(gain, || {
///     sgn::thread::spawn(|| (owner(), std::thread::current().name().map(str::to_owned)))
/// });
/// assert_eq!(thread.join().unwrap(), (gain, Some("gain".to_owned())));
/// ```
pub fn spawn<F, T>(work: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let owner = Owner::current();
    let thread = builder(&owner).spawn(move || owner.run(work));
    thread.expect("the system starts no thread")
}

/// Returns a thread called after the element, unless there is none.
pub(super) fn builder(owner: &Owner) -> Builder {
    match owner.element() {
        Some(name) => Builder::new().name(name),
        None => Builder::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::{self, Mark, OwnerId, register};

    static HERE: Mark = Mark::new("thread.rs", 1, "here");

    fn line() -> String {
        format!("{:?}", memory::generated::save_mark())
    }

    #[test]
    fn a_thread_takes_owner_and_line_over_and_so_does_a_thread_of_a_thread() {
        let owner = register("thread.rs:snk:in");
        let (expected, thread) = memory::scope(owner, || {
            memory::mark(&HERE);
            let inner = || {
                let here = (memory::owner(), line());
                (here, spawn(|| (memory::owner(), line())).join())
            };
            (line(), spawn(inner))
        });
        let (outer, inner) = thread.join().expect("no panic");
        assert_eq!(outer, (owner, expected.clone()));
        assert_eq!(inner.expect("no panic"), (owner, expected));
    }

    #[test]
    fn nobody_is_carried_to_a_thread_outside_of_elements() {
        let thread = spawn(|| {
            let name = std::thread::current().name().map(str::to_owned);
            (memory::owner(), name)
        });
        assert_eq!(
            thread.join().expect("no panic"),
            (OwnerId::UNATTRIBUTED, None)
        );
    }

    #[test]
    fn a_name_that_no_thread_can_have_is_left_out() {
        let thread = memory::scope(register("a\0b:snk:in"), || spawn(memory::owner));
        assert_eq!(thread.join().expect("no panic").name(), "a\0b:snk:in");
    }

    #[test]
    fn a_panic_is_returned_by_join() {
        let panicked = spawn(|| std::panic::resume_unwind(Box::new(7))).join();
        let payload = panicked.expect_err("it panicked");
        assert_eq!(payload.downcast_ref(), Some(&7));
    }

    #[test]
    fn the_owner_of_a_thread_outlives_its_pad() {
        let owner = register("thread.rs:late");
        let (send, go) = std::sync::mpsc::channel();
        let thread = memory::scope(owner, || spawn(move || (go.recv(), memory::owner())));
        memory::release(owner);
        let other = register("thread.rs:late");
        assert_ne!(other, owner, "the thread has it");
        send.send(()).expect("the thread waits");
        assert_eq!(thread.join().expect("no panic"), (Ok(()), owner));
        assert_eq!(register("thread.rs:late"), owner, "the thread has ended");
    }
}
