//! Failing on demand.

use crate::runner::case::{Fault, Method};

/// What goes wrong with an element: nothing, a callback, or an error that is told when the streams have ended.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mishap {
    fault: Option<Fault>,
    /// How often the callback that is to fail was called.
    calls: u64,
    absorbed: Option<String>,
}

impl Mishap {
    /// What a case asks for.
    pub(crate) const fn new(fault: Option<Fault>, absorbed: Option<String>) -> Self {
        Self {
            fault,
            calls: 0,
            absorbed,
        }
    }

    /// To be called first in each callback.
    ///
    /// # Errors
    ///
    /// It is this call that is to fail.
    pub(crate) fn strike(&mut self, method: Method) -> Result<(), String> {
        let Some(fault) = self.fault.as_ref().filter(|fault| fault.callback == method) else {
            return Ok(());
        };
        self.calls += 1;
        if self.calls == fault.call {
            Err(fault.message.clone())
        } else {
            Ok(())
        }
    }

    /// The error that the element absorbed, once.
    pub(crate) const fn absorbed(&mut self) -> Option<String> {
        self.absorbed.take()
    }
}
