//! Golden expansions: what the macros write for small items, pinned as text.
//!
//! Read them to see what an attribute costs; a change of the expansion shows here as a change of these texts. After one
//! that is meant: `INSTA_UPDATE=always cargo test -p sgn-macros`, and read the difference.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::visit::Visit;

use crate::expand::quiet;
use crate::macros;
use crate::role::Role;
use crate::text::compact;

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("the sample is made of tokens")
}

/// The expansion of `item`, one statement or item a line; the list of silenced lints is left out.
fn expansion(role: Role, options: &str, item: &str) -> String {
    let mut text = String::new();
    write(
        &mut text,
        macros::role(role, tokens(options), tokens(item)),
        0,
    );
    let silenced = compact(&quiet());
    text.lines()
        .filter(|line| line.trim() != silenced)
        .map(|line| format!("{line}\n"))
        .collect()
}

fn write(text: &mut String, tokens: TokenStream, depth: usize) {
    let mut line = Vec::new();
    for token in tokens {
        match &token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                flush(text, &mut line, depth, " {");
                write(text, group.stream(), depth + 1);
                flush(text, &mut line, depth, "}");
            }
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::Parenthesis && ends_in_a_body(group) =>
            {
                flush(text, &mut line, depth, "(");
                write(text, group.stream(), depth + 1);
                text.push_str(&"    ".repeat(depth));
                text.push(')');
            }
            TokenTree::Punct(punct)
                if punct.as_char() == ';' || (punct.as_char() == ',' && !in_arguments(&line)) =>
            {
                flush(text, &mut line, depth, &punct.as_char().to_string());
            }
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::Bracket
                    && matches!(line.as_slice(), [TokenTree::Punct(hash)] if hash.as_char() == '#') =>
            {
                line.push(token);
                flush(text, &mut line, depth, "");
            }
            _ => line.push(token),
        }
    }
    flush(text, &mut line, depth, "");
    if !text.ends_with('\n') {
        text.push('\n');
    }
}

/// Whether the last argument is a closure with statements, which are lines of their own.
fn ends_in_a_body(arguments: &Group) -> bool {
    let tokens: Vec<TokenTree> = arguments.stream().into_iter().collect();
    let bar =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '|');
    let body = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    matches!(tokens.as_slice(), [.., before, last] if bar(before) && body(last))
}

/// Whether an angle bracket or a bar of the line is still open: its commas separate arguments.
fn in_arguments(line: &[TokenTree]) -> bool {
    let mut open = 0;
    let mut bars = 0;
    let mut before = ' ';
    for token in line {
        let now = match token {
            TokenTree::Punct(punct) => punct.as_char(),
            _ => ' ',
        };
        match now {
            '|' => bars += 1,
            '<' => open += 1,
            '>' if !matches!(before, '-' | '=') => open -= 1,
            _ => {}
        }
        before = now;
    }
    open > 0 || bars % 2 == 1
}

