//! DHAT, read by `dh_view.html` in a browser, and by the Firefox Profiler.

use std::collections::BTreeMap;

use crate::firefox::Session;
use crate::readers::{browse, not_run};
use crate::recorded::{LIVE_BLOCKS, LIVE_BYTES, Line, TOTAL_BLOCKS, TOTAL_BYTES, Usage, runs};
use sgn_tests::programs::target;

/// Returns the frames of a line, from the outermost on.
fn frames(line: &Line) -> Vec<String> {
    let mut frames = line.frames();
    frames[0] = format!("element {}", frames[0]);
    if !line.pad.is_empty() {
        frames[1] = format!("pad {}", frames[1]);
        if line.file.is_empty() {
            frames.push(String::from("outside of marked statements"));
        }
    }
    frames
}

/// Returns the bytes and blocks of a row such as `Total: 64,000 bytes (61.39%, 12,800/s) in 1,000 blocks (..)`.
fn amounts(row: &str) -> [u64; 2] {
    let before = |word: &str| {
        let (left, _) = row.split_once(word)?;
        let digits = left.rsplit(' ').next()?.replace(',', "");
        digits.parse::<u64>().ok()
    };
    [" bytes", " blocks"].map(|word| before(word).unwrap_or(0))
}

/// Returns the numbers of each node of the tree that is shown, by its frames, joined by line ends.
pub(crate) fn nodes(shown: &str) -> BTreeMap<String, Usage> {
    let mut nodes = BTreeMap::new();
    let mut usage = [0; 4];
    let mut frames = None::<Vec<String>>;
    for row in shown.lines() {
        let row = row.trim_start_matches(|letter: char| "│├└─▼▶ ".contains(letter));
        if row.starts_with("PP ") {
            usage = [0; 4];
        } else if row.starts_with("Total:") {
            [usage[TOTAL_BYTES], usage[TOTAL_BLOCKS]] = amounts(row);
        } else if row.starts_with("At t-end:") {
            [usage[LIVE_BYTES], usage[LIVE_BLOCKS]] = amounts(row);
        } else if row == "Allocated at {" {
            frames = Some(Vec::new());
        } else if row == "}" {
            if let Some(frames) = frames.take() {
                nodes.insert(frames.join("\n"), usage);
            }
        } else if let Some(frames) = &mut frames {
            // `#1: frame`, or `^1: frame` for one of the node above
            let name = row.split_once(": ").map_or(row, |(_, name)| name);
            frames.push(name.to_owned());
        }
    }
    nodes
}

#[test]
fn each_node_that_is_shown_has_the_numbers_of_its_lines() {
    if !target().join("viewers/dh_view/dh_view.html").exists() {
        not_run(
            "dh_view.html",
            "it is not in target/viewers; `.ci/run viewers` installs it",
        );
        return;
    }
    for recorded in runs() {
        let Some(shown) = browse("dh_view", &recorded.file("dhat")) else {
            return;
        };
        let nodes = nodes(&shown);
        assert_eq!(nodes["[root]"], recorded.total(), "{shown}");
        let mut found = 0;
        for (names, usage) in &nodes {
            let names: Vec<String> = names.split('\n').map(str::to_owned).collect();
            // The sum of what is too small to be shown has no frames, and the root has one of its own.
            if names[0] == "[root]" || names.iter().any(|name| name.ends_with("insignificant]")) {
                continue;
            }
            let sums = recorded.sums(|line| frames(line).starts_with(&names).then(String::new));
            assert_eq!(sums.get(""), Some(usage), "{names:?}: {shown}");
            found += 1;
        }
        assert!(found >= 2, "{shown}");
    }
}

#[test]
fn the_firefox_profiler_reads_the_same() {
    for recorded in runs() {
        let Some(session) = Session::load(recorded, "dhat") else {
            return;
        };
        let sums = recorded.sums(|line| Some(frames(line)[0].clone()));
        for (thread, number) in [("t-0", TOTAL_BYTES), ("t-3", LIVE_BYTES)] {
            let read = session.functions(thread);
            for (element, sum) in &sums {
                let bytes = read.get(element).copied().unwrap_or_default();
                assert_eq!(bytes, sum[number], "{thread}, {element}: {read:?}");
            }
        }
    }
}
