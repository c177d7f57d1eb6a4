//! Tokens back to text, as a reader would write them.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Ident;
use syn::ext::IdentExt as _;

/// The name without `r#`.
pub(crate) fn unraw(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// The tokens of `expression` as a reader would write them, for documentation and messages.
pub(crate) fn text_of(expression: &impl ToTokens) -> String {
    compact(&expression.to_token_stream())
}

/// The text of `tokens` on one line: `1..=100` rather than `1 ..= 100`.
pub(crate) fn compact(tokens: &TokenStream) -> String {
    let mut text = String::new();
    write(&mut text, tokens);
    text
}

/// Punctuation that stands between spaces.
const SPACED: [&str; 14] = [
    "=", "==", "!=", "<=", ">=", "->", "=>", "+", "*", "/", "%", "&&", "||", "+=",
];

fn write(text: &mut String, tokens: &TokenStream) {
    let mut punctuation = String::new();
    let mut previous = Previous::Nothing;
    for token in tokens.clone() {
        match token {
            TokenTree::Punct(punct) => {
                punctuation.push(punct.as_char());
                if punct.spacing() == Spacing::Alone || punct.as_char() == '\'' {
                    write_punctuation(text, &std::mem::take(&mut punctuation), previous);
                    previous = Previous::Punctuation;
                }
            }
            other => {
                if !punctuation.is_empty() {
                    write_punctuation(text, &std::mem::take(&mut punctuation), previous);
                    previous = Previous::Punctuation;
                }
                previous = write_token(text, other, previous);
            }
        }
    }
    text.push_str(&punctuation);
}

/// What was written last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Previous {
    Nothing,
    Punctuation,
    Word,
    Group,
}

fn write_punctuation(text: &mut String, punctuation: &str, previous: Previous) {
    let binary =
        SPACED.contains(&punctuation) && matches!(previous, Previous::Word | Previous::Group);
    if binary {
        text.push(' ');
    }
    text.push_str(punctuation);
    if binary || matches!(punctuation, "," | ";") || (punctuation == ":" && !text.ends_with("::")) {
        text.push(' ');
    }
}

fn write_token(text: &mut String, token: TokenTree, previous: Previous) -> Previous {
    match token {
        TokenTree::Group(group) => {
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::Brace => ("{ ", " }"),
                Delimiter::None => ("", ""),
            };
            if group.delimiter() == Delimiter::Brace && previous == Previous::Word {
                text.push(' ');
            }
            text.push_str(open);
            write(text, &group.stream());
            text.push_str(close);
            Previous::Group
        }
        word => {
            if previous == Previous::Word {
                text.push(' ');
            }
            text.push_str(&word.to_string());
            Previous::Word
        }
    }
}

#[cfg(test)]
mod tests {
    use super::compact;

    #[test]
    fn reads_as_it_was_written() {
        for text in [
            "1..=100",
            "-1.0..1.0",
            "Vec::with_capacity(8)",
            "HashMap<String, Vec<f32>>",
            "&'static str",
            "f(a, b) + 1",
            "PathBuf::from(\"a b\")",
            "[0; 4]",
            "x as f64 * 2.0",
        ] {
            let tokens = text.parse().expect("the sample is Rust");
            assert_eq!(compact(&tokens), text);
        }
    }
}
