//! Rules and sentences about the struct half.

use std::cmp::Ordering;

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, Error, Expr, ExprLit, ExprRange, ExprUnary, FieldsUnnamed, Ident, Lifetime, Lit,
    RangeLimits, UnOp,
};

use super::options::list;
use super::suggest::nearest;
use crate::text::text_of;

/// The options of `#[prop(..)]`.
const OPTIONS: [&str; 3] = ["default", "range", "into"];

pub(crate) fn tuple_struct(tuple: &FieldsUnnamed) -> Error {
    Error::new(
        tuple.paren_token.span.join(),
        "an element's fields become properties and need names; write `{ name: Type }`",
    )
}

pub(crate) fn lifetime_parameter(lifetime: &Lifetime) -> Error {
    Error::new(
        lifetime.span(),
        format!(
            "an element outlives the code that makes it and cannot have the lifetime `{lifetime}`; own the data"
        ),
    )
}

pub(crate) fn unmarked_field(field: &Ident) -> Error {
    Error::new(
        field.span(),
        format!(
            "field `{field}` is neither property nor state; mark it `#[prop]` if the builder sets it, `#[state]` if not"
        ),
    )
}

pub(crate) fn repeated_attribute(second: &Attribute, field: &Ident) -> Error {
    let path = second.path();
    let name = path
        .get_ident()
        .map(ToString::to_string)
        .unwrap_or_default();
    Error::new_spanned(
        path,
        format!("`{field}` is marked `#[{name}]` twice; remove this one"),
    )
}

pub(crate) fn property_and_state(state: &Attribute, field: &Ident) -> Error {
    Error::new_spanned(
        state.path(),
        format!("`{field}` is property or state, not both; remove `#[prop]` or `#[state]`"),
    )
}

pub(crate) fn state_needs_an_expression(attribute: &Attribute) -> Error {
    Error::new_spanned(
        attribute.path(),
        "`#[state]` takes one expression, the initial value; write `#[state(0)]`, or `#[state]` for `Default::default()`",
    )
}

pub(crate) fn state_needs_parentheses(equals: Span) -> Error {
    Error::new(
        equals,
        "the initial value of a state goes in parentheses; write `#[state(value)]`",
    )
}

pub(crate) fn property_needs_parentheses(equals: Span) -> Error {
    Error::new(
        equals,
        "the options of a property go in parentheses; write `#[prop(default = value)]`",
    )
}

pub(crate) fn property_option_expected(span: Span) -> Error {
    Error::new(
        span,
        format!(
            "expected an option of `#[prop]`; it knows {}",
            list(&OPTIONS)
        ),
    )
}

pub(crate) fn value_expected(span: Span, option: &Ident) -> Error {
    Error::new(
        span,
        format!("option `{option}` takes an expression; write `{option} = ..`"),
    )
}

pub(crate) fn comma_expected(span: Span) -> Error {
    Error::new(
        span,
        "the options of `#[prop]` are separated by commas; write `#[prop(default = 1, range = 0..10)]`",
    )
}

pub(crate) fn repeated_option(name: &Ident) -> Error {
    Error::new(
        name.span(),
        format!("option `{name}` of `#[prop]` is given twice; remove this one"),
    )
}

pub(crate) fn unknown_option(name: &Ident) -> Error {
    let word = name.to_string();
    let remedy = nearest(&word, OPTIONS).map_or_else(
        || format!("it knows {}", list(&OPTIONS)),
        |near| format!("did you mean `{near}`?"),
    );
    Error::new(
        name.span(),
        format!("unknown `#[prop]` option `{word}`; {remedy}"),
    )
}

pub(crate) fn range_without_value(name: &Ident) -> Error {
    Error::new(
        name.span(),
        "option `range` takes a range; write `range = 1..=100`",
    )
}

pub(crate) fn range_needs_a_range(value: &Expr) -> Error {
    Error::new_spanned(
        value,
        "option `range` takes a range; write `range = 1..=100`",
    )
}

pub(crate) fn into_takes_no_value(value: &Expr) -> Error {
    Error::new_spanned(value, "option `into` takes no value; write `#[prop(into)]`")
}

/// Whether `value` may be a range: a range expression, or something only the compiler can tell.
pub(crate) fn is_range(value: &Expr) -> bool {
    match value {
        Expr::Lit(_) | Expr::Array(_) | Expr::Tuple(_) | Expr::Unary(_) => false,
        Expr::Paren(inner) => is_range(&inner.expr),
        Expr::Group(inner) => is_range(&inner.expr),
        _ => true,
    }
}

/// A default that can be seen to lie outside of its range: both are made of number literals.
pub(crate) fn default_outside_range(default: &Expr, range: &Expr) -> Option<Error> {
    let value = number(default)?;
    let ExprRange {
        start, end, limits, ..
    } = match range {
        Expr::Range(range) => range,
        Expr::Paren(inner) => return default_outside_range(default, &inner.expr),
        _ => return None,
    };
    let below = match start {
        Some(start) => value.compare(&number(start)?)? == Ordering::Less,
        None => false,
    };
    let above = match end {
        Some(end) => {
            let ordering = value.compare(&number(end)?)?;
            let excluded = matches!(limits, RangeLimits::HalfOpen(_));
            ordering == Ordering::Greater || (ordering == Ordering::Equal && excluded)
        }
        None => false,
    };
    (below || above).then(|| {
        let (default_text, range_text) = (text_of(default), text_of(range));
        Error::new(
            default.span(),
            format!("default `{default_text}` lies outside of the range `{range_text}`; change one of them"),
        )
    })
}

/// The value of a number literal.
enum Number {
    Integer(i128),
    Real(f64),
}

impl Number {
    fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => Some(left.cmp(right)),
            (Self::Real(left), Self::Real(right)) => left.partial_cmp(right),
            _ => None,
        }
    }
}

fn number(expression: &Expr) -> Option<Number> {
    match expression {
        Expr::Lit(ExprLit {
            lit: Lit::Int(literal),
            ..
        }) => literal.base10_parse().ok().map(Number::Integer),
        Expr::Lit(ExprLit {
            lit: Lit::Float(literal),
            ..
        }) => literal.base10_parse().ok().map(Number::Real),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => match number(expr)? {
            Number::Integer(value) => value.checked_neg().map(Number::Integer),
            Number::Real(value) => Some(Number::Real(-value)),
        },
        Expr::Paren(inner) => number(&inner.expr),
        Expr::Group(inner) => number(&inner.expr),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::default_outside_range;

    #[test]
    fn compares_literals_only() {
        let outside = |default: &str, range: &str| {
            let parse = |text| syn::parse_str(text).expect("the sample is an expression");
            default_outside_range(&parse(default), &parse(range)).is_some()
        };
        assert!(outside("0", "1..=100"));
        assert!(outside("100", "1..100"));
        assert!(outside("-1.5", "-1.0..=1.0"));
        assert!(!outside("100", "1..=100"));
        assert!(!outside("7", "1.."));
        assert!(!outside("LIMIT", "1..=100"));
        assert!(!outside("0", "FIRST..=100"));
    }
}
