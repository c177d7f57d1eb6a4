//! Sources that give what a case lists.

use std::vec;

use sgn::element::DynamicSourcePads;
use sgn::prelude::*;

use super::{FIXED, Mishap};
use crate::runner::case::Method;
use crate::runner::datum::Value;

/// What one pad gives: some frames, and then one frame for ever.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pad: String,
    frames: vec::IntoIter<Frame<Value>>,
    tail: Frame<Value>,
}

impl Script {
    /// What `pad` gives: `frames`, and then `tail` for ever.
    pub(crate) fn new(pad: &str, frames: Vec<Frame<Value>>, tail: Frame<Value>) -> Self {
        Self {
            pad: pad.to_owned(),
            frames: frames.into_iter(),
            tail,
        }
    }

    fn next(scripts: &mut [Self], pad: &str) -> Result<Frame<Value>, String> {
        let own = scripts.iter_mut().find(|script| script.pad == pad);
        let script = own.ok_or_else(|| format!("the case has no frames for pad `{pad}`"))?;
        Ok(script.frames.next().unwrap_or_else(|| script.tail.clone()))
    }
}

/// Plays a script on each of the pads that the caller names.
#[sgn::source]
#[derive(Debug)]
pub(crate) struct Player {
    #[prop]
    scripts: Vec<Script>,
    #[prop(default)]
    mishap: Mishap,
}

#[sgn::source]
impl Player {
    fn internal(&mut self) -> Result<(), String> {
        self.mishap.strike(Method::Internal)
    }

    #[pads(dynamic)]
    fn new(&mut self, pad: Pad<'_>) -> Result<Frame<Value>, String> {
        self.mishap.strike(Method::New)?;
        Script::next(&mut self.scripts, pad.name())
    }

    fn eos_error(&mut self) -> Option<String> {
        self.mishap.absorbed()
    }
}

/// A [`Player`] whose only pad is fixed.
#[sgn::source]
#[derive(Debug)]
pub(crate) struct FixedPlayer {
    #[prop]
    scripts: Vec<Script>,
}

#[sgn::source]
impl FixedPlayer {
    #[pad("H1")]
    fn new_h1(&mut self) -> Result<Frame<Value>, String> {
        Script::next(&mut self.scripts, FIXED)
    }
}

/// Naming pads for this type should not compile, and without this line it does not. The line opens the way to
/// the check at run time, which stands behind the one of the compiler.
impl DynamicSourcePads for FixedPlayer {}

/// A [`Player`] with a fixed pad besides those that the caller names.
#[sgn::source]
#[derive(Debug)]
pub(crate) struct MixedPlayer {
    #[prop]
    scripts: Vec<Script>,
}

#[sgn::source]
impl MixedPlayer {
    #[pads(dynamic)]
    fn new(&mut self, pad: Pad<'_>) -> Result<Frame<Value>, String> {
        Script::next(&mut self.scripts, pad.name())
    }

    #[pad("H1")]
    fn new_h1(&mut self) -> Result<Frame<Value>, String> {
        Script::next(&mut self.scripts, FIXED)
    }
}
