//! Required, defaulted, ranged and converted properties, in any order of setters.
use sgn::prelude::*;

use std::path::PathBuf;

#[sgn::source]
struct Reader {
    #[prop(into)]
    path: PathBuf,
    #[prop(range = 1..)]
    rate: u32,
    #[prop(default = 0.5, range = 0.0..=1.0)]
    overlap: f64,
    #[prop(default = String::from("H1"), into)]
    detector: String,
    #[prop(default)]
    names: Vec<String>,
    #[state((rate as f64 * overlap) as usize + names.len())]
    length: usize,
    #[state]
    _unused: (),
}

#[sgn::source]
impl Reader {
    fn new(&mut self) -> Frame<usize> {
        let ready = self.path.as_os_str().len() + self.detector.len() + self.names.len();
        Frame::new(ready + self.length).with_eos(self.rate > 0 && self.overlap > 0.0)
    }
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    pipeline.add(Reader::builder("a").path("x").rate(16).detector("L1"))?;
    pipeline.add(
        Reader::builder("b")
            .rate(16)
            .overlap(0.25)
            .path("y")
            .names(vec![]),
    )?;
    pipeline.add(Reader::builder("c").rate(1).path("x").path("y"))?;
    let refused = pipeline.add(Reader::builder("d").rate(0).path("x"));
    assert!(refused.is_err());
    Ok(())
}
