//! Bounds in where clauses, with projections and higher ranks.
use sgn::prelude::*;

pub trait Unit {
    type Value: Clone + Send + 'static;
}

pub struct Volt;

impl Unit for Volt {
    type Value = f64;
}

#[sgn::transform]
struct Hold<U, F>
where
    U: Unit + Send + 'static,
    F: for<'a> Fn(&'a U::Value) -> bool + Send + 'static,
{
    #[prop]
    accept: F,
    #[state]
    last: Option<U::Value>,
}

#[sgn::transform]
impl<U, F> Hold<U, F>
where
    U: Unit + Send + 'static,
    F: for<'a> Fn(&'a U::Value) -> bool + Send + 'static,
{
    fn pull(&mut self, value: Frame<U::Value>) {
        self.last = value.into_data().filter(|value| (self.accept)(value));
    }

    fn new(&mut self) -> Option<Frame<<U as Unit>::Value>> {
        self.last.take().map(Frame::new)
    }
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let hold = pipeline
        .add(Hold::<Volt, fn(&f64) -> bool>::builder("hold").accept(|value| *value > 0.0))?;
    let _: SourcePad<f64> = hold.out;
    Ok(())
}
