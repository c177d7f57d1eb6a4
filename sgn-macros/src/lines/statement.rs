//! Where a statement stands and how it reads.

use proc_macro2::{Delimiter, LineColumn, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::Stmt;

use crate::text::compact;

/// The most characters of a statement's text.
const WIDTH: usize = 60;

/// A statement without its attributes.
pub(super) struct Statement {
    /// The place of its first token.
    pub(super) span: Span,
    /// Its `#[cfg(..)]` attributes.
    pub(super) cfgs: Vec<TokenStream>,
    tokens: Vec<TokenTree>,
}

impl Statement {
    /// Takes a statement apart.
    pub(super) fn new(statement: &Stmt) -> Self {
        Self::of_tokens(statement.to_token_stream())
    }

    /// Takes the tokens of an expression or a statement apart.
    pub(super) fn of_tokens(tokens: TokenStream) -> Self {
        let mut cfgs = Vec::new();
        let mut tokens = tokens.into_iter().peekable();
        while let Some(pound) = tokens.next_if(|token| is_punct(token, '#')) {
            let Some(TokenTree::Group(group)) = tokens.next() else {
                break;
            };
            let name = group.stream().into_iter().next();
            if name.is_some_and(|name| name.to_string() == "cfg") {
                cfgs.push([pound, TokenTree::Group(group)].into_iter().collect());
            }
        }
        let tokens: Vec<TokenTree> = tokens.collect();
        Self {
            span: tokens.first().map_or_else(Span::call_site, start_of),
            cfgs,
            tokens,
        }
    }

    /// The same place with the text of other tokens.
    pub(super) fn reading(self, tokens: TokenStream) -> Self {
        Self {
            tokens: tokens.into_iter().collect(),
            ..self
        }
    }

    /// The line of its first token.
    pub(super) fn line(&self) -> usize {
        self.span.start().line
    }

    /// Its file, as `file!()` gives it.
    pub(super) fn file(&self) -> TokenStream {
        let file = self.span.file();
        if file.is_empty() || file.starts_with('<') {
            quote!(::core::file!())
        } else {
            quote!(#file)
        }
    }

    /// Its text as the user wrote it, on one line, at most [`WIDTH`] characters of it, and without the statements of a
    /// block that begins there.
    pub(super) fn text(&self) -> String {
        let tokens = self.tokens.iter().cloned().collect();
        if self.line() == 0 {
            return shortened(&compact(&tokens));
        }
        let mut reader = Reader::default();
        reader.read(tokens);
        shortened(&reader.text)
    }
}

/// The line of a statement's first token.
pub(super) fn line_of(statement: &Stmt) -> usize {
    Statement::new(statement).line()
}

fn is_punct(token: &TokenTree, expected: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == expected)
}

fn start_of(token: &TokenTree) -> Span {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => group
            .stream()
            .into_iter()
            .next()
            .as_ref()
            .map_or_else(|| group.span_open(), start_of),
        TokenTree::Group(group) => group.span_open(),
        other => other.span(),
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= WIDTH {
        return text.to_owned();
    }
    let kept: String = text.chars().take(WIDTH - 1).collect();
    format!("{}…", kept.trim_end())
}

/// Puts tokens side by side with the spaces that their places tell.
#[derive(Default)]
struct Reader {
    text: String,
    end: Option<LineColumn>,
    /// The last piece was the quote of a lifetime.
    after_quote: bool,
    done: bool,
}

impl Reader {
    fn read(&mut self, tokens: TokenStream) {
        for token in tokens {
            if self.done || self.text.len() > 4 * WIDTH {
                return;
            }
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::None => {
                            self.read(group.stream());
                            continue;
                        }
                    };
                    self.piece(open, group.span_open());
                    let first = group.stream().into_iter().next();
                    if group.delimiter() == Delimiter::Brace
                        && first.is_some_and(|first| {
                            start_of(&first).start().line > group.span_open().start().line
                        })
                    {
                        self.done = true;
                        return;
                    }
                    self.read(group.stream());
                    if !self.done {
                        self.piece(close, group.span_close());
                    }
                }
                other => {
                    self.piece(&other.to_string(), other.span());
                    self.after_quote = is_punct(&other, '\'');
                }
            }
        }
    }

    fn piece(&mut self, piece: &str, span: Span) {
        let start = span.start();
        if self.end.is_some_and(|end| self.is_apart(end, start, piece)) {
            self.text.push(' ');
        }
        for character in piece.chars() {
            match character {
                '\n' => self.text.push_str("\\n"),
                '\r' => {}
                other => self.text.push(other),
            }
        }
        self.end = Some(span.end());
    }

    /// Whether there is a space between what ends at `end` and `piece`, which begins at `start`.
    fn is_apart(&self, end: LineColumn, start: LineColumn, piece: &str) -> bool {
        // The compiler gives the quote of a lifetime and its name one place.
        if self.after_quote {
            return false;
        }
        if start.line == end.line && start.column >= end.column {
            let gap = start.column - end.column;
            // A wider gap is a comment, or the space that one has left.
            return gap == 1 || (gap > 1 && !self.is_close(piece));
        }
        !self.is_close(piece)
    }

    /// Whether `piece` follows what is there without a space where nobody says otherwise.
    fn is_close(&self, piece: &str) -> bool {
        self.text.ends_with(['(', '[']) || piece.starts_with(['.', '?', ')', ']', ',', ';'])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str) -> String {
        let block: syn::Block = syn::parse_str(source).expect("the sample is Rust");
        Statement::new(&block.stmts[0]).text()
    }

    #[test]
    fn reads_as_it_was_written() {
        assert_eq!(
            text("{ let a: Vec<f32> = x.iter().map(|y| y*2.0).collect(); }"),
            "let a: Vec<f32> = x.iter().map(|y| y*2.0).collect();"
        );
        assert_eq!(text("{ f( a,   b ) }"), "f( a, b )");
        assert_eq!(
            text("{ let a = x\n   .iter()\n   .copied()\n   .collect()?; }"),
            "let a = x.iter().copied().collect()?;"
        );
        assert_eq!(
            text("{ for x in items.drain(..) {\n x();\n }\n }"),
            "for x in items.drain(..) {"
        );
        assert_eq!(
            text("{ call(\n    first,\n    second,\n); }"),
            "call(first, second,);"
        );
        let generic = "loop { f::<&'static str>(&x); }";
        assert_eq!(text(&format!("{{ {generic} }}")), generic);
    }

    #[test]
    fn attributes_are_not_part_of_it() {
        let block: syn::Block =
            syn::parse_str("{\n#[allow(unused)]\n#[cfg(unix)]\nlet a = f();\n}").expect("Rust");
        let statement = Statement::new(&block.stmts[0]);
        assert_eq!(statement.text(), "let a = f();");
        assert_eq!(statement.line(), 4);
        assert_eq!(statement.cfgs.len(), 1);
    }

    #[test]
    fn long_ones_are_cut() {
        let long =
            text("{ let a = a_function_with_a_long_name(argument_one, argument_two, three); }");
        assert_eq!(long.chars().count(), WIDTH);
        assert!(long.ends_with('…'), "{long}");
    }
}
