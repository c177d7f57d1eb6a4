//! The options about the number and the names of pads: `one_to_one`, `num_pads(sinks = 2)` and so on.
//!
//! Fixed pads are held to them here; those named at construction are counted when the element is built.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Ident, LitInt, Token, parenthesized};

use crate::diagnostics::Diagnostics;
use crate::item::function::FunctionElement;
use crate::item::impl_half::ImplHalf;
use crate::role::{Direction, Role, RuleKind};
use crate::validate::options::repeated;
use crate::validate::pad_rules as say;

/// One option.
struct Rule {
    kind: RuleKind,
    span: Span,
    sinks: Option<usize>,
    sources: Option<usize>,
}

/// All options about pads.
#[derive(Default)]
pub(crate) struct PadRules(Vec<Rule>);

/// The pads that are known at compile time.
pub(crate) struct FixedPads {
    pads: Vec<(Direction, String)>,
    dynamic: Vec<Direction>,
}

impl FixedPads {
    pub(crate) fn of_impl(half: &ImplHalf) -> Self {
        let (dynamic, fixed): (Vec<_>, Vec<_>) = half.pads.iter().partition(|pad| pad.dynamic);
        Self {
            pads: fixed
                .iter()
                .map(|pad| (pad.direction, pad.name.value()))
                .collect(),
            dynamic: dynamic.iter().map(|pad| pad.direction).collect(),
        }
    }

    pub(crate) fn of_function(function: &FunctionElement) -> Self {
        let sinks = function
            .inputs
            .iter()
            .map(|input| (Direction::Sink, input.name.value()));
        let source = function
            .output
            .as_ref()
            .map(|_| (Direction::Source, String::from("out")));
        Self {
            pads: sinks.chain(source).collect(),
            dynamic: Vec::new(),
        }
    }

    fn names(&self, direction: Direction) -> Vec<&str> {
        self.pads
            .iter()
            .filter(|(own, _)| *own == direction)
            .map(|(_, name)| name.as_str())
            .collect()
    }

    /// Whether there can be exactly `count` pads of that direction.
    fn can_be(&self, direction: Direction, count: usize) -> bool {
        let fixed = self.names(direction).len();
        fixed == count || (fixed < count && self.dynamic.contains(&direction))
    }
}

impl PadRules {
    /// Reads what follows the name of the option.
    pub(crate) fn parse(
        &mut self,
        kind: RuleKind,
        name: &Ident,
        role: Role,
        input: ParseStream<'_>,
        diagnostics: &mut Diagnostics,
    ) -> syn::Result<()> {
        let mut rule = Rule {
            kind,
            span: name.span(),
            sinks: None,
            sources: None,
        };
        if kind == RuleKind::NumPads {
            if !input.peek(syn::token::Paren) {
                return Err(say::num_pads_needs_counts(name.span()));
            }
            let content;
            parenthesized!(content in input);
            rule.read_counts(&content, role)?;
            if rule.sinks.is_none() && rule.sources.is_none() {
                diagnostics.push(say::num_pads_needs_counts(name.span()));
            }
        }
        if !kind.is_for(role) {
            diagnostics.push(say::rule_of_another_role(name, role));
        } else if self.0.iter().any(|other| other.kind == kind) {
            diagnostics.push(repeated(name, role));
        } else {
            self.0.push(rule);
        }
        Ok(())
    }

    /// The rules belong to the half that has the pads.
    pub(crate) fn refuse_on_struct(&self, role: Role, diagnostics: &mut Diagnostics) {
        for rule in &self.0 {
            diagnostics.push(say::rule_on_struct(rule.span, rule.kind, role));
        }
    }

    /// Holds the fixed pads to the rules, if nothing else is wrong.
    pub(crate) fn check(&self, element: &Ident, pads: &FixedPads, diagnostics: &mut Diagnostics) {
        if !diagnostics.is_clean() {
            return;
        }
        for rule in &self.0 {
            diagnostics.keep(rule.check(element, pads));
        }
    }

    /// The rules as a value of the library's, if there are any.
    pub(crate) fn tokens(&self, private: &Ident) -> Option<TokenStream> {
        if self.0.is_empty() {
            return None;
        }
        let calls = self.0.iter().map(|rule| {
            let function = Ident::new(rule.kind.option(), Span::call_site());
            let arguments = match rule.kind {
                RuleKind::NumPads => {
                    let (sinks, sources) = (count(rule.sinks), count(rule.sources));
                    quote!(#sinks, #sources)
                }
                _ => TokenStream::new(),
            };
            quote!(.#function(#arguments))
        });
        Some(quote!(#private::PadRules::NONE #(#calls)*))
    }
}

impl Rule {
    fn read_counts(&mut self, content: ParseStream<'_>, role: Role) -> syn::Result<()> {
        while !content.is_empty() {
            let name = content.call(Ident::parse_any)?;
            let slot = match name.to_string().as_str() {
                "sinks" if role.takes() => &mut self.sinks,
                "sources" if role.gives() => &mut self.sources,
                _ => return Err(say::unknown_count(&name, role)),
            };
            content
                .parse::<Token![=]>()
                .map_err(|error| say::count_needs_a_number(error.span(), &name))?;
            let number: LitInt = content
                .parse()
                .map_err(|error| say::count_needs_a_number(error.span(), &name))?;
            let number = number.base10_parse::<usize>()?;
            if slot.replace(number).is_some() {
                return Err(say::count_given_twice(&name));
            }
            if !content.is_empty() {
                content.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    /// What the rule asks for: sink pads, source pads.
    const fn counts(&self) -> (Option<usize>, Option<usize>) {
        match self.kind {
            RuleKind::OneToOne => (Some(1), Some(1)),
            RuleKind::OneToMany => (Some(1), None),
            RuleKind::ManyToOne => (None, Some(1)),
            RuleKind::NumPads => (self.sinks, self.sources),
            RuleKind::PadNamesMatch | RuleKind::SinglePad => (None, None),
        }
    }

    fn check(&self, element: &Ident, pads: &FixedPads) -> syn::Result<()> {
        let (sinks, sources) = self.counts();
        let wanted = [(Direction::Sink, sinks), (Direction::Source, sources)];
        for (direction, count) in wanted {
            if let Some(count) = count
                && !pads.can_be(direction, count)
            {
                let names = pads.names(direction);
                return Err(say::wrong_count(
                    self.span, self.kind, element, direction, count, &names,
                ));
            }
        }
        let (sinks, sources) = (pads.names(Direction::Sink), pads.names(Direction::Source));
        match self.kind {
            RuleKind::SinglePad if sinks.len() + sources.len() > 1 => {
                let (direction, names) = if sinks.is_empty() {
                    (Direction::Source, sources)
                } else {
                    (Direction::Sink, sinks)
                };
                Err(say::wrong_count(
                    self.span, self.kind, element, direction, 1, &names,
                ))
            }
            RuleKind::PadNamesMatch if pads.dynamic.is_empty() => {
                let alone = sinks
                    .iter()
                    .find(|name| !sources.contains(name))
                    .or_else(|| sources.iter().find(|name| !sinks.contains(name)));
                match alone {
                    Some(name) => Err(say::names_differ(self.span, element, name)),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

fn count(count: Option<usize>) -> TokenStream {
    match count {
        Some(count) => quote!(::core::option::Option::Some(#count)),
        None => quote!(::core::option::Option::None),
    }
}
