//! What came of all groups.

use std::fmt;

/// What came of all groups; printed, a line a group and one for the total.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// The groups in the order in which they were run.
    pub groups: Vec<GroupReport>,
}

/// What came of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GroupReport {
    /// The name of the group.
    pub name: String,
    /// How many cases passed.
    pub passed: usize,
    /// How many cases there are; a file that cannot be read counts as one.
    pub total: usize,
    /// Why the others failed, each beginning with the id of its case.
    pub failures: Vec<String>,
    /// Where we differ on purpose from a doubtful behaviour of the peer; these cases count as passed.
    pub deliberate: Vec<String>,
}

impl Report {
    /// How many cases passed, over all groups.
    #[must_use]
    pub(crate) fn passed(&self) -> usize {
        self.groups.iter().map(|group| group.passed).sum()
    }

    /// How many cases there are, over all groups.
    #[must_use]
    pub(crate) fn total(&self) -> usize {
        self.groups.iter().map(|group| group.total).sum()
    }

    /// Why cases failed, over all groups.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &str> {
        self.groups
            .iter()
            .flat_map(|group| &group.failures)
            .map(String::as_str)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for group in &self.groups {
            writeln!(
                f,
                "conformance {} {}/{}",
                group.name, group.passed, group.total
            )?;
        }
        write!(f, "conformance total {}/{}", self.passed(), self.total())
    }
}
