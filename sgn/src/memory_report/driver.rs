//! Takes snapshots when reports are due, and hands them to the renderers.

use super::cadence::Cadence;
use super::lease::ModeLease;
use super::request::Request;
use crate::error::Result;
use crate::foreign;
use crate::log;
use crate::memory::Scope;
use crate::report::{Moment, TextReport};

/// Makes the memory reports of one run, if it makes any.
pub(crate) struct Driver<'a> {
    active: Option<Active<'a>>,
    /// Is dropped after the last report.
    _lease: Option<ModeLease>,
}

struct Active<'a> {
    text: &'a mut TextReport,
    cadence: Cadence,
}

impl<'a> Driver<'a> {
    /// Sets the mode of counting as `request` says. The reports are compared with the last one that `text` rendered.
    ///
    /// # Errors
    ///
    /// The operating system refuses the memory for the profiler's tables.
    pub(crate) fn begin(request: Request, text: &'a mut TextReport) -> Result<Self> {
        let Request { options, only } = request;
        text.show_only(only);
        let lease = options.map(ModeLease::new).transpose()?;
        let active = options.filter(|options| options.on).map(|options| {
            text.set_top(options.top);
            Active {
                text,
                cadence: Cadence::new(options.every),
            }
        });
        Ok(Self {
            active,
            _lease: lease,
        })
    }

    /// Makes a report if one is due after stride `number`, counted from 1.
    #[inline]
    pub(crate) fn after_stride(&mut self, number: u64) {
        if let Some(active) = &mut self.active {
            let is_due = active.cadence.is_due_after_stride();
            if is_due || number == 1 {
                active.report();
            }
        }
    }

    /// Makes the last report, unless the last stride had one.
    pub(crate) fn end(mut self) {
        if let Some(active) = &mut self.active
            && active.cadence.strides() > 0
        {
            // A panic of the subscriber must not replace the outcome of the run.
            let _ = foreign::catch(|| active.report());
        }
    }
}

impl Active<'_> {
    #[cold]
    fn report(&mut self) {
        let _profiler = Scope::profiler();
        let moment = Moment::now(self.cadence.strides());
        self.text.write(moment, &mut log::wanted_memprof_line);
        self.cadence.has_reported();
    }
}
