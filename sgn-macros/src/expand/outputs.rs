//! The return types of the user's methods.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{ImplItemFn, Pat, PatWild, ReturnType, Token, Type, parse_quote};

use super::pads::span_of;
use crate::item::types::{argument_of, without_self};

/// The type of the error that `eos_error` returns; the compiler infers it if the tokens do not tell.
pub(super) fn error_of(method: &ImplItemFn, self_ty: &Type) -> Type {
    let inferred = || parse_quote!(_);
    match &method.sig.output {
        ReturnType::Type(_, ty) => {
            argument_of(ty, "Option").map_or_else(inferred, |error| without_self(error, self_ty))
        }
        ReturnType::Default => inferred(),
    }
}

/// Returns the place at which a wrong return type is reported: the type, or the method's name if there is none.
pub(super) fn output_span(method: &ImplItemFn) -> Span {
    match &method.sig.output {
        ReturnType::Type(_, ty) => span_of(ty),
        ReturnType::Default => span_of(&method.sig.ident),
    }
}

/// Writes the value of `call`, or the return of its failure. Not `?`, over which the compiler takes longer.
pub(super) fn received(call: &TokenStream, private: &Ident) -> TokenStream {
    quote! {
        match #call {
            #private::Ok(__sgn_received) => __sgn_received,
            #private::Err(__sgn_failure) => return #private::Err(__sgn_failure),
        }
    }
}

/// Returns the pattern `_`.
pub(super) fn wild() -> Pat {
    Pat::Wild(PatWild {
        attrs: Vec::new(),
        underscore_token: Token![_](Span::call_site()),
    })
}
