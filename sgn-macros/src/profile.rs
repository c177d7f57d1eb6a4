//! `#[sgn::profile]`: marks the lines of code that is no element.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{
    Attribute, Ident, ImplItem, ImplItemFn, Item, ItemImpl, ItemTrait, LitStr, Path, Signature,
    Token, TraitItem,
};

use crate::debug;
use crate::diagnostics::Diagnostics;
use crate::lines::{
    Entry, has_own_profile, mark_function, mark_item, mark_method, mark_trait, name_of,
};
use crate::paths::Paths;
use crate::validate::options as say_options;
use crate::validate::profile as say;

/// Expands the attribute; whatever is wrong, the user's item is emitted too.
pub(crate) fn profile(options: TokenStream, tokens: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let options = Options::parse(options, &mut diagnostics);
    let (name, item) = item(tokens, &options, &mut diagnostics);
    let errors = diagnostics.into_tokens();
    let expansion = quote!(#item #errors);
    debug::print(&name, &expansion);
    expansion
}

fn item(
    tokens: TokenStream,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> (String, TokenStream) {
    // A method is not an item, but a function is a method as far as the grammar goes.
    if let Ok(mut function) = syn::parse2::<ImplItemFn>(tokens.clone()) {
        check_attributes(&mut function.attrs, diagnostics);
        check_signature(&function.sig, true, diagnostics);
        if diagnostics.is_clean() {
            options.mark_function(&mut function);
        }
        return (function.sig.ident.to_string(), quote!(#function));
    }
    match syn::parse2::<Item>(tokens.clone()) {
        Ok(Item::Impl(mut item)) => {
            check_attributes(&mut item.attrs, diagnostics);
            let name = name_of(&item);
            options.mark_impl(&mut item, &name, diagnostics);
            (name, item.into_token_stream())
        }
        Ok(Item::Trait(mut item)) => {
            check_attributes(&mut item.attrs, diagnostics);
            check_trait(&item, diagnostics);
            if diagnostics.is_clean() {
                mark_trait(&mut item, options.entry(), &options.paths.private());
            }
            (item.ident.to_string(), item.into_token_stream())
        }
        Ok(Item::Mod(mut module)) => {
            check_attributes(&mut module.attrs, diagnostics);
            if module.content.is_none() {
                diagnostics.push(say::module_elsewhere(&module));
            }
            let mut item = Item::Mod(module);
            check_item(&item, diagnostics);
            if diagnostics.is_clean() {
                mark_item(&mut item, options.entry(), &options.paths.private());
            }
            let name = match &item {
                Item::Mod(module) => module.ident.to_string(),
                _ => String::new(),
            };
            (name, item.into_token_stream())
        }
        Ok(other) => {
            diagnostics.push(say::wrong_item(&other));
            (String::new(), tokens)
        }
        Err(error) => {
            diagnostics.push(error);
            (String::new(), tokens)
        }
    }
}

/// Reports the attribute's second use and takes it away.
fn check_attributes(attributes: &mut Vec<Attribute>, diagnostics: &mut Diagnostics) {
    attributes.retain(|attribute| {
        let path = attribute.path();
        let is_ours = path.segments.len() == 2
            && path
                .segments
                .last()
                .is_some_and(|last| last.ident == "profile")
            && path
                .segments
                .first()
                .is_some_and(|first| first.ident == "sgn");
        if is_ours {
            diagnostics.push(say::given_twice(path.to_token_stream()));
        }
        !is_ours
    });
}

fn check_signature(signature: &Signature, alone: bool, diagnostics: &mut Diagnostics) {
    if let Some(token) = &signature.asyncness {
        diagnostics.push(say::asynchronous(signature, token.span));
    }
    if let Some(token) = signature.constness.as_ref().filter(|_| alone) {
        diagnostics.push(say::constant(signature, token.span));
    }
}

/// Reports the functions in a module, or in one within it, whose lines cannot be marked.
fn check_item(item: &Item, diagnostics: &mut Diagnostics) {
    match item {
        Item::Fn(function) if !has_own_profile(&function.attrs) => {
            check_signature(&function.sig, false, diagnostics);
        }
        Item::Impl(item) if !has_own_profile(&item.attrs) => {
            for member in &item.items {
                if let ImplItem::Fn(method) = member
                    && !has_own_profile(&method.attrs)
                {
                    check_signature(&method.sig, false, diagnostics);
                }
            }
        }
        Item::Trait(item) if !has_own_profile(&item.attrs) => check_trait(item, diagnostics),
        Item::Mod(module) if !has_own_profile(&module.attrs) => {
            let items = module.content.iter().flat_map(|(_, items)| items);
            items.for_each(|item| check_item(item, diagnostics));
        }
        _ => {}
    }
}

fn check_trait(item: &ItemTrait, diagnostics: &mut Diagnostics) {
    for member in &item.items {
        if let TraitItem::Fn(method) = member
            && method.default.is_some()
            && !has_own_profile(&method.attrs)
        {
            check_signature(&method.sig, false, diagnostics);
        }
    }
}

/// What the attribute says.
struct Options {
    paths: Paths,
    owner: Option<LitStr>,
}

impl Options {
    fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let (mut krate, mut owner) = (None, None);
        let parsed = (|input: ParseStream<'_>| {
            while !input.is_empty() {
                let name = input.call(Ident::parse_any)?;
                match name.to_string().as_str() {
                    "crate" => {
                        input
                            .parse::<Token![=]>()
                            .map_err(|_| say_options::crate_needs_a_path(&name))?;
                        let path = input.call(Path::parse_mod_style);
                        let path =
                            path.map_err(|error| say_options::crate_needs_a_path_at(error.span()))?;
                        set_once(&mut krate, path, &name, diagnostics);
                    }
                    "owner" => {
                        input
                            .parse::<Token![=]>()
                            .map_err(|_| say::owner_needs_a_name(name.span()))?;
                        let given: LitStr = input
                            .parse()
                            .map_err(|error| say::owner_needs_a_name(error.span()))?;
                        let value = given.value();
                        if value.trim().is_empty() || value.contains(char::is_control) {
                            diagnostics.push(say::owner_is_no_name(&given));
                        }
                        set_once(&mut owner, given, &name, diagnostics);
                    }
                    _ => return Err(say::unknown(&name)),
                }
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        })
        .parse2(tokens);
        diagnostics.keep(parsed);
        Self {
            paths: Paths::new(krate.as_ref()),
            owner,
        }
    }

    fn entry(&self) -> Entry<'_> {
        self.owner
            .as_ref()
            .map_or(Entry::Helper(None), Entry::Owner)
    }

    fn mark_function(&self, function: &mut ImplItemFn) {
        mark_function(
            &function.sig,
            &mut function.block,
            None,
            self.entry(),
            &self.paths.private(),
        );
    }

    fn mark_impl(&self, item: &mut ItemImpl, name: &str, diagnostics: &mut Diagnostics) {
        let methods = || {
            item.items.iter().filter_map(|item| match item {
                ImplItem::Fn(method) => Some(method),
                _ => None,
            })
        };
        for method in methods() {
            check_signature(&method.sig, false, diagnostics);
        }
        if !diagnostics.is_clean() {
            return;
        }
        let private = self.paths.private();
        for member in &mut item.items {
            if let ImplItem::Fn(method) = member {
                mark_method(method, Some(name), self.entry(), &private);
            }
        }
    }
}

/// Stores an option, or reports its second use on the second use.
fn set_once<T>(slot: &mut Option<T>, value: T, name: &Ident, diagnostics: &mut Diagnostics) {
    if slot.is_some() {
        diagnostics.push(say::repeated(name));
    } else {
        *slot = Some(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(options: &str, item_source: &str) -> Vec<String> {
        let mut diagnostics = Diagnostics::default();
        let options = options.parse().expect("tokens");
        let options = Options::parse(options, &mut diagnostics);
        let tokens = item_source.parse().expect("tokens");
        item(tokens, &options, &mut diagnostics);
        diagnostics.sentences()
    }

    #[test]
    fn refusals_say_why() {
        let only = |options, source| {
            let sentences = sentences(options, source);
            assert_eq!(sentences.len(), 1, "{sentences:?}");
            sentences[0].clone()
        };
        assert!(only("", "async fn f() {}").contains("must not cross an `.await`"));
        assert!(only("", "impl A { async fn f() {} }").contains("`f` cannot be `async`"));
        assert!(only("", "const fn f() {}").contains("`f` cannot be `const`"));
        assert!(only("", "mod a { mod b { async fn f() {} } }").contains("`f` cannot be `async`"));
        assert!(only("", "trait A { async fn f() {} }").contains("`f` cannot be `async`"));
        assert!(only("", "mod a;").contains("cannot see into `mod a;`"));
        assert!(only("", "struct A;").contains("cannot stand on a struct"));
        assert!(only("", "#[sgn::profile] fn f() {}").contains("is given twice"));
        assert!(only("ower = \"a\"", "fn f() {}").ends_with("did you mean `owner`?"));
        assert!(only("owner", "fn f() {}").contains("takes a name"));
        assert!(only("owner = \"\"", "fn f() {}").contains("non-empty"));
        assert!(only("owner = \"a\", owner = \"b\"", "fn f() {}").contains("given twice"));
    }

    #[test]
    fn functions_methods_and_impls_are_welcome() {
        for source in [
            "fn f() { g(); }",
            "pub unsafe extern \"C\" fn f() { g(); }",
            "fn f(&mut self) { self.g(); }",
            "impl A { const fn f() {} fn g(self) {} const N: usize = 1; }",
            "trait A { fn f(&self); fn g(&self) { self.f(); } async fn h(); }",
            "mod a { use b::c; fn f() { g(); } const fn k() {} mod b { impl A { fn f() {} } } #[sgn::sink] fn s(x: u8) {} }",
            "impl Iterator for A { type Item = u8; fn next(&mut self) -> Option<u8> { f() } }",
        ] {
            assert_eq!(sentences("owner = \"a\"", source), Vec::<String>::new());
        }
    }
}
