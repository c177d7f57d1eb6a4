//! The examples refuse bad input in one line of error, and print nothing else.

use std::fs;
use std::path::{Path, PathBuf};

use sgn_tests::examples::{FOLDER, Printed, example, run};

const MEMPROF: &str = "pipeline:MEMPROF";

/// A copy of the shipped strain, to be spoiled.
fn shipped_copy(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("strain")
        .join(name);
    // Left over from an earlier run, if at all.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    for file in ["H1.f64", "L1.f64", "V1.f64"] {
        let from = Path::new(FOLDER).join("data/strain").join(file);
        fs::copy(from, folder.join(file)).expect("a copy");
    }
    folder
}

/// Asserts that nothing is printed but one line of error that has all of `parts`.
fn assert_refused(printed: &Printed, parts: &[&str]) {
    assert_eq!(
        (printed.out.as_str(), printed.code),
        ("", Some(1)),
        "{printed:?}"
    );
    let [line] = printed.err.lines().collect::<Vec<_>>()[..] else {
        panic!("not one line: {}", printed.err);
    };
    assert!(line.starts_with("error: "), "{line}");
    for part in parts {
        assert!(line.contains(part), "`{part}` is not in {line}");
    }
}

/// Runs the example on a copy whose `L1.f64` was spoiled.
fn refuses(name: &str, spoil: impl FnOnce(&Path), parts: &[&str]) {
    let folder = shipped_copy(name);
    let file = folder.join("L1.f64");
    spoil(&file);
    let printed = run(example("strain").arg(&folder));
    assert_refused(
        &printed,
        &[&format!("`{}`", file.display()), "element `src`"],
    );
    assert_refused(&printed, parts);
}

/// Replaces sample 9000.
fn replace_sample(file: &Path, bytes: [u8; 8]) {
    let mut all = fs::read(file).expect("the copy");
    all[9000 * 8..9001 * 8].copy_from_slice(&bytes);
    fs::write(file, all).expect("the copy");
}

#[test]
fn strain_refuses_a_missing_file() {
    let spoil = |file: &Path| fs::remove_file(file).expect("the copy");
    refuses(
        "missing",
        spoil,
        &["is missing", "`H1.f64`, `L1.f64`, `V1.f64`"],
    );
}

#[test]
fn strain_refuses_a_folder_in_place_of_a_file() {
    let spoil = |file: &Path| {
        fs::remove_file(file).expect("the copy");
        fs::create_dir(file).expect("a folder");
    };
    refuses(
        "folder",
        spoil,
        &["is no regular file; expected one of 131072 bytes"],
    );
}

#[test]
fn strain_refuses_files_of_another_length() {
    let write =
        |bytes: usize| move |file: &Path| fs::write(file, vec![0; bytes]).expect("the copy");
    refuses(
        "empty",
        write(0),
        &["has 0 samples; expected 16384, which is 1 s at 16384 Hz"],
    );
    refuses("short", write(1000), &["has 125 samples; expected 16384"]);
    refuses(
        "long",
        write(262_144),
        &["has 32768 samples; expected 16384"],
    );
    let misaligned =
        "has 131071 bytes, which is no whole number of 8-byte samples; expected 131072 bytes";
    refuses("misaligned", write(131_071), &[misaligned]);
}

#[test]
fn strain_refuses_what_is_no_strain() {
    let spoil = |value: f64| move |file: &Path| replace_sample(file, value.to_le_bytes());
    let place = "pad `src:src:L1`, stride 9";
    refuses(
        "nan",
        spoil(f64::NAN),
        &[
            place,
            "sample 9000 is NaN; every sample must be a finite number",
        ],
    );
    refuses(
        "infinite",
        spoil(f64::INFINITY),
        &[place, "sample 9000 is inf"],
    );
    refuses(
        "large",
        spoil(1e200),
        &[place, "sample 9000 is 1e200; strain is less than 1"],
    );
}

#[test]
fn strain_refuses_arguments_it_does_not_know() {
    assert_refused(
        &run(example("strain").arg("--loud")),
        &["unknown option \"--loud\"", "`--help`"],
    );
    assert_refused(
        &run(example("strain").args(["a", "b"])),
        &["unexpected argument \"b\""],
    );
    assert_refused(&run(example("strain").arg("")), &["`H1.f64` is missing"]);
    let help = run(example("strain").arg("--help"));
    assert!(help.out.starts_with("usage: strain [FOLDER]"), "{help:?}");
    assert_eq!(help.code, Some(0));
}

