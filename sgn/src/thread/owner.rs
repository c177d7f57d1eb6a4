//! Passes an owner on to another thread by hand.

use std::cell::RefCell;
use std::fmt;

use crate::memory::{self, Origin, OwnerId, Scope};
use crate::text::split_pad;

/// The owner and line of a thread, to be passed on to another thread.
///
/// For pools that are shared, and for work that is handed out item by item:
///
/// ```
/// use rayon::prelude::*;
/// use sgn::prelude::*;
///
/// #[sgn::transform]
/// fn tables(sizes: &Vec<usize>) -> Vec<Vec<u8>> {
///     let owner = sgn::thread::Owner::current();
///     sizes.par_iter().map(|size| owner.run(|| vec![1; *size])).collect()
/// }
/// ```
///
/// If the elements of a pipeline use one pool in turn, each of them can set the owner of the pool's threads at the
/// start of its method; then the pool's own allocations are charged to it, too:
///
/// ```
/// use rayon::prelude::*;
/// use sgn::prelude::*;
///
/// #[sgn::transform]
/// fn tables(sizes: &Vec<usize>) -> Vec<Vec<u8>> {
///     let owner = sgn::thread::Owner::current();
///     rayon::broadcast(|_| owner.adopt());
///     sizes.par_iter().map(|size| vec![1; *size]).collect()
/// }
/// ```
///
/// Making or cloning one takes a lock for a short time.
#[derive(Clone)]
#[must_use = "an owner is carried to be run or adopted elsewhere"]
pub struct Owner(Origin);

impl Owner {
    /// Returns the owner and the line of the calling thread.
    pub fn current() -> Self {
        Self(Origin::current())
    }

    /// Calls `work`, and charges the calling thread's allocations to this owner meanwhile.
    ///
    /// Restores the thread's owner afterwards, even after a panic. Costs a few loads and stores.
    ///
    /// ```
    /// use sgn::memory::{OwnerId, owner, register, scope};
    /// use sgn::thread::Owner;
    ///
    /// let gain = register("gain:src:out");
    /// let carried = scope(gain, Owner::current);
    /// let (sender, receiver) = std::sync::mpsc::channel::<u32>();
    /// let pool = std::thread::spawn(move || {
    ///     for job in receiver {
    ///         carried.run(|| assert_eq!(owner(), gain, "job {job}"));
    ///     }
    ///     owner()
    /// });
    /// sender.send(1).unwrap();
    /// drop(sender);
    /// assert_eq!(pool.join().unwrap(), OwnerId::UNATTRIBUTED);
    /// ```
    #[inline]
    pub fn run<R>(&self, work: impl FnOnce() -> R) -> R {
        let _scope = Scope::take_over(&self.0);
        work()
    }

    /// Charges the calling thread's allocations to this owner from now on, until the thread ends or adopts another.
    ///
    /// For the first thing that a thread of a pool does. Within a [`run`](Self::run) or a [`Scope`] it holds until
    /// that ends.
    ///
    /// ```
    /// use sgn::memory::{owner, register, scope};
    /// use sgn::thread::Owner;
    ///
    /// let gain = register("gain:src:out");
    /// let carried = scope(gain, Owner::current);
    /// let worker = std::thread::spawn(move || {
    ///     carried.adopt();
    ///     owner()
    /// });
    /// assert_eq!(worker.join().unwrap(), gain);
    /// ```
    pub fn adopt(&self) {
        let origin = memory::scope(OwnerId::PROFILER, || {
            let adopted = Adopted(self.0.clone());
            ADOPTED
                .try_with(|place| place.replace(Some(adopted)))
                .is_ok()
        });
        // A thread that has already ended cannot hold the owner, whose number could be assigned again.
        if origin {
            self.0.set();
        }
    }

    /// Returns the name of the element, for its threads; `None` without an element, and for a name that no thread can
    /// have.
    pub(super) fn element(&self) -> Option<String> {
        let owner = self.0.owner();
        let name = split_pad(owner.name().as_str()).0.to_owned();
        (!owner.is_built_in() && !name.contains('\0')).then_some(name)
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Owner")
            .field(&self.0.owner().name())
            .finish()
    }
}

thread_local! {
    static ADOPTED: RefCell<Option<Adopted>> = const { RefCell::new(None) };
}

/// Keeps the owner that a thread has adopted as long as the thread has it.
struct Adopted(Origin);

impl Drop for Adopted {
    /// Clears the owner of a thread that ends, as the owner's number can be assigned again from here on.
    fn drop(&mut self) {
        if memory::owner() == self.0.owner() {
            memory::set_owner(OwnerId::UNATTRIBUTED);
        }
    }
}

