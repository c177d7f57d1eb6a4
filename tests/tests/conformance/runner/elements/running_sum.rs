//! A transform that works in `internal`.

use sgn::prelude::*;

use super::Mishap;
use crate::runner::case::Method;
use crate::runner::datum::Value;

/// Adds up all integers of all strides; every source pad gives the total.
#[sgn::transform]
#[derive(Debug)]
pub(crate) struct RunningSum {
    #[prop(default)]
    mishap: Mishap,
    #[state]
    total: i64,
    /// The frames of this stride.
    #[state]
    inputs: Vec<Frame<Value>>,
    #[state]
    is_new_stride: bool,
}

#[sgn::transform]
impl RunningSum {
    #[pads(dynamic)]
    fn pull(&mut self, _pad: Pad<'_>, frame: Frame<Value>) -> Result<(), String> {
        self.mishap.strike(Method::Pull)?;
        if std::mem::take(&mut self.is_new_stride) {
            self.inputs.clear();
        }
        self.inputs.push(frame);
        Ok(())
    }

    fn internal(&mut self) -> Result<(), String> {
        self.mishap.strike(Method::Internal)?;
        self.is_new_stride = true;
        for frame in self.inputs.iter().filter(|frame| !frame.is_gap()) {
            match frame.data() {
                Some(Value::Int(number)) => {
                    let total = self.total.checked_add(*number);
                    self.total = total
                        .ok_or_else(|| format!("{} + {number} does not fit an i64", self.total))?;
                }
                Some(other) => return Err(format!("{other:?} is no integer")),
                None => {}
            }
        }
        Ok(())
    }

    #[pads(dynamic)]
    fn new(&mut self, _pad: Pad<'_>) -> Result<Frame<Value>, String> {
        self.mishap.strike(Method::New)?;
        Ok(Frame::new(Value::Int(self.total))
            .with_eos(self.inputs.iter().any(Frame::is_eos))
            .with_gap(self.inputs.iter().all(Frame::is_gap)))
    }

    fn eos_error(&mut self) -> Option<String> {
        self.mishap.absorbed()
    }
}
