//! Compares a census with the truth: the bytes of payloads by the sets of their holders.

use std::collections::BTreeMap;

use sgn::memory::{HolderKind, Holders, Mark};

use crate::truth::Truth;

/// Bytes of payloads, as a census has named their holders.
#[derive(Clone, Debug, Default)]
pub(crate) struct Score {
    /// All bytes.
    pub(crate) all: u64,
    /// Those of the right field, or of the right fields if they are shared.
    pub(crate) right: u64,
    /// Those of a field that does not hold them.
    pub(crate) wrong: u64,
    /// The bytes that the census has more and less than the truth, by what it says.
    pub(crate) differences: BTreeMap<String, i64>,
}

impl Score {
    /// Adds a census of the moment at which the elements told the truth.
    ///
    /// Neither of them has the blocks of the other one, so sets of holders are compared by their bytes.
    pub(crate) fn add(
        &mut self,
        truth: &Truth,
        holders: &Holders,
        is_payload: impl Fn(&Mark) -> bool,
    ) {
        let mut told: BTreeMap<String, u64> = BTreeMap::new();
        for rows in truth.blocks() {
            let names: Vec<&str> = rows.iter().map(|row| row.holder).collect();
            *told.entry(names.join(" and ")).or_default() += rows[0].bytes as u64;
        }
        let mut found: BTreeMap<(HolderKind, String), u64> = BTreeMap::new();
        for line in holders
            .lines()
            .filter(|line| line.mark.is_some_and(&is_payload))
        {
            let mut names: Vec<&str> = line.holder.names().collect();
            names.sort_unstable();
            let said = match line.holder.kind() {
                HolderKind::Field | HolderKind::Shared => names.join(" and "),
                _ => line.holder.to_string(),
            };
            *found.entry((line.holder.kind(), said)).or_default() += line.bytes;
        }
        self.all += told.values().sum::<u64>();
        for ((kind, said), bytes) in found {
            let truly = told.remove(&said).unwrap_or_default();
            if matches!(kind, HolderKind::Field | HolderKind::Shared) {
                self.right += bytes.min(truly);
            }
            if kind == HolderKind::Field {
                self.wrong += bytes.saturating_sub(truly);
            }
            self.differs(said, bytes.cast_signed() - truly.cast_signed());
        }
        for (said, truly) in told {
            self.differs(said, -truly.cast_signed());
        }
    }

    fn differs(&mut self, said: String, difference: i64) {
        if difference != 0 {
            *self.differences.entry(said).or_default() += difference;
        }
    }
}
