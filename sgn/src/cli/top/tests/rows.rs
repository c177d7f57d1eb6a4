//! The rows by order, filter, and what is open.

use super::super::choice::{Action, Choice, Sort};
use super::super::facts::made::facts;
use super::super::row::{Key, Row};
use super::super::rows::rows;
use super::super::track::Track;
use crate::recording::run::{Held, Run, made};

/// Returns a run of which the last moment has numbers for all rows.
pub(super) fn run() -> Run {
    let mut run = made::run("src/main.rs", "let x = vec![0; 8];", 3);
    run.holders = vec![
        Held {
            holder: String::from("kept.all"),
            bytes: 38_400,
            blocks: 300,
        },
        Held {
            holder: String::from("a static"),
            bytes: 9,
            blocks: 1,
        },
    ];
    run
}

pub(super) fn track(run: &Run) -> Track {
    let mut track = Track::default();
    for moment in 0..run.moments.len() {
        track.add(&facts(run, moment));
    }
    track
}

fn of(run: &Run, choice: &Choice) -> Vec<Row> {
    rows(&facts(run, run.moments.len() - 1), &track(run), choice)
}

fn names(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.name.as_str()).collect()
}

#[test]
fn elements_come_first_and_add_up() {
    let run = run();
    let rows = of(&run, &Choice::default());
    assert_eq!(names(&rows), ["kept", "src", "(runtime)"]);
    let [kept, src, runtime] = &rows[..] else {
        panic!("there are three");
    };
    assert_eq!((kept.usage.live_bytes, kept.held), (38_400, Some(38_400)));
    assert_eq!((kept.rate.bytes, kept.rate.blocks), (12_800.0, 200.0));
    assert!(kept.is_alarm && !src.is_alarm);
    assert_eq!((src.held, runtime.held), (Some(0), None));
    assert!(runtime.is_built_in && runtime.is_open.is_none());
    let peak = kept.peak.expect("it is known");
    assert_eq!((peak.bytes, peak.is_exact), (38_400, true));
    assert!(!runtime.peak.expect("it is known").is_exact);
}

#[test]
fn an_open_element_has_fields_pads_and_lines() {
    let run = run();
    let mut choice = Choice::default();
    let closed = of(&run, &choice);
    choice.apply(Action::Toggle, &closed, 10);
    let open = of(&run, &choice);
    let expected = [
        "kept",
        ".all",
        "snk:in",
        "main.rs:12",
        "elsewhere",
        "src",
        "(runtime)",
    ];
    assert_eq!(names(&open), expected);
    assert_eq!(
        open[2].detail,
        "kept:snk:in: live 37.5 KiB in 300 blocks; in all 37.6 KiB in 601"
    );
    assert_eq!(open[3].detail, "src/main.rs:12  let x = vec![0; 8];");
    assert!(open[3].is_alarm && !open[4].is_alarm);
    // A row below closes its element, and the element is selected.
    choice.apply(Action::Move(3), &open, 10);
    assert_eq!(choice.selected, Some(Key::Line(2)));
    choice.apply(Action::Close, &open, 10);
    assert_eq!(names(&of(&run, &choice)), names(&closed));
    assert_eq!(choice.selected, Some(Key::Element(String::from("kept"))));
    choice.apply(Action::ToggleAll, &closed, 10);
    assert_eq!(of(&run, &choice).len(), 9);
}

#[test]
fn rows_are_sorted_both_ways_and_owners_that_are_no_elements_stay_below() {
    let run = run();
    let mut choice = Choice::default();
    for (sort, first) in [
        (Sort::Name, "kept"),
        (Sort::Peak, "kept"),
        (Sort::Held, "kept"),
        (Sort::Bytes, "kept"),
        (Sort::Blocks, "kept"),
        (Sort::Live, "kept"),
    ] {
        choice.apply(Action::Sort(sort), &[], 10);
        let usual = of(&run, &choice);
        assert_eq!(usual[0].name, first, "{sort:?}");
        choice.apply(Action::Sort(sort), &[], 10);
        let turned = of(&run, &choice);
        assert_eq!(names(&turned), ["src", "kept", "(runtime)"], "{sort:?}");
    }
}

#[test]
fn a_filter_finds_elements_pads_lines_and_holders() {
    let run = run();
    let found = |text: &str| {
        let mut choice = Choice::default();
        choice.filter.push_str(text);
        let rows = of(&run, &choice);
        rows.into_iter().map(|row| row.name).collect::<Vec<_>>()
    };
    assert_eq!(found("KEPT"), ["kept"]);
    assert_eq!(found("main.rs:7"), ["src", "src:out", "main.rs:7"]);
    assert_eq!(found("snk:in")[..2], ["kept", "snk:in"]);
    assert_eq!(found(".all"), ["kept", ".all"]);
    assert_eq!(found("vec![0; 8]").len(), 6);
    assert_eq!(found("no such"), [""; 0]);
}

#[test]
fn a_filter_is_typed_kept_and_dropped() {
    let mut choice = Choice::default();
    let mut press = |action| (choice.apply(action, &[], 10), choice.clone());
    press(Action::Filter);
    press(Action::Type('k'));
    press(Action::Type('x'));
    let (_, typed) = press(Action::Erase);
    assert!(typed.is_typing && typed.filter == "k");
    let (_, kept) = press(Action::Done);
    assert!(!kept.is_typing && kept.filter == "k");
    let (ends, dropped) = press(Action::Back);
    assert!(!ends && dropped.filter.is_empty());
    press(Action::Help);
    let (ends, _) = press(Action::Back);
    assert!(!ends);
    let (ends, _) = press(Action::Back);
    assert!(ends);
}

#[test]
fn the_selection_stays_with_its_row_and_in_sight() {
    let run = run();
    let mut choice = Choice::all_open();
    let rows = of(&run, &choice);
    choice.apply(Action::Last, &rows, 3);
    choice.scroll(&rows, 3);
    assert_eq!(
        (choice.place(&rows), choice.offset),
        (rows.len() - 1, rows.len() - 3)
    );
    choice.apply(Action::Page(-1), &rows, 3);
    assert_eq!(choice.place(&rows), rows.len() - 4);
    choice.scroll(&rows, 3);
    assert_eq!(choice.offset, rows.len() - 4);
    choice.apply(Action::First, &rows, 3);
    choice.scroll(&rows, 3);
    assert_eq!((choice.place(&rows), choice.offset), (0, 0));
    choice.apply(Action::Sort(Sort::Name), &rows, 3);
    choice.apply(Action::Sort(Sort::Name), &rows, 3);
    let turned = of(&run, &choice);
    assert_eq!(turned[choice.place(&turned)].name, "kept");
    choice.scroll(&[], 0);
    assert_eq!(choice.offset, 0);
}

#[test]
fn names_with_points_and_colons_belong_to_the_longest_element() {
    let mut run = run();
    run.elements[0].name = String::from("kept.all");
    run.owners[1].name = String::from("kept.all:src:out");
    run.holders[0].holder = String::from("kept.all.deep");
    let rows = of(&run, &Choice::default());
    let held = |name: &str| {
        rows.iter()
            .find(|row| row.name == name)
            .and_then(|row| row.held)
    };
    assert_eq!((held("kept.all"), held("kept")), (Some(38_400), Some(0)));
}
