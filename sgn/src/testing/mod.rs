//! A bench for one element: no pipeline, no neighbours.
//!
//! A [`Harness`] holds the element alone. Frames are pushed into its sink pads, strides are made one by one, and what
//! comes out of its source pads is taken; all by the typed pads of the element's handle.
//!
//! ```
//! use sgn::prelude::*;
//! use sgn::testing::Harness;
//!
//! /// Sums two streams, and refuses infinities.
//! #[sgn::transform]
//! struct Sum {
//!     #[prop(default = 1.0, range = 0.0..=10.0)]
//!     factor: f64,
//!     #[state]
//!     left: f64,
//!     #[state]
//!     total: f64,
//! }
//!
//! #[sgn::transform]
//! impl Sum {
//!     fn pull_left(&mut self, frame: &Frame<f64>) {
//!         self.left = frame.data().copied().unwrap_or(0.0);
//!     }
//!
//!     fn pull_right(&mut self, frame: &Frame<f64>) -> Result<(), String> {
//!         let right = frame.data().copied().unwrap_or(0.0);
//!         self.total = (self.left + right) * self.factor;
//!         self.total.is_finite().then_some(()).ok_or(format!("{right} is too much"))
//!     }
//!
//!     fn new(&mut self) -> Frame<f64> {
//!         Frame::new(self.total)
//!     }
//! }
//!
//! # fn main() -> sgn::Result<()> {
//! let mut sum = Harness::new(Sum::builder("sum").factor(2.0))?;
//! let pads = sum.pads().clone();
//!
//! // Push, stride, take.
//! sum.push(pads.left, Frame::new(1.0)).push(pads.right, Frame::new(2.0));
//! sum.stride()?;
//! assert_eq!(sum.take(pads.out).and_then(Frame::into_data), Some(6.0));
//!
//! // The state.
//! assert_eq!(sum.element().total, 6.0);
//! sum.element_mut().total = 0.0;
//! assert!(sum.eos_error().is_none());
//!
//! // Errors say element, pad and stride.
//! sum.push(pads.left, Frame::new(1.0)).push(pads.right, Frame::new(f64::INFINITY));
//! let error = sum.stride().unwrap_err();
//! assert_eq!((error.pad(), error.stride()), (Some("sum:snk:right"), Some(2)));
//!
//! // A property outside its range does not get this far.
//! assert!(Harness::new(Sum::builder("sum").factor(11.0)).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! Sources end by themselves or are asked to, and sinks say when they are done:
//!
//! ```
//! use sgn::elements::{CollectSink, NullSource};
//! use sgn::prelude::*;
//! use sgn::testing::Harness;
//!
//! # fn main() -> sgn::Result<()> {
//! let mut source = Harness::new(NullSource::<u8>::builder("src").source_pads(["x"]).num_frames(2))?;
//! let x = source.pads().out["x"];
//! assert_eq!(source.until_eos(x)?.len(), 3);
//! let mut source = Harness::new(NullSource::<u8>::builder("src").source_pads(["x"]))?;
//! source.end_streams();
//! let x = source.pads().out["x"];
//! assert_eq!(source.until_eos(x)?.len(), 1);
//!
//! let mut sink = Harness::new(CollectSink::builder("snk").sink_pads(["x"]))?;
//! let x = sink.pads().frame["x"];
//! sink.push(x, Frame::new(1)).push(x, Frame::new(2).with_eos(true));
//! sink.stride()?;
//! assert!(!sink.is_finished());
//! sink.stride()?;
//! assert!(sink.is_finished());
//! assert_eq!(sink.element().data("x"), [1, 2]);
//! # Ok(())
//! # }
//! ```
//!
//! # Allocations
//!
//! In a test binary with the counting allocator each stride counts what the element allocated, by pad. The numbers are
//! those of this harness alone, and exact even if `cargo test` runs other tests at the same time:
//!
//! ```
//! use sgn::prelude::*;
//! use sgn::testing::Harness;
//!
//! sgn::counting_allocator!();
//!
//! #[sgn::transform]
//! fn widen(x: u8) -> Vec<u8> {
//!     vec![x; 100]
//! }
//!
//! fn main() -> sgn::Result<()> {
//!     let mut widen = Harness::new(widen::builder("widen"))?;
//!     let pads = widen.pads().clone();
//!     widen.count_allocations()?;
//!     widen.push(pads.x, Frame::new(7)).stride()?;
//!     let all = widen.allocations();
//!     assert_eq!((all.total_blocks, all.total_bytes), (1, 100));
//!     assert_eq!(widen.allocations_of(pads.out), all);
//!     Ok(())
//! }
//! ```

mod counts;
mod feed;
mod harness;

pub use self::harness::{AnyPad, Harness};
