//! The examples do what they say, and their memory reports add up.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use sgn_tests::examples::{FOLDER, Printed, example, run};
use sgn_tests::memprof::{Table, tables};

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
    let folders = fs::read_dir(FOLDER).expect("the folder of the examples");
    let mut sources = BTreeSet::new();
    for folder in folders {
        let folder = folder.expect("an entry");
        if folder.path().join("main.rs").is_file() {
            sources.insert(format!("{}/main.rs", folder.file_name().to_string_lossy()));
        }
    }
    let manifest = fs::read_to_string(Path::new(FOLDER).join("Cargo.toml")).expect("the manifest");
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
fn sampling_finds_the_leak_too_and_says_how_far_it_is_off() {
    let mut command = example("keep");
    command
        .env("SGNLOGLEVEL", MEMPROF)
        .env("SGN_MEMPROF_SAMPLE", "4KiB");
    let printed = run(&mut command);
    assert_eq!(printed.code, Some(0), "{}", printed.err);
    let (_, last) = printed
        .err
        .rsplit_once("Estimated from")
        .expect("estimates");
    let finding = last
        .lines()
        .find(|line| line.contains("| GROWS snk:snk:size: estimated "));
    assert!(finding.is_some(), "{last}");
    let (_, grown) = last.split_once("diff from previous").expect("a difference");
    let mut rows = grown.lines().filter(|line| line.contains("#1: "));
    let first = rows.next().expect("a first row");
    assert!(first.contains("keep/main.rs:"), "{first}");
    assert!(
        first.contains(" ± ") && first.ends_with("snk:snk:size"),
        "{first}"
    );
    assert!(grown.contains("kept.push(vec![0; *size]);"), "{grown}");
    for table in tables(&printed.err) {
        assert!(table.adds_up(), "{table:#?}");
    }
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

#[test]
fn churn_shows_that_a_kept_buffer_allocates_nothing() {
    let printed = run(&mut example("churn"));
    assert_eq!((printed.code, printed.err.as_str()), (Some(0), ""));
    let rows: Vec<Vec<&str>> = printed
        .out
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().collect())
        .collect();
    let expected = [
        ["ramp_1", "4096", "1"],
        ["fresh", "4096", "1"],
        ["sum_1", "0", "0"],
        ["ramp_2", "4096", "1"],
        ["kept", "0", "0"],
        ["sum_2", "0", "0"],
    ];
    assert_eq!(rows, expected);
}

#[test]
fn leak_hunt_has_the_leak_on_top_of_what_grew() {
    let printed = run(&mut example("leak_hunt"));
    assert_eq!(printed.code, Some(0), "{}", printed.err);
    let (_, last) = printed
        .err
        .rsplit_once("| End of run: ")
        .expect("a last report");
    let lines = || {
        last.lines()
            .filter_map(|line| line.strip_prefix("[MEMPROF] "))
    };
    let mut found = lines();
    let (who, place) = (found.next(), found.next());
    assert_eq!(
        who,
        Some("| GROWS count:src:out: 102.4 B per stride since stride 1")
    );
    assert!(
        place.is_some_and(|place| place.starts_with("|     at examples/leak_hunt/main.rs:")),
        "{place:?}"
    );
    let said = "count:src:out grows: 102.4 bytes a stride at line";
    assert!(printed.out.starts_with(said), "{}", printed.out);
    let mut growth = lines().skip_while(|line| !line.ends_with("diff from previous"));
    let top = growth
        .find(|line| line.starts_with("| #1: "))
        .expect("something grew");
    assert!(top.contains("count:src:out"), "{top}");
    // A list of 64 lengths for every fifth of the 20,000 requests in between.
    let kib: f64 = top
        .split_once('+')
        .and_then(|(_, rest)| rest.split_once(" KiB")?.0.parse().ok())
        .expect("a growth in KiB");
    assert!((2000.0..2600.0).contains(&kib), "{top}");
    assert!(
        last.contains("requests:src:out"),
        "what comes and goes has a row of its own"
    );
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

#[test]
fn the_guide_shows_what_leak_hunt_prints() {
    // In a folder without sources: they are not read.
    let folder = env!("CARGO_TARGET_TMPDIR");
    let printed = run(example("leak_hunt").current_dir(folder));
    let guide = Path::new(FOLDER).join("../sgn/src/guide/memory.md");
    let guide = fs::read_to_string(guide).expect("the guide");
    let shown = guide.lines().filter(|line| line.starts_with("| #"));
    // Estimates depend on all that the process allocated before.
    let is_count = |line: &&str| line.contains("leak_hunt") && !line.contains('±');
    let rows: Vec<&str> = shown.filter(is_count).collect();
    assert_eq!(rows.len(), 7, "{rows:?}");
    for row in rows {
        assert!(printed.err.contains(row), "{row} is not in {}", printed.err);
    }
    assert!(printed.err.contains("let pages = Vec::with_capacity(64);"));
}
