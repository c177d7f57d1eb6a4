//! Hostile texts in each place of a row; for the tests of the rows.

use super::output::Lines;
use crate::text::hostile::{Hostile, assert_harmless};

pub(super) const MILLION: usize = if cfg!(miri) { 12 } else { 1_000_000 };

/// Shows so many `texts`, `together` of them a call of `rows`, and asserts that each call makes so many `lines`, none of
/// which does harm.
#[track_caller]
pub(super) fn shows_no_harm(
    seed: u64,
    texts: usize,
    together: usize,
    lines: usize,
    rows: impl Fn(&mut Hostile, &mut Lines<'_>),
) {
    let mut hostile = Hostile::new(seed);
    let mut shown = 0;
    let mut look = |line: &str| {
        shown += 1;
        assert!(!line.contains('\n'), "harm: {line:?} is two lines");
        assert_harmless(line, |_, line| line.starts_with('|'));
    };
    let mut out = Lines::to(&mut look);
    let calls = texts.div_ceil(together);
    for _ in 0..calls {
        rows(&mut hostile, &mut out);
    }
    assert_eq!(shown, calls * lines);
}
