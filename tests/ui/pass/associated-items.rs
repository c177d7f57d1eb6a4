//! Constants and helpers with generics of their own.
use sgn::prelude::*;

#[sgn::sink]
struct Sum {
    #[state]
    total: f64,
}

#[sgn::sink]
impl Sum {
    const SCALE: f64 = 2.0;

    fn pull(&mut self, number: &Frame<f64>) {
        self.add(number.data().copied());
    }

    fn add<I>(&mut self, numbers: I)
    where
        I: IntoIterator<Item = f64>,
    {
        self.total += numbers
            .into_iter()
            .map(|number| number * Self::SCALE)
            .sum::<f64>();
    }

    async fn later(&self) -> f64 {
        self.total
    }

    unsafe fn raw(&self) -> *const f64 {
        &raw const self.total
    }

    const fn total(&self) -> f64 {
        self.total
    }
}

impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.total())
    }
}

#[allow(unused)]
fn uses(sum: &Sum) {
    let _ = sum.later();
    // SAFETY: it only makes an address.
    let _ = unsafe { sum.raw() };
}

fn main() {
    let _ = Sum::builder("sum");
}
