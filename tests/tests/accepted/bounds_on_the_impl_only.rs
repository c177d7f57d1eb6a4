//! A struct without bounds, as Rust style has it.
use sgn::prelude::*;

#[sgn::transform]
struct Through<T> {
    #[state]
    held: Option<Frame<T>>,
}

#[sgn::transform]
impl<T: Clone + Send + 'static> Through<T> {
    fn pull(&mut self, frame: &Frame<T>) {
        self.held = Some(frame.clone());
    }

    fn new(&mut self) -> Option<Frame<T>> {
        self.held.take()
    }
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    pipeline.add(Through::<String>::builder("through"))?;
    Ok(())
}
