//! Derives before and after the attribute.
use sgn::prelude::*;

#[derive(Debug, Clone)]
#[sgn::source]
#[derive(PartialEq, Default)]
struct Counter {
    #[prop(default = 1)]
    step: u32,
    #[state]
    count: u32,
}

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Frame<u32> {
        self.count += self.step;
        Frame::new(self.count)
    }
}

#[test]
fn it_runs() {
    assert_eq!(Counter::default().clone(), Counter { step: 0, count: 0 });
    let _ = Counter::builder("src").step(2);
}
