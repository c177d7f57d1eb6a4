//! An inherent `new` beside the pad method `new`.
use sgn::prelude::*;

#[sgn::source]
#[derive(Debug, PartialEq)]
struct Counter {
    #[state]
    count: u32,
}

#[sgn::source]
impl Counter {
    const FIRST: u32 = 1;

    fn starting_at(count: u32) -> Self {
        Self { count }
    }

    fn new_out(&mut self) -> Frame<u32> {
        self.count += Self::FIRST;
        Frame::new(self.count)
    }
}

impl Counter {
    fn new() -> Self {
        Self::starting_at(4)
    }
}

#[sgn::sink]
struct Show;

#[sgn::sink]
impl Show {
    fn new() -> Self {
        Self
    }

    fn pull(&mut self, number: &Frame<u32>) {
        let _ = number;
    }
}

#[test]
fn it_runs() {
    assert_eq!(Counter::new(), Counter { count: 4 });
    let _ = Show::new();
}
