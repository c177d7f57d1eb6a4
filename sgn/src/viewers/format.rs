//! The formats by name.

use std::io::{self, BufWriter, Write};
use std::str::FromStr;

use super::{chrome, csv, dhat, folded, heaptrack, json, page, pprof, speedscope};
use crate::recording::run::Run;
use crate::text::quoted_list;

/// A format of a viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Pprof,
    Speedscope,
    Folded,
    Dhat,
    Heaptrack,
    Chrome,
    Csv,
    Json,
    Html,
}

impl Format {
    pub(crate) const ALL: [Self; 9] = [
        Self::Pprof,
        Self::Speedscope,
        Self::Folded,
        Self::Dhat,
        Self::Heaptrack,
        Self::Chrome,
        Self::Csv,
        Self::Json,
        Self::Html,
    ];

    /// Returns the name, as it is typed.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pprof => "pprof",
            Self::Speedscope => "speedscope",
            Self::Folded => "folded",
            Self::Dhat => "dhat",
            Self::Heaptrack => "heaptrack",
            Self::Chrome => "chrome",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Html => "html",
        }
    }

    /// Returns the programs that read it.
    pub(crate) const fn readers(self) -> &'static str {
        match self {
            Self::Pprof => "go tool pprof, with labels for element, pad and phase",
            Self::Speedscope => "speedscope, a profile per element",
            Self::Folded => "flamegraph.pl, inferno, and most viewers of flame graphs",
            Self::Dhat => "dh_view.html of valgrind",
            Self::Heaptrack => "heaptrack_gui and heaptrack_print",
            Self::Chrome => "Perfetto and chrome://tracing: memory over time",
            Self::Csv => "spreadsheets, a row per moment and line",
            Self::Json => "programs: all that is known of the run",
            Self::Html => "browsers: one page with all views, which loads nothing",
        }
    }

    /// Returns true if it is no text.
    pub(crate) const fn is_binary(self) -> bool {
        matches!(self, Self::Pprof)
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let mut all = Self::ALL.into_iter();
        all.find(|format| format.name() == name).ok_or_else(|| {
            let names = quoted_list(Self::ALL.map(Self::name));
            format!("must be one of {names}")
        })
    }
}

/// Writes `run` in `format`.
///
/// Fails if `out` does, and where a format cannot carry a run of its size.
pub(crate) fn write(run: &Run, format: Format, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let write = match format {
        Format::Pprof => pprof::write,
        Format::Speedscope => speedscope::write,
        Format::Folded => folded::write,
        Format::Dhat => dhat::write,
        Format::Heaptrack => heaptrack::write,
        Format::Chrome => chrome::write,
        Format::Csv => csv::write,
        Format::Json => json::write,
        Format::Html => page::write,
    };
    write(run, &mut out)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn a_format_is_found_by_its_name() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
            assert!(!format.readers().is_empty());
        }
        let error = "prof".parse::<Format>().expect_err("there is none");
        assert!(error.starts_with("must be one of `pprof`, "), "{error}");
    }
}
