//! The page, driven in headless Chromium as a reader would use it.
//!
//! `page/checks.mjs` has what it must do. No check passes if the page writes to the console, opens a dialog, or asks for
//! anything but itself.

use std::path::{Path, PathBuf};

use crate::readers::{read, reader};
use crate::recorded::{Recorded, hostile, runs};

/// Returns the page of a run, by a name from which a browser knows what it is.
fn page(recorded: &Recorded) -> PathBuf {
    let page = recorded.folder().join("run.html");
    std::fs::copy(recorded.file("html"), &page).expect("it was exported");
    page
}

/// Runs a check on the page of each of `recorded`.
fn check<'a>(check: &str, recorded: impl IntoIterator<Item = &'a Recorded>) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/viewers/page/browser.mjs");
    for recorded in recorded {
        if let Some(mut browser) = reader("browser") {
            read(browser.arg(&script).arg(check).arg(page(recorded)));
        }
    }
}

#[test]
fn the_first_screen_says_what_is_wrong_and_where() {
    check("verdict", runs());
}

#[test]
fn bars_add_up_to_the_run_in_each_measure() {
    check("measures", runs());
    check("measures", [hostile()]);
}

#[test]
fn a_range_is_chosen_by_a_drag_and_the_table_has_its_numbers() {
    check("range", runs());
}

#[test]
fn a_range_is_chosen_by_keys() {
    check("rangeByKeys", runs());
}

#[test]
fn a_search_finds_the_lines_with_all_words() {
    check("search", runs());
}

#[test]
fn columns_sort_by_pointer_and_by_keys() {
    check("sort", runs());
}

#[test]
fn a_click_anywhere_goes_to_the_text_of_a_line() {
    check("clicks", runs());
}

#[test]
fn light_and_dark_can_be_read_and_switched() {
    check("schemes", runs());
}

#[test]
fn four_hundred_pixels_are_enough() {
    check("narrow", runs());
}

#[test]
fn the_keyboard_is_enough() {
    check("keyboard", runs());
}

#[test]
fn hostile_texts_do_nothing() {
    check("hostile", [hostile()]);
}

#[test]
fn the_policy_keeps_out_what_is_not_of_the_page() {
    check("policy", &runs()[..1]);
}

#[test]
fn unusual_runs_are_shown() {
    check("unusual", &runs()[..1]);
}

#[test]
fn a_hundred_elements_are_shown() {
    check("large", &runs()[..1]);
}

#[test]
fn nothing_moves_unasked_and_paper_has_all() {
    check("calm", runs());
}
