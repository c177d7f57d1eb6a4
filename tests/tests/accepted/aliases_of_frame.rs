//! Frames under other names, and by their path.
use sgn::prelude::*;

type TextFrame = Frame<String>;
type PairFrame<T> = Frame<(T, T)>;

mod frames {
    pub use sgn::Frame;
}

#[sgn::transform]
struct Join {
    #[state]
    text: String,
}

#[sgn::transform]
impl Join {
    fn pull(&mut self, text: TextFrame) {
        self.text = text.into_data().unwrap_or_default();
    }

    fn pull_pair(&mut self, pair: &PairFrame<u32>) {
        let _ = pair;
    }

    fn pull_path(&mut self, path: &frames::Frame<u8>) {
        let _ = path;
    }

    fn new(&mut self) -> Result<TextFrame, std::fmt::Error> {
        Ok(Frame::new(self.text.clone()))
    }

    fn new_pair(&mut self) -> PairFrame<u8> {
        Frame::new((1, 2))
    }
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let join = pipeline.add(Join::builder("join"))?;
    let _: (SinkPad<String>, SinkPad<(u32, u32)>) = (join.text, join.snk_pair);
    let _: SourcePad<(u8, u8)> = join.src_pair;
    Ok(())
}
