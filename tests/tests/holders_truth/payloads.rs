//! The payloads, and the elements that make them. Each line that allocates a part of a payload follows the comment
//! `// payload`.

use std::fmt::Write as _;

use sgn::prelude::*;

use crate::dice::Dice;

/// Samples: one block of the heap.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) number: u64,
    pub(crate) samples: Vec<f64>,
}

/// Blocks that several elements share.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) number: u64,
    pub(crate) blocks: Vec<Block>,
}

/// Words: one block of the heap.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) words: Box<[u64]>,
}

/// Gives blocks of any length.
#[sgn::source]
pub(crate) struct Adc {
    #[state]
    dice: Dice,
    #[state]
    number: u64,
}

#[sgn::source]
impl Adc {
    fn new(&mut self) -> Frame<Block> {
        self.number += 1;
        let length = 8 + self.dice.below(120) as u32;
        // payload
        let mut samples = Vec::with_capacity(length as usize);
        samples.extend((0..length).map(|sample| f64::from(sample).sin()));
        Frame::new(Block {
            number: self.number,
            samples,
        })
    }
}

/// Gives messages of any length.
#[sgn::source]
pub(crate) struct Messages {
    #[state]
    dice: Dice,
    #[state]
    number: u64,
}

#[sgn::source]
impl Messages {
    fn new(&mut self) -> Frame<Message> {
        self.number += 1;
        let length = 4 + self.dice.below(60) as usize;
        // payload
        let words = vec![self.number; length].into_boxed_slice();
        Frame::new(Message { words })
    }
}

/// Writes a label on a message.
#[sgn::transform]
pub(crate) struct Label {
    #[state]
    number: Option<u64>,
}

#[sgn::transform]
impl Label {
    fn pull(&mut self, message: &Frame<Message>) {
        self.number = message.data().map(|message| message.words[0]);
    }

    fn new(&mut self) -> Frame<String> {
        // payload
        let mut text = String::with_capacity(40);
        let _ = write!(text, "message {:020}", self.number.unwrap_or_default());
        Frame::new(text)
    }
}
