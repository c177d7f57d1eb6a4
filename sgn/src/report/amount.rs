//! Amounts and places, as the head of a report and the lists write them.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use super::text::WIDTH;
use crate::memory::{OwnerName, SiteUsage};
use crate::text::{Shortened, line};

/// A time in the largest unit that leaves a number of two digits.
pub(super) struct Time(pub(super) Duration);

impl Display for Time {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs_f64();
        match seconds {
            ..10.0 => write!(f, "{seconds:.3} s"),
            ..600.0 => write!(f, "{seconds:.1} s"),
            ..36_000.0 => write!(f, "{:.1} min", seconds / 60.0),
            ..864_000.0 => write!(f, "{:.1} h", seconds / 3600.0),
            _ => write!(f, "{:.1} days", seconds / 86_400.0),
        }
    }
}

/// A number of bytes, of which a part of one counts, too.
#[derive(Clone, Copy)]
pub(super) struct Size(pub(super) f64);

impl Display for Size {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(bytes) = *self;
        match bytes {
            ..0.95 => write!(f, "{bytes:.2} B"),
            ..1024.0 => write!(f, "{bytes:.1} B"),
            ..1_048_576.0 => write!(f, "{:.1} KiB", bytes / 1024.0),
            _ => write!(f, "{:.1} MiB", bytes / 1_048_576.0),
        }
    }
}

/// The bytes and blocks of some strides, for one of them.
pub(super) struct PerStride(pub(super) u64, pub(super) u64, pub(super) u64);

impl Display for PerStride {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(bytes, blocks, strides) = *self;
        let part = |amount: u64| amount as f64 / strides.max(1) as f64;
        let (bytes, share) = (Size(part(bytes)), part(blocks));
        match blocks.is_multiple_of(strides.max(1)) {
            true if share == 1.0 => write!(f, "{bytes} in 1 block"),
            true => write!(f, "{bytes} in {share} blocks"),
            false => write!(f, "{bytes} in {share:.1} blocks"),
        }
    }
}

/// The owner of a line, short enough for a line of the report that has so many other columns.
pub(super) fn shortened(site: &SiteUsage, others: usize) -> impl Display {
    Owner(site.owner.name(), WIDTH.saturating_sub(others).max(20))
}

struct Owner(OwnerName, usize);

impl Display for Owner {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(name, width) = self;
        write!(
            f,
            "{}",
            Shortened {
                text: name.as_str(),
                width: *width
            }
        )
    }
}

/// The place of a line in the source, in full.
pub(super) struct Place<'a>(pub(super) &'a SiteUsage);

impl Display for Place<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0.mark {
            Some(mark) => write!(f, "{}:{}", line(mark.file()), mark.line()),
            None => write!(f, "no marked line of {}", Owner(self.0.owner.name(), 28)),
        }
    }
}

/// A size and its standard error, in the same unit.
pub(super) struct Estimated(pub(super) f64, pub(super) f64);

impl Display for Estimated {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(bytes, error) = *self;
        match bytes {
            ..1024.0 => write!(f, "{bytes:.1} ± {error:.1} B"),
            ..1_048_576.0 => write!(f, "{:.1} ± {:.1} KiB", bytes / 1024.0, error / 1024.0),
            _ => write!(
                f,
                "{:.1} ± {:.1} MiB",
                bytes / 1_048_576.0,
                error / 1_048_576.0
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_unit_that_shows_them() {
        let texts =
            [0.0, 0.64, 34.0, 1023.0, 2048.0, 3_500_000.0].map(|bytes| Size(bytes).to_string());
        assert_eq!(
            texts,
            [
                "0.00 B", "0.64 B", "34.0 B", "1023.0 B", "2.0 KiB", "3.3 MiB"
            ]
        );
        let rates = [(34, 1, 1), (100, 3, 2), (64, 1, 100)]
            .map(|(bytes, blocks, strides)| PerStride(bytes, blocks, strides));
        let rates = rates.map(|rate| rate.to_string());
        let expected = [
            "34.0 B in 1 block",
            "50.0 B in 1.5 blocks",
            "0.64 B in 0.0 blocks",
        ];
        assert_eq!(rates, expected);
    }
}
