//! A program whose run is recorded: `recording_probe KIND [STRIDES] [MILLISECONDS]`.
//!
//! It allocates in each stride, keeps every tenth block, and prints at its end what is live at each line of its elements:
//! `pad<TAB>line<TAB>live bytes<TAB>live blocks<TAB>total bytes<TAB>total blocks`.

#![expect(clippy::print_stdout, reason = "tests read what it says")]

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use sgn::elements::IterSource;
use sgn::memory::{self, Snapshot};
use sgn::prelude::*;

sgn::counting_allocator!(holders);

#[sgn::transform]
fn work(
    number: u64,
    #[prop(default = String::new())] kind: String,
    #[prop(default = 0)] millis: u64,
    #[state] kept: &mut Vec<Vec<u8>>,
) -> Result<Vec<u8>, String> {
    if number.is_multiple_of(10) {
        kept.push(vec![0; 100]);
    }
    let frame = vec![1; 64 + (number % 7) as usize];
    match kind.as_str() {
        "error" if number == 50 => return Err(String::from("the disk of this element is full")),
        "panic" if number == 50 => panic!("this element has a bug"),
        "abort" if number == 50 => std::process::abort(),
        "hang" if number == 50 => {
            println!("hangs");
            std::thread::sleep(Duration::from_secs(4));
        }
        "dump" if number == 50 => assert!(memory::dump()),
        _ => {}
    }
    std::thread::sleep(Duration::from_millis(millis));
    Ok(frame)
}

#[sgn::sink]
fn look(frame: &Vec<u8>, #[state] bytes: &mut usize) {
    *bytes += frame.len();
}

fn run(kind: &str, strides: u64, millis: u64) -> sgn::Result<()> {
    let mut p = Pipeline::new();
    let source = IterSource::builder("src").iter("out", 0..strides);
    p.connect(
        source,
        work::builder("work").kind(kind.to_owned()).millis(millis),
    )?;
    p.connect("work", look::builder("snk"))?;
    println!("start");
    let _ = std::io::stdout().flush();
    p.run()?;
    let now = Snapshot::take();
    for site in now.sites().filter(|site| !site.owner.is_built_in()) {
        let usage = site.usage;
        println!(
            "{}\t{}\t{}\t{}\t{}\t{}",
            site.owner.name(),
            site.mark.map_or(0, |mark| mark.line()),
            usage.live_bytes,
            usage.live_blocks,
            usage.total_bytes,
            usage.total_blocks
        );
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |place: usize, default| {
        let text = arguments.get(place);
        text.and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let kind = arguments.get(1).map_or("plain", String::as_str);
    let (strides, millis) = (number(2, 100), number(3, 0));
    let outcome = match kind {
        // One pipeline after the other.
        "twice" => run("plain", strides, millis).and_then(|()| run("plain", strides, millis)),
        kind => run(kind, strides, millis),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
