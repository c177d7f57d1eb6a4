//! The struct half: which fields are properties and which are state.

use syn::parse::{ParseStream, Parser as _};
use syn::spanned::Spanned as _;
use syn::{
    Attribute, Expr, Fields, GenericParam, Generics, Ident, ItemStruct, Meta, Token, Type,
    parse_quote,
};

use super::attributes::{doc_lines, extract};
use super::types::{generics_without_self, without_self};
use crate::diagnostics::Diagnostics;
use crate::validate::struct_half as say;

/// A struct with its fields sorted into properties and state.
pub(crate) struct StructHalf {
    /// The struct as the user wrote it, without `#[prop]` and `#[state]`.
    pub(crate) item: ItemStruct,
    /// Its parameters, fit to stand at other types.
    pub(crate) generics: Generics,
    /// The fields in their order.
    pub(crate) fields: Vec<Field>,
}

/// One field.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// The type without `Self`.
    pub(crate) ty: Type,
    /// The lines of its doc comment.
    pub(crate) docs: Vec<String>,
    pub(crate) kind: FieldKind,
}

/// What a field is for.
#[expect(
    clippy::large_enum_variant,
    reason = "a macro holds a handful of them, and boxes would be in the way of every match"
)]
pub(crate) enum FieldKind {
    /// Set by the builder.
    Property(Property),
    /// Made when the element is made: by the expression, or by `Default`.
    State(Option<Expr>),
}

/// The options of `#[prop(..)]`.
#[derive(Default)]
pub(crate) struct Property {
    pub(crate) initial: Initial,
    /// Every value must lie in it.
    pub(crate) range: Option<Expr>,
    /// The setter takes `impl Into<T>`.
    pub(crate) into: bool,
}

/// The value of a property that the user does not set.
#[expect(
    clippy::large_enum_variant,
    reason = "a macro holds a handful of them, and boxes would be in the way of every match"
)]
#[derive(Default)]
pub(crate) enum Initial {
    /// There is none: the user must set it.
    #[default]
    Required,
    /// `#[prop(default)]`.
    Default,
    /// `#[prop(default = expression)]`.
    Value(Expr),
}

impl StructHalf {
    /// Sorts the fields of `item`.
    pub(crate) fn parse(mut item: ItemStruct, diagnostics: &mut Diagnostics) -> Self {
        for parameter in &item.generics.params {
            if let GenericParam::Lifetime(lifetime) = parameter {
                diagnostics.push(say::lifetime_parameter(&lifetime.lifetime));
            }
        }
        let self_ty = {
            let (ident, (_, arguments, _)) = (&item.ident, item.generics.split_for_impl());
            parse_quote!(#ident #arguments)
        };
        let generics = generics_without_self(&item.generics, &self_ty);
        let fields = match &mut item.fields {
            Fields::Named(named) => named
                .named
                .iter_mut()
                .filter_map(|field| Field::parse(field, &self_ty, diagnostics))
                .collect(),
            Fields::Unit => Vec::new(),
            Fields::Unnamed(tuple) => {
                diagnostics.push(say::tuple_struct(tuple));
                for field in &mut tuple.unnamed {
                    extract(&mut field.attrs, "prop");
                    extract(&mut field.attrs, "state");
                }
                Vec::new()
            }
        };
        Self {
            item,
            generics,
            fields,
        }
    }
}

impl Field {
    fn parse(
        field: &mut syn::Field,
        self_ty: &Type,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let ident = field.ident.clone()?;
        let kind = FieldKind::parse(&ident, &mut field.attrs, diagnostics).unwrap_or_else(|| {
            diagnostics.push(say::unmarked_field(&ident));
            FieldKind::State(None)
        });
        Some(Self {
            docs: doc_lines(&field.attrs),
            ty: without_self(&field.ty, self_ty),
            ident,
            kind,
        })
    }
}

impl FieldKind {
    /// Removes `#[prop]` and `#[state]` from `attributes` and reads them; none if there is neither.
    pub(crate) fn parse(
        ident: &Ident,
        attributes: &mut Vec<Attribute>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let properties = extract(attributes, "prop");
        let states = extract(attributes, "state");
        for second in properties.iter().skip(1).chain(states.iter().skip(1)) {
            diagnostics.push(say::repeated_attribute(second, ident));
        }
        match (properties.first(), states.first()) {
            (None, None) => None,
            (Some(property), None) => Some(Self::Property(Property::parse(property, diagnostics))),
            (None, Some(state)) => Some(Self::State(state_value(state, diagnostics))),
            (Some(property), Some(state)) => {
                diagnostics.push(say::property_and_state(state, ident));
                Some(Self::Property(Property::parse(property, diagnostics)))
            }
        }
    }
}

/// The expression in `#[state(expression)]`.
fn state_value(attribute: &Attribute, diagnostics: &mut Diagnostics) -> Option<Expr> {
    match &attribute.meta {
        Meta::Path(_) => None,
        Meta::List(list) => {
            let value = syn::parse2(list.tokens.clone());
            diagnostics.keep(value.map_err(|_| say::state_needs_an_expression(attribute)))
        }
        Meta::NameValue(pair) => {
            diagnostics.push(say::state_needs_parentheses(pair.eq_token.span()));
            None
        }
    }
}

impl Property {
    fn parse(attribute: &Attribute, diagnostics: &mut Diagnostics) -> Self {
        let mut property = Self::default();
        match &attribute.meta {
            Meta::Path(_) => {}
            Meta::List(list) => {
                let read = |input: ParseStream<'_>| property.read(input, diagnostics);
                let parsed = read.parse2(list.tokens.clone());
                diagnostics.keep(parsed);
            }
            Meta::NameValue(pair) => {
                diagnostics.push(say::property_needs_parentheses(pair.eq_token.span()))
            }
        }
        if let (Initial::Value(value), Some(range)) = (&property.initial, &property.range)
            && let Some(error) = say::default_outside_range(value, range)
        {
            diagnostics.push(error);
        }
        property
    }

    fn read(&mut self, input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<()> {
        while !input.is_empty() {
            let name: Ident = input
                .parse()
                .map_err(|error| say::property_option_expected(error.span()))?;
            let value = if input.peek(Token![=]) {
                input.parse::<Token![=]>()?;
                Some(
                    input
                        .parse::<Expr>()
                        .map_err(|error| say::value_expected(error.span(), &name))?,
                )
            } else {
                None
            };
            self.set(&name, value, diagnostics);
            if !input.is_empty() {
                input
                    .parse::<Token![,]>()
                    .map_err(|error| say::comma_expected(error.span()))?;
            }
        }
        Ok(())
    }

    fn set(&mut self, name: &Ident, value: Option<Expr>, diagnostics: &mut Diagnostics) {
        match (name.to_string().as_str(), value) {
            ("default", value) => {
                if !matches!(self.initial, Initial::Required) {
                    diagnostics.push(say::repeated_option(name));
                    return;
                }
                self.initial = value.map_or(Initial::Default, Initial::Value);
            }
            ("range", Some(range)) => {
                if !say::is_range(&range) {
                    diagnostics.push(say::range_needs_a_range(&range));
                } else if self.range.replace(range).is_some() {
                    diagnostics.push(say::repeated_option(name));
                }
            }
            ("range", None) => diagnostics.push(say::range_without_value(name)),
            ("into", None) => {
                if std::mem::replace(&mut self.into, true) {
                    diagnostics.push(say::repeated_option(name));
                }
            }
            ("into", Some(value)) => diagnostics.push(say::into_takes_no_value(&value)),
            _ => diagnostics.push(say::unknown_option(name)),
        }
    }
}
