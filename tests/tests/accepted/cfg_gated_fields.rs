//! A property and a state that exist in some builds only.
use sgn::prelude::*;

#[sgn::source]
struct Counter {
    #[cfg(any())]
    #[prop(default = Missing::new(), range = Missing::A..)]
    never: Missing,
    #[cfg(not(any()))]
    #[prop(default = 2, range = 1..=4)]
    step: u32,
    #[prop]
    first: u32,
    #[cfg(any())]
    #[state(Missing::new())]
    cache: Missing,
    #[cfg(not(any()))]
    #[state(first)]
    count: u32,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        self.count += self.step;
        Frame::new(self.count).with_eos(self.first == 7)
    }
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    pipeline.add(Counter::builder("src").first(7).step(3))?;
    Ok(())
}
