//! The looks at frames that a function element still has when a pad fails.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::variables::frame;
use crate::item::function::Input;
use crate::paths::short;

/// Takes the looks of `inputs` out of the way of a failure: their payloads may panic when they are dropped.
pub(super) fn without_looks(inputs: &[Input]) -> TokenStream {
    let looks = inputs
        .iter()
        .enumerate()
        .filter(|(_, input)| input.borrowed);
    let looks = looks.map(|(index, _)| frame(index));
    quote_spanned!(Span::mixed_site()=> #(.dropping(#looks))*)
}

/// Writes the value of `call`, or the return of its failure with `without_looks` applied.
pub(super) fn or_return(call: &TokenStream, without_looks: &TokenStream) -> TokenStream {
    if without_looks.is_empty() {
        return quote!(#call?);
    }
    let private = short();
    quote_spanned! {Span::mixed_site()=>
        match #call {
            #private::Ok(__sgn_next) => __sgn_next,
            #private::Err(__sgn_failure) => {
                return #private::Err(__sgn_failure #without_looks);
            }
        }
    }
}
