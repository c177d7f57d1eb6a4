//! The absolute paths that generated code uses.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
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

    /// The first item of a block of generated code, which makes the paths after it short.
    pub(crate) fn import(&self) -> TokenStream {
        let (private, short) = (self.private(), short());
        quote!(use #private as #short;)
    }

    /// `::sgn::__private`, which re-exports everything generated code names.
    pub(crate) fn private(&self) -> TokenStream {
        let krate = &self.krate;
        quote!(#krate::__private)
    }
}

/// Returns the name of `sgn::__private` within a block that begins with [`Paths::import`].
///
/// A name and no tokens, which would cost several times as much wherever the name is written.
pub(crate) fn short() -> Ident {
    short_at(Span::call_site())
}

/// Returns [`short`] at `span`.
pub(crate) fn short_at(span: Span) -> Ident {
    Ident::new("__sgn", span)
}

/// The tokens as if all of them stood at `span`.
///
/// The compiler reports a type or an expression from its first token to its last: one token of another place is enough
/// to move the report to the attribute.
pub(crate) fn at(span: Span, tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => {
                let mut moved = Group::new(group.delimiter(), at(span, group.stream()));
                moved.set_span(span);
                TokenTree::Group(moved)
            }
            mut other => {
                other.set_span(span);
                other
            }
        })
        .collect()
}
