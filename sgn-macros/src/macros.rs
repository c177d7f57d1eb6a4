//! The way of an item through the stages: options, item, rules, expansion.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Attribute, Item, ItemFn, ItemImpl, ItemStruct};

use crate::args::{EndOfStream, Options};
use crate::diagnostics::Diagnostics;
use crate::item::attributes::remove_siblings;
use crate::item::function::FunctionElement;
use crate::item::impl_half::ImplHalf;
use crate::item::struct_half::StructHalf;
use crate::pad_rules::FixedPads;
use crate::role::Role;
use crate::{debug, evaluate, expand, validate};

/// Expands one of the three role attributes.
///
/// Whatever is wrong, the user's item is emitted too, with a stub around it, so that one mistake is one error and editors
/// keep working.
pub(crate) fn role(role: Role, options: TokenStream, tokens: TokenStream) -> TokenStream {
    let item = syn::parse2::<Item>(tokens.clone());
    let mut diagnostics = Diagnostics::default();
    let parsed = Options::parse(role, options.clone(), &mut diagnostics);
    if let Ok(item) = &item
        && let Some(detour) = evaluate::detour(role, &options, &parsed.paths, item)
    {
        return detour;
    }
    expanded(&parsed, item, tokens, diagnostics)
}

/// Expands a role attribute of which the item went by the derive [`evaluate`].
pub(crate) fn evaluated(derived: TokenStream) -> TokenStream {
    match evaluate::arrive(derived) {
        Some((role, options, tokens)) => {
            let mut diagnostics = Diagnostics::default();
            let options = Options::parse(role, options, &mut diagnostics);
            let item = syn::parse2(tokens.clone());
            expanded(&options, item, tokens, diagnostics)
        }
        None => TokenStream::new(),
    }
}

