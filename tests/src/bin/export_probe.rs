//! Has memory of owners and lines with hostile names, and runs a pipeline, which may be recorded;
//! `tests/viewers/hostile.rs` exports it.

#[path = "../../../sgn/src/text/hostile.rs"]
#[allow(dead_code, reason = "other tests look at what is shown")]
mod hostile;

use hostile::Hostile;
use sgn::elements::{IterSource, NullSink};
use sgn::memory::{self, Mark};
use sgn::prelude::*;

sgn::counting_allocator!();

const OWNERS: u32 = 200;

fn main() -> sgn::Result<()> {
    memory::enable();
    let mut hostile = Hostile::new(14);
    let mut kept = Vec::new();
    for number in 1..=OWNERS {
        let mut text = || -> &'static str { hostile.next_texts(2).leak() };
        let mark: &'static Mark = Box::leak(Box::new(Mark::new(text(), number, text())));
        let owner = memory::register(&format!("{number} {}", text()));
        kept.push(memory::scope(owner, || {
            memory::mark(mark);
            drop(vec![0_u8; 50]);
            vec![0_u8; 100 + number as usize]
        }));
    }
    let mut pipeline = Pipeline::new();
    let source = IterSource::builder("</script>\"';=1").iter("a;b", 0..10);
    pipeline.connect(source, NullSink::<i32>::builder("=2+3").sink_pads(["in"]))?;
    pipeline.run()?;
    drop(kept);
    Ok(())
}
