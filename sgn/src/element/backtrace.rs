//! What a panic's backtrace allocates is not the element's.

use std::panic;
use std::sync::Once;

use crate::memory::{self, OwnerId, Scope, scope};

/// Charges what the hook of panics allocates to the runtime, from the first element on that is built or run while memory is counted or sampled.
///
/// With `RUST_BACKTRACE=1` std's hook reads the program's symbols and keeps them, some 30 MB, in the midst of the method
/// that panicked. Nothing but a hook gets in between. It calls the one that was there and stays for the life of the
/// process: to put the other one back would take away what the application has set since. One that the application sets
/// later takes its place, and what that allocates is the element's again, unless it calls the one that it found.
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
