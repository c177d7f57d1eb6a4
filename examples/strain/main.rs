//! The loudest moment of one second of strain, as three gravitational-wave detectors saw it.
//!
//! `cargo run --release --example strain [FOLDER]` reads `H1.f64`, `L1.f64` and `V1.f64` from `FOLDER`, or the files
//! that are shipped with the examples. Each detector is a pad of every element:
//!
//! ```text
//! src -> window -> band -> loudest
//!  └---> rms
//! ```
//!
//! `SGNLOGLEVEL=pipeline:MEMPROF` adds the memory report: which element and pad owns each byte.

mod loudest;
mod read;
mod rms;
mod spectrum;
mod table;
mod window;

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use sgn::prelude::*;

use crate::loudest::Loudest;
use crate::read::StrainFiles;
use crate::rms::Rms;
use crate::spectrum::Band;
use crate::table::{Row, Table};
use crate::window::Window;

sgn::counting_allocator!();

const USAGE: &str = "usage: strain [FOLDER]

Reads H1.f64, L1.f64 and V1.f64 from FOLDER (default: the data shipped with the examples), each 16384
little-endian f64, and prints when each detector was loudest.
";

const DETECTORS: [&str; 3] = ["H1", "L1", "V1"];

/// From one window to the next, in samples.
const STEP: usize = 1024;

/// How many steps make a window.
const STEPS: usize = 4;

/// The band in which a window is loud, in Hz: where the detectors are best, between seismic noise and violin modes.
const BAND: (f64, f64) = (100.0, 300.0);

fn main() -> ExitCode {
    let outcome = answer(std::env::args_os().skip(1)).and_then(|text| {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Everything that is printed, or why nothing is.
fn answer(arguments: impl Iterator<Item = OsString>) -> Result<String, Box<dyn Error>> {
    let mut folder = None;
    for argument in arguments {
        if argument == "--help" || argument == "-h" {
            return Ok(USAGE.to_owned());
        }
        if argument.as_encoded_bytes().starts_with(b"-") {
            return Err(format!("unknown option {argument:?}; the only one is `--help`").into());
        }
        if folder.is_some() {
            return Err(format!("unexpected argument {argument:?}; one folder is enough").into());
        }
        folder = Some(PathBuf::from(argument));
    }
    let folder = folder.unwrap_or_else(|| sgn_examples::data_folder("strain"));
    Ok(analyse(folder)?.to_string())
}

fn analyse(folder: PathBuf) -> sgn::Result<Table> {
    let (low, high) = BAND;
    let mut pipeline = Pipeline::new();
    pipeline.add(
        StrainFiles::builder("src")
            .source_pads(DETECTORS)
            .folder(folder)
            .block(STEP),
    )?;
    pipeline.add(
        Window::builder("window")
            .sink_pads(DETECTORS)
            .source_pads(DETECTORS)
            .blocks(STEPS),
    )?;
    pipeline.add(
        Band::builder("band")
            .sink_pads(DETECTORS)
            .source_pads(DETECTORS)
            .low(low)
            .high(high),
    )?;
    let loudest = pipeline.add(Loudest::builder("loudest").sink_pads(DETECTORS))?;
    let rms = pipeline.add(Rms::builder("rms").sink_pads(DETECTORS))?;

    // The pads have the same names everywhere, so naming the elements is enough.
    pipeline.connect("src", "window")?;
    pipeline.connect("window", "band")?;
    pipeline.connect("band", "loudest")?;
    pipeline.connect("src", "rms")?;
    pipeline.run()?;

    let windows = pipeline.element(&loudest)?.windows();
    let detectors = pipeline.element(&rms)?.detectors();
    Ok(Table {
        window: STEP * STEPS,
        step: STEP,
        band: BAND,
        rows: detectors
            .zip(windows)
            .filter_map(|((name, rms), windows)| Row::new(name, rms, windows))
            .collect(),
    })
}
