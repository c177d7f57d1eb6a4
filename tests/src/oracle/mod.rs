//! Programs whose allocations are counted twice: by `sgn` and, from outside, by `tests/oracle`.
//!
//! `oracle_counted` and `oracle_plain` are the same programs, with the counting allocator and
//! without. Only the first can say what `sgn` counts; only the second asks the system for exactly
//! the sizes that a program wants, with no tag in them.

#![expect(
    unsafe_code,
    reason = "calls a function of a library that may be preloaded, and changes the environment"
)]

mod programs;

use std::hint::black_box;

use sgn::memory::Snapshot;

pub use programs::PROGRAMS;

/// Bytes and blocks ever allocated, and those that live at the end.
pub type Totals = [u64; 4];

type ReadTotals = unsafe extern "C" fn(*mut Totals);

/// Runs the program that the first argument names, and prints what it allocated until its end:
/// `counted` and four numbers if `counted`, `seen` and four numbers if the oracle is preloaded.
///
/// # Panics
///
/// If there is no such program, or if counting is not on from the first byte as it should be.
pub fn run(counted: bool) {
    let read_totals = preloaded();
    // From here on a pipeline is to make no reports: they would not be the same in both programs.
    // SAFETY: this is the only thread.
    unsafe { std::env::remove_var("SGNLOGLEVEL") };
    let name = std::env::args().nth(1).unwrap_or_default();
    let kept = black_box(programs::run(&name));
    // Of the two programs only the one that counts has a hook for panics, of two words.
    let is_hooked = name == "pipeline" && !counted;
    let hook = black_box(is_hooked.then(|| Box::new([0_usize; 2])));
    let sgn = counted.then(|| Snapshot::take().total());
    let seen = read_totals.map(|read_totals| {
        let mut totals = Totals::default();
        // SAFETY: the function writes four numbers.
        unsafe { read_totals(&raw mut totals) };
        totals
    });
    drop((kept, hook));
    if let Some(sgn) = sgn {
        let totals = [
            sgn.total_bytes,
            sgn.total_blocks,
            sgn.live_bytes,
            sgn.live_blocks,
        ];
        print("counted", totals);
    }
    if let Some(seen) = seen {
        print("seen", seen);
    }
}

#[expect(
    clippy::print_stdout,
    reason = "the test reads what the programs print"
)]
fn print(who: &str, [bytes, blocks, live_bytes, live_blocks]: Totals) {
    println!("{who} {bytes} {blocks} {live_bytes} {live_blocks}");
}

/// The oracle's function, if the oracle is there.
fn preloaded() -> Option<ReadTotals> {
    // SAFETY: the name is a C string.
    let function = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"sgn_oracle_totals".as_ptr()) };
    if function.is_null() {
        return None;
    }
    // SAFETY: that is the type of the oracle's function of this name.
    Some(unsafe { std::mem::transmute::<*mut libc::c_void, ReadTotals>(function) })
}
