//! Elements defined where they are used.
use sgn::prelude::*;

#[test]
fn it_runs() -> sgn::Result<()> {
    #[sgn::source]
    struct One;

    #[sgn::source]
    impl One {
        fn new(&mut self) -> Frame<u32> {
            Frame::new(1).with_eos(true)
        }
    }

    #[sgn::sink]
    fn show(number: u32) {
        assert_eq!(number, 1);
    }

    let mut pipeline = Pipeline::new();
    let source = pipeline.add(One::builder("src"))?;
    let sink = pipeline.add(show::builder("snk"))?;
    pipeline.link(source.out, sink.number)?;
    pipeline.run()
}
