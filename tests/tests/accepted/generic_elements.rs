//! Type parameters on elements and on functions.
use sgn::prelude::*;

use std::fmt::Debug;

#[sgn::transform]
struct Delay<T: Send + 'static> {
    #[state]
    held: Option<Frame<T>>,
    #[state]
    next: Option<Frame<T>>,
}

#[sgn::transform]
impl<T: Send + 'static> Delay<T> {
    fn pull(&mut self, frame: Frame<T>) {
        self.next = self.held.replace(frame);
    }

    fn new(&mut self) -> Option<Frame<T>> {
        self.next.take()
    }
}

#[sgn::transform]
fn double<T: Clone + Send + 'static>(item: T) -> (T, T) {
    (item.clone(), item)
}

#[sgn::sink]
fn show<T>(item: &T)
where
    T: Debug + Send + 'static,
{
    assert!(!format!("{item:?}").is_empty());
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let delay = pipeline.add(Delay::<u32>::builder("delay"))?;
    let double = pipeline.add(double::<u32>::builder("double"))?;
    let sink = pipeline.add(show::builder("snk"))?;
    pipeline.link(delay.out, double.item)?;
    pipeline.link(double.out, sink.item)?;
    Ok(())
}
