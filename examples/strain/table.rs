//! What is printed: one row a detector.

use std::fmt;

use crate::loudest::{loudest, median};
use crate::read::{GPS_START, RATE};
use crate::spectrum::Loudness;

/// What there is to say about one detector.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    detector: String,
    rms: f64,
    loudest: Loudness,
    median: f64,
}

impl Row {
    /// `None` if there are no windows.
    pub(crate) fn new(detector: &str, rms: f64, windows: &[Loudness]) -> Option<Self> {
        Some(Self {
            detector: detector.to_owned(),
            rms,
            loudest: loudest(windows)?,
            median: median(windows)?,
        })
    }
}

/// All rows, under a line that says how the numbers were made.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// The length of a window, in samples.
    pub(crate) window: usize,
    /// From one window to the next, in samples.
    pub(crate) step: usize,
    /// The band, in Hz.
    pub(crate) band: (f64, f64),
    pub(crate) rows: Vec<Row>,
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |samples: usize| samples as f64 / RATE as f64;
        let band = format!("{}-{} Hz", self.band.0, self.band.1);
        writeln!(
            f,
            "Strain from GPS {GPS_START}, 1 s at {RATE} Hz; windows of {} s every {} s",
            seconds(self.window),
            seconds(self.step),
        )?;
        writeln!(f)?;
        writeln!(
            f,
            "{:8}  {:>10}  {:>18}  {:>12}  {:>10}  {:>10}",
            "", "rms strain", "loudest window", band, "", "loudest /"
        )?;
        writeln!(
            f,
            "{:8}  {:>10}  {:>18}  {:>12}  {:>10}  {:>10}",
            "detector", "all freq.", "starts at GPS", "rms strain", "median", "median"
        )?;
        for row in &self.rows {
            let start = f64::from(GPS_START) + seconds(row.loudest.first);
            write!(
                f,
                "{:8}  {:>10.2e}  {start:>18.4}  {:>12.3e}  {:>10.3e}  ",
                row.detector, row.rms, row.loudest.rms, row.median
            )?;
            if row.median > 0.0 {
                writeln!(f, "{:>10.2}", row.loudest.rms / row.median)?;
            } else {
                writeln!(f, "{:>10}", "-")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rms: [f64; 3]) -> String {
        let window = |(index, rms): (usize, f64)| Loudness {
            first: 2048 * index,
            rms,
        };
        let windows: Vec<Loudness> = rms.into_iter().enumerate().map(window).collect();
        let rows = Row::new("H1", 1.5e-18, &windows).into_iter().collect();
        let (window, step, band) = (4096, 2048, (100.0, 300.0));
        Table {
            window,
            step,
            band,
            rows,
        }
        .to_string()
    }

    #[test]
    fn a_row_says_when_the_loudest_window_starts_and_how_much_louder_it_is() {
        let text = table([2e-21, 5e-21, 1e-21]);
        assert_eq!(
            text.lines().last(),
            Some("H1          1.50e-18      968654552.1250     5.000e-21   2.000e-21        2.50")
        );
        assert!(text.starts_with(
            "Strain from GPS 968654552, 1 s at 16384 Hz; windows of 0.25 s every 0.125 s\n"
        ));
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
    }

    #[test]
    fn silence_has_no_ratio() {
        let text = table([0.0; 3]);
        assert!(text.trim_end().ends_with(" -"), "{text}");
        assert_eq!(Row::new("H1", 0.0, &[]), None);
    }
}
