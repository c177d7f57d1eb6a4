//! The code that shows how `sgn` is used: examples, the guide, and the tests in the documentation.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};

use crate::source::{files, flat, read};

/// The names in that code.
#[derive(Debug, Default)]
pub(super) struct Words(BTreeSet<String>);

impl Words {
    /// Reads the examples, the guide and the documentation.
    pub(super) fn of_the_project() -> Self {
        let mut words = Self::default();
        for path in files() {
            let is_source = path.ends_with(".rs");
            if is_source && path.starts_with("examples/") {
                words.code(&read(path));
            } else if is_source
                && (path.starts_with("sgn/src/") || path.starts_with("sgn-macros/src/"))
            {
                words.text(&documentation(&read(path)));
            } else if path.ends_with(".md") && !path.starts_with("tests/") {
                words.text(&read(path));
            }
        }
        words
    }

    /// Returns true if there is code with that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Takes in the code of a page: its blocks that are compiled.
    fn text(&mut self, page: &str) {
        let mut block: Option<String> = None;
        let mut is_compiled = false;
        for line in page.lines() {
            let line = line.trim();
            match (line.strip_prefix("```"), &mut block) {
                (Some(_), Some(code)) => {
                    if is_compiled {
                        let code = std::mem::take(code);
                        self.code(&code);
                    }
                    block = None;
                }
                (Some(kind), None) => {
                    let mut words = kind.split(',').map(str::trim);
                    is_compiled = words.all(|word| {
                        matches!(word, "" | "rust" | "no_run" | "should_panic")
                            || word.starts_with("edition")
                    });
                    block = Some(String::new());
                }
                (None, Some(code)) => {
                    // A line that is compiled and not shown.
                    let line = if line == "#" {
                        ""
                    } else {
                        line.strip_prefix("# ").unwrap_or(line)
                    };
                    code.push_str(line);
                    code.push('\n');
                }
                (None, None) => {}
            }
        }
    }

    fn code(&mut self, code: &str) {
        let stream: Result<TokenStream, _> = code.parse();
        let stream = stream.unwrap_or_else(|error| panic!("not Rust, {error}:\n{code}"));
        let tokens: Vec<_> = stream.into_iter().collect();
        let names = flat(&tokens).into_iter().filter_map(|token| match token {
            TokenTree::Ident(ident) => Some(ident.to_string()),
            _ => None,
        });
        self.0.extend(names);
    }
}

/// Returns the documentation in a source, without its marks.
fn documentation(source: &str) -> String {
    let mut text = String::new();
    for line in source.lines().map(str::trim) {
        let documented = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"));
        // Between two comments there is code, so no block goes on from one to the other.
        text.push_str(documented.unwrap_or_default());
        text.push('\n');
    }
    text
}

#[test]
fn only_code_that_is_compiled_counts() {
    let mut words = Words::default();
    words.text(&documentation(
        "/// Prose with `prose`.\n///\n/// ```\n/// # let hidden = shown::<u8>(\"text\"); // comment\n/// ```\n\
         /// ```text\n/// diagram\n/// ```\n/// ```compile_fail\n/// wrong\n/// ```\nfn item() {}",
    ));
    let found: Vec<_> = words.0.iter().map(String::as_str).collect();
    assert_eq!(found, ["hidden", "let", "shown", "u8"]);
}
