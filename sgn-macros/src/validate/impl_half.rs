//! Rules and sentences about the impl half.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, Error, FnArg, Ident, Lifetime, LitStr, PatType, Path, Receiver, Signature, Type,
    TypeImplTrait, TypeReference,
};

use crate::role::{CallbackKind, Direction, Role};

// The impl itself.

pub(crate) fn trait_impl(path: &Path, role: Role) -> Error {
    let attribute = role.attribute();
    Error::new_spanned(
        path,
        format!(
            "`#[sgn::{attribute}]` goes on an inherent impl, not on that of a trait; write `impl` and the struct's name"
        ),
    )
}

pub(crate) fn unnamed_self(ty: &Type) -> Error {
    Error::new_spanned(ty, "an element is a struct; write its name after `impl`")
}

pub(crate) fn lifetime_parameter(lifetime: &Lifetime) -> Error {
    Error::new(
        lifetime.span(),
        format!(
            "an element outlives the code that makes it and cannot have the lifetime `{lifetime}`; own the data"
        ),
    )
}

/// The signature to write for a pad method.
const fn model(direction: Direction) -> &'static str {
    match direction {
        Direction::Source => "fn new(&mut self) -> Frame<T>",
        Direction::Sink => "fn pull(&mut self, frame: Frame<T>)",
    }
}

/// "a source", "a transform", "a sink".
fn noun(role: Role) -> String {
    format!("a {}", role.attribute())
}

pub(crate) fn second_method(second: &Ident, direction: Direction, pads: [&str; 2]) -> Error {
    let word = direction.method();
    let [first_pad, second_pad] = pads;
    Error::new(
        second.span(),
        format!(
            "two methods are called `{second}`; each pad has one that is called after it, as in `{word}_{first_pad}` \
             and `{word}_{second_pad}`"
        ),
    )
}

pub(crate) fn second_callback(second: &Ident) -> Error {
    Error::new(
        second.span(),
        format!("two methods are called `{second}`; an element has one, remove this or that"),
    )
}

pub(crate) fn missing(self_ty: &Type, direction: Direction, role: Role) -> Error {
    let (word, noun, model) = (direction.method(), noun(role), model(direction));
    Error::new_spanned(
        self_ty,
        format!("missing method `{word}`; {noun} element must define `{model}`"),
    )
}

pub(crate) fn required_without_receiver(ident: &Ident, direction: Direction, role: Role) -> Error {
    let (word, noun, model) = (direction.method(), noun(role), model(direction));
    Error::new(
        ident.span(),
        format!(
            "missing method `{word}`; this one has no `&mut self`, and {noun} element must define `{model}`"
        ),
    )
}

pub(crate) fn misspelled(ident: &Ident, wanted: &str, role: Role) -> Error {
    let attribute = role.attribute();
    Error::new(
        ident.span(),
        format!("`#[sgn::{attribute}]` looks for a method named `{wanted}`; rename `{ident}`"),
    )
}

pub(crate) fn pad_against_role(method: &Ident, role: Role) -> Error {
    let sentence = match role {
        Role::Source => {
            "a source element has no sink pads; use `#[sgn::transform]` if it consumes frames"
        }
        _ => "a sink element has no source pads; use `#[sgn::transform]` if it gives frames",
    };
    Error::new(method.span(), sentence)
}

// Signatures.

pub(crate) fn asynchronous(span: Span, method: &Ident) -> Error {
    Error::new(
        span,
        format!(
            "`{method}` cannot be `async`: the scheduler calls it inside an allocation scope, and a scope must not \
             cross an `.await`"
        ),
    )
}

pub(crate) fn qualified(span: Span, method: &Ident, word: &str) -> Error {
    Error::new(
        span,
        format!(
            "`{method}` cannot be `{word}`: the scheduler calls it as an ordinary method; remove `{word}`"
        ),
    )
}

pub(crate) fn generic_method(parameter: &Ident, method: &Ident) -> Error {
    Error::new(
        parameter.span(),
        format!(
            "`{method}` cannot be generic; put the type parameter on the element: `impl<{parameter}> ..`"
        ),
    )
}

pub(crate) fn method_lifetime(lifetime: &Lifetime, method: &Ident) -> Error {
    Error::new(
        lifetime.span(),
        format!("`{method}` cannot have lifetime parameters; leave the lifetimes out"),
    )
}

pub(crate) fn opaque_argument(opaque: &TypeImplTrait, method: &Ident) -> Error {
    Error::new(
        opaque.impl_token.span,
        format!("`{method}` cannot be generic; write the type instead of `impl`"),
    )
}

pub(crate) fn no_receiver(method: &Ident) -> Error {
    Error::new(
        method.span(),
        format!(
            "`{method}` is called on the element; write `fn {method}(&mut self, ..)`, or rename it"
        ),
    )
}

pub(crate) fn owned_receiver(receiver: &Receiver, method: &Ident) -> Error {
    Error::new(
        receiver.self_token.span(),
        format!(
            "`{method}` is called once a stride and cannot consume the element; take `&mut self`"
        ),
    )
}

// Pads.

