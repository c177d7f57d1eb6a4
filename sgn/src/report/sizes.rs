//! How large the live blocks are.

use super::output::Lines;
use super::text::{Kib, digits, width_of};
use crate::memory::Sizes;

/// The longest bar.
const BAR: u64 = 30;

/// A row for every class of sizes in which there are blocks, with a bar for its share of the blocks.
pub(super) fn write(sizes: &Sizes, out: &mut Lines<'_>) {
    let used = || sizes.iter().filter(|(_, found)| found.blocks > 0);
    let all: u64 = used().map(|(_, found)| found.blocks).sum();
    if all == 0 {
        return;
    }
    out.put(format_args!("| Live blocks by the mean size at their line"));
    out.put(format_args!("|"));
    let blocks_width = used()
        .map(|(_, found)| digits(found.blocks))
        .max()
        .unwrap_or(0);
    let bytes_width = used()
        .map(|(_, found)| width_of(&Kib::of(found.bytes)))
        .max()
        .unwrap_or(0);
    for (bound, found) in used() {
        let (sign, bound, unit) = match bound {
            Some(bound) if bound < 1 << 10 => ('<', bound, "B  "),
            Some(bound) if bound < 1 << 20 => ('<', bound >> 10, "KiB"),
            Some(bound) => ('<', bound >> 20, "MiB"),
            None => ('≥', 1, "MiB"),
        };
        let bytes = Kib::of(found.bytes);
        let blanks = bytes_width - width_of(&bytes);
        // Rounded up, so that a class that is there is seen.
        let bar = (u128::from(found.blocks) * u128::from(BAR)).div_ceil(u128::from(all));
        let bar = usize::try_from(bar).unwrap_or(0);
        let blocks = found.blocks;
        let indent = 4_usize.saturating_sub(digits(bound));
        out.put(format_args!(
            "| {:indent$}{sign}{bound} {unit} {blocks:>blocks_width$}  {:blanks$}{bytes}  {:#<bar$}",
            "",
            "",
            ""
        ));
    }
    out.put(format_args!("|"));
}
