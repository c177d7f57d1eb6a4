//! An application with its own subscriber gets every event, whatever `SGNLOGLEVEL` says.
//!
//! One test, because subscribers and levels belong to the process.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use sgn::log::{self, Level};
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber, span};

/// Hands on `target logger message` of the events up to its level.
struct Application {
    most_verbose: tracing::Level,
    events: Sender<String>,
}

impl Subscriber for Application {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.most_verbose
    }
    fn event(&self, event: &Event<'_>) {
        let mut text = Text(event.metadata().target().to_owned());
        event.record(&mut text);
        self.events.send(text.0).expect("the test listens");
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

#[test]
fn the_filter_of_the_application_decides() {
    // a subscriber of one thread goes before the global one, which is ours
    log::init_with("CRITICAL").unwrap();
    assert!(log::is_ours());
    assert!(!log::enabled("pipeline", Level::MemProf));

    let (events, received) = channel();
    let application = Arc::new(Application {
        most_verbose: tracing::Level::TRACE,
        events: events.clone(),
    });
    tracing::subscriber::with_default(application, || {
        assert!(!log::is_ours());
        for level in Level::ALL {
            assert!(log::enabled("src", level), "{level}");
            log::emit(level, "src", format_args!("{level}"));
        }
        log::memprof_line("| a table");
    });
    let found: Vec<String> = received.try_iter().collect();
    assert_eq!(
        found,
        [
            r#"sgn::memprof MEMPROF "src""#,
            r#"sgn DEBUG "src""#,
            r#"sgn INFO "src""#,
            r#"sgn WARNING "src""#,
            r#"sgn ERROR "src""#,
            r#"sgn::critical CRITICAL "src""#,
            r#"sgn::memprof | a table "pipeline""#,
        ]
    );

    // and the other way round: our table does not open what the application has closed
    log::init_with("MEMPROF").unwrap();
    let application = Application {
        most_verbose: tracing::Level::WARN,
        events,
    };
    tracing::subscriber::with_default(application, || {
        assert!(!log::enabled("pipeline", Level::MemProf));
        log::memprof_line("| a table");
        assert!(log::enabled("pipeline", Level::Warning));
    });
    assert_eq!(received.try_iter().count(), 0);
    assert!(log::enabled("pipeline", Level::MemProf));
}
