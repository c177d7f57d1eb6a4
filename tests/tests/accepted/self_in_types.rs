//! `Self` in the types of pads.
use sgn::prelude::*;

trait Bits {
    type Word;
}

#[sgn::transform]
#[derive(Clone, Debug)]
struct Node {
    #[state]
    depth: u32,
}

impl Bits for Node {
    type Word = u16;
}

#[sgn::transform]
impl Node {
    fn pull(&mut self, node: Frame<Self>) {
        self.depth = node.into_data().map_or(0, |node| node.depth + 1);
    }

    fn pull_word(&mut self, word: &Frame<<Self as Bits>::Word>) {
        let _ = word;
    }

    fn new(&mut self) -> Result<Frame<Vec<Self>>, std::fmt::Error> {
        Ok(Frame::new(vec![self.clone()]))
    }
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let node = pipeline.add(Node::builder("node"))?;
    let _: (SinkPad<Node>, SourcePad<Vec<Node>>, SinkPad<u16>) = (node.node, node.out, node.word);
    Ok(())
}