/// The item is parsed once: in the build of a user this code is not optimised.
fn expanded(
    options: &Options,
    item: syn::Result<Item>,
    tokens: TokenStream,
    mut diagnostics: Diagnostics,
) -> TokenStream {
    let expansion = expand(options, item, tokens, &mut diagnostics);
    if diagnostics.is_clean() {
        return expansion;
    }
    let errors = diagnostics.into_tokens();
    quote!(#expansion #errors)
}

fn expand(
    options: &Options,
    item: syn::Result<Item>,
    tokens: TokenStream,
    diagnostics: &mut Diagnostics,
) -> TokenStream {
    let (name, expansion) = match item {
        Ok(Item::Struct(item)) => struct_half(item, options, diagnostics),
        Ok(Item::Impl(item)) => impl_half(item, options, diagnostics),
        Ok(Item::Fn(item)) => function(item, options, diagnostics),
        Ok(other) => {
            diagnostics.push(validate::items::wrong_item(&other, options.role));
            (String::new(), other.into_token_stream())
        }
        Err(error) => {
            diagnostics.push(error);
            (String::new(), tokens)
        }
    };
    debug::print(&name, &expansion);
    expansion
}

fn struct_half(
    mut item: ItemStruct,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> (String, TokenStream) {
    prepare(&mut item.attrs, options, diagnostics);
    if let Some((_, span)) = options.eos {
        diagnostics.push(validate::options::eos_belongs_to_the_impl(
            span,
            options.role,
        ));
    }
    options.rules.refuse_on_struct(options.role, diagnostics);
    options.budget.refuse_on_struct(options.role, diagnostics);
    let half = StructHalf::parse(item, diagnostics);
    let expansion = expand::struct_half::struct_half(&half, options, !diagnostics.is_clean());
    (half.item.ident.to_string(), expansion)
}

fn impl_half(
    mut item: ItemImpl,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> (String, TokenStream) {
    prepare(&mut item.attrs, options, diagnostics);
    match ImplHalf::parse(options.role, item, diagnostics) {
        Ok(half) => {
            options
                .rules
                .check(&half.name, &FixedPads::of_impl(&half), diagnostics);
            let expansion = expand::impl_half::impl_half(&half, options, !diagnostics.is_clean());
            (half.name.to_string(), expansion)
        }
        Err(item) => (String::new(), item.into_token_stream()),
    }
}

fn function(
    mut item: ItemFn,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> (String, TokenStream) {
    prepare(&mut item.attrs, options, diagnostics);
    let name = item.sig.ident.to_string();
    if let Some(receiver) = item.sig.receiver() {
        diagnostics.push(validate::function::receiver(receiver));
        return (name, item.into_token_stream());
    }
    let function = FunctionElement::parse(options.role, item, diagnostics);
    options.rules.check(
        &function.item.sig.ident,
        &FixedPads::of_function(&function),
        diagnostics,
    );
    if let (Some((EndOfStream::Manual, span)), false) = (options.eos, function.takes_frames()) {
        diagnostics.push(validate::options::eos_is_carried(span));
    }
    let expansion = expand::function::function(&function, options, !diagnostics.is_clean());
    (name, expansion)
}

fn prepare(attributes: &mut Vec<Attribute>, options: &Options, diagnostics: &mut Diagnostics) {
    remove_siblings(options.role, attributes, diagnostics);
}

#[cfg(test)]
mod tests {
    use super::{Options, expand};
    use crate::diagnostics::Diagnostics;
    use crate::role::Role;

    /// What is said of `item` under the attribute of `role`.
    fn said(role: Role, options: &str, item: &str) -> Vec<String> {
        let mut diagnostics = Diagnostics::default();
        let parse = |text: &str| text.parse().expect("the sample is made of tokens");
        let options = Options::parse(role, parse(options), &mut diagnostics);
        let tokens: proc_macro2::TokenStream = parse(item);
        let item = syn::parse2(tokens.clone());
        expand(&options, item, tokens, &mut diagnostics);
        diagnostics.sentences()
    }

    #[test]
    fn correct_items_pass() {
        for (role, item) in [
            (
                Role::Source,
                "struct A { #[prop] a: u32, #[state(1)] b: u32 }",
            ),
            (
                Role::Source,
                "impl A { fn new(&mut self) -> Frame<u32> { todo() } }",
            ),
            (
                Role::Sink,
                "impl A { fn new() -> Self { A } fn pull(&mut self, x: &Frame<u32>) {} }",
            ),
            (
                Role::Transform,
                "fn f(x: u32, y: &u32, #[state] n: &mut u32) -> Option<u32> { None }",
            ),
            (Role::Sink, "fn f(x: &Frame<u32>) {}"),
            (
                Role::Source,
                "fn f() -> Result<Option<u32>, Fault> { Ok(None) }",
            ),
        ] {
            assert_eq!(said(role, "", item), [""; 0], "{item}");
        }
    }

    #[test]
    fn all_mistakes_of_an_item_are_told_at_once() {
        let struct_half =
            "struct A { a: u32, #[prop(defalt = 1, range = 3)] b: u32, #[prop] #[state] c: u32 }";
        assert_eq!(said(Role::Source, "eos = all, sink", struct_half).len(), 6);
        let impl_half = "impl A { async fn new(&self) -> Frame<u32> {} fn pull(&mut self, x: Frame<u32>) {} \
                         #[pad(\"a:b\")] fn new_b(&mut self) -> Frame<u32> {} fn internals(&mut self) {} }";
        assert_eq!(said(Role::Source, "", impl_half).len(), 4);
        let function = "fn f((a, b): (u32, u32), c: &&u32, #[state] d: u32) {}";
        assert_eq!(said(Role::Transform, "", function).len(), 4);
    }

    #[test]
    fn a_helper_that_resembles_a_callback_is_left_alone_if_its_shape_differs() {
        let item =
            "impl A { fn pull(&mut self, x: Frame<u32>) {} fn interval(&self) -> u32 { 1 } }";
        assert_eq!(said(Role::Sink, "", item), [""; 0]);
    }

    #[test]
    fn fixed_pads_are_held_to_the_rules() {
        let mixer = "impl Mixer { fn pull_a(&mut self, x: Frame<u32>) {} fn pull_b(&mut self, x: Frame<u32>) {} \
                     #[pads(dynamic)] fn new(&mut self, pad: Pad<'_>) -> Frame<u32> { todo() } }";
        for fine in [
            "many_to_one",
            "num_pads(sinks = 2)",
            "num_pads(sources = 3, sinks = 2), many_to_one",
            "pad_names_match",
        ] {
            assert_eq!(said(Role::Transform, fine, mixer), [""; 0], "{fine}");
        }
        for (options, sentence) in [
            (
                "one_to_many",
                "`one_to_many` asks for 1 sink pad, but `Mixer` has 2: `a` and `b`; drop the option or change the pads",
            ),
            (
                "num_pads(sinks = 3)",
                "`num_pads` asks for 3 sink pads, but `Mixer` has 2: `a` and `b`; drop the option or change the pads",
            ),
            (
                "single_pad",
                "option `single_pad` makes no sense for `#[sgn::transform]`; use `num_pads(sinks = 1, sources = 1)`",
            ),
            (
                "many_to_one, many_to_one",
                "option `many_to_one` of `#[sgn::transform]` is given twice; remove this one",
            ),
            (
                "num_pads",
                "option `num_pads` takes the counts; write `num_pads(sinks = 2, sources = 1)`, or one of the two",
            ),
            (
                "num_pads(inputs = 2)",
                "unknown count `inputs`; `num_pads` of `#[sgn::transform]` knows `sinks` and `sources`",
            ),
            (
                "num_pads(sinks = \"2\")",
                "`sinks` takes a number of pads; write `sinks = 1`",
            ),
            (
                "one_to_one_",
                "unknown `#[sgn::transform]` option `one_to_one_`; did you mean `one_to_one`?",
            ),
        ] {
            assert_eq!(said(Role::Transform, options, mixer), [sentence]);
        }
        assert_eq!(
            said(
                Role::Transform,
                "pad_names_match",
                "fn f(x: u32) -> u32 { x }"
            ),
            [
                "`pad_names_match` asks for source pads of the same names as the sink pads, but only one side of `f` \
                 has `x`; drop the option or rename the pad"
            ]
        );
        assert_eq!(
            said(Role::Sink, "single_pad", "struct S;"),
            ["option `single_pad` belongs to the impl half; write it on `#[sgn::sink] impl`"]
        );
    }
}
