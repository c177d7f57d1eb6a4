//! Sentences about `#[sgn::profile]`.

use proc_macro2::{Span, TokenStream};
use syn::{Error, Ident, Item, ItemMod, LitStr, Signature};

use super::options::list;
use super::suggest::nearest;

const KNOWN: [&str; 2] = ["owner", "crate"];

/// The attribute on something without a body of statements.
pub(crate) fn wrong_item(item: &Item) -> Error {
    let (span, kind) = match item {
        Item::Struct(item) => (item.struct_token.span, "a struct"),
        Item::Enum(item) => (item.enum_token.span, "an enum"),
        Item::Union(item) => (item.union_token.span, "a union"),
        Item::Const(item) => (item.const_token.span, "a constant"),
        Item::Static(item) => (item.static_token.span, "a static"),
        Item::Type(item) => (item.type_token.span, "a type alias"),
        Item::Use(item) => (item.use_token.span, "an import"),
        other => return Error::new_spanned(other, wrong_item_sentence("this item")),
    };
    Error::new(span, wrong_item_sentence(kind))
}

fn wrong_item_sentence(kind: &str) -> String {
    format!(
        "`#[sgn::profile]` cannot stand on {kind}; put it on a function, a method, an impl, a trait, or a module"
    )
}

/// A module whose text is in a file of its own, which a macro is not given.
pub(crate) fn module_elsewhere(module: &ItemMod) -> Error {
    let name = &module.ident;
    Error::new_spanned(
        module,
        format!(
            "`#[sgn::profile]` cannot see into `mod {name};`, whose text is in another file; put it on the functions and impls there, or write the module here: `mod {name} {{ .. }}`"
        ),
    )
}

/// The body of an async function is not run in one go.
pub(crate) fn asynchronous(signature: &Signature, span: Span) -> Error {
    let name = &signature.ident;
    Error::new(
        span,
        format!(
            "`{name}` cannot be `async` under `#[sgn::profile]`: a line belongs to one thread and must not cross an `.await`; move what allocates into a plain function and mark that"
        ),
    )
}

/// The body of a constant function may run in the compiler.
pub(crate) fn constant(signature: &Signature, span: Span) -> Error {
    let name = &signature.ident;
    Error::new(
        span,
        format!(
            "`{name}` cannot be `const` under `#[sgn::profile]`: a constant function allocates nothing; remove the attribute"
        ),
    )
}

/// An option that does not exist.
pub(crate) fn unknown(name: &Ident) -> Error {
    let word = name.to_string();
    let remedy = nearest(&word, KNOWN).map_or_else(
        || format!("it knows {}", list(&KNOWN)),
        |near| format!("did you mean `{near}`?"),
    );
    Error::new(
        name.span(),
        format!("unknown `#[sgn::profile]` option `{word}`; {remedy}"),
    )
}

/// An option for the second time.
pub(crate) fn repeated(name: &Ident) -> Error {
    Error::new(
        name.span(),
        format!("option `{name}` of `#[sgn::profile]` is given twice; remove this one"),
    )
}

/// `owner` without a name.
pub(crate) fn owner_needs_a_name(span: Span) -> Error {
    Error::new(
        span,
        "option `owner` takes a name; write `owner = \"loader\"`",
    )
}

/// `owner = ""` and the like.
pub(crate) fn owner_is_no_name(name: &LitStr) -> Error {
    Error::new(
        name.span(),
        "the name of an owner stands in reports: it is non-empty and has no control characters; write `owner = \"loader\"`",
    )
}

/// The attribute for the second time.
pub(crate) fn given_twice(path: TokenStream) -> Error {
    Error::new_spanned(path, "`#[sgn::profile]` is given twice; remove this one")
}
