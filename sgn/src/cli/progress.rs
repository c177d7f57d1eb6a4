//! Says on a terminal how far a long read has come.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// A read that is shorter shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// The time between two lines.
const EVERY: Duration = Duration::from_millis(250);

/// Clears the line that the cursor is on.
const CLEAR: &str = "\r\x1b[K";

/// A read of so many bytes. When it is dropped, its line is gone.
#[derive(Debug)]
pub(super) struct Progress {
    total: u64,
    next: Option<Instant>,
    is_shown: bool,
}

impl Progress {
    /// Begins with the read of the file at `path`.
    pub(super) fn of_file(path: &Path) -> Self {
        let total = std::fs::metadata(path).map_or(0, |file| file.len());
        let is_terminal = io::stderr().is_terminal();
        Self {
            total,
            next: is_terminal.then(|| Instant::now() + PATIENCE),
            is_shown: false,
        }
    }

    /// Says that so many bytes were read.
    pub(super) fn show(&mut self, bytes: u64) {
        let now = Instant::now();
        if self.next.is_none_or(|next| now < next) {
            return;
        }
        self.next = Some(now + EVERY);
        self.is_shown = true;
        let _ = write!(io::stderr(), "{CLEAR}{}", text(bytes, self.total));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "{CLEAR}");
        }
    }
}

fn text(bytes: u64, total: u64) -> String {
    let mebibytes = |bytes: u64| bytes as f64 / 1_048_576.0;
    // A file that is written meanwhile may have grown.
    let total = total.max(bytes).max(1);
    let share = bytes as f64 / total as f64;
    format!(
        "reading: {:3.0} % of {:.1} MiB",
        100.0 * share,
        mebibytes(total)
    )
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn the_share_is_never_more_than_all() {
        assert_eq!(text(0, 0), "reading:   0 % of 0.0 MiB");
        assert_eq!(text(1 << 19, 1 << 20), "reading:  50 % of 1.0 MiB");
        assert_eq!(text(3 << 20, 1 << 20), "reading: 100 % of 3.0 MiB");
    }
}
