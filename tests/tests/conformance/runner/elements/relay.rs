//! Transforms that hand frames on, changed or not.

use std::collections::HashMap;

use sgn::element::DynamicSinkPads;
use sgn::prelude::*;

use super::{FIXED, Mishap};
use crate::runner::case::Method;
use crate::runner::datum::Value;

/// What happens to a frame on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing.
    #[default]
    Nothing,
    /// Odd integers become gaps that keep their data.
    GapIfOdd,
    /// EOS from that frame of each pad on, counted from 1.
    EosFrom(u64),
}

/// The frames of a stride by sink pad, and where they go.
#[derive(Debug, Default)]
struct Switchboard {
    held: HashMap<String, Frame<Value>>,
}

impl Switchboard {
    fn take(&mut self, sink: &str, frame: Frame<Value>) {
        self.held.insert(sink.to_owned(), frame);
    }

    fn give(&self, routes: &[(String, String)], source: &str) -> Result<Frame<Value>, String> {
        let route = routes.iter().find(|(from, _)| from == source);
        let sink = route.map_or(source, |(_, sink)| sink);
        let frame = self.held.get(sink).cloned();
        frame
            .ok_or_else(|| format!("source pad `{source}` hands on `{sink}`, which is no sink pad"))
    }
}

fn is_odd(frame: &Frame<Value>) -> bool {
    matches!(frame.data(), Some(Value::Int(number)) if number % 2 != 0)
}

/// Hands frames on by routes, or between pads of equal names.
#[sgn::transform]
#[derive(Debug)]
pub(crate) struct Relay {
    #[prop(default)]
    routes: Vec<(String, String)>,
    #[prop(default)]
    change: Change,
    #[prop(default)]
    mishap: Mishap,
    #[state]
    board: Switchboard,
    /// How many frames each source pad has given.
    #[state]
    given: HashMap<String, u64>,
}

#[sgn::transform]
impl Relay {
    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, frame: Frame<Value>) -> Result<(), String> {
        self.mishap.strike(Method::Pull)?;
        self.board.take(pad.name(), frame);
        Ok(())
    }

    fn internal(&mut self) -> Result<(), String> {
        self.mishap.strike(Method::Internal)
    }

    #[pads(dynamic)]
    fn new(&mut self, pad: Pad<'_>) -> Result<Frame<Value>, String> {
        self.mishap.strike(Method::New)?;
        let given = self.given.entry(pad.name().to_owned()).or_default();
        *given += 1;
        let frame = self.board.give(&self.routes, pad.name())?;
        Ok(match self.change {
            Change::GapIfOdd if is_odd(&frame) => frame.with_gap(true),
            Change::EosFrom(first) if *given >= first => frame.with_eos(true),
            _ => frame,
        })
    }

    fn eos_error(&mut self) -> Option<String> {
        self.mishap.absorbed()
    }
}

/// Hands frames on from a fixed sink pad to the source pads that the caller names.
#[sgn::transform]
#[derive(Debug)]
pub(crate) struct FixedInputRelay {
    #[prop(default)]
    routes: Vec<(String, String)>,
    #[state]
    board: Switchboard,
}

#[sgn::transform]
impl FixedInputRelay {
    #[pad("H1")]
    fn pull_h1(&mut self, frame: Frame<Value>) {
        self.board.take(FIXED, frame);
    }

    #[pads(dynamic)]
    fn new(&mut self, pad: Pad<'_>) -> Result<Frame<Value>, String> {
        self.board.give(&self.routes, pad.name())
    }
}

/// As for `FixedPlayer`: opens the way to the check at run time.
impl DynamicSinkPads for FixedInputRelay {}