#[test]
fn a_bad_log_level_is_refused_before_anything_is_printed() {
    let printed = run(example("strain").env("SGNLOGLEVEL", "pipeline:MEMPRO"));
    assert_refused(
        &printed,
        &[
            "`MEMPRO`",
            "`SGNLOGLEVEL`",
            "did you mean `pipeline:MEMPROF`?",
        ],
    );
    let mut command = example("strain");
    let printed = run(command
        .env("SGNLOGLEVEL", MEMPROF)
        .env("SGN_MEMPROF_EVERY", "often"));
    assert_refused(&printed, &["`SGN_MEMPROF_EVERY`", "often"]);
}

#[test]
fn nonsense_about_the_report_is_refused_by_name() {
    let durations = "`stride`, a number of strides (`100`), or a duration (`500ms`, `10s`, `5min`)";
    let lines = "a number of lines from 1 to 1000";
    let distances = "a number of bytes from 1 to below 4 GiB, such as `4096`, `512KiB` or `1MiB`";
    let cases = [
        (
            "SGN_MEMPROF_SAMPLE",
            distances,
            [
                "",
                "0",
                "-1",
                "many",
                "1.5MiB",
                "512k",
                "4GiB",
                "99999999999",
            ],
        ),
        (
            "SGN_MEMPROF_EVERY",
            durations,
            [
                "",
                "0",
                "-1",
                "often",
                "1.5s",
                "10x",
                "18446744073709551616",
                "18446744073709551615h",
            ],
        ),
        (
            "SGN_MEMPROF_TOP",
            lines,
            [
                "",
                "0",
                "-1",
                "many",
                "2.5",
                "1001",
                "18446744073709551616",
                "\u{661}\u{662}",
            ],
        ),
    ];
    for (variable, valid, values) in cases {
        for value in values {
            let mut command = example("quickstart");
            command.env("SGNLOGLEVEL", MEMPROF).env(variable, value);
            let told = format!("`{variable}` is {value:?}; it must be {valid}");
            let printed = run(&mut command);
            assert_eq!(
                (printed.out.as_str(), printed.code),
                ("", Some(1)),
                "{printed:?}"
            );
            assert!(
                printed.err.contains(&told),
                "{told:?} is not in {}",
                printed.err
            );
        }
    }
}

#[test]
fn the_largest_numbers_about_the_report_are_taken() {
    for every in [
        "18446744073709551615",
        "18446744073709551615ms",
        "18446744073709551615s",
    ] {
        let mut command = example("quickstart");
        command
            .env("SGNLOGLEVEL", MEMPROF)
            .env("SGN_MEMPROF_EVERY", every)
            .env("SGN_MEMPROF_TOP", "1000");
        let printed = run(&mut command);
        assert_eq!(printed.code, Some(0), "{printed:?}");
        assert!(printed.err.contains("Top 1000 lines"), "{printed:?}");
    }
}

#[test]
fn memprof_without_the_allocator_says_how_to_install_it() {
    let printed = run(example("hello").env("SGNLOGLEVEL", MEMPROF));
    assert_eq!(
        (printed.out.as_str(), printed.code),
        ("", Some(1)),
        "{printed:?}"
    );
    assert!(
        printed.err.contains("sgn::counting_allocator!();"),
        "{}",
        printed.err
    );
}

#[test]
fn strain_takes_another_folder() {
    let folder = shipped_copy("another");
    let zeros = vec![0; 16_384 * 8];
    fs::write(folder.join("L1.f64"), zeros).expect("a file");
    let printed = run(example("strain").arg(&folder));
    assert_eq!(printed.code, Some(0), "{}", printed.err);
    let silent = printed.out.lines().find(|line| line.starts_with("L1"));
    let words: Vec<&str> = silent.unwrap_or_default().split_whitespace().collect();
    assert_eq!(
        words,
        ["L1", "0.00e0", "968654552.0000", "0.000e0", "0.000e0", "-"]
    );
}
