//! `Self` means the element in every type and expression of its halves, with what it has of its own.

use std::fmt::Debug;

use sgn::prelude::*;

trait Shape {
    type Item: Clone + Send + 'static;
    const SIDE: usize;
}

#[sgn::source]
#[derive(Debug)]
struct Block
where
    Self: Sized,
{
    #[prop(default = Self::FIRST, range = 0..=Self::LAST)]
    first: u32,
    #[prop(default)]
    weights: [f32; Self::N],
    #[prop(default)]
    before: Option<Box<Self>>,
    #[state(Self::FIRST + first)]
    next: u32,
    #[state]
    kept: Vec<[f32; Self::N]>,
    #[state(vec![Self::FIRST; Self::N])]
    more: Vec<u32>,
}

impl Shape for Block {
    type Item = u8;
    const SIDE: usize = 3;
}

impl Block {
    const FIRST: u32 = 1;
    const LAST: u32 = 9;
    const WIDTH: usize = 2;
}

#[sgn::source]
impl Block
where
    Self: Debug,
    [u8; Self::WIDTH]: Debug,
{
    const N: usize = 4;

    const fn side(factor: usize) -> usize {
        factor * Self::N
    }

    fn zeros(&self) -> [f32; Self::N] {
        self.weights
    }

    fn new(&mut self) -> Frame<[f32; Self::N]> {
        self.next += 1;
        self.kept.push(self.zeros());
        Frame::new([0.0; Self::N]).with_eos(self.next > 3)
    }

    fn new_square(&mut self) -> Result<Frame<[[f32; Self::N]; Self::side(2)]>, std::fmt::Error> {
        Ok(Frame::new([[0.0; Self::N]; Self::side(2)]).with_eos(true))
    }

    fn new_items(&mut self) -> Frame<Vec<<Self as Shape>::Item>> {
        Frame::new(vec![0; <Self as Shape>::SIDE])
    }

    fn new_whole(&mut self) -> Option<Frame<Option<Box<Self>>>> {
        self.before.take().map(|before| Frame::new(Some(before)))
    }
}

#[sgn::sink]
struct Look<T: Shape + 'static>
where
    Self: Sized,
{
    #[state]
    seen: Vec<T::Item>,
}

#[sgn::sink]
impl<T: Shape + 'static> Look<T>
where
    Self: Sized,
    T::Item: PartialEq,
{
    const DEPTH: usize = 2;

    fn pull(&mut self, items: &Frame<Vec<T::Item>>) {
        self.seen.extend(
            items
                .data()
                .into_iter()
                .flatten()
                .take(Self::DEPTH)
                .cloned(),
        );
    }
}

#[test]
fn it_runs() {
    let mut pipeline = Pipeline::new();
    let block = pipeline.add(Block::builder("block").first(2)).unwrap();
    let look = pipeline.add(Look::<Block>::builder("look")).unwrap();
    pipeline.link(block.items, look.items).unwrap();
    let block = pipeline.element(&block).unwrap();
    assert_eq!((block.next, block.more.len()), (3, Block::N));
    let _ = (&block.first, &block.kept);
}
