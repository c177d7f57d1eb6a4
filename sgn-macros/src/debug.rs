//! `SGN_DEBUG_MACRO=Name` prints what a macro made of the item `Name`.

use std::io::{self, Write as _};
use std::process::{Command, Stdio};

use proc_macro2::TokenStream;

/// Prints `expansion` to standard error if the environment asks for the item called `name`.
///
/// Cargo does not know the variable, so touch the file to expand it again.
#[expect(
    clippy::print_stderr,
    reason = "printing is what the user asked for by setting the variable"
)]
pub(crate) fn print(name: &str, expansion: &TokenStream) {
    if std::env::var("SGN_DEBUG_MACRO").is_ok_and(|wanted| wanted == name) {
        let text = expansion.to_string();
        eprintln!("{}", formatted(&text).unwrap_or(text));
    }
}

/// The text as `rustfmt` writes it; none if there is no `rustfmt`, or if it cannot read the text.
///
/// A child process, as a library that formats would be compiled in every build of every user.
fn formatted(text: &str) -> Option<String> {
    let rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let read = |mut child: std::process::Child| -> io::Result<Option<String>> {
        // It reads all before it writes. The pipe is closed at the end of the statement.
        let written = child
            .stdin
            .take()
            .map(|mut pipe| pipe.write_all(text.as_bytes()));
        let output = child.wait_with_output()?;
        written.transpose()?;
        let formatted = String::from_utf8(output.stdout).ok();
        Ok(formatted.filter(|_| output.status.success()))
    };
    rustfmt.and_then(read).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::formatted;

    #[test]
    fn items_are_written_over_lines() {
        let text = "fn one () { } const _ : () = { struct Two { } } ;";
        // Without `rustfmt` the text is printed as it is.
        if let Some(formatted) = formatted(text) {
            assert_eq!(
                formatted,
                "fn one() {}\nconst _: () = {\n    struct Two {}\n};\n"
            );
        }
        assert_eq!(super::formatted("fn fn fn"), None);
    }
}
