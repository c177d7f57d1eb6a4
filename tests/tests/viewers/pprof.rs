//! pprof, read by `go tool pprof` itself.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::readers::{browse, read, reader};
use crate::recorded::{LIVE_BLOCKS, LIVE_BYTES, Line, Recorded, TOTAL_BLOCKS, TOTAL_BYTES, runs};
use crate::speedscope::stacks;

/// The sample types, with the numbers that they have.
pub(crate) const TYPES: [(&str, usize); 4] = [
    ("alloc_objects", TOTAL_BLOCKS),
    ("alloc_space", TOTAL_BYTES),
    ("inuse_objects", LIVE_BLOCKS),
    ("inuse_space", LIVE_BYTES),
];

/// Returns what pprof prints of `recorded`, each number in full; `None` if there is no pprof.
pub(crate) fn pprof(recorded: &Recorded, arguments: &[&str]) -> Option<String> {
    let mut pprof = reader("pprof")?;
    // all places, however little they have; and counts, which have no unit, are shown with this one, too
    pprof.args([
        "-unit=B",
        "-nodecount=100000",
        "-nodefraction=0",
        "-edgefraction=0",
    ]);
    // it saves what it has fetched, and it fetches nothing
    pprof.env("PPROF_TMPDIR", recorded.folder());
    Some(read(pprof.args(arguments).arg(recorded.file("pprof"))))
}

fn number(text: &str) -> u64 {
    let number = text.trim_end_matches('B');
    // labels have a digit after the point, which is of no use
    let digits = number.strip_suffix(".0").unwrap_or(number);
    digits
        .parse()
        .unwrap_or_else(|_| panic!("no whole number: {text:?}"))
}

/// Returns the columns `flat` and `cum` of `-top` by name.
fn top(printed: &str) -> BTreeMap<String, [u64; 2]> {
    let rows = printed.lines().skip_while(|line| !line.contains("flat%"));
    let mut table = BTreeMap::new();
    for row in rows.skip(1) {
        let cells: Vec<&str> = row.split_whitespace().collect();
        let earlier = table.insert(cells[5..].join(" "), [number(cells[0]), number(cells[3])]);
        assert_eq!(earlier, None, "two rows of one name: {printed}");
    }
    table
}

/// Returns the name of the function that a line is in, as pprof shows it.
fn function(line: &Line) -> String {
    let function = if line.function.is_empty() {
        &line.element
    } else {
        &line.function
    };
    function.clone()
}

/// Checks one column against the sums of `number`, of those that are not zero.
fn compare(
    recorded: &Recorded,
    shown: &BTreeMap<String, [u64; 2]>,
    column: usize,
    number: usize,
    name: impl Fn(&Line) -> Option<String>,
) {
    let sums = recorded.sums(name);
    assert!(sums.values().any(|sum| sum[number] > 0), "{sums:?}");
    for (name, sum) in sums {
        let read = shown.get(&name).map_or(0, |row| row[column]);
        assert_eq!(read, sum[number], "{}: {name}", recorded.example);
    }
}

#[test]
fn each_function_and_each_line_has_its_bytes_and_blocks() {
    for recorded in runs() {
        for (kind, number) in TYPES {
            let index = format!("-sample_index={kind}");
            let Some(printed) = pprof(recorded, &["-top", &index]) else {
                return;
            };
            let total = recorded.total()[number];
            let head = format!(" Total samples = {total}B ");
            assert!(printed.contains(&head), "{head}: {printed}");
            compare(recorded, &top(&printed), 0, number, |line| {
                Some(function(line))
            });
            let printed = pprof(recorded, &["-top", "-lines", &index]).expect("as before");
            compare(recorded, &top(&printed), 0, number, |line| {
                let is_statement = !line.file.is_empty();
                is_statement.then(|| format!("{} {}:{}", function(line), line.file, line.line))
            });
        }
    }
}

#[test]
fn live_bytes_are_shown_if_nothing_is_asked_for() {
    for recorded in runs() {
        let Some(printed) = pprof(recorded, &["-top"]) else {
            return;
        };
        assert!(printed.contains("Type: inuse_space\n"), "{printed}");
        compare(recorded, &top(&printed), 0, LIVE_BYTES, |line| {
            Some(function(line))
        });
    }
}

