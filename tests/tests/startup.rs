//! What happens between `check` and the first stride.

use std::sync::Arc;

use parking_lot::Mutex;
use sgn::ErrorKind;
use sgn::elements::{IterSource, NullSink};
use sgn::prelude::*;

/// What elements note down for the test to read.
type Notes = Arc<Mutex<Vec<String>>>;

/// Hands numbers on and notes when it is started.
#[sgn::transform]
struct Announcer {
    #[prop]
    notes: Notes,
    #[prop]
    name: String,
    #[state]
    held: Option<Frame<u32>>,
}

#[sgn::transform]
impl Announcer {
    fn on_startup(&mut self) {
        self.notes.lock().push(self.name.clone());
    }

    fn pull(&mut self, x: Frame<u32>) {
        self.held = Some(x);
    }

    fn new(&mut self) -> Option<Frame<u32>> {
        self.held.take()
    }
}

#[test]
fn elements_are_started_upstream_first_once_a_run() -> sgn::Result<()> {
    let notes = Notes::default();
    let announcer = |name: &str| {
        Announcer::builder(name)
            .notes(Arc::clone(&notes))
            .name(name.to_owned())
    };
    let mut p = Pipeline::new();
    // inserted against the stream, so that the order cannot come from that of insertion
    p.add(announcer("third"))?;
    p.add(announcer("second"))?;
    p.add(announcer("first"))?;
    p.connect(IterSource::builder("src").iter("x", 1..=2_u32), "first")?;
    p.connect_by("first", "second", [("out", "x")])?;
    p.connect_by("second", "third", [("out", "x")])?;
    p.connect("third", NullSink::<u32>::builder("snk").sink_pads(["x"]))?;
    p.run()?;
    assert_eq!(*notes.lock(), ["first", "second", "third"]);
    assert_eq!(
        p.run_with(RunOptions::new())?.strides,
        0,
        "all sinks are at EOS"
    );
    assert_eq!(notes.lock().len(), 6, "each run starts the elements");
    Ok(())
}

/// Refuses to start.
#[sgn::sink]
struct Sleeper {}

#[sgn::sink]
impl Sleeper {
    fn on_startup(&mut self) -> Result<(), String> {
        Err(String::from("too early"))
    }

    fn pull(&mut self, _x: &Frame<u32>) {}
}

#[test]
fn an_element_that_cannot_start_ends_the_run_before_its_first_stride() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.connect(
        IterSource::builder("src").iter("x", 1..=2_u32),
        Sleeper::builder("bed"),
    )?;
    let error = p.run().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Callback);
    assert_eq!((error.element(), error.stride()), (Some("bed"), None));
    assert!(error.to_string().contains("too early"), "{error}");
    Ok(())
}
