//! Sentences about payload types.

use syn::{Error, Ident, Lifetime, Type, TypeImplTrait, TypeInfer, TypeReference};

use crate::role::Direction;
use crate::text::text_of;

/// A type that is not called a frame where one belongs.
pub(crate) fn not_a_frame(ty: &Type, direction: Direction) -> Error {
    let text = text_of(ty);
    let remedy = match direction {
        Direction::Sink => {
            format!("take `Frame<{text}>` to own it or `&Frame<{text}>` to look at it")
        }
        Direction::Source => format!("give `Frame<{text}>`"),
    };
    Error::new_spanned(ty, format!("`{text}` is not a frame; {remedy}"))
}

/// A frame or plain data where a method returns nothing.
pub(crate) fn not_an_outcome(ty: &Type, method: &Ident) -> Error {
    let text = text_of(ty);
    Error::new_spanned(
        ty,
        format!("`{method}` gives no `{text}`; return nothing, or a `Result<(), E>`"),
    )
}

/// Several frames where one belongs.
pub(crate) fn several_frames(ty: &Type, direction: Direction) -> Error {
    let sentence = match direction {
        Direction::Sink => {
            "a pad takes one frame; give each pad an argument or a method of its own, `pull_a` and `pull_b`"
        }
        Direction::Source => {
            "a pad gives one frame; write a struct and an `impl` with a method for each pad, `new_a` and `new_b`"
        }
    };
    Error::new_spanned(ty, sentence)
}

/// A boxed error that stays on its thread.
pub(crate) fn unsendable_error(ty: &Type) -> Error {
    let text = text_of(ty);
    Error::new_spanned(
        ty,
        format!("an error moves between threads, and `{text}` cannot; write `sgn::BoxError`"),
    )
}

pub(crate) fn unsendable_payload(ty: &Type) -> Error {
    let remedy = match ty {
        Type::Ptr(_) => "own the data",
        _ => "use `Arc`",
    };
    let text = text_of(ty);
    Error::new_spanned(
        ty,
        format!("a payload moves between threads, and `{text}` cannot; {remedy}"),
    )
}

pub(crate) fn inferred_payload(infer: &TypeInfer) -> Error {
    Error::new_spanned(
        infer,
        "a pad is typed by its payload, which cannot be inferred; write the type",
    )
}

pub(crate) fn opaque_payload(opaque: &TypeImplTrait) -> Error {
    Error::new(
        opaque.impl_token.span,
        "a pad is typed by its payload, which must have a name; write the type",
    )
}

pub(crate) fn borrowed_payload(reference: &TypeReference) -> Error {
    Error::new(
        reference.and_token.span,
        "a payload outlives the call and cannot borrow; use an owned type such as `String` or `Vec<T>`",
    )
}

pub(crate) fn lifetime_in_payload(lifetime: &Lifetime) -> Error {
    Error::new(
        lifetime.span(),
        format!(
            "a payload outlives the call and cannot have the lifetime `{lifetime}`; use an owned type"
        ),
    )
}
