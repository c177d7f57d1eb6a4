//! The absolute paths that generated code uses.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// Where generated code finds `sgn`.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    krate: TokenStream,
}

impl Paths {
    /// Paths below `krate`, or below `::sgn` if the attribute has no `crate` option.
    pub(crate) fn new(krate: Option<&syn::Path>) -> Self {
        Self {
            krate: krate.map_or_else(|| quote!(::sgn), ToTokens::to_token_stream),
        }
    }

    /// `::sgn::__private`, which re-exports everything generated code names.
    pub(crate) fn private(&self) -> TokenStream {
        let krate = &self.krate;
        quote!(#krate::__private)
    }
}
