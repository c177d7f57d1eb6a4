//! Sentences about payload types.

use syn::{Error, Lifetime, TypeImplTrait, TypeInfer, TypeReference};

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
