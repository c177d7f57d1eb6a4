//! Type parameters with defaults.
use sgn::prelude::*;

#[sgn::sink]
struct Collect<T: Send + 'static = u32, const N: usize = 4> {
    #[prop(default = N)]
    most: usize,
    #[state]
    items: Vec<T>,
}

#[sgn::sink]
impl<T: Send + 'static, const N: usize> Collect<T, N> {
    fn pull(&mut self, frame: Frame<T>) {
        if self.items.len() < self.most {
            self.items.extend(frame.into_data());
        }
    }
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    pipeline.add(<Collect>::builder("snk"))?;
    Ok(())
}