pub(crate) fn pull_takes_a_frame(method: &Ident) -> Error {
    Error::new(
        method.span(),
        format!(
            "`{method}` takes the frame that arrives; write `fn {method}(&mut self, frame: Frame<T>)`"
        ),
    )
}

pub(crate) fn one_pad_a_method(surplus: &PatType, method: &Ident) -> Error {
    let hint = match &*surplus.pat {
        syn::Pat::Ident(pattern) => format!("pull_{}", pattern.ident),
        _ => String::from("pull_x"),
    };
    Error::new_spanned(
        &surplus.pat,
        format!(
            "`{method}` serves one pad and takes one frame; give this one a method of its own, `{hint}`"
        ),
    )
}

pub(crate) fn new_takes_nothing(surplus: &PatType, method: &Ident) -> Error {
    Error::new_spanned(
        &surplus.pat,
        format!("`{method}` makes a frame from the element alone; keep what it needs in a field"),
    )
}

pub(crate) fn new_returns_nothing(method: &Ident) -> Error {
    Error::new(
        method.span(),
        format!("`{method}` gives a frame; write `fn {method}(&mut self) -> Frame<T>`"),
    )
}

pub(crate) fn mutable_frame(reference: &TypeReference) -> Error {
    Error::new_spanned(
        reference.mutability,
        "a borrowed frame is shared with other pads; take `Frame<T>` to change it",
    )
}

pub(crate) fn dynamic_without_pad(method: &Ident) -> Error {
    Error::new(
        method.span(),
        format!(
            "`#[pads(dynamic)]` serves several pads, and `{method}` must be told which one; take `pad: Pad<'_>` first"
        ),
    )
}

pub(crate) fn pad_argument_needs_mark(argument: &PatType) -> Error {
    Error::new_spanned(
        &argument.pat,
        "only pads that are named at construction are told apart; mark the method `#[pads(dynamic)]`",
    )
}

pub(crate) fn no_pad_name(signature: &Signature, dynamic: bool) -> Error {
    let span = match signature.inputs.last() {
        Some(FnArg::Typed(argument)) => argument.pat.span(),
        _ => signature.ident.span(),
    };
    let sentence = if dynamic {
        "the handle's field is named after the argument, and a pattern has no name; write a name"
    } else {
        "the pad is named after the argument, and a pattern has no name; write a name, or mark the method `#[pad(\"name\")]`"
    };
    Error::new(span, sentence)
}

pub(crate) fn no_handle_field(name: &LitStr) -> Error {
    let text = name.value();
    Error::new(
        name.span(),
        format!(
            "the handle needs a field for the pad {text:?}; name the argument, or the method `pull_x`"
        ),
    )
}

pub(crate) fn duplicate_pad(name: &LitStr) -> Error {
    Error::new(
        name.span(),
        format!("duplicate pad name {:?}", name.value()),
    )
}

pub(crate) fn second_dynamic(method: &Ident, direction: Direction) -> Error {
    let word = direction.method();
    Error::new(
        method.span(),
        format!(
            "one method serves all `{word}` pads that are named at construction; merge this one into the first"
        ),
    )
}

/// Holds the name in `#[pad("name")]` to the rules.
pub(crate) fn check_pad_name(name: &LitStr) -> syn::Result<()> {
    let text = name.value();
    if !text.is_empty() && !text.contains(':') && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Error::new(
        name.span(),
        format!(
            "invalid pad name {text:?}: pad names are non-empty, have no control characters and cannot contain `:`, \
             which separates element and pad in a link"
        ),
    ))
}

// Marks.

pub(crate) fn mark_on_other_method(mark: &Attribute, method: &Ident) -> Error {
    Error::new(
        method.span(),
        format!(
            "`#[{}]` marks a pad method, whose name starts with `pull` or `new`; rename `{method}`",
            mark.path().to_token_stream()
        ),
    )
}

pub(crate) fn repeated_mark(second: &Attribute) -> Error {
    Error::new_spanned(
        second.path(),
        "a method has one `#[pad(..)]` or `#[pads(..)]`; remove this one",
    )
}

pub(crate) fn pads_takes_dynamic(attribute: &Attribute) -> Error {
    Error::new_spanned(
        attribute.path(),
        "`#[pads(..)]` knows one word; write `#[pads(dynamic)]`",
    )
}

pub(crate) fn pad_takes_a_name(attribute: &Attribute) -> Error {
    Error::new_spanned(
        attribute.path(),
        "`#[pad(..)]` takes the pad's name; write `#[pad(\"H1\")]`",
    )
}

// Callbacks.

pub(crate) fn callback_argument(surplus: &FnArg, kind: CallbackKind) -> Error {
    let method = kind.method();
    let sentence = match kind {
        CallbackKind::OnBuild => {
            format!("`{method}` takes at most `pads: &PadNames`; remove this argument")
        }
        _ => format!("`{method}` takes `&mut self` only; keep what it needs in a field"),
    };
    Error::new_spanned(surplus, sentence)
}

pub(crate) fn eos_error_returns_nothing(method: &Ident) -> Error {
    Error::new(
        method.span(),
        format!(
            "`{method}` tells of an error that was absorbed; write `fn {method}(&mut self) -> Option<E>`"
        ),
    )
}
