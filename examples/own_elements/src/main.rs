//! The elements of this crate from the command line: `cargo run -- inspect`.

use std::process::ExitCode;

use own_elements as _;

fn main() -> ExitCode {
    sgn::cli::run()
}
