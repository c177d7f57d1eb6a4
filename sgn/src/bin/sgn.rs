//! The command `sgn`: reads the memory profiles of runs, and describes and runs the stock elements.

use std::process::ExitCode;

fn main() -> ExitCode {
    sgn::cli::run()
}
