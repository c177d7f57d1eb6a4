//! Constant parameters in fields, payloads and properties.
use sgn::prelude::*;

#[sgn::source]
struct Zeros<const N: usize, const FIRST: bool> {
    #[state([0; N])]
    window: [u8; N],
}

#[sgn::source]
impl<const N: usize, const FIRST: bool> Zeros<N, FIRST> {
    fn new(&mut self) -> Frame<[u8; N]> {
        self.window[0] = u8::from(FIRST);
        Frame::new(self.window).with_eos(true)
    }
}

#[sgn::sink]
fn show(window: &[u8; 4]) {
    assert_eq!(*window, [1, 0, 0, 0]);
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(Zeros::<4, true>::builder("src"))?;
    let sink = pipeline.add(show::builder("snk"))?;
    pipeline.link(source.out, sink.window)?;
    pipeline.run()?;
    Ok(())
}
