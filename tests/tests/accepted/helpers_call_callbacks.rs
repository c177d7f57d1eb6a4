//! Helpers of the block call the methods that the pipeline calls.
use sgn::prelude::*;

#[sgn::transform]
struct Buffer {
    #[state]
    items: Vec<u32>,
}

#[sgn::transform]
impl Buffer {
    fn pull(&mut self, item: &Frame<u32>) {
        self.items.extend(item.data());
        self.internal();
    }

    fn internal(&mut self) {
        self.trim();
    }

    fn trim(&mut self) {
        self.items.truncate(Self::most());
    }

    fn most() -> usize {
        4
    }

    fn restart(&mut self) -> Frame<u32> {
        self.items.clear();
        self.new()
    }

    fn new(&mut self) -> Frame<u32> {
        Frame::from_option(self.items.first().copied())
    }

    fn on_startup(&mut self) {
        drop(self.restart());
    }
}

#[test]
fn it_runs() {
    let _ = Buffer::builder("buffer");
}
