//! The data that reports of one run hand to those of the next.

use super::file::Profile;
use crate::memory::History;
use crate::memory::census::unreachable::Unreachable;
use crate::report::TextReport;

/// The past of a pipeline, as its reports and censuses know it.
pub(crate) struct Past {
    /// The reports are compared with the last one.
    pub(crate) text: TextReport,
    /// The samples of each line, through all runs.
    pub(crate) history: History,
    /// The blocks that the last census did not reach.
    pub(crate) unreachable: Unreachable,
    /// The file that the runs are recorded to, if there is one.
    pub(super) profile: Option<Profile>,
}

impl Past {
    /// Returns that of a pipeline that has not run.
    pub(crate) fn new() -> Self {
        Self {
            text: TextReport::new(),
            history: History::new(),
            unreachable: Unreachable::new(),
            profile: None,
        }
    }
}
