//! The memory report as events with fields, for a subscriber of the application.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use sgn::elements::IterSource;
use sgn::log::MEMORY_TARGET;
use sgn::prelude::*;
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber, span};

sgn::counting_allocator!(holders);

/// The level and the fields of one event, as JSON would have them.
type Fields = BTreeMap<String, String>;

/// Keeps the events of one target.
#[derive(Clone, Default)]
struct Keep(Arc<Mutex<Vec<(String, Fields)>>>);

struct Read<'a>(&'a mut Fields);

impl Visit for Read<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), value.to_string());
    }
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.insert(field.name().to_owned(), value.to_string());
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl Subscriber for Keep {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == MEMORY_TARGET
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::new();
        event.record(&mut Read(&mut fields));
        let level = event.metadata().level().to_string();
        self.0.lock().push((level, fields));
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[sgn::sink]
fn keep(number: u64, #[state] kept: &mut Vec<Vec<u64>>) {
    kept.push(vec![number]);
}

#[test]
fn a_subscriber_gets_numbers() {
    let kept = Keep::default();
    let mut p = Pipeline::new();
    p.connect(
        IterSource::builder("src").iter("out", 0..2000_u64),
        keep::builder("snk"),
    )
    .expect("the ends fit");
    let outcome = tracing::subscriber::with_default(kept.clone(), || {
        p.run_with(RunOptions::new().memory_report(MemoryReport::on().every_strides(900)))
    });
    outcome.expect("the run ends");
    let events = kept.0.lock().clone();
    let reports: Vec<_> = events.iter().filter(|(level, _)| level == "INFO").collect();
    // After the first stride, after each 900, and at the end.
    assert_eq!(reports.len(), 4, "{events:?}");
    let (_, last) = reports.last().expect("a report");
    assert_eq!(last["message"], "memory report");
    assert_eq!(
        (last["stride"].as_str(), last["cause"].as_str()),
        ("2001", "End of run")
    );
    assert!(
        last["live_bytes"]
            .parse::<u64>()
            .is_ok_and(|bytes| bytes >= 16_000)
    );
    assert!(
        last["findings"]
            .parse::<u64>()
            .is_ok_and(|count| count >= 1)
    );
    let grows = events.iter().rev().find(|(level, fields)| {
        level == "WARN"
            && fields
                .get("statement")
                .is_some_and(|text| text.contains("vec![number]"))
    });
    let (_, finding) = grows.expect("the line that keeps");
    assert_eq!(finding["verdict"], "grows");
    assert_eq!(
        (finding["element"].as_str(), finding["pad"].as_str()),
        ("snk", "snk:snk:number")
    );
    assert_eq!(finding["held_by"], "snk.kept");
    assert!(finding["file"].ends_with("log_memory.rs") && finding["line"].parse::<u32>().is_ok());
    assert!(
        finding["bytes_per_stride"]
            .parse::<f64>()
            .is_ok_and(|slope| slope > 7.0)
    );
}
