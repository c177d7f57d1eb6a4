//! Charges the allocations of a panic's backtrace to the runtime.

use std::panic;
use std::sync::Once;

use crate::memory::{self, OwnerId, Scope, scope};

/// Charges the allocations of the panic hook to the runtime, from the first element on that is built or run while
/// memory is counted or sampled.
///
/// With `RUST_BACKTRACE=1` std's hook reads the program's symbols and keeps them, some 30 MB, in the middle of the
/// method that panicked; only a hook can charge them elsewhere. Ours calls the hook that it replaces, and stays for the
/// life of the process: restoring the old one would remove a hook that the application has set since. A hook that the
/// application sets later replaces ours, and its allocations are charged to the element again, unless it calls ours.
pub(crate) fn charge_backtraces_to_the_runtime() {
    static ONCE: Once = Once::new();
    // A thread that panics may not set the hook.
    if !memory::is_on() || std::thread::panicking() {
        return;
    }
    ONCE.call_once(|| {
        scope(OwnerId::PROFILER, || {
            let before = panic::take_hook();
            panic::set_hook(Box::new(move |panic| {
                let _scope = Scope::enter(OwnerId::RUNTIME);
                before(panic);
            }));
        });
    });
}
