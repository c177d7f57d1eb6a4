//! The rules for the signature of every method that the pipeline calls.

use syn::spanned::Spanned as _;
use syn::{FnArg, GenericParam, PatType, ReceiverKind, ReturnType, Safety, Signature, Type};

use super::types::{argument_of, bare, check_error, is_called, is_inferred, is_plain_data};
use crate::diagnostics::Diagnostics;
use crate::validate::impl_half as say;
use crate::validate::types as say_types;

/// Reports what no method that the pipeline calls may be.
pub(crate) fn check_signature(signature: &Signature, diagnostics: &mut Diagnostics) {
    let name = &signature.ident;
    if let Some(asyncness) = &signature.asyncness {
        diagnostics.push(say::asynchronous(asyncness.span(), name));
    }
    if let Some(constness) = &signature.constness {
        diagnostics.push(say::qualified(constness.span(), name, "const"));
    }
    if let Safety::Unsafe(token) = &signature.safety {
        diagnostics.push(say::qualified(token.span(), name, "unsafe"));
    }
    if let Some(abi) = &signature.abi {
        diagnostics.push(say::qualified(abi.extern_token.span(), name, "extern"));
    }
    for parameter in &signature.generics.params {
        diagnostics.push(match parameter {
            GenericParam::Lifetime(lifetime) => say::method_lifetime(&lifetime.lifetime, name),
            GenericParam::Type(ty) => say::generic_method(&ty.ident, name),
            GenericParam::Const(constant) => say::generic_method(&constant.ident, name),
        });
    }
    check_error(&signature.output, diagnostics);
    for argument in typed_arguments(signature) {
        if let Type::ImplTrait(opaque) = bare(&argument.ty) {
            diagnostics.push(say::opaque_argument(opaque, name));
        }
    }
    match signature.receiver() {
        None => diagnostics.push(say::no_receiver(name)),
        Some(receiver) => match &receiver.kind {
            ReceiverKind::Reference(..) => {}
            ReceiverKind::Typed(_, ty) if matches!(bare(ty), Type::Reference(_)) => {}
            _ => diagnostics.push(say::owned_receiver(receiver, name)),
        },
    }
}

/// Reports a return type that is plainly neither nothing nor a `Result` of nothing; whether it did.
pub(crate) fn check_outcome(signature: &Signature, diagnostics: &mut Diagnostics) -> bool {
    let ReturnType::Type(_, ty) = &signature.output else {
        return false;
    };
    let given = argument_of(ty, "Result").unwrap_or(ty);
    let is_nothing = matches!(bare(given), Type::Tuple(tuple) if tuple.elems.is_empty());
    let wrong = !is_nothing
        && (is_plain_data(given) || is_called(given, "Frame") || is_called(given, "Option"));
    if wrong {
        diagnostics.push(say_types::not_an_outcome(given, &signature.ident));
    }
    wrong
}

/// Returns true if there is a `_` among the types of a signature.
pub(crate) fn has_inferred_type(signature: &Signature) -> bool {
    let arguments = signature
        .inputs
        .iter()
        .filter_map(|argument| match argument {
            FnArg::Typed(typed) => Some(&*typed.ty),
            FnArg::Receiver(_) => None,
        });
    let output = match &signature.output {
        ReturnType::Type(_, ty) => Some(&**ty),
        ReturnType::Default => None,
    };
    arguments.chain(output).any(is_inferred)
}

/// The arguments but the receiver.
pub(super) fn typed_arguments(signature: &Signature) -> Vec<&PatType> {
    signature
        .inputs
        .iter()
        .filter_map(|argument| match argument {
            FnArg::Typed(typed) => Some(typed),
            FnArg::Receiver(_) => None,
        })
        .collect()
}
