//! Asking for holders where nobody can know them: the error says what to write.

use sgn::elements::{IterSource, NullSink};
use sgn::memory;
use sgn::prelude::*;

sgn::counting_allocator!();

#[test]
fn without_an_index_the_error_names_the_line_that_installs_it() {
    let mut pipeline = Pipeline::new();
    let source = IterSource::builder("src").iter("out", 0..3);
    let sink = NullSink::<i32>::builder("snk").sink_pads(["in"]);
    pipeline
        .connect_by(source, sink, [("out", "in")])
        .expect("pads of one payload");
    for is_counting in [false, true] {
        if is_counting {
            assert!(memory::enable());
        }
        let error = pipeline.holders().expect_err("there is no index");
        assert!(
            error
                .to_string()
                .contains("`sgn::counting_allocator!(holders);` next to `main`"),
            "{error}"
        );
    }
    pipeline.run().expect("everything else works");
}
