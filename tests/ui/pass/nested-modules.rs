//! Elements that are private, public and in between, in nested modules.
mod outer {
    pub mod inner {
        use sgn::Frame;

        #[sgn::source]
        pub struct Counter {
            #[prop(default = 3)]
            last: u32,
            #[state]
            count: u32,
        }

        #[sgn::source]
        impl Counter {
            fn new(&mut self) -> Frame<u32> {
                self.count += 1;
                Frame::new(self.count).with_eos(self.count == self.last)
            }
        }

        #[sgn::sink]
        pub(in crate::outer) fn show(number: &u32) {
            assert!(*number < 5);
        }
    }

    pub(super) fn run() -> sgn::Result<()> {
        let mut pipeline = sgn::Pipeline::new();
        let source = pipeline.add(inner::Counter::builder("src").last(4))?;
        let sink = pipeline.add(inner::show::builder("snk"))?;
        pipeline.link(source.out, sink.number)?;
        pipeline.run()
    }
}

fn main() -> sgn::Result<()> {
    outer::run()
}
