//! The advice for a low coverage: the lines that started threads without a known element.

use super::output::Lines;
use super::text::{Kib, WIDTH, digits, width_of};
use crate::memory::{Snapshot, unowned_threads};
use crate::text::Shortened;

/// The share of the bytes that has to have an owner, else the report says how to increase it.
const ENOUGH: f64 = 0.95;
/// Most lines that are shown of those that started threads.
const STARTERS: usize = 3;

/// Writes which lines started the threads without an owner, and what to write there, if coverage is too low.
pub(super) fn write(now: &Snapshot, out: &mut Lines<'_>) {
    if now.coverage() >= ENOUGH {
        return;
    }
    let all = unowned_threads();
    let (threads, bytes) = all.iter().fold((0, 0), |(threads, bytes), of| {
        (threads + of.threads, bytes + of.bytes)
    });
    if threads == 0 {
        return;
    }
    let (plural, sizes) = (if threads == 1 { "" } else { "s" }, Kib::of(bytes));
    out.put(format_args!(
        "| {threads} thread{plural} of no known element allocated {sizes}:"
    ));
    let known = || all.iter().filter_map(|of| Some((of, of.started_at?)));
    for (of, mark) in known().take(STARTERS) {
        starter(mark.file(), mark.line(), Kib::of(of.bytes), out);
    }
    let there = if known().next().is_some() {
        "there "
    } else {
        ""
    };
    out.put(format_args!(
        "|   start threads {there}with `sgn::thread::spawn`, and a pool with"
    ));
    out.put(format_args!(
        "|   `.start_handler(sgn::thread::start_handler())`"
    ));
}

fn starter(file: &str, line: u32, bytes: Kib, out: &mut Lines<'_>) {
    let taken = "|     :   ".len() + digits(u64::from(line)) + width_of(&bytes);
    let file = Shortened {
        text: file,
        width: WIDTH.saturating_sub(taken),
    };
    out.put(format_args!("|     {file}:{line}   {bytes}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::hostile::{MILLION, shows_no_harm};

    #[test]
    fn hostile_paths() {
        shows_no_harm(5, MILLION, 3, 1, |hostile, out| {
            starter(&hostile.next_texts(3), 123, Kib::of(1000), out);
        });
    }
}
