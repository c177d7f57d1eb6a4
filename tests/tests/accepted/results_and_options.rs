//! Everything that methods may return.
use sgn::prelude::*;

use std::{fmt, io};

#[derive(Debug)]
struct Fault;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fault")
    }
}

impl std::error::Error for Fault {}

type Fallible<T> = Result<T, Fault>;

#[sgn::source]
struct Many;

#[sgn::source]
impl Many {
    fn new_plain(&mut self) -> Frame<u32> {
        Frame::new(1)
    }

    fn new_option(&mut self) -> Option<Frame<u32>> {
        None
    }

    fn new_result(&mut self) -> Result<Frame<u32>, Fault> {
        Ok(Frame::new(1))
    }

    fn new_both(&mut self) -> Result<Option<Frame<u32>>, String> {
        Ok(None)
    }

    fn new_boxed(&mut self) -> Result<Frame<u32>, sgn::BoxError> {
        Ok(Frame::new(1))
    }

    fn new_text(&mut self) -> Result<Frame<u32>, &'static str> {
        Ok(Frame::new(1))
    }

    fn new_io(&mut self) -> io::Result<Frame<u32>> {
        Ok(Frame::new(1))
    }

    fn new_sgn(&mut self) -> sgn::Result<Frame<u32>> {
        Ok(Frame::new(1))
    }
}

#[sgn::sink]
struct Show;

#[sgn::sink]
impl Show {
    fn pull(&mut self, a: &Frame<u32>) -> Result<(), Fault> {
        let _ = a;
        Ok(())
    }

    fn pull_b(&mut self, b: &Frame<u32>) -> io::Result<()> {
        let _ = b;
        Ok(())
    }

    fn pull_c(&mut self, c: &Frame<u32>) -> Fallible<()> {
        let _ = c;
        Ok(())
    }

    fn pull_d(&mut self, d: &Frame<u32>) -> fmt::Result {
        let _ = d;
        Ok(())
    }

    fn internal(&mut self) -> Result<(), String> {
        Ok(())
    }

    fn on_startup(&mut self) -> sgn::Result<()> {
        Ok(())
    }

    fn on_build(&mut self) -> Fallible<()> {
        Ok(())
    }

    fn eos_error(&mut self) -> Option<Fault> {
        None
    }
}

#[test]
fn it_runs() {
    let _ = (Many::builder("src"), Show::builder("snk"), Fault);
}
