//! The options about the memory of an element: `budget = "1 MiB"`, `allocs_per_stride = 0` and `warm_up = 16`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::ParseStream;
use syn::{Ident, Lit, LitInt, Token};

use crate::diagnostics::Diagnostics;
use crate::role::Role;
use crate::validate::budget as say;
use crate::validate::options::repeated;

/// The three options, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    Bytes,
    Blocks,
    WarmUp,
}

impl Limit {
    const ALL: [(&'static str, Self); 3] = [
        ("budget", Self::Bytes),
        ("allocs_per_stride", Self::Blocks),
        ("warm_up", Self::WarmUp),
    ];

    /// Returns the limit that an option of that name sets.
    pub(crate) fn called(word: &str) -> Option<Self> {
        let mut all = Self::ALL.iter();
        all.find(|(name, _)| *name == word).map(|(_, limit)| *limit)
    }
}

/// The limits of an element, in the order in which they were written.
#[derive(Default)]
pub(crate) struct Budget(Vec<(Limit, Ident, u64)>);

impl Budget {
    /// Reads what follows the name of the option.
    pub(crate) fn parse(
        &mut self,
        limit: Limit,
        name: &Ident,
        role: Role,
        input: ParseStream<'_>,
        diagnostics: &mut Diagnostics,
    ) -> syn::Result<()> {
        let number = read(limit, name, input)?;
        if self.0.iter().any(|(other, ..)| *other == limit) {
            diagnostics.push(repeated(name, role));
        } else {
            self.0.push((limit, name.clone(), number));
        }
        Ok(())
    }

    /// The limits belong to the half that has the methods.
    pub(crate) fn refuse_on_struct(&self, role: Role, diagnostics: &mut Diagnostics) {
        for (_, name, _) in &self.0 {
            diagnostics.push(say::belongs_to_the_impl(name, role));
        }
    }

    /// The limits as a value of the library's, if there are any.
    pub(crate) fn tokens(&self, private: &Ident) -> Option<TokenStream> {
        if self.0.is_empty() {
            return None;
        }
        let calls = self.0.iter().map(|(_, name, number)| {
            let function = Ident::new(&name.to_string(), Span::call_site());
            quote!(.#function(#number))
        });
        Some(quote!(#private::Budget::NONE #(#calls)*))
    }
}

fn read(limit: Limit, name: &Ident, input: ParseStream<'_>) -> syn::Result<u64> {
    let needs = |span| match limit {
        Limit::Bytes => say::budget_needs_bytes(span),
        Limit::Blocks | Limit::WarmUp => say::needs_a_number(span, name),
    };
    input.parse::<Token![=]>().map_err(|_| needs(name.span()))?;
    if limit != Limit::Bytes {
        let number: LitInt = input.parse().map_err(|error| needs(error.span()))?;
        return number.base10_parse().map_err(|_| needs(number.span()));
    }
    match input.parse().map_err(|error| needs(error.span()))? {
        Lit::Int(bytes) if is_plain(&bytes) => bytes
            .base10_parse()
            .map_err(|_| say::budget_is_too_large(bytes.span())),
        Lit::Str(text) => bytes_of(&text.value(), text.span()),
        other => Err(needs(other.span())),
    }
}

/// Returns true if the number has neither a sign nor a type.
fn is_plain(number: &LitInt) -> bool {
    number.suffix().is_empty() && !number.base10_digits().starts_with('-')
}

/// The units of a number of bytes.
const UNITS: [(&str, u64); 10] = [
    ("", 1),
    ("B", 1),
    ("kB", 1000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

/// Reads a number of bytes with its unit, as the library does at construction.
fn bytes_of(text: &str, span: Span) -> syn::Result<u64> {
    let trimmed = text.trim();
    let end = trimmed
        .find(|char: char| !char.is_ascii_digit())
        .unwrap_or(trimmed.len());
    let (digits, unit) = trimmed.split_at(end);
    let unit = unit.trim_start();
    let found = UNITS.iter().find(|(name, _)| *name == unit);
    let Some((_, factor)) = found.filter(|_| !digits.is_empty()) else {
        return Err(say::budget_cannot_be_read(span, text));
    };
    let number = digits.parse::<u64>().ok();
    number
        .and_then(|number| number.checked_mul(*factor))
        .ok_or_else(|| say::budget_is_too_large(span))
}
