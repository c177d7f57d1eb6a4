//! Golden expansions: what the macros write for small items, pinned as text.
//!
//! Read them to see what an attribute costs; a change of the expansion shows here as a change of these texts. After one
//! that is meant: `INSTA_UPDATE=always cargo test -p sgn-macros`, and read the difference.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::Visit;

use crate::macros;
use crate::role::Role;

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("the sample is made of tokens")
}

/// The expansion of `item`, formatted.
fn expansion(role: Role, options: &str, item: &str) -> String {
    let expansion = macros::role(role, tokens(options), tokens(item));
    let file = syn::parse2(expansion).expect("the expansion is made of items");
    prettyplease::unparse(&file)
}

/// How many tokens there are; a group has two more than what is in it.
fn count(tokens: TokenStream) -> usize {
    let count = |token| match token {
        TokenTree::Group(group) => 2 + count(group.stream()),
        _ => 1,
    };
    tokens.into_iter().map(count).sum()
}

/// Returns the number of tokens that the attributes make of an element, given as its items.
fn tokens_of(role: Role, items: &[&str]) -> usize {
    let expansions = items
        .iter()
        .map(|item| macros::role(role, tokens(""), tokens(item)));
    expansions.map(count).sum()
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

/// The first program of README.
const README: [&str; 3] = [
    r"
    /// Emits `Frame 1`, `Frame 2`, ... and ends with frame `max_frames`.
    struct Counter {
        /// How many frames to emit.
        #[prop(default = 10, range = 1..=1000)]
        max_frames: u32,
        #[state]
        count: u32,
    }",
    r#"
    impl Counter {
        fn new(&mut self) -> Frame<String> {
            self.count += 1;
            Frame::new(format!("Frame {}", self.count)).with_eos(self.count >= self.max_frames)
        }
    }"#,
    r#"
    /// Prints what it is shown.
    fn print(text: &String) {
        println!("Received: {text}");
    }"#,
];

/// Pins the size of what README's elements expand to: every element of every user pays for growth, at each build.
#[test]
fn the_expansion_is_no_longer_than_this() {
    let [definition, methods, function] = README;
    let tokens = [
        tokens_of(Role::Source, &[definition, methods]),
        tokens_of(Role::Sink, &[function]),
    ];
    assert_eq!(tokens, [1776, 1444]);
}

#[test]
fn the_first_element_of_readme() {
    let [definition, methods, _] = README;
    insta::assert_snapshot!(
        [definition, methods]
            .map(|item| expansion(Role::Source, "", item))
            .join("\n")
    );
}

#[test]
fn a_struct_half() {
    insta::assert_snapshot!(expansion(Role::Source, "", COUNTER));
}

#[test]
fn a_struct_half_with_fields_that_may_own_memory() {
    let item = "struct Delay<T> { #[prop] label: String, #[state] history: Vec<Option<Frame<T>>>, \
                #[state] table: Table, #[state] r#type: &'static str, #[state] count: u32 }";
    insta::assert_snapshot!(expansion(Role::Sink, "", item));
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
            // The arguments of `builder` and of setters, and properties that an expression names, stand behind functions
            // of their names.
            let shown = text.contains(&format!("fn {name}() {{"));
            let imported = text.contains("shadows::{name, value}")
                && ["name", "value"].contains(&name.as_str());
            let fine = name.starts_with("__sgn_") || own.contains(&name) || shown || imported;
            assert!(fine, "`{name}` in {text}");
        }
    }
}
