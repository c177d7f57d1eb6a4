//! A pipeline that a test watches with `sgn top`: slow, with a leak, and with names that are long and hostile.
//!
//! `top_probe STRIDES MILLISECONDS` records its run as `SGN_MEMPROF_FILE` says. `top_probe top FILE` is `sgn top FILE`
//! with a thread that panics as soon as there is a file at `TOP_PROBE_FLAG`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use sgn::prelude::*;

sgn::counting_allocator!(holders);

#[sgn::source]
fn numbers(#[state] stride: &mut u64, #[prop] strides: u64, #[prop] pause: u64) -> Frame<Vec<u64>> {
    *stride += 1;
    thread::sleep(Duration::from_millis(pause));
    Frame::new(vec![*stride; 512]).with_eos(*stride >= strides)
}

#[sgn::transform]
fn remember(numbers: Vec<u64>, #[state] all: &mut Vec<Vec<u64>>) -> usize {
    let copy = numbers.clone();
    all.push(copy);
    numbers.len()
}

#[sgn::transform]
fn saw(size: usize, #[state] tooth: &mut Vec<Vec<u8>>) -> usize {
    if tooth.len() > 40 {
        tooth.clear();
    }
    tooth.push(vec![0; 10_000]);
    size
}

#[sgn::sink]
fn count(size: &usize, #[state] sum: &mut usize) {
    *sum += *size;
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    match &arguments[1..] {
        [word, ..] if word == "top" => watch(),
        [strides, pause] => match pipeline(number(strides), number(pause)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error:?}");
                ExitCode::FAILURE
            }
        },
        _ => ExitCode::from(2),
    }
}

fn number(text: &str) -> u64 {
    text.parse().expect("a number")
}

fn pipeline(strides: u64, pause: u64) -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.connect(
        numbers::builder("numbers").strides(strides).pause(pause),
        remember::builder("an_element_with_a_name_that_is_longer_than_its_column"),
    )?;
    p.connect(
        "an_element_with_a_name_that_is_longer_than_its_column",
        saw::builder("鋸 🪚"),
    )?;
    p.connect("鋸 🪚", count::builder("count"))?;
    p.run()
}

/// The command line of this process is that of `sgn`.
fn watch() -> ExitCode {
    let flag = std::env::var_os("TOP_PROBE_FLAG").map(PathBuf::from);
    let worker = move || {
        let Some(flag) = flag else { return };
        while !flag.exists() {
            thread::sleep(Duration::from_millis(20));
        }
        panic!("the flag is there");
    };
    let named = thread::Builder::new().name(String::from("flag"));
    named.spawn(worker).expect("a thread starts");
    sgn::cli::run()
}
