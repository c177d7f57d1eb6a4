//! What `sgn` counts is, to the byte and the block, what a counter outside of the process's own code sees.
//!
//! The counter is `tests/oracle`, a library for `LD_PRELOAD` that knows nothing of `sgn`.

#![expect(clippy::print_stdout, reason = "says what was compared")]

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use sgn_tests::examples::run;
use sgn_tests::oracle::{PROGRAMS, Totals};

/// Builds the oracle; the path of the library.
fn oracle() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = here.join("../target/oracle");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline", "--manifest-path"])
        .arg(here.join("oracle/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .env_remove("CARGO_BUILD_TARGET")
        .status();
    assert!(status.expect("cargo starts").success(), "the oracle builds");
    target.join("debug/libsgn_oracle.so")
}

/// What the program printed of `who`.
fn totals(printed: &str, who: &str) -> Totals {
    let line = printed
        .lines()
        .find_map(|line| line.strip_prefix(who)?.strip_prefix(' '))
        .unwrap_or_else(|| panic!("no totals of `{who}` in `{printed}`"));
    let numbers: Vec<u64> = line
        .split(' ')
        .map(|number| number.parse().expect("a number"))
        .collect();
    numbers.try_into().expect("four numbers")
}

/// Runs `program` with the oracle: what it printed.
fn observed(oracle: &Path, program: &str, name: &str) -> String {
    let mut command = Command::new(program);
    command
        // the length of the name is a number of bytes that the program allocates
        .arg0("program")
        .arg(name)
        .env("LD_PRELOAD", oracle)
        .env("SGNLOGLEVEL", "pipeline:MEMPROF");
    let printed = run(&mut command);
    assert_eq!(printed.code, Some(0), "{name}: {}", printed.err);
    printed.out
}

/// What `sgn` counts of `name`, and what the oracle sees of it with the same allocator and without.
fn compare(oracle: &Path, name: &str) -> (Totals, Totals, Totals) {
    let counted = observed(oracle, env!("CARGO_BIN_EXE_oracle_counted"), name);
    let plain = observed(oracle, env!("CARGO_BIN_EXE_oracle_plain"), name);
    (
        totals(&counted, "counted"),
        totals(&counted, "seen"),
        totals(&plain, "seen"),
    )
}

/// Bytes and blocks of the handle that the standard library makes for a thread.
///
/// It asks the system's allocator for it, whatever the global allocator is, so nothing in the
/// program can count it.
fn handle(oracle: &Path) -> [u64; 2] {
    let (sgn, tagged, plain) = compare(oracle, "one_thread");
    let handle = [plain[0] - sgn[0], plain[1] - sgn[1]];
    assert!(handle[1] <= 1 && handle[0] <= 200 * handle[1], "{handle:?}");
    assert_eq!(plain[2..], sgn[2..], "it does not outlive its thread");
    assert_eq!([tagged[1], tagged[3]], [plain[1], plain[3]]);
    handle
}

#[test]
fn totals_are_those_of_an_independent_counter() {
    let oracle = oracle();
    let handle = handle(&oracle);
    for (name, threads) in PROGRAMS {
        let (sgn, tagged, plain) = compare(&oracle, name);
        let [bytes, blocks, live_bytes, live_blocks] = sgn;
        println!("{name}: {bytes} bytes and {blocks} blocks, {live_bytes} and {live_blocks} live");
        assert!(
            blocks > 70 && live_blocks > 10 && live_blocks < blocks,
            "{name} leaves some of what it allocates: {sgn:?}"
        );
        // Without tags in the way, the program asks the system for just what `sgn` has counted.
        let (bytes, blocks) = (bytes + threads * handle[0], blocks + threads * handle[1]);
        assert_eq!([bytes, blocks, live_bytes, live_blocks], plain, "{name}");
        // In the same process: no block that is not counted, and nothing more than a tag in each.
        assert_eq!([tagged[1], tagged[3]], [blocks, live_blocks], "{name}");
        assert!((0..=8 * blocks).contains(&(tagged[0] - bytes)), "{name}");
        let more_live = tagged[2] - live_bytes;
        assert!((0..=8 * live_blocks).contains(&more_live), "{name}");
    }
}
