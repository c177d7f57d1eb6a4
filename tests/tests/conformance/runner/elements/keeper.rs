//! Sinks that record every frame they are given, and keep what the case's own sink would keep.

use std::collections::BTreeMap;

use sgn::element::DynamicSinkPads;
use sgn::prelude::*;

use super::{FIXED, Mishap};
use crate::runner::case::Method;
use crate::runner::datum::Value;

/// What a sink keeps of the frames that it is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keep {
    /// The payload only, so that a frame without any is empty.
    pub(crate) extract_data: bool,
    /// Nothing of frames that are gaps or empty.
    pub(crate) skip_empty: bool,
}

impl Keep {
    fn wants(self, frame: &Frame<Value>) -> bool {
        let is_empty = frame.is_gap() || (self.extract_data && frame.data().is_none());
        !(self.skip_empty && is_empty)
    }
}

/// What a sink pad was given, and what of it was kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    pub(crate) frames: Vec<Frame<Value>>,
    pub(crate) kept: Vec<Frame<Value>>,
}

/// The records of a sink by short pad name.
pub(crate) type Records = BTreeMap<String, Record>;

fn see(records: &mut Records, pad: &str, frame: &Frame<Value>) {
    records
        .entry(pad.to_owned())
        .or_default()
        .frames
        .push(frame.clone());
}

fn keep(records: &mut Records, pad: &str, frame: Frame<Value>, rule: Keep) {
    if rule.wants(&frame) {
        records.entry(pad.to_owned()).or_default().kept.push(frame);
    }
}

/// Records on the pads that the caller names.
#[sgn::sink]
#[derive(Debug)]
pub(crate) struct Keeper {
    #[prop(default)]
    keep: Keep,
    #[prop(default)]
    mishap: Mishap,
    #[state]
    records: Records,
}

#[sgn::sink]
impl Keeper {
    /// What the pads were given.
    pub(crate) const fn records(&self) -> &Records {
        &self.records
    }

    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, frame: Frame<Value>) -> Result<(), String> {
        // What arrives is seen even by a sink that then fails.
        see(&mut self.records, pad.name(), &frame);
        self.mishap.strike(Method::Pull)?;
        keep(&mut self.records, pad.name(), frame, self.keep);
        Ok(())
    }

    fn internal(&mut self) -> Result<(), String> {
        self.mishap.strike(Method::Internal)
    }

    fn eos_error(&mut self) -> Option<String> {
        self.mishap.absorbed()
    }
}

/// A [`Keeper`] whose only pad is fixed.
#[sgn::sink]
#[derive(Debug)]
pub(crate) struct FixedKeeper {
    #[prop(default)]
    keep: Keep,
    #[state]
    records: Records,
}

#[sgn::sink]
impl FixedKeeper {
    /// What the pad was given.
    pub(crate) const fn records(&self) -> &Records {
        &self.records
    }

    #[pad("H1")]
    fn pull_h1(&mut self, frame: Frame<Value>) {
        see(&mut self.records, FIXED, &frame);
        keep(&mut self.records, FIXED, frame, self.keep);
    }
}

/// As for `FixedPlayer`: opens the way to the check at run time.
impl DynamicSinkPads for FixedKeeper {}

/// A [`Keeper`] with a fixed pad besides those that the caller names.
#[sgn::sink]
#[derive(Debug)]
pub(crate) struct MixedKeeper {
    #[prop(default)]
    keep: Keep,
    #[state]
    records: Records,
}

#[sgn::sink]
impl MixedKeeper {
    /// What the pads were given.
    pub(crate) const fn records(&self) -> &Records {
        &self.records
    }

    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, frame: Frame<Value>) {
        see(&mut self.records, pad.name(), &frame);
        keep(&mut self.records, pad.name(), frame, self.keep);
    }

    #[pad("H1")]
    fn pull_h1(&mut self, frame: Frame<Value>) {
        see(&mut self.records, FIXED, &frame);
        keep(&mut self.records, FIXED, frame, self.keep);
    }
}
