//! What the documentation of the library shows at its front.

use std::fs;
use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests
        .parent()
        .expect("the tests are in a folder of the workspace")
}

/// The front page of the documentation as a user makes it, without features.
fn front_page() -> String {
    let target = root().join("target/documentation");
    let status = Command::new(env!("CARGO"))
        .args([
            "doc",
            "--quiet",
            "--no-deps",
            "--package",
            "sgn",
            "--target-dir",
        ])
        .arg(&target)
        .current_dir(root())
        .status();
    assert!(status.is_ok_and(|status| status.success()));
    fs::read_to_string(target.join("doc/sgn/index.html")).expect("there is a front page")
}

#[test]
fn the_front_page_says_what_each_item_is_and_lists_the_command_line() {
    let page = front_page();
    assert!(page.contains("Marks the lines of helper code"));
    assert!(!page.contains("<dd>Example</dd>"));
    assert!(page.contains("A command line for the elements of a program"));
}
