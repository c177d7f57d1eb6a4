//! The options of the role attributes: `#[sgn::sink(eos = all, crate = path)]`, `#[sgn::transform(eos = manual)]`.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Ident, Path, Token};

use crate::budget::{Budget, Limit};
use crate::diagnostics::Diagnostics;
use crate::pad_rules::PadRules;
use crate::paths::Paths;
use crate::role::{Role, RuleKind};
use crate::validate::options as say;

/// When a sink is done, at the first end of a stream or at the last, and whether a transform ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndOfStream {
    /// `eos = any`: one ended input ends the sink.
    Any,
    /// `eos = all`: every input must have ended.
    All,
    /// `eos = manual`: a transform says itself when its streams end.
    Manual,
}

impl EndOfStream {
    /// What elements of that role can choose from.
    const fn choices(role: Role) -> &'static [(&'static str, Self)] {
        match role {
            Role::Source => &[],
            Role::Transform => &[("manual", Self::Manual)],
            Role::Sink => &[("any", Self::Any), ("all", Self::All)],
        }
    }

    /// Reads what comes after the name of the option.
    fn parse(role: Role, name: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        input
            .parse::<Token![=]>()
            .map_err(|_| say::eos_needs_a_choice(name.span(), role))?;
        let choice: Ident = input
            .parse()
            .map_err(|error| say::eos_needs_a_choice(error.span(), role))?;
        let mut choices = Self::choices(role).iter();
        let chosen = choices.find(|(word, _)| choice == word);
        chosen
            .map(|(_, end)| *end)
            .ok_or_else(|| say::eos_needs_a_choice(choice.span(), role))
    }
}

/// What the attribute says.
pub(crate) struct Options {
    /// Which of the three attributes it is.
    pub(crate) role: Role,
    /// Where generated code finds `sgn`.
    pub(crate) paths: Paths,
    /// The `eos` option and the place of its name.
    pub(crate) eos: Option<(EndOfStream, Span)>,
    /// What must hold of the pads.
    pub(crate) rules: PadRules,
    /// The limits for its memory.
    pub(crate) budget: Budget,
}

impl Options {
    /// Reads the tokens between the attribute's parentheses.
    pub(crate) fn parse(role: Role, tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut given = Given::default();
        let parsed =
            (|input: ParseStream<'_>| given.parse(role, input, diagnostics)).parse2(tokens);
        diagnostics.keep(parsed);
        Self {
            role,
            paths: Paths::new(given.krate.as_ref()),
            eos: given.eos,
            rules: given.rules,
            budget: given.budget,
        }
    }
}

/// The options met so far.
#[derive(Default)]
struct Given {
    krate: Option<Path>,
    eos: Option<(EndOfStream, Span)>,
    rules: PadRules,
    budget: Budget,
}

impl Given {
    fn parse(
        &mut self,
        role: Role,
        input: ParseStream<'_>,
        diagnostics: &mut Diagnostics,
    ) -> syn::Result<()> {
        while !input.is_empty() {
            let name = input.call(Ident::parse_any)?;
            match name.to_string().as_str() {
                word if let Some(kind) = RuleKind::called(word) => {
                    self.rules.parse(kind, &name, role, input, diagnostics)?;
                }
                word if let Some(limit) = Limit::called(word) => {
                    self.budget.parse(limit, &name, role, input, diagnostics)?;
                }
                "crate" => {
                    input
                        .parse::<Token![=]>()
                        .map_err(|_| say::crate_needs_a_path(&name))?;
                    let path = input
                        .call(Path::parse_mod_style)
                        .map_err(|error| say::crate_needs_a_path_at(error.span()))?;
                    set_once(&mut self.krate, path, &name, role, diagnostics);
                }
                "eos" if EndOfStream::choices(role).is_empty() => {
                    diagnostics.push(say::eos_is_not_for(&name, role));
                    skip_value(input)?;
                }
                "eos" => {
                    let end = EndOfStream::parse(role, &name, input)?;
                    set_once(&mut self.eos, (end, name.span()), &name, role, diagnostics);
                }
                _ => {
                    diagnostics.push(say::unknown(&name, role));
                    skip_value(input)?;
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }
}

/// Stores an option, or reports its second use on the second use.
fn set_once<T>(
    slot: &mut Option<T>,
    value: T,
    name: &Ident,
    role: Role,
    diagnostics: &mut Diagnostics,
) {
    if slot.is_some() {
        diagnostics.push(say::repeated(name, role));
    } else {
        *slot = Some(value);
    }
}

/// Skips the value of an option that means nothing to us, up to the next comma.
fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}
