//! Reports on demand: at the end of a stride, or at once if the stride does not end.
//!
//! A run looks after each stride if there is a request. Whoever makes one starts a watch, which waits a second and then
//! makes the report itself for each run that has not served it: it asks the thread of the run, by a signal, which
//! element it is in.

mod running;
mod signal;
mod watch;

pub(super) use self::running::Running;
pub(super) use self::signal::OnSignal;
pub(super) use self::watch::watch;
