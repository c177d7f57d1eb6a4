//! Makes the report of a run whose stride does not end.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use super::running::{Run, each_that_has_not_served};
use crate::foreign;
use crate::log::{self, Level, PIPELINE};
use crate::memory::{self, OwnerId, Scope, Snapshot};
use crate::recording::{Event, Reason};
use crate::report::{Moment, TextReport};
use crate::text::{line, split_pad};

/// The time that a stride has to end after a request.
const PATIENCE: Duration = Duration::from_secs(1);

/// True while a thread watches; further requests need no other one.
static IS_WATCHED: AtomicBool = AtomicBool::new(false);

/// Sees to it that a request is served.
pub(in crate::memory_report) fn watch() {
    if IS_WATCHED.swap(true, SeqCst) {
        return;
    }
    let _profiler = Scope::profiler();
    let name = String::from("sgn-dump");
    let started = thread::Builder::new().name(name).spawn(|| {
        let _profiler = Scope::profiler();
        thread::sleep(PATIENCE);
        // A request from now on has a watch of its own.
        IS_WATCHED.store(false, SeqCst);
        serve(memory::last_dump_request());
    });
    if started.is_err() {
        IS_WATCHED.store(false, SeqCst);
    }
}

/// Makes the report of each run that has not served `request`.
pub(super) fn serve(request: u64) {
    each_that_has_not_served(request, |run| {
        // A panic of the subscriber must not end the watch.
        let _ = foreign::catch(|| report(run));
    });
}

fn report(run: &Run) {
    let (stride, owner) = (run.strides() + 1, run.thread.owner());
    let place = owner
        .filter(|owner| !owner.is_built_in())
        .map_or_else(|| String::from("it is in none of the elements"), in_words);
    let sentence = format!("stride {stride} has not ended for a second; {place}");
    log::insist(
        Level::Warning,
        PIPELINE,
        format_args!("{sentence}; its memory now:"),
    );
    let snapshot = Snapshot::take_all();
    if let Some(desk) = &run.desk {
        if let Some(copy) = snapshot.copy() {
            desk.moment(copy, run.time(), run.strides(), Reason::Time);
        }
        desk.event(Event {
            at: run.time(),
            stride,
            kind: String::from("dump"),
            text: sentence,
        });
    }
    let moment = Moment::of(snapshot, 1);
    TextReport::new().write(moment, &mut log::wanted_memprof_line);
}

/// Returns the element and the pad of an owner in a sentence.
fn in_words(owner: OwnerId) -> String {
    let name = owner.name();
    let pad = line(name.as_str());
    match split_pad(name.as_str()) {
        (_, "") => format!("it is in `{pad}`"),
        (element, _) => format!(
            "it is in the element `{}`, at its pad `{pad}`",
            line(element)
        ),
    }
}
