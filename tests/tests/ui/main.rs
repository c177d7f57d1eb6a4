//! What the macros refuse, and with which words; and accepted programs that must be crates of their own.
//!
//! The compiler is called as it is, with the libraries that this test has: cargo would compile them anew, and be asked
//! for each program. `UI=overwrite` writes what the compiler says to the files of what it is expected to say.

mod compiler;
mod measure;
mod program;
mod words;

use std::fs;

use compiler::Compiler;
use program::{Program, programs};

/// Compares what the compiler says of each program with what it is expected to say.
#[track_caller]
fn are_refused(folder: &str) {
    let is_to_write = std::env::var_os("UI").is_some_and(|value| value == "overwrite");
    let compiler = Compiler::new();
    let complaints = compiler::each(&programs(folder), |program: &Program| {
        let said = compiler.check(program).err();
        let Some(said) = said else {
            return Some(String::from("it compiles"));
        };
        let said = words::normal(&said);
        if is_to_write {
            fs::write(program.stderr(), said).expect("the words can be written");
            return None;
        }
        let expected = program.expected();
        (said != expected).then(|| format!("expected:\n{expected}\nfound:\n{said}"))
    });
    none(&complaints);
}

/// Fails with all complaints at once.
#[track_caller]
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn accepted_programs_compile_and_run() {
    let compiler = Compiler::new();
    let complaints = compiler::each(&programs("pass"), |program: &Program| {
        compiler.run(program).err()
    });
    none(&complaints);
}

#[test]
fn mistakes_are_explained() {
    are_refused("fail");
}

/// What only attackers write need not be explained in one short error; see `tests/tests/attack/main.rs`.
#[test]
fn attacks_are_refused() {
    are_refused("attack");
}
