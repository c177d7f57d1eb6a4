//! What the module calls its statics, constants, unit structs, types and traits does not reach generated code.
#![allow(non_upper_case_globals, non_camel_case_types, dead_code)]

use sgn::prelude::*;

static frame: u8 = 0;
static error: u8 = 0;
static value: u8 = 0;
static element: u8 = 0;
static step: u8 = 0;
static ports: u8 = 0;
static outcome: u8 = 0;
const settings: u8 = 0;
const properties: u8 = 0;
const parts: u8 = 0;
const pads: u8 = 0;
const envelope: u8 = 0;
const names: u8 = 0;
const visit: u8 = 0;
struct pad;
struct f;
struct data_0;
struct frame_0;
struct Envelope;
type bool = u8;
type str = u8;
type usize = u8;

mod core {}
mod std {}

/// Methods that everything has, by value: where they are in scope, a method that asks for a reference comes second.
trait Everywhere: Sized {
    fn is_gap(self) {}
    fn data(self) {}
    fn into_data(self) {}
    fn split(self) {}
    fn envelope(self) {}
    fn replace(self) {}
    fn join_flags(self) {}
    fn with_gap(self) {}
    fn internal(self) {}
    fn take(self) {}
    fn borrow(self) {}
    fn give(self) {}
    fn produce(self) {}
    fn receive(self) {}
    fn peek(self) {}
    fn source(self) {}
    fn sink(self) {}
    fn failed(self) {}
    fn id(self) {}
    fn name(self) {}
    fn scope(self) {}
    fn settings(self) {}
    fn finish(self) {}
    fn value(self) {}
    fn required(self) {}
    fn construct(self) {}
    fn clone_function(self) {}
    fn read_function(self) {}
    fn debug_struct(self) {}
    fn field(self) {}
    fn finish_non_exhaustive(self) {}
    fn is_some(self) {}
    fn with_readable(self) {}
    fn of(self) {}
}

impl<T> Everywhere for T {}

#[sgn::transform]
struct Add {
    #[prop(default = 1)]
    by: u32,
    #[prop(default)]
    settings: u32,
    #[state]
    held: u32,
}

#[sgn::transform]
impl Add {
    fn pull(&mut self, x: &Frame<u32>) -> Result<(), ::std::fmt::Error> {
        self.held = Frame::data(x).map_or(0, |held| *held) + self.by;
        Ok(())
    }

    fn internal(&mut self) -> Result<(), ::std::fmt::Error> {
        Ok(())
    }

    fn new(&mut self) -> Result<Option<Frame<u32>>, ::std::fmt::Error> {
        Ok(Some(Frame::new(self.held)))
    }

    fn on_build(&mut self, _pads: &sgn::pad::PadNames) -> Result<(), ::std::fmt::Error> {
        Ok(())
    }

    fn eos_error(&mut self) -> Option<::std::fmt::Error> {
        None
    }
}

#[sgn::sink]
struct Drain;

#[sgn::sink]
impl Drain {
    #[pads(dynamic)]
    fn pull(&mut self, _pad: Pad<'_>, taken: Frame<u32>) {
        drop(taken);
    }
}

#[sgn::source]
fn count(#[state] counted: &mut u32) -> Frame<u32> {
    *counted += 1;
    Frame::with_eos(Frame::new(*counted), *counted > 3)
}

#[sgn::transform]
fn join(a: u32, b: &u32) -> Result<Option<u32>, ::std::fmt::Error> {
    Ok(Some(a + b))
}

#[sgn::sink]
fn show(sum: &u32) -> Result<(), ::std::fmt::Error> {
    let _ = sum;
    Ok(())
}

fn main() {
    let mut pipeline = Pipeline::new();
    let count = pipeline.add(count::builder("count")).unwrap();
    let add = pipeline.add(Add::builder("add").by(2)).unwrap();
    let join = pipeline.add(join::builder("join")).unwrap();
    let show = pipeline.add(show::builder("show")).unwrap();
    let drain = pipeline.add(Drain::builder("drain").sink_pads(["a"])).unwrap();
    pipeline.link(count.out, add.x).unwrap();
    pipeline.link(count.out, join.a).unwrap();
    pipeline.link(add.out, join.b).unwrap();
    pipeline.link(join.out, show.sum).unwrap();
    pipeline.link(count.out, drain.taken["a"]).unwrap();
    pipeline.run().unwrap();
}
