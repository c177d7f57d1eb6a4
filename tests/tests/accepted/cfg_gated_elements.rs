//! Whole elements that exist in some builds only.
use sgn::prelude::*;

#[cfg(any())]
#[sgn::source]
struct Never {
    #[prop]
    missing: Missing,
}

#[cfg(any())]
#[sgn::source]
impl Never {
    fn new(&mut self) -> Frame<Missing> {
        missing()
    }
}

#[sgn::source]
#[cfg(any())]
struct NeverEither {
    #[prop]
    missing: Missing,
}

#[sgn::source]
#[cfg(any())]
impl NeverEither {
    fn new(&mut self) -> Frame<Missing> {
        missing()
    }
}

#[sgn::sink]
#[cfg(any())]
fn never(missing: Missing) {
    missing.never();
}

#[sgn::sink]
#[cfg(not(any()))]
fn always(number: u32) {
    drop(number);
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    pipeline.add(always::builder("snk"))?;
    Ok(())
}
