//! Documentation in every form.
#![deny(missing_docs)]

use sgn::prelude::*;

/** Counts
    from one. */
#[doc = "And on."]
#[doc(alias = "numbers")]
#[sgn::source]
#[derive(Debug)]
pub struct Counter {
    #[doc = "Where to stop."]
    #[prop(default = 3)]
    last: u32,
    #[prop(default)]
    undocumented: u32,
    /// Where we are.
    #[doc(hidden)]
    #[state]
    count: u32,
}

/// The impl.
#[doc = "More of it."]
#[sgn::source]
impl Counter {
    /// Gives.
    #[doc(hidden)]
    #[doc = concat!("the", " next")]
    fn new(&mut self) -> Frame<u32> {
        self.count += 1 + self.undocumented;
        Frame::new(self.count).with_eos(self.count >= self.last)
    }
}

/// Shows.
#[sgn::sink]
pub fn show(
    /// What to show.
    number: &u32,
    /// How often.
    #[prop(default = 1)]
    times: u32,
) {
    assert!(*number > 0 && times > 0);
}

#[allow(missing_docs)]
fn main() {
    let _ = (Counter::builder("src"), show::builder("snk"));
}
