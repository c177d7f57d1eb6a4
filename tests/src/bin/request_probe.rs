//! Runs a small pipeline whose elements log; `tests/log_requests.rs` and `tests/log_elements.rs` read what it says.
//!
//! The argument is the level of an application's own subscriber, whose lines begin with `APP`; without it there is none.
//! `init` in its place installs ours before the elements are built.
//! `twice` as the second argument runs two pipelines, and `report` asks for the memory report in the program.

use std::fmt;

use sgn::elements::CollectSink;
use sgn::prelude::*;
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber, span};

sgn::counting_allocator!();

/// Counts, and says so.
#[sgn::source]
struct Counter {
    #[state]
    count: u32,
}

#[sgn::source]
impl Counter {
    fn on_build(&mut self, _pads: &PadNames) {
        tracing::info!("built");
    }

    fn on_startup(&mut self) {
        tracing::info!("started");
    }

    fn new(&mut self) -> Frame<u32> {
        self.count += 1;
        tracing::debug!(count = self.count, "counted");
        tracing::info!(logger = "pipeline", "in the name of another");
        Frame::new(self.count).with_eos(self.count == 2)
    }
}

/// Makes what is kept.
#[sgn::transform]
fn widen(x: u32) -> Vec<u32> {
    tracing::warn!("name is {:?}", sgn::log::element());
    let wide = vec![x; 1000];
    tracing::error!(target: "some::library", "of a library");
    wide
}

struct Application(tracing::level_filters::LevelFilter);

impl Subscriber for Application {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.0
    }
    fn event(&self, event: &Event<'_>) {
        let mut text = Text(String::new());
        event.record(&mut text);
        eprintln!("APP {}{}", event.metadata().target(), text.0);
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, _: &Field, value: &dyn fmt::Debug) {
        self.0.push_str(&format!(" {value:?}"));
    }
}

fn run(with_report: bool) -> sgn::Result<()> {
    let mut p = Pipeline::new();
    let camera = p.add(Counter::builder("camera"))?;
    let lens = p.add(widen::builder("lens"))?;
    let film = p.add(CollectSink::builder("film").sink_pads(["in"]))?;
    p.link(camera.out, lens.x)?;
    p.link(lens.out, film.frame["in"])?;
    let mut options = RunOptions::new();
    if with_report {
        options = options.memory_report(MemoryReport::on());
    }
    p.run_with(options)?;
    Ok(())
}

fn main() -> sgn::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|word| word == "init") {
        sgn::log::init().expect("the test gives levels");
    } else if let Some(level) = arguments.first() {
        let level = level.parse().expect("it is a level of tracing");
        tracing::subscriber::set_global_default(Application(level)).expect("there is none yet");
    }
    let says = |word: &str| arguments.iter().skip(1).any(|argument| argument == word);
    run(says("report"))?;
    if says("twice") {
        run(says("report"))?;
    }
    Ok(())
}
