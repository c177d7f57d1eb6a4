//! Pipelines from text: `counter max_frames=3 ! print`.
//!
//! ```
//! use sgn::prelude::*;
//!
//! #[sgn::source]
//! fn ticks(#[prop(default = 3)] end: u32, #[state] n: &mut u32) -> Frame<u32> {
//!     *n += 1;
//!     Frame::new(*n).with_eos(*n >= end)
//! }
//!
//! #[sgn::transform]
//! fn scale(x: u32, #[prop] by: u32) -> u32 {
//!     x * by
//! }
//!
//! #[sgn::sink]
//! fn print(x: &u32) {
//!     println!("{x}");
//! }
//!
//! # fn main() -> sgn::Result<()> {
//! let mut pipeline = sgn::launch::pipeline("ticks end=2 name=src ! scale by=10 ! print  src. ! print name=raw")?;
//! assert_eq!(pipeline.elements(), ["print0", "raw", "scale0", "src"]);
//! pipeline.run()?;
//!
//! let error = sgn::launch::pipeline("ticks end=x ! prnt").unwrap_err();
//! assert!(error.to_string().starts_with(
//!     "property `end` of element `ticks0` cannot be `x`: invalid digit found in string; it is a `u32`\n  \
//!      ticks end=x ! prnt\n            ^\n\
//!      no element `prnt` is linked into this program; did you mean `print`?"
//! ));
//! # Ok(())
//! # }
//! ```
//!
//! # Grammar
//!
//! ```text
//! launch    = chain { chain }
//! chain     = end { "!" end }
//! end       = element | reference
//! element   = NAME { KEY "=" VALUE }      an element of the registry and its properties
//! reference = NAME "." [ PAD { "," PAD } ]  an element of this text, and pads of it
//! ```
//!
//! Words are separated by white space. In a word `'...'` is taken as it is, `"..."` and the open word know the
//! escapes `\"`, `\'`, `\\`, `\ ` and `\!`: `path="a b.txt"`.
//!
//! * `name=x` names the element; without it the first counter is called `counter0`, the next `counter1`.
//! * `source_pads=a,b` and `sink_pads=a,b` name pads of elements whose pads are named at construction.
//! * `payload=f64` chooses the payload of a generic stock element; without it, it is that of the element next to it, and
//!   `()` where nothing says one. Where no pads are named, such an element has one, called `pad`.
//! * `eos=any` and `eos=all` say when a sink is done.
//! * All other keys are properties of the element. A property that is called like one of these words is said with a dot,
//!   `.name=x`; without it the word is refused for such an element, until both are said.
//! * `a ! b` links by the rules of [`Pipeline::connect`]: equal names to each other; if there are none, one source
//!   pad to all sink pads. `a.H1 ! b.x` links these pads. A reference with pads begins or ends a chain.
//! * A chain begins wherever two ends stand side by side: `src. ! a  src. ! b` feeds both.

mod build;
mod error;
mod lex;
mod parse;
mod payload;

#[cfg(feature = "cli")]
pub(crate) use self::build::NAME;
pub use self::error::{LaunchError, Problem};
use crate::Pipeline;

/// Makes a pipeline of what `text` says, checked and ready to run.
///
/// # Errors
///
/// Everything that is wrong with the text, each with its place.
pub fn pipeline(text: &str) -> Result<Pipeline, LaunchError> {
    let parsed = lex::words(text).and_then(|tokens| parse::chains(text, &tokens));
    parsed
        .and_then(|chains| build::pipeline(text, &chains))
        .map_err(|problems| LaunchError::new(text, problems))
}
