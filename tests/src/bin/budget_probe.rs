//! Runs a pipeline with a budget, and without the counting allocator; `tests/budgets.rs` reads what it says.
//!
//! The arguments are the names of the elements that have a budget.

use sgn::elements::{IterSource, NullSink};
use sgn::prelude::*;

fn main() -> sgn::Result<RunSummary> {
    let mut pipeline = Pipeline::new();
    let source = IterSource::builder("src").iter("out", 0..9);
    let mut sink = NullSink::<i32>::builder("hoard").sink_pads(["in"]);
    if std::env::args().any(|name| name == "hoard") {
        sink = sink.budget("1 KiB");
    }
    pipeline.connect(source, sink)?;
    pipeline.run_with(RunOptions::new().broken_budget(BrokenBudget::Fail))
}
