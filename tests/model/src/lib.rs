//! A model of the protocols of `sgn::memory` between threads, explored by loom.
//!
//! The files of the library are compiled here as they are. What they know as `std` is this crate: its
//! atomics and cells are loom's. Beside them stand in for the library what the protocols do not depend
//! on: pages, the end of a thread, names, samples, and a limit of a few sites.

#![allow(
    dead_code,
    unused_imports,
    reason = "of the library, only what the models call is used"
)]

extern crate self as std;
extern crate std as real;

pub use real::*;

/// As loom's: a thread-local of the library is one of a thread of the model.
macro_rules! thread_local {
    ($vis:vis static $name:ident: $type:ty = const { $value:expr };) => {
        ::loom::thread_local! { $vis static $name: $type = $value; }
    };
}

pub mod cell;
mod environment;
pub mod explore;
pub mod memory;
pub mod sync;
mod world;
