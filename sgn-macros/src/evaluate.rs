//! Conditions within an item: `#[cfg]` and `#[cfg_attr]` on fields, methods and arguments.
//!
//! The compiler evaluates those on the item itself before it calls an attribute macro, and leaves those inside as they
//! are. It evaluates all of them for a derive. So an item with such attributes goes round by a derive: of itself if it
//! is a struct, and else of an enum that has it in the value of a variant, where any item may stand. The derive writes
//! what the attribute would have written, and the original is discarded.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Block, Expr, Item, ItemEnum, Meta, Stmt};

use crate::item::attributes::{extract, is_condition};
use crate::paths::Paths;
use crate::role::Role;

/// The attribute that carries the role and its options through the derive.
const CARRIER: &str = "__sgn_evaluated";
/// The last word of the attribute that removes the original.
const DISCARD: &str = "discard";

/// The detour of `item`, if there are conditions within it.
pub(crate) fn detour(
    role: Role,
    options: &TokenStream,
    paths: &Paths,
    item: &Item,
) -> Option<TokenStream> {
    if !has_conditions(item) {
        return None;
    }
    let private = paths.private();
    let (carrier, discard) = (ident(CARRIER), ident(DISCARD));
    let role = ident(role.attribute());
    let mut item = item.clone();
    // Where it does not hold, there must be nothing to derive for.
    let conditions = extract(attributes(&mut item)?, "cfg");
    let carried = match &item {
        Item::Struct(item) => item.to_token_stream(),
        item => quote!(enum __SgnEvaluated { Item = { #item 0 } }),
    };
    Some(quote! {
        #(#conditions)*
        #[::core::prelude::v1::derive(#private::Evaluate)]
        #[#carrier(#role #options)]
        #[#private::#discard]
        #carried
    })
}

/// Role, options and item out of what the derive is given; none if it is none of ours.
pub(crate) fn arrive(derived: TokenStream) -> Option<(Role, TokenStream, TokenStream)> {
    let (attributes, mut item) = match syn::parse2::<Item>(without_empty_arguments(derived)).ok()? {
        Item::Struct(mut item) => {
            let attributes = std::mem::take(&mut item.attrs);
            let (ours, theirs): (Vec<_>, Vec<_>) = attributes.into_iter().partition(is_ours);
            item.attrs = theirs;
            (ours, Item::Struct(item))
        }
        Item::Enum(item) => (item.attrs.clone(), carried(item)?),
        _ => return None,
    };
    let carrier = attributes
        .iter()
        .find(|attribute| attribute.path().is_ident(CARRIER))?;
    let Meta::List(list) = &carrier.meta else {
        return None;
    };
    let mut tokens = list.tokens.clone().into_iter();
    let role = Role::from_attribute(&tokens.next()?.to_string())?;
    Forget.visit_item_mut(&mut item);
    Some((role, tokens.collect(), item.into_token_stream()))
}

fn is_ours(attribute: &Attribute) -> bool {
    let path = attribute.path();
    let last = path.segments.last();
    path.is_ident(CARRIER)
        || path
            .segments
            .iter()
            .any(|segment| segment.ident == "__private")
            && last.is_some_and(|last| last.ident == DISCARD)
}

/// The tokens without the commas of arguments that are not there: the compiler takes the argument and leaves its comma.
fn without_empty_arguments(tokens: TokenStream) -> TokenStream {
    let mut is_function = false;
    let mut whole = TokenStream::new();
    for token in tokens {
        let token = match token {
            TokenTree::Group(group) => {
                let arguments =
                    group.delimiter() == Delimiter::Parenthesis && std::mem::take(&mut is_function);
                let inner = if arguments {
                    without_empty_places(group.stream())
                } else {
                    without_empty_arguments(group.stream())
                };
                let mut mended = Group::new(group.delimiter(), inner);
                mended.set_span(group.span());
                TokenTree::Group(mended)
            }
            other => {
                is_function |= matches!(&other, TokenTree::Ident(word) if word == "fn");
                other
            }
        };
        whole.extend([token]);
    }
    whole
}

/// A list without the commas before which there is nothing.
fn without_empty_places(list: TokenStream) -> TokenStream {
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let mut after_comma = true;
    list.into_iter()
        .filter(|token| {
            let comma = is_comma(token);
            let empty = comma && after_comma;
            after_comma = comma;
            !empty
        })
        .collect()
}

/// The item in the value of the only variant.
fn carried(item: ItemEnum) -> Option<Item> {
    let (_, value) = item.variants.into_iter().next()?.discriminant?;
    let Expr::Block(block) = value else {
        return None;
    };
    match block.block.stmts.into_iter().next()? {
        Stmt::Item(item) => Some(item),
        _ => None,
    }
}

/// Takes away the conditions that hold, which the compiler leaves in their places.
struct Forget;

impl VisitMut for Forget {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain(|attribute| !is_condition(attribute));
    }

    fn visit_block_mut(&mut self, _: &mut Block) {}
}

fn attributes(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    match item {
        Item::Struct(item) => Some(&mut item.attrs),
        Item::Impl(item) => Some(&mut item.attrs),
        Item::Fn(item) => Some(&mut item.attrs),
        _ => None,
    }
}

/// Whether there is a condition on a part of the item. The bodies of functions are the compiler's business.
fn has_conditions(item: &Item) -> bool {
    struct Find(bool);

    impl<'a> Visit<'a> for Find {
        fn visit_attribute(&mut self, attribute: &'a Attribute) {
            self.0 |= is_condition(attribute);
        }

        fn visit_block(&mut self, _: &'a Block) {}
    }

    let mut item = item.clone();
    if let Some(attributes) = attributes(&mut item) {
        attributes.clear();
    }
    let mut find = Find(false);
    find.visit_item(&item);
    find.0
}

fn ident(word: &str) -> Ident {
    Ident::new(word, Span::call_site())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_that_is_not_there_leaves_no_comma() {
        for (given, expected) in [
            (
                "fn f(, a: (u32, u8), , b: u32, ) {}",
                "fn f(a: (u32, u8), b: u32,) {}",
            ),
            (
                "impl A { fn f(&self, , a: fn(u8, u8)) {} }",
                "impl A { fn f(&self, a: fn(u8, u8)) {} }",
            ),
            ("fn f<T>(,) -> T { g(1, 2) }", "fn f<T>() -> T { g(1, 2) }"),
        ] {
            let tokens = |text: &str| {
                text.parse::<TokenStream>()
                    .expect("the sample is made of tokens")
            };
            let mended = without_empty_arguments(tokens(given));
            assert_eq!(mended.to_string(), tokens(expected).to_string());
        }
    }

    #[test]
    fn only_parts_of_the_item_make_a_detour() {
        let parse = |text: &str| syn::parse_str::<Item>(text).expect("the sample is an item");
        for (item, expected) in [
            ("struct A { #[cfg(unix)] #[prop] a: u32 }", true),
            (
                "impl A { #[cfg_attr(unix, pad(\"H1\"))] fn new(&mut self) {} }",
                true,
            ),
            ("fn f(#[cfg(unix)] a: u32) {}", true),
            (
                "#[cfg(unix)] #[cfg_attr(unix, derive(Debug))] struct A { #[prop] a: u32 }",
                false,
            ),
            ("fn f(a: u32) { #[cfg(unix)] let a = 1; }", false),
        ] {
            assert_eq!(has_conditions(&parse(item)), expected, "{item}");
        }
    }
}
