//! Attributes and parts that exist in some builds only.
use sgn::prelude::*;

#[sgn::source]
#[derive(Debug)]
#[cfg_attr(all(), derive(Clone))]
struct Counter {
    /// Where to begin.
    #[cfg(all())]
    #[prop]
    first: u32,
    #[cfg(any())]
    #[prop]
    first: Missing,
    #[cfg_attr(any(), prop(default = missing()))]
    #[cfg_attr(all(), prop(default = 10, range = 1..=20))]
    step: u32,
    #[cfg_attr(all(), state(first + step))]
    next: u32,
}

#[sgn::source]
#[cfg_attr(all(), expect(dead_code, reason = "shows that it is kept"))]
impl Counter {
    #[cfg(any())]
    fn new(&mut self) -> Frame<Missing> {
        missing()
    }

    #[cfg(all())]
    #[cfg_attr(all(), pad("H1"))]
    fn new(&mut self) -> Frame<u32> {
        #[cfg(any())]
        return missing();
        Frame::new(self.clone().next).with_eos(true)
    }

    #[cfg(all())]
    const NEVER_READ: u32 = 1;
}

#[sgn::sink(eos = all)]
fn check(
    #[cfg(any())] missing: &Missing,
    number: u32,
    #[cfg(any())] missing: &Missing,
    #[cfg_attr(all(), prop(default = 12))] expected: u32,
    #[cfg(any())] missing: &Missing,
) {
    assert_eq!(number, expected);
}

mod without_prelude {
    #![no_implicit_prelude]

    #[::sgn::source]
    pub struct Plain {
        #[cfg_attr(all(), prop(default = 3))]
        pub number: u32,
    }

    #[::sgn::source]
    impl Plain {
        #[cfg(all())]
        fn new(&mut self) -> ::sgn::Frame<u32> {
            ::sgn::Frame::new(self.number).with_eos(true)
        }
    }
}

macro_rules! constant {
    ($name:ident, $type:ty, $value:expr) => {
        #[sgn::source]
        struct $name {
            #[cfg_attr(all(), prop(default = $value))]
            value: $type,
        }

        #[sgn::source]
        impl $name {
            #[cfg(all())]
            fn new(&mut self) -> Frame<$type> {
                Frame::new(self.value).with_eos(true)
            }
        }
    };
}

constant!(Three, u8, 3);

fn main() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let counter = pipeline.add(Counter::builder("counter").first(2))?;
    let check = pipeline.add(check::builder("check"))?;
    pipeline.link(counter.H1, check.number)?;
    pipeline.run()?;
    pipeline.add(without_prelude::Plain::builder("plain"))?;
    pipeline.add(Three::builder("three"))?;
    Ok(())
}