/// Writes the tokens gathered so far as one line that ends in `end`; a lone `;` or `,` joins the line before.
fn flush(text: &mut String, line: &mut Vec<TokenTree>, depth: usize, end: &str) {
    let words = compact(&line.drain(..).collect());
    if words.is_empty() && matches!(end, ";" | ",") {
        let length = text.trim_end().len();
        text.truncate(length);
        text.push_str(end);
        text.push('\n');
    } else if !(words.is_empty() && end.is_empty()) {
        let starts = text.is_empty() || text.ends_with('\n');
        let indent = if starts {
            "    ".repeat(depth)
        } else {
            String::new()
        };
        let line = format!("{indent}{}{end}", words.trim_end());
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

const COUNTER: &str = r"
    /// Counts.
    pub struct Counter {
        /// Where to begin.
        #[prop(range = 1..=9)]
        first: u32,
        #[prop(default = 3, into)]
        last: u64,
        #[state(first)]
        next: u32,
    }";

const GAIN: &str = r#"
    impl Gain {
        fn pull(&mut self, x: Frame<f64>) -> Result<(), Fault> { self.keep(x) }
        fn pull_y(&mut self, y: &Frame<f64>) { let _ = y; }
        #[pads(dynamic)]
        fn pull_more(&mut self, pad: Pad<'_>, frame: Frame<f64>) {}
        fn internal(&mut self) { self.trim(); }
        #[pad("H1")]
        fn new(&mut self) -> Result<Option<Frame<f64>>, Fault> { Ok(None) }
        fn on_build(&mut self, pads: &PadNames) -> Result<(), Fault> { Ok(()) }
        fn eos_error(&mut self) -> Option<Fault> { None }
        fn trim(&mut self) {}
    }"#;

const DELAY: &str = "
    impl<T: Send + 'static, const N: usize> Delay<T, N> where T: Clone {
        fn pull(&mut self, frame: Frame<T>) {}
        fn new(&mut self) -> Frame<[T; N]> { loop {} }
    }";

const JOIN: &str = "
    fn join(left: u32, right: &u32, #[prop(default = 1)] scale: u32, #[state] calls: &mut u32)
        -> Result<Option<u32>, Fault> { Ok(None) }";

#[test]
fn a_struct_half() {
    insta::assert_snapshot!(expansion(Role::Source, "", COUNTER));
}

#[test]
fn an_impl_half() {
    insta::assert_snapshot!(expansion(Role::Transform, "", GAIN));
}

#[test]
fn a_generic_impl_half() {
    insta::assert_snapshot!(expansion(Role::Transform, "crate = engine", DELAY));
}

#[test]
fn a_function_with_several_inputs() {
    insta::assert_snapshot!(expansion(Role::Transform, "", JOIN));
}

#[test]
fn a_function_that_looks() {
    let item = "fn print(text: &String) { println!(\"{text}\"); }";
    insta::assert_snapshot!(expansion(Role::Sink, "eos = all", item));
}

#[test]
fn an_impl_half_with_a_mistake_keeps_the_methods_of_the_user() {
    let item =
        "impl Print { async fn pull(&mut self, text: Frame<String>) {} fn helper(&self) {} }";
    insta::assert_snapshot!(expansion(Role::Sink, "", item));
}

#[test]
fn the_crate_option_reaches_every_path() {
    for (role, item) in [
        (Role::Source, COUNTER),
        (Role::Transform, GAIN),
        (Role::Transform, DELAY),
        (Role::Transform, JOIN),
    ] {
        let text = expansion(role, "crate = engine", item);
        assert!(!text.contains("::sgn"), "{text}");
        assert!(text.contains("engine::__private"), "{text}");
    }
}

/// Paths into the standard library begin with `::`: the user may have a module called `core` or a type `Option`.
#[test]
fn every_path_is_absolute() {
    for (role, item) in [(Role::Source, COUNTER), (Role::Transform, JOIN)] {
        let text = expansion(role, "", item);
        for word in [
            "core::", "std::", "Option::", "Result::", "Some(", "None", "Vec",
        ] {
            for (place, _) in text.match_indices(word) {
                let before = &text[..place];
                let own = before.ends_with("-> ") || before.ends_with("Ok(");
                assert!(
                    before.ends_with("::") || own,
                    "`{word}` stands alone: {}",
                    &text[place..]
                );
            }
        }
    }
}

/// A pattern of generated code would mean a static, a constant or a unit struct of its name in the user's module.
#[test]
fn every_variable_of_generated_code_is_called_so() {
    struct Names(Vec<String>);

    impl<'a> Visit<'a> for Names {
        fn visit_pat_ident(&mut self, pattern: &'a syn::PatIdent) {
            self.0.push(pattern.ident.to_string());
            syn::visit::visit_pat_ident(self, pattern);
        }
    }

    fn names(file: &str) -> Names {
        let mut names = Names(Vec::new());
        names.visit_file(&syn::parse_file(file).expect("the sample is a file"));
        names
    }

    for (role, item) in [
        (Role::Source, COUNTER),
        (Role::Transform, GAIN),
        (Role::Transform, DELAY),
        (Role::Transform, JOIN),
    ] {
        let own = names(item).0;
        let submit = "::sgn::__private::inventory::submit! {";
        let text = expansion(role, "", item).replace(submit, "fn submit() {");
        let there = names(&text).0;
        assert!(there.len() > own.len(), "{text}");
        for name in there {
            // The arguments of `build` and of setters, and properties that an expression names, stand behind functions
            // of their names.
            let shown = text.contains(&format!("fn {name}() {{"));
            let fine = name.starts_with("__sgn_") || own.contains(&name) || shown;
            assert!(fine, "`{name}` in {text}");
        }
    }
}
