//! Sentences about functions as elements.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, Error, Ident, Lifetime, LitStr, Pat, Receiver, Type, TypeImplTrait, TypeReference,
};

use crate::role::Role;
use crate::text::text_of;

pub(crate) fn receiver(receiver: &Receiver) -> Error {
    Error::new(
        receiver.self_token.span(),
        "a method cannot be an element by itself; put the attribute on the whole impl and on the struct",
    )
}

pub(crate) fn pattern(pattern: &Pat) -> Error {
    Error::new_spanned(
        pattern,
        "a pad is named after the argument, and a pattern has no name; write a name and take it apart inside",
    )
}

pub(crate) fn opaque(opaque: &TypeImplTrait) -> Error {
    Error::new(
        opaque.impl_token.span,
        "a pad is typed by its payload, which must have a name; write the type",
    )
}

pub(crate) fn asynchronous(span: Span, name: &Ident) -> Error {
    Error::new(
        span,
        format!(
            "`{name}` cannot be `async`: the scheduler calls it inside an allocation scope, and a scope must not cross \
             an `.await`"
        ),
    )
}

pub(crate) fn qualified(span: Span, name: &Ident, word: &str) -> Error {
    Error::new(
        span,
        format!(
            "`{name}` cannot be `{word}`: the scheduler calls it as an ordinary function; remove `{word}`"
        ),
    )
}

pub(crate) fn lifetime(lifetime: &Lifetime) -> Error {
    Error::new(
        lifetime.span(),
        "a function element cannot have lifetime parameters; leave the lifetimes out",
    )
}

pub(crate) fn mutable_property(reference: &TypeReference, name: &Ident) -> Error {
    Error::new_spanned(
        reference.mutability,
        format!(
            "a property does not change while the pipeline runs; take `{name}` by value or by `&`, or mark it `#[state]`"
        ),
    )
}

pub(crate) fn state_by_value(ty: &Type, name: &Ident) -> Error {
    Error::new_spanned(
        ty,
        format!(
            "state is lent to the function; write `{name}: &mut {}`",
            text_of(ty)
        ),
    )
}

pub(crate) fn source_with_input(name: &Ident) -> Error {
    Error::new(
        name.span(),
        format!(
            "a source element has no sink pads; mark `{name}` `#[prop]` or `#[state]`, or use `#[sgn::transform]`"
        ),
    )
}

pub(crate) fn mutable_input(reference: &TypeReference, name: &Ident) -> Error {
    Error::new_spanned(
        reference.mutability,
        format!(
            "what arrives is taken or looked at; write `mut {name}: T` to change it, or mark it `#[state]`"
        ),
    )
}

pub(crate) fn reference_to_reference(inner: &TypeReference) -> Error {
    Error::new(
        inner.and_token.span,
        "an input is taken or looked at; write `T` or `&T`",
    )
}

pub(crate) fn unsized_input(ty: &Type, owned: &str) -> Error {
    Error::new_spanned(
        ty,
        format!("a pad is typed by its payload, which must be an owned type; write `&{owned}`"),
    )
}

pub(crate) fn marked_argument(mark: &Attribute, argument: &Ident) -> Error {
    let remedy = match mark.parse_args::<LitStr>() {
        Ok(name) if syn::parse_str::<Ident>(&name.value()).is_ok() => {
            format!("call it `{}`", name.value())
        }
        _ => String::from("remove the attribute, which is for methods"),
    };
    Error::new_spanned(
        mark.path(),
        format!("the pad of the argument `{argument}` has its name; {remedy}"),
    )
}

pub(crate) fn no_inputs(name: &Ident, role: Role) -> Error {
    let role = role.attribute();
    Error::new(
        name.span(),
        format!(
            "a {role} element takes frames; give `{name}` an argument, as in `fn {name}(x: &T)`"
        ),
    )
}

pub(crate) fn mixed_levels(ty: &Type, first_is_frame: bool) -> Error {
    let sentence = if first_is_frame {
        "the inputs are all frames or all payloads; take `Frame<T>` here as well"
    } else {
        "the inputs are all frames or all payloads; take the payload here as well"
    };
    Error::new_spanned(ty, sentence)
}

pub(crate) fn duplicate_input(name: &LitStr) -> Error {
    Error::new(
        name.span(),
        format!("duplicate pad name {:?}", name.value()),
    )
}

pub(crate) fn no_output(name: &Ident, role: Role) -> Error {
    let role = role.attribute();
    Error::new(
        name.span(),
        format!(
            "a {role} element gives frames; let `{name}` return a payload, `Option<T>` or `Frame<T>`"
        ),
    )
}

pub(crate) fn data_from_frames(leaf: &Type) -> Error {
    Error::new(
        leaf.span(),
        "a function that takes frames gives frames; return `Frame<T>`, or take the payload",
    )
}