/// Binds `work` to the calling thread's owner; another thread may call it.
///
/// ```
/// use sgn::memory::{owner, register, scope};
///
/// let gain = register("gain:src:out");
/// let work = scope(gain, || sgn::thread::owned(owner));
/// let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(work).unwrap();
/// assert_eq!(thread.join().unwrap(), gain);
/// ```
pub fn owned<R, F: FnOnce() -> R>(work: F) -> impl FnOnce() -> R + use<R, F> {
    let owner = Owner::current();
    move || owner.run(work)
}

/// Returns the function that each thread of a pool has to call first, so that the pool's allocations are charged to the
/// calling thread's owner.
///
/// Fits `rayon::ThreadPoolBuilder::start_handler`. A pool that is built in an element's `on_build`, in the expression
/// of a `#[state(..)]`, or in a pad method then belongs to that pad of the element, with all that the pool itself
/// allocates:
///
/// ```
/// use rayon::prelude::*;
/// use rayon::{ThreadPool, ThreadPoolBuilder};
/// use sgn::elements::{CollectSink, IterSource};
/// use sgn::prelude::*;
///
/// sgn::counting_allocator!();
///
/// fn pool() -> ThreadPool {
///     let pool = ThreadPoolBuilder::new().num_threads(2);
///     pool.start_handler(sgn::thread::start_handler()).build().unwrap()
/// }
///
/// #[sgn::transform]
/// fn tables(rows: &usize, #[state(pool())] pool: &mut ThreadPool) -> Vec<Vec<u64>> {
///     pool.install(|| (0..*rows).into_par_iter().map(|row| vec![1; row]).collect())
/// }
///
/// fn main() -> sgn::Result<()> {
///     sgn::memory::enable();
///     let mut p = Pipeline::new();
///     p.connect(IterSource::builder("rows").iter("out", [100_usize]), tables::builder("tables"))?;
///     p.connect("tables", CollectSink::<Vec<Vec<u64>>>::builder("kept").sink_pads(["in"]))?;
///     p.run()?;
///
///     let memory = p.memory();
///     let tables = memory.elements().find(|element| element.name == "tables").unwrap();
///     assert!(tables.usage.live_bytes >= 4950 * 8);
///     Ok(())
/// }
/// ```
///
/// The hooks of other pools that take no number are served by [`Owner::adopt`], as that of tokio's is by
/// `.on_thread_start(move || owner.adopt())`.
pub fn start_handler() -> impl Fn(usize) + Send + Sync + 'static {
    let owner = Owner::current();
    move |_| owner.adopt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::{owner, register, release, scope};

    #[test]
    fn an_owner_is_run_for_and_left_again_also_by_a_panic() {
        let carried = scope(register("owner.rs:carried"), Owner::current);
        let before = owner();
        let panicked = std::panic::catch_unwind(|| {
            carried.run(|| std::panic::resume_unwind(Box::new(owner().name().to_string())))
        });
        let name = panicked.expect_err("it panicked");
        assert_eq!(name.downcast_ref(), Some(&"owner.rs:carried".to_owned()));
        assert_eq!(owner(), before);
    }

    #[test]
    fn an_adopted_owner_is_kept_until_its_threads_have_ended() {
        let gain = register("owner.rs:pool");
        let handler = scope(gain, start_handler);
        let handled = std::thread::scope(|threads| {
            let start = |number| {
                let handler = &handler;
                threads.spawn(move || {
                    handler(number);
                    owner()
                })
            };
            let all = [0, 1].map(start);
            all.map(|thread| thread.join().expect("no panic"))
        });
        assert_eq!(handled, [gain; 2]);
        let worker = std::thread::Builder::new().spawn(move || {
            handler(0);
            drop(handler);
            release(gain);
            let other = register("owner.rs:pool");
            (owner(), other)
        });
        let worker = worker.expect("a thread");
        let (adopted, other) = worker.join().expect("no panic");
        assert_eq!(adopted, gain);
        assert_ne!(other, gain);
        assert_eq!(register("owner.rs:pool"), gain);
    }

    #[test]
    fn another_owner_is_adopted_in_the_place_of_the_first() {
        let [one, two] = ["owner.rs:one", "owner.rs:two"].map(register);
        let [first, second] = [one, two].map(|owner| scope(owner, Owner::current));
        let worker = std::thread::Builder::new().spawn(move || {
            first.adopt();
            drop(first);
            second.adopt();
            release(one);
            (owner(), register("owner.rs:one"))
        });
        let worker = worker.expect("a thread");
        assert_eq!(worker.join().expect("no panic"), (two, one));
    }
}