#[test]
fn elements_and_pads_can_be_the_roots() {
    for recorded in runs() {
        for (kind, number) in TYPES {
            let index = format!("-sample_index={kind}");
            let Some(printed) = pprof(recorded, &["-top", "-tagroot=element,pad", &index]) else {
                return;
            };
            let shown = top(&printed);
            compare(recorded, &shown, 1, number, |line| {
                Some(line.element.clone())
            });
            compare(recorded, &shown, 1, number, |line| {
                (!line.pad.is_empty()).then(|| line.pad.clone())
            });
        }
    }
}

/// Returns the values of each label, from `-tags`.
fn tags(printed: &str) -> BTreeMap<String, u64> {
    let (mut tags, mut label) = (BTreeMap::new(), String::new());
    for row in printed.lines() {
        if let Some((name, _)) = row.split_once(": Total ") {
            label = name.trim().to_owned();
        } else if let Some((left, value)) = row.split_once("): ") {
            let bytes = left.split('(').next().unwrap_or_default().trim();
            tags.insert(format!("{label}={value}"), number(bytes));
        }
    }
    tags
}

/// Returns the label `key` of a line, as in `element=gain`.
fn label(line: &Line, key: &str) -> Option<String> {
    let value = match (key, line.pad.rsplit(':').nth(1)) {
        ("element", _) => &line.element,
        ("pad", Some(_)) => &line.pad,
        ("phase", Some("snk")) => "pull",
        ("phase", Some("inl")) => "internal",
        ("phase", Some("src")) => "new",
        _ => return None,
    };
    Some(format!("{key}={value}"))
}

#[test]
fn labels_have_the_bytes_of_elements_pads_and_phases() {
    for recorded in runs() {
        let Some(printed) = pprof(recorded, &["-tags"]) else {
            return;
        };
        let tags = tags(&printed);
        for key in ["element", "pad", "phase"] {
            for (name, sum) in recorded.sums(|line| label(line, key)) {
                let read = tags.get(&name).copied().unwrap_or_default();
                assert_eq!(read, sum[LIVE_BYTES], "{name}: {printed}");
            }
        }
    }
}

#[test]
fn one_element_can_be_selected_and_a_run_compared() {
    for recorded in runs() {
        let largest = recorded.sums(|line| Some(line.element.clone()));
        let largest = largest.into_iter().max_by_key(|(_, sum)| sum[LIVE_BYTES]);
        let (element, sum) = largest.expect("there are elements");
        let focus = format!("-tagfocus=element={}", element.replace(['(', ')'], "."));
        let Some(printed) = pprof(recorded, &["-top", &focus]) else {
            return;
        };
        let shown: u64 = top(&printed).values().map(|row| row[0]).sum();
        assert_eq!(shown, sum[LIVE_BYTES], "{printed}");
        let base = format!("-diff_base={}", recorded.file("pprof").display());
        let printed = pprof(recorded, &["-top", &base]).expect("as before");
        assert!(
            top(&printed).values().all(|row| *row == [0, 0]),
            "{printed}"
        );
    }
}

#[test]
fn comments_have_the_program() {
    for recorded in runs() {
        let Some(printed) = pprof(recorded, &["-comments"]) else {
            return;
        };
        let name = recorded.run["program"]["name"].as_str().expect("a text");
        assert!(printed.starts_with(name), "{printed}");
    }
}

#[test]
fn speedscope_reads_the_live_bytes_of_each_function() {
    for recorded in runs() {
        let Some(printed) = browse("speedscope", &recorded.file("pprof")) else {
            return;
        };
        let exported: Value = serde_json::from_str(&printed).expect("it exports JSON");
        let sums = recorded.sums(|line| Some(function(line))).into_iter();
        let sums = sums.map(|(name, sum)| (name, sum[LIVE_BYTES]));
        let sums: BTreeMap<_, _> = sums.filter(|(_, bytes)| *bytes > 0).collect();
        assert_eq!(stacks(&exported, &exported["profiles"][0]), sums);
    }
}
