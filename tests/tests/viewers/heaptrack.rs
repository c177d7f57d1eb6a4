//! heaptrack, read by `heaptrack_print`.

use std::collections::BTreeMap;

use crate::readers::{read, reader};
use crate::recorded::{LIVE_BYTES, Line, Recorded, TOTAL_BLOCKS, runs};

/// Returns what `heaptrack_print` prints, and its stacks with their costs; `None` if there is none.
pub(crate) fn heaptrack(
    recorded: &Recorded,
    cost: &str,
) -> Option<(String, BTreeMap<String, u64>)> {
    let stacks = recorded.folder().join(format!("heaptrack.{cost}"));
    let mut print = reader("heaptrack_print")?;
    print.arg("-f").arg(recorded.file("heaptrack"));
    // a statement may look like a function of the system that is known to leak, or like a template
    print.args(["--disable-builtin-suppressions", "--shorten-templates=0"]);
    print.arg("-F").arg(&stacks);
    let printed = read(print.args(["--flamegraph-cost-type", cost]));
    let stacks = std::fs::read_to_string(stacks).expect("it writes the stacks");
    let mut costs = BTreeMap::new();
    for stack in stacks.lines() {
        let (names, number) = stack.rsplit_once(' ').expect("names and a number");
        *costs.entry(names.to_owned()).or_default() += number.parse::<u64>().expect("a number");
    }
    Some((printed, costs))
}

/// Returns the stack of a line as heaptrack writes it: a function, and the name of its file if it has one.
fn stack(line: &Line) -> String {
    let name = line.file.rsplit('/').next().unwrap_or_default();
    let frames = line.frames().into_iter().map(|frame| {
        let frame = frame.replace('\n', r"\n");
        if line.file.is_empty() || !frame.starts_with(&format!("{}:", line.file)) {
            format!("{frame};")
        } else {
            format!("{frame} ({name});")
        }
    });
    frames.collect()
}

#[test]
fn each_stack_has_its_live_bytes_and_its_allocations() {
    for recorded in runs() {
        for (cost, number) in [("leaked", LIVE_BYTES), ("allocations", TOTAL_BLOCKS)] {
            let Some((_, costs)) = heaptrack(recorded, cost) else {
                return;
            };
            for (stack, sum) in recorded.sums(|line| Some(stack(line))) {
                let read = costs.get(&stack).copied().unwrap_or_default();
                assert_eq!(read, sum[number], "{cost} of {stack}: {costs:#?}");
            }
            assert_eq!(costs.values().sum::<u64>(), recorded.total()[number]);
        }
    }
}

#[test]
fn the_sums_are_those_of_the_run() {
    for recorded in runs() {
        let Some((printed, _)) = heaptrack(recorded, "leaked") else {
            return;
        };
        let calls = format!(
            "calls to allocation functions: {} (",
            recorded.total()[TOTAL_BLOCKS]
        );
        assert!(printed.contains(&calls), "{calls}: {printed}");
        let leaked = format!(
            "total memory leaked: {}",
            rounded(recorded.total()[LIVE_BYTES])
        );
        assert!(printed.contains(&leaked), "{leaked}: {printed}");
    }
}

/// Returns bytes as heaptrack writes them.
fn rounded(bytes: u64) -> String {
    let (mut number, mut units) = (bytes as f64, ["B", "K", "M", "G"].iter());
    let mut unit = units.next();
    while number > 1000.0 {
        number /= 1000.0;
        unit = units.next();
    }
    let unit = unit.expect("an example has less than a terabyte");
    if bytes > 1000 {
        format!("{number:.2}{unit}")
    } else {
        format!("{bytes}B")
    }
}
