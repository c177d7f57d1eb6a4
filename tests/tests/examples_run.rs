//! The examples do what they say, and their memory reports add up.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sgn_tests::examples::{Printed, example, run};
use sgn_tests::memprof::{Table, tables};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples");
const MEMPROF: &str = "pipeline:MEMPROF";

/// Runs an example with the memory report of every stride.
fn profiled(name: &str) -> (Printed, Vec<Table>) {
    let mut command = example(name);
    command
        .env("SGNLOGLEVEL", MEMPROF)
        .env("SGN_MEMPROF_EVERY", "stride");
    let printed = run(&mut command);
    assert_eq!(printed.code, Some(0), "{}", printed.err);
    let tables = tables(&printed.err);
    for (index, table) in tables.iter().enumerate() {
        assert!(table.adds_up(), "report {index} of `{name}`: {table:#?}");
    }
    (printed, tables)
}

#[test]
fn every_example_is_listed() {
    let folders = fs::read_dir(EXAMPLES).expect("the folder of the examples");
    let mut sources = BTreeSet::new();
    for folder in folders {
        let folder = folder.expect("an entry");
        if folder.path().join("main.rs").is_file() {
            sources.insert(format!("{}/main.rs", folder.file_name().to_string_lossy()));
        }
    }
    let manifest =
        fs::read_to_string(Path::new(EXAMPLES).join("Cargo.toml")).expect("the manifest");
    let paths = manifest
        .lines()
        .filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix('"'));
    let listed: BTreeSet<String> = paths
        .filter(|path| path.ends_with("/main.rs"))
        .map(str::to_owned)
        .collect();
    assert_eq!(sources, listed);
}

#[test]
fn quickstart_prints_its_frames_and_says_who_owns_them() {
    let (printed, tables) = profiled("quickstart");
    let expected: String = (1..=10).map(|n| format!("Received: Frame {n}\n")).collect();
    assert_eq!(printed.out, expected);
    assert_eq!(tables.len(), 10);
    let source = tables[9].row("src:src:out");
    assert_eq!(source.live, 0, "the sink lets go of every frame");
    assert!(source.ever >= 10 * "Frame 1".len() as u64, "{source:?}");
}

#[test]
fn fan_out_copies_once_and_bills_the_copy_to_the_first_owner() {
    let (printed, tables) = profiled("fan_out");
    let lines: Vec<&str> = printed.out.lines().collect();
    assert_eq!(lines.len(), 3 * 6, "{}", printed.out);
    for stride in lines.chunks(6) {
        let address = |line: &str| line.rsplit(' ').next().unwrap_or_default().to_owned();
        let made = address(stride[0]);
        let starts = [
            "made:",
            "  looker_1 looks:",
            "  looker_2 looks:",
            "  copied:",
            "  keeper_1 owns:",
        ];
        for (line, start) in stride
            .iter()
            .zip(starts.into_iter().chain(["  keeper_2 owns:"]))
        {
            assert!(line.starts_with(start), "{line}");
        }
        assert_eq!(address(stride[1]), made);
        assert_eq!(address(stride[2]), made);
        assert_ne!(address(stride[3]), made);
        assert_eq!(address(stride[4]), address(stride[3]));
        assert_eq!(address(stride[5]), made);
    }
    let block = 64 * 1024;
    for (before, after) in tables.iter().zip(&tables[1..]) {
        let allocated = |owner| after.row(owner).ever - before.row(owner).ever;
        assert_eq!(allocated("source:src:out"), block);
        assert_eq!(allocated("keeper_1:snk:block"), block);
    }
    assert_eq!(tables.len(), 3);
    for free in [
        "looker_1:snk:block",
        "looker_2:snk:block",
        "keeper_2:snk:block",
    ] {
        let ever = tables[2]
            .rows
            .iter()
            .filter(|row| row.owner == free)
            .map(|row| row.ever);
        assert_eq!(ever.sum::<u64>(), 0, "{free}");
    }
}

/// The words of the row of each detector.
fn detectors(text: &str) -> Vec<Vec<String>> {
    let rows = text
        .lines()
        .map(|line| line.split_whitespace().map(str::to_owned).collect());
    rows.filter(|row: &Vec<String>| row.first().is_some_and(|word| word.ends_with('1')))
        .collect()
}

#[test]
fn strain_finds_the_loudest_window_of_each_detector() {
    let printed = run(&mut example("strain"));
    assert_eq!((printed.code, printed.err.as_str()), (Some(0), ""));
    // Computed once more by an independent program, with a transform written out in Python.
    let expected = [
        (
            "H1",
            "968654552.3750",
            [4.71e-17, 1.245e-21, 8.774e-22, 1.42],
        ),
        (
            "L1",
            "968654552.6250",
            [4.72e-17, 4.422e-22, 3.822e-22, 1.16],
        ),
        (
            "V1",
            "968654552.1250",
            [1.07e-18, 2.318e-21, 1.713e-21, 1.35],
        ),
    ];
    let rows = detectors(&printed.out);
    assert_eq!(rows.len(), expected.len(), "{}", printed.out);
    for (row, (name, start, numbers)) in rows.iter().zip(expected) {
        let [detector, rms, loudest_start, others @ ..] = &row[..] else {
            panic!("a row of {row:?}");
        };
        assert_eq!((detector.as_str(), loudest_start.as_str()), (name, start));
        assert_eq!(others.len(), 3);
        for (word, expected) in [rms].into_iter().chain(others).zip(numbers) {
            let found: f64 = word.parse().expect("a number");
            assert!(
                (found / expected - 1.0).abs() < 0.01,
                "{name}: {found} is not {expected}"
            );
        }
    }
}

#[test]
fn strain_takes_another_folder() {
    let folder = shipped_copy("another");
    let zeros = vec![0; 16_384 * 8];
    fs::write(folder.join("L1.f64"), zeros).expect("a file");
    let printed = run(example("strain").arg(&folder));
    assert_eq!(printed.code, Some(0), "{}", printed.err);
    let rows = detectors(&printed.out);
    assert_eq!(rows[0][0], "H1");
    assert_eq!(
        rows[1][1..],
        ["0.00e0", "968654552.0000", "0.000e0", "0.000e0", "-"]
    );
}

#[test]
fn the_memory_report_of_strain_names_the_pads_and_adds_up() {
    let (printed, tables) = profiled("strain");
    assert_eq!(detectors(&printed.out).len(), 3);
    assert_eq!(tables.len(), 16, "one a stride");
    let block = 1024 * 8;
    for (index, table) in tables.iter().enumerate() {
        for pad in ["src:src:H1", "src:src:L1", "src:src:V1"] {
            let row = table.row(pad);
            assert_eq!(
                (row.live, row.ever),
                (0, block * (index as u64 + 1)),
                "{pad}, report {index}"
            );
        }
    }
    let last = &tables[15];
    assert_eq!(
        last.row("window:snk:L1").live,
        4 * block,
        "the last four blocks of the detector"
    );
    assert_eq!(
        last.row("window:src:V1").ever,
        13 * 4 * block,
        "thirteen windows of four blocks"
    );
    assert_eq!(last.row("window:src:V1").live, 0);
}

/// A copy of the shipped strain, to be spoiled.
fn shipped_copy(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("strain")
        .join(name);
    // Left over from an earlier run, if at all.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    for file in ["H1.f64", "L1.f64", "V1.f64"] {
        let from = Path::new(EXAMPLES).join("data/strain").join(file);
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
