//! One source, four sinks: who looks at a frame, who gets it, and who pays for a copy.
//!
//! A sink that takes `&Frame<T>` looks, which is free. Of the sinks that take `Frame<T>` the last one to run gets the
//! frame itself; each other one gets a copy, and the copy is billed to the pad that asked for it:
//! `SGNLOGLEVEL=pipeline:MEMPROF cargo run --example fan_out` shows 64 KiB a stride at `keeper_1:snk:block` and none
//! at the other sinks.

use std::fmt::{self, Display};

use sgn::prelude::*;

sgn::counting_allocator!();

const BYTES: usize = 64 * 1024;
const STRIDES: usize = 3;

/// A block of data that says where it lies and when it is copied.
struct Block {
    stride: usize,
    bytes: Vec<u8>,
}

impl Block {
    fn place(&self) -> impl Display {
        fmt::from_fn(|f| write!(f, "block {} at {:p}", self.stride, self.bytes.as_ptr()))
    }
}

impl Clone for Block {
    fn clone(&self) -> Self {
        let copy = Self {
            stride: self.stride,
            bytes: self.bytes.clone(),
        };
        println!("  copied: {} -> {:p}", self.place(), copy.bytes.as_ptr());
        copy
    }
}

#[sgn::source]
fn blocks(#[state] stride: &mut usize) -> Frame<Block> {
    *stride += 1;
    let block = Block {
        stride: *stride,
        bytes: vec![0; BYTES],
    };
    println!("made:     {}", block.place());
    Frame::new(block).with_eos(*stride == STRIDES)
}

/// Borrows: `&Block`.
#[sgn::sink]
fn look(block: &Block, #[prop(into)] name: &String) {
    println!("  {name} looks: {}", block.place());
}

/// Owns: `Block`.
#[sgn::sink]
fn keep(block: Block, #[prop(into)] name: &String) {
    println!("  {name} owns:  {}", block.place());
}

fn main() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    let source = p.add(blocks::builder("source"))?;
    for name in ["looker_1", "looker_2"] {
        let sink = p.add(look::builder(name).name(name))?;
        p.link(source.out, sink.block)?;
    }
    for name in ["keeper_1", "keeper_2"] {
        let sink = p.add(keep::builder(name).name(name))?;
        p.link(source.out, sink.block)?;
    }
    p.run()
}
