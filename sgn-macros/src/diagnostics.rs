//! Collects every mistake of one item, so that one compile tells them all.

use proc_macro2::TokenStream;

/// The mistakes found so far.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    errors: Vec<syn::Error>,
}

impl Diagnostics {
    /// Adds one mistake.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.errors.push(error);
    }

    /// Keeps the value of `result`, or adds its mistake.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }

    /// How many mistakes were found so far.
    pub(crate) fn len(&self) -> usize {
        self.errors.len()
    }

    /// The mistakes as `compile_error!` calls, in the order in which they were found.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.errors
            .into_iter()
            .map(syn::Error::into_compile_error)
            .collect()
    }

    /// The sentences, for unit tests.
    #[cfg(test)]
    pub(crate) fn sentences(&self) -> Vec<String> {
        self.errors.iter().map(ToString::to_string).collect()
    }
}
