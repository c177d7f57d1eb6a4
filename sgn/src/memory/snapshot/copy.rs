//! Copies of snapshots, for those who read the same numbers at different times.

use std::borrow::Cow;

use crate::memory::snapshot::snapshot::Snapshot;

impl Snapshot {
    /// Returns the same numbers of the process once more, without their standard errors and the label; `None` if the
    /// system has no pages.
    pub(crate) fn copy(&self) -> Option<Self> {
        Some(Self {
            counters: self.counters.copy()?,
            live: self.live.copy(),
            corrupted: self.corrupted,
            unplaced: self.unplaced,
            refused_tables: self.refused_tables,
            off_periods: self.off_periods,
            label: Cow::Borrowed(""),
            part: None,
            is_rebuilt: self.is_rebuilt,
        })
    }

    /// Returns how many bytes the numbers take.
    pub(crate) fn bytes(&self) -> usize {
        self.counters.table.bytes() + size_of_val(&*self.counters.owners)
    }
}

#[cfg(test)]
mod tests {
    use crate::memory::Snapshot;

    #[test]
    fn a_copy_has_the_same_numbers() {
        let now = Snapshot::take();
        let copy = now.copy().expect("pages");
        assert_eq!(copy.total(), now.total());
        assert!(
            copy.sites()
                .map(|site| site.usage)
                .eq(now.sites().map(|site| site.usage))
        );
        assert_eq!(copy.bytes(), now.bytes());
    }
}
