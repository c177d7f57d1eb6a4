//! `SGN_DEBUG_MACRO=Name` prints what a macro made of the item `Name`.

use proc_macro2::TokenStream;

/// Prints `expansion` to standard error if the environment asks for the item called `name`.
///
/// The text is not formatted; pipe it through `rustfmt` to read it. Cargo does not know the variable, so touch the file
/// to expand it again.
#[expect(
    clippy::print_stderr,
    reason = "printing is what the user asked for by setting the variable"
)]
pub(crate) fn print(name: &str, expansion: &TokenStream) {
    if std::env::var("SGN_DEBUG_MACRO").is_ok_and(|wanted| wanted == name) {
        eprintln!("{expansion}");
    }
}
