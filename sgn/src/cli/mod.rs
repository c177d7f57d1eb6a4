//! The command `sgn`: it shows recorded runs, and lists, describes and runs the elements of a program.
//!
//! Needs the feature `cli`: `cargo install --path sgn --features cli`. It knows the stock elements. Any binary becomes a
//! catalogue of the elements that are linked into it, with the same commands:
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use my_elements as _; // Its elements are linked, and so they are in the catalogue.
//! # mod my_elements {}
//!
//! fn main() -> ExitCode {
//!     sgn::cli::run()
//! }
//! ```
//!
//! ```text
//! catalogue inspect                                all elements, a line each; also without any command
//! catalogue inspect counter                        one element: docs, pads, properties
//! catalogue launch "counter max_frames=3 ! print"  makes a pipeline and runs it
//! catalogue report run.sgnprof                     the memory report of a recorded run
//! catalogue diff before.sgnprof after.sgnprof      what needs more memory in the later of two runs
//! catalogue top run.sgnprof                        the memory of a run in the terminal, live
//! catalogue export run.sgnprof --format pprof      a recorded run in the format of another viewer
//! catalogue completions bash                       a completion script
//! catalogue man                                    the manual, for `man`
//! ```
//!
//! The language of launch strings is that of [`launch`](crate::launch).
//!
//! # For tools
//!
//! `--json` makes `inspect` and `launch` print JSON on one line of standard output, the last one: elements of a
//! pipeline may print lines before it. An error is an object `{"error": {"kind": .., "message": .., "problems": [..]}}`;
//! the problems of a launch string have `line`, `column` (from 1, in characters), `start` and `end` (in bytes), and
//! `left_out` says how many more there are.
//!
//! # Exit codes
//!
//! 0: all is well. 1: no such element, a bad launch string, a run that failed, names that several elements have, a file
//! that cannot be read or written.
//! 2: a command line that cannot be read.

mod answer;
mod command;
mod completions;
mod diff;
mod export;
mod inspect;
mod json;
mod launch;
mod man;
mod progress;
mod recorded;
mod report;
#[cfg(any(unix, windows))]
mod top;

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write};
use std::process::ExitCode;

use self::answer::Answer;
use crate::text::{is_unfit, lines};

/// Does what the command line of the process says.
pub fn run() -> ExitCode {
    let mut out = io::stdout();
    let is_terminal = out.is_terminal();
    let arguments = std::env::args_os().collect();
    run_on(arguments, &mut out, is_terminal, &mut io::stderr())
}

/// Does what `arguments` say, the name of the program first, and writes to `out` and `err`.
///
/// The elements of a pipeline print to their own outputs.
///
/// ```
/// let (mut out, mut err) = (Vec::new(), Vec::new());
/// sgn::cli::run_from(["catalogue", "inspect", "null_sink"], &mut out, &mut err);
/// assert!(String::from_utf8_lossy(&out).contains("Looks at every frame and drops it."));
/// ```
pub fn run_from<A: Into<OsString> + Clone>(
    arguments: impl IntoIterator<Item = A>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> ExitCode {
    let arguments = arguments.into_iter().map(Into::into).collect();
    run_on(arguments, out, false, err)
}

fn run_on(
    arguments: Vec<OsString>,
    out: &mut dyn Write,
    is_terminal: bool,
    err: &mut dyn Write,
) -> ExitCode {
    let matches = match command::command().try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) => {
            // A request for help is an error to clap, and none to the user.
            let text = error.to_string();
            if !error.use_stderr() {
                let answer = Answer::written(write(out, &text));
                write_to(err, &answer.err);
                return answer.code();
            }
            // The text has line ends of its own, and the arguments may have some that forge others.
            if arguments
                .iter()
                .any(|argument| argument.to_string_lossy().contains(is_unfit))
            {
                write_to(err, &format!("{}\n", lines(&text)));
            } else {
                write_to(err, &text);
            }
            return ExitCode::from(2);
        }
    };
    let mut answer = command::answer(&matches, &arguments, out, is_terminal);
    if let Err(error) = write(out, &answer.out)
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        answer = Answer::written(Err(error));
    }
    write_to(err, &answer.err);
    answer.code()
}

fn write(target: &mut dyn Write, text: &str) -> io::Result<()> {
    target.write_all(text.as_bytes())?;
    target.flush()
}

/// Writes what can be written: where messages go nowhere, there is nobody to tell.
fn write_to(target: &mut dyn Write, text: &str) {
    let _ = write(target, text);
}
