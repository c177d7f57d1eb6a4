//! The page, driven in headless Chromium as a reader would use it.
//!
//! `page/checks.mjs` has what it must do. No check passes if the page writes to the console, opens a dialog, or asks for
//! anything but itself.

use std::path::{Path, PathBuf};

use crate::readers::{read, reader};
use crate::recorded::{Recorded, runs};

/// Returns the page of a run, by a name from which a browser knows what it is.
fn page(recorded: &Recorded) -> PathBuf {
    let page = recorded.folder().join("run.html");
    std::fs::copy(recorded.file("html"), &page).expect("it was exported");
    page
}

/// Runs a check on the pages of `names`.
fn check(check: &str, names: &[&str]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/viewers/page/browser.mjs");
    for recorded in runs().iter().filter(|run| names.contains(&run.example)) {
        if let Some(mut browser) = reader("browser") {
            read(browser.arg(&script).arg(check).arg(page(recorded)));
        }
    }
}

const BOTH: [&str; 2] = ["strain", "leak_hunt"];

#[test]
fn the_first_screen_says_what_is_wrong_and_where() {
    check("verdict", &BOTH);
}

#[test]
fn bars_add_up_to_the_run_in_each_measure() {
    check("measures", &BOTH);
}

#[test]
fn a_range_is_chosen_by_a_drag_and_the_table_has_its_numbers() {
    check("range", &BOTH);
}

#[test]
fn a_range_is_chosen_by_keys() {
    check("rangeByKeys", &BOTH);
}

#[test]
fn a_search_finds_the_lines_with_all_words() {
    check("search", &BOTH);
}

#[test]
fn columns_sort_by_pointer_and_by_keys() {
    check("sort", &BOTH);
}

#[test]
fn a_click_anywhere_goes_to_the_text_of_a_line() {
    check("clicks", &BOTH);
}

#[test]
fn light_and_dark_can_be_read_and_switched() {
    check("schemes", &BOTH);
}

#[test]
fn four_hundred_pixels_are_enough() {
    check("narrow", &BOTH);
}

#[test]
fn the_keyboard_is_enough() {
    check("keyboard", &BOTH);
}

#[test]
fn hostile_texts_do_nothing() {
    check("hostile", &["leak_hunt"]);
}

#[test]
fn the_policy_keeps_out_what_is_not_of_the_page() {
    check("policy", &["leak_hunt"]);
}

#[test]
fn unusual_runs_are_shown() {
    check("unusual", &["leak_hunt"]);
}

#[test]
fn a_hundred_elements_are_shown() {
    check("large", &["leak_hunt"]);
}

#[test]
fn nothing_moves_unasked_and_paper_has_all() {
    check("calm", &BOTH);
}
