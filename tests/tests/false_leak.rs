//! False leak: what std reads and keeps for the backtrace of a panic is not the element's.
//!
//! A test without harness, which is the only user of its allocator; it is its own child, with `RUST_BACKTRACE=1`.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use sgn::elements::IterSource;
use sgn::memory::{self, OwnerId};
use sgn::prelude::*;

sgn::counting_allocator!();

#[sgn::sink]
fn panics(x: u32) {
    assert_eq!(x, 0, "as told");
}

static HEARD: AtomicUsize = AtomicUsize::new(0);

fn running() -> sgn::Result<()> {
    // The application's own hook, which was there first, is still called.
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        HEARD.fetch_add(1, Relaxed);
        default(panic);
    }));
    assert!(memory::enable());
    for run in 1..=2 {
        let mut pipeline = Pipeline::new();
        let source = IterSource::builder("src").iter("x", 0..9_u32);
        pipeline.connect(source, panics::builder("bad"))?;
        let runtime = memory::Snapshot::take().owner(OwnerId::RUNTIME).usage;
        let error = pipeline
            .run_with(RunOptions::new().handle_signals(false))
            .expect_err("it panics");
        assert_eq!(error.element(), Some("bad"));
        assert_eq!(HEARD.load(Relaxed), run);
        let memory = pipeline.memory();
        let bad = memory
            .elements()
            .find(|element| element.name == "bad")
            .expect("it is there");
        assert!(
            bad.usage.total_bytes < 16 << 10,
            "{} bytes",
            bad.usage.total_bytes
        );
        if run == 1 {
            let grown = memory.of_process().runtime().total_bytes - runtime.total_bytes;
            assert!(
                grown > 100 << 10,
                "a backtrace takes more than {grown} bytes"
            );
        }
    }
    Ok(())
}

/// The same for an element that panics before it runs.
fn building() {
    #[sgn::sink]
    struct Fails {}
    #[sgn::sink]
    impl Fails {
        fn on_build(&mut self) {
            panic!("no plan");
        }
        fn pull(&mut self, x: &Frame<u32>) {
            let _ = x;
        }
    }
    assert!(memory::enable());
    NewElement::new(Fails::builder("fails")).expect_err("it panics");
    let now = memory::Snapshot::take();
    let own = now
        .owners()
        .find(|owner| owner.owner.name() == "fails:inl:inl");
    let bytes = own.expect("it was registered").usage.total_bytes;
    assert!(bytes < 16 << 10, "{bytes} bytes");
}

fn main() -> sgn::Result<()> {
    const CHILD: &str = "SGN_TEST_CHILD";
    match std::env::var(CHILD).as_deref() {
        Ok("running") => return running(),
        Ok(_) => {
            building();
            return Ok(());
        }
        Err(_) => {}
    }
    let program = std::env::current_exe().expect("a program knows its path");
    for child in ["running", "building"] {
        let output = Command::new(&program)
            .env(CHILD, child)
            .env("RUST_BACKTRACE", "1")
            .output()
            .expect("the child starts");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{child}: {told}");
    }
    Ok(())
}
