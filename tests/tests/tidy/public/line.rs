//! An item of Rust as one line: without its attributes, its body and `pub`.

use syn::{Attribute, Expr, Item, Signature, TraitItem, Visibility, parse_quote};

/// Returns what prettyplease writes, on one line.
fn flat(item: Item) -> String {
    let file = syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    };
    let text = prettyplease::unparse(&file);
    let words: Vec<_> = text.split_whitespace().collect();
    let line = words
        .join(" ")
        .replace("( ", "(")
        .replace(", )", ")")
        .replace("< ", "<")
        .replace(", >", ">");
    let line = line.strip_prefix("pub ").unwrap_or(&line);
    let line = line.strip_suffix("{}").unwrap_or(line).trim_end();
    let line = line.strip_suffix("= _;").unwrap_or(line).trim_end();
    let line = line.strip_suffix([';', ',']).unwrap_or(line);
    line.to_owned()
}

/// Returns `#[non_exhaustive] ` if that is one of the attributes.
fn non_exhaustive(attributes: &[Attribute]) -> &'static str {
    let there = attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("non_exhaustive"));
    if there { "#[non_exhaustive] " } else { "" }
}

/// Returns the line of a function or a method.
pub(super) fn of_function(signature: &Signature) -> String {
    flat(parse_quote!(#signature {}))
}

/// Returns the line of a constant that belongs to a type or a trait.
pub(super) fn of_constant(ident: &syn::Ident, ty: &syn::Type) -> String {
    flat(parse_quote!(const #ident: #ty = _;))
}

/// Returns the line of an item; a type without its fields, and a trait without its items.
pub(super) fn of_item(item: &Item) -> String {
    let mut item = item.clone();
    let mut before = "";
    match &mut item {
        Item::Struct(item) => {
            before = non_exhaustive(&item.attrs);
            item.attrs.clear();
            item.fields = syn::Fields::Unit;
            item.semi_token = Some(Default::default());
        }
        Item::Enum(item) => {
            before = non_exhaustive(&item.attrs);
            item.attrs.clear();
            item.variants.clear();
        }
        Item::Trait(item) => {
            item.attrs.clear();
            item.items.clear();
        }
        Item::Fn(item) => return of_function(&item.sig),
        Item::Const(item) => return of_constant(&item.ident, &item.ty),
        Item::Type(item) => item.attrs.clear(),
        Item::Mod(item) => {
            let ident = &item.ident;
            return format!("mod {ident}");
        }
        Item::Macro(item) => return of_macro(item),
        _ => panic!("items of this kind have no line yet"),
    }
    format!("{before}{}", flat(item))
}

/// Returns the line of an exported macro, with what it matches.
fn of_macro(item: &syn::ItemMacro) -> String {
    let mut patterns = Vec::new();
    let mut rest = item.mac.tokens.clone().into_iter();
    while let Some(pattern) = rest.next() {
        // `=>`, the body, `;`
        for _ in 0..4 {
            let _ = rest.next();
        }
        let pattern = pattern.to_string();
        // By agreement, rules that begin with `@` are for the macro itself.
        if !pattern
            .trim_start_matches('(')
            .trim_start()
            .starts_with('@')
        {
            patterns.push(pattern);
        }
    }
    let patterns = patterns.join(" ").replace("$ ", "$").replace(" : ", ":");
    format!("macro {patterns}")
}

/// Returns the lines of the public fields, or of the variants, each with its name.
pub(super) fn of_parts(item: &Item) -> Vec<(String, String)> {
    let field = |(place, field): (usize, &syn::Field)| {
        let name = field
            .ident
            .as_ref()
            .map_or_else(|| place.to_string(), ToString::to_string);
        let ty = &field.ty;
        let line = flat(parse_quote!(type X = #ty;));
        (name, line.replacen("type X = ", "field: ", 1))
    };
    match item {
        Item::Struct(item) => {
            let fields = item.fields.iter().enumerate();
            fields
                .filter(|(_, field)| matches!(field.vis, Visibility::Public(_)))
                .filter(|(_, field)| !super::tree::is_hidden(&field.attrs))
                .map(field)
                .collect()
        }
        Item::Enum(item) => {
            let shown = |variant: &&syn::Variant| !super::tree::is_hidden(&variant.attrs);
            item.variants.iter().filter(shown).map(of_variant).collect()
        }
        Item::Trait(item) => item.items.iter().filter_map(of_trait_item).collect(),
        _ => Vec::new(),
    }
}

fn of_variant(variant: &syn::Variant) -> (String, String) {
    let mut bare = variant.clone();
    let before = non_exhaustive(&bare.attrs);
    bare.attrs.clear();
    bare.discriminant = None;
    bare.fields.iter_mut().for_each(|field| field.attrs.clear());
    let line = flat(parse_quote!(enum X { #bare }));
    let line = line.trim_start_matches("enum X {").trim_end_matches('}');
    let line = line.trim().trim_end_matches(',');
    (variant.ident.to_string(), format!("{before}variant {line}"))
}

fn of_trait_item(item: &TraitItem) -> Option<(String, String)> {
    let provided = |line: String, is_provided: bool| {
        let body = if is_provided { " { .. }" } else { "" };
        format!("{line}{body}")
    };
    match item {
        TraitItem::Fn(item) if !super::tree::is_hidden(&item.attrs) => {
            let line = of_function(&item.sig);
            Some((
                item.sig.ident.to_string(),
                provided(line, item.default.is_some()),
            ))
        }
        TraitItem::Const(item) if !super::tree::is_hidden(&item.attrs) => {
            let line = of_constant(&item.ident, &item.ty);
            let default: Option<&Expr> = item.default.as_ref().map(|(_, value)| value);
            Some((item.ident.to_string(), provided(line, default.is_some())))
        }
        TraitItem::Type(item) if !super::tree::is_hidden(&item.attrs) => {
            let mut item = item.clone();
            item.attrs.clear();
            let name = item.ident.to_string();
            let line = flat(Item::Trait(parse_quote!(trait X { #item })));
            let line = line.trim_start_matches("trait X {").trim_end_matches('}');
            Some((name, line.trim().trim_end_matches(';').to_owned()))
        }
        _ => None,
    }
}
