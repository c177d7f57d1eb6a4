//! The public items that macros write in `sgn` itself: pads by `macro_rules!`, elements by the role attributes.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{Attribute, Fields, Item, ItemImpl, ItemMacro, ItemStruct, parse_quote};

use crate::source::{inside, is_mark, is_word};

/// Returns the items, and those that their macros write.
pub(super) fn with_what_macros_write(items: Vec<Item>) -> Vec<Item> {
    let mut all = Vec::new();
    for item in &items {
        match item {
            Item::Struct(item) if has_role(&item.attrs) => all.extend(of_element(item)),
            Item::Macro(call) if call.ident.is_none() => {
                let name = call.mac.path.get_ident();
                let definition = items.iter().find_map(|item| match item {
                    Item::Macro(item) if item.ident.is_some() && item.ident.as_ref() == name => {
                        Some(item)
                    }
                    _ => None,
                });
                all.extend(
                    definition
                        .and_then(|definition| expansion(definition, call))
                        .unwrap_or_default(),
                );
            }
            _ => {}
        }
    }
    all.splice(0..0, items);
    all
}

fn has_role(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let last = attribute.path().segments.last();
        attribute.path().segments.len() > 1
            && last.is_some_and(|name| {
                name.ident == "source" || name.ident == "transform" || name.ident == "sink"
            })
    })
}

/// The builder of an element, how it is begun, and a setter for each property.
fn of_element(item: &ItemStruct) -> Vec<Item> {
    let (name, vis) = (&item.ident, &item.vis);
    let builder = quote::format_ident!("{name}Builder");
    let (parameters, arguments, _) = item.generics.split_for_impl();
    let generics = &item.generics;
    let is_property = |field: &&syn::Field| {
        let mut attributes = field.attrs.iter();
        attributes.any(|attribute| attribute.path().is_ident("prop"))
    };
    let Fields::Named(fields) = &item.fields else {
        return Vec::new();
    };
    let setters = fields.named.iter().filter(is_property).map(|field| {
        let (name, ty) = (&field.ident, &field.ty);
        let is_into = field.attrs.iter().any(|attribute| {
            let list = attribute.meta.require_list().ok();
            let words = list.into_iter().flat_map(|list| list.tokens.clone());
            attribute.path().is_ident("prop")
                && words.into_iter().any(|word| is_word(Some(&word), "into"))
        });
        let value = if is_into {
            quote::quote!(impl Into<#ty>)
        } else {
            quote::quote!(#ty)
        };
        quote::quote!(#vis fn #name(self, value: #value) -> Self {})
    });
    let start: ItemImpl = parse_quote! {
        impl #parameters #name #arguments {
            #vis fn builder(name: impl Into<String>) -> #builder #arguments {}
        }
    };
    let setters: ItemImpl = parse_quote! {
        impl #parameters #builder #arguments { #(#setters)* }
    };
    let builder: ItemStruct = parse_quote!(#vis struct #builder #generics;);
    vec![
        Item::Struct(builder),
        Item::Impl(start),
        Item::Impl(setters),
    ]
}

/// Returns what a call of a macro with one rule writes, if that is items.
fn expansion(definition: &ItemMacro, call: &ItemMacro) -> Option<Vec<Item>> {
    let rule: Vec<_> = definition.mac.tokens.clone().into_iter().collect();
    let pattern = inside(rule.first(), Delimiter::Parenthesis)?;
    let body = inside(rule.get(3), Delimiter::Brace)?;
    let given: Vec<_> = call.mac.tokens.clone().into_iter().collect();
    let (mut at, mut bound) = (0, Vec::new());
    let mut i = 0;
    while i < pattern.len() {
        if !is_mark(pattern.get(i), '$') {
            (i, at) = (i + 1, at + 1);
        } else if inside(pattern.get(i + 1), Delimiter::Parenthesis).is_some() {
            // `$(#[$doc:meta])*`
            while is_mark(given.get(at), '#') {
                at += 2;
            }
            i += 3;
        } else {
            bound.push((pattern.get(i + 1)?.to_string(), given.get(at)?.clone()));
            (i, at) = (i + 4, at + 1);
        }
    }
    let body = substituted(&body, &bound);
    syn::parse2::<syn::File>(body).ok().map(|file| file.items)
}

/// The tokens with what the names after `$` stand for, and without what is repeated.
fn substituted(tokens: &[TokenTree], bound: &[(String, TokenTree)]) -> TokenStream {
    let (mut written, mut i) = (Vec::new(), 0);
    while i < tokens.len() {
        let name = tokens.get(i + 1).map(ToString::to_string);
        if is_mark(tokens.get(i), '$') {
            let is_repeated = inside(tokens.get(i + 1), Delimiter::Parenthesis).is_some();
            let value = bound.iter().find(|(known, _)| Some(known) == name.as_ref());
            written.extend(value.map(|(_, value)| value.clone()));
            i += if is_repeated { 3 } else { 2 };
            continue;
        }
        written.push(match &tokens[i] {
            TokenTree::Group(group) => {
                let body: Vec<_> = group.stream().into_iter().collect();
                TokenTree::Group(Group::new(group.delimiter(), substituted(&body, bound)))
            }
            other => other.clone(),
        });
        i += 1;
    }
    written.into_iter().collect()
}

#[test]
fn a_macro_with_one_rule_is_expanded() {
    let items = syn::parse_file(
        "macro_rules! twice { ($(#[$doc:meta])* $A:ident, $b:literal) => { $(#[$doc])* pub struct $A; impl $A { pub fn f() { $b } } } }
         twice!(#[doc = \"x\"] B, 3);",
    );
    let items = with_what_macros_write(items.expect("the text is Rust").items);
    assert_eq!(items.len(), 4);
    assert!(matches!(&items[2], Item::Struct(item) if item.ident == "B"));
    assert!(matches!(&items[3], Item::Impl(item) if item.items.len() == 1));
}
