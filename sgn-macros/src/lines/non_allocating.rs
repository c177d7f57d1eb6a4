//! The calls that a loop may make and stay unmarked, by name.
//!
//! Outside of loops no name is trusted: every call is marked. In a loop a mark costs the vector instructions, so what
//! loops over numbers are made of stands here. A macro sees no types, so a method of the user's own may bear one of these
//! names and allocate; then its row is the loop's own line. The lists are short for that reason.

use syn::parse::Parser as _;
use syn::{Expr, ExprCall, ExprMethodCall, Macro, Path, Token};

use super::callers::{is_among, is_caller};

/// Whether a loop may call the method unmarked; its receiver and its arguments are judged by themselves.
pub(super) fn is_non_allocating_method(call: &ExprMethodCall) -> bool {
    let name = call.method.to_string();
    is_non_allocating_name(&name)
        || (is_caller(&name) && call.args.iter().all(is_non_allocating_callee))
}

/// Whether a loop may call the function unmarked.
pub(super) fn is_non_allocating_function(call: &ExprCall) -> bool {
    match &*call.func {
        Expr::Path(path) => is_non_allocating_path(&path.path),
        _ => false,
    }
}

/// Whether a call makes a tuple struct or an enum variant in place: `Some(x)`, `Sample(1.0)`.
///
/// `black_box` counts as one: it hands its argument on, and is what measurements are made of.
pub(super) fn is_constructor(call: &ExprCall) -> bool {
    let Expr::Path(path) = &*call.func else {
        return false;
    };
    path.path
        .segments
        .last()
        .is_some_and(|last| last.ident == "black_box" || is_type_name(&last.ident.to_string()))
}

/// Whether a macro never runs anything: it is a constant, or an empty vector.
pub(super) fn is_constant_macro(call: &Macro) -> bool {
    let Some(name) = call.path.segments.last() else {
        return false;
    };
    match name.ident.to_string().as_str() {
        "cfg" | "line" | "column" | "file" | "module_path" | "concat" | "stringify" | "env"
        | "option_env" | "include_str" | "include_bytes" | "compile_error" | "offset_of" => true,
        "vec" => call.tokens.is_empty(),
        _ => false,
    }
}

/// Whether a macro in a loop allocates at most when it panics.
///
/// For those whose first arguments are ordinary expressions, `judge` says whether these allocate nothing.
pub(super) fn is_non_allocating_macro(call: &Macro, judge: impl Fn(&Expr) -> bool) -> bool {
    let Some(name) = call.path.segments.last() else {
        return false;
    };
    let conditions = match name.ident.to_string().as_str() {
        "assert" | "debug_assert" | "matches" => 1,
        "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => 2,
        "panic" | "unreachable" | "todo" | "unimplemented" => return true,
        _ => return is_constant_macro(call),
    };
    let first = |input: syn::parse::ParseStream<'_>| {
        let mut non_allocating = true;
        for _ in 0..conditions {
            non_allocating &= judge(&input.parse::<Expr>()?);
            input.parse::<Option<Token![,]>>()?;
        }
        input.parse::<proc_macro2::TokenStream>()?;
        Ok(non_allocating)
    };
    first.parse2(call.tokens.clone()).unwrap_or(false)
}

/// A closure, whose body is judged by itself, a value that cannot be called, or a function that a loop may call.
fn is_non_allocating_callee(argument: &Expr) -> bool {
    match argument {
        Expr::Path(path) => is_non_allocating_path(&path.path),
        _ => true,
    }
}

fn is_non_allocating_path(path: &Path) -> bool {
    let mut segments = path.segments.iter().rev();
    let Some(function) = segments.next() else {
        return false;
    };
    let name = function.ident.to_string();
    if is_type_name(&name) {
        return true;
    }
    let Some(parent) = segments.next() else {
        return false;
    };
    match parent.ident.to_string().as_str() {
        "f32" | "f64" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8" | "u16" | "u32"
        | "u64" | "u128" | "usize" | "bool" | "char" => true,
        "mem" => matches!(name.as_str(), "swap" | "replace" | "take"),
        "cmp" => matches!(name.as_str(), "min" | "max"),
        _ => false,
    }
}

fn is_type_name(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
}

fn is_non_allocating_name(name: &str) -> bool {
    let families = [
        "is_",
        "checked_",
        "saturating_",
        "wrapping_",
        "overflowing_",
    ];
    families.iter().any(|family| name.starts_with(family))
        || [NUMBERS, VIEWS].iter().any(|words| is_among(name, words))
}

/// Computes a number from numbers.
const NUMBERS: &str = "abs abs_diff acos asin atan atan2 cbrt ceil clamp cmp copysign cos count_ones count_zeros \
    div_ceil div_euclid exp exp2 exp_m1 floor fract hypot leading_zeros ln ln_1p log10 log2 max midpoint min mul_add \
    partial_cmp pow powf powi recip rem_euclid rotate_left rotate_right round signum sin sin_cos sqrt tan tanh to_bits \
    total_cmp trailing_zeros trunc unsigned_abs";

/// Looks at samples, one after the other.
const VIEWS: &str = "as_mut_slice as_ptr as_slice chain chunks_exact chunks_exact_mut copied count enumerate get \
    get_mut get_unchecked get_unchecked_mut iter iter_mut len product rev skip step_by sum swap take unwrap_or windows zip";

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn methods_by_name_and_by_what_they_call() {
        let non_allocating = |expr: Expr| match expr {
            Expr::MethodCall(call) => is_non_allocating_method(&call),
            _ => panic!("a method call"),
        };
        assert!(non_allocating(parse_quote!(samples.len())));
        assert!(non_allocating(parse_quote!(x.checked_add(1))));
        assert!(non_allocating(parse_quote!(xs.map(|x| x + 1))));
        assert!(non_allocating(parse_quote!(xs.map(f64::from))));
        assert!(non_allocating(parse_quote!(xs.map(Some))));
        assert!(!non_allocating(parse_quote!(xs.map(String::from))));
        assert!(!non_allocating(parse_quote!(xs.map(convert))));
        assert!(!non_allocating(parse_quote!(samples.to_vec())));
        assert!(!non_allocating(parse_quote!(lines.next())));
        assert!(!non_allocating(parse_quote!(text.trim())));
    }

    #[test]
    fn functions_by_path() {
        let non_allocating = |expr: Expr| match expr {
            Expr::Call(call) => is_non_allocating_function(&call),
            _ => panic!("a call"),
        };
        assert!(non_allocating(parse_quote!(Some(x))));
        assert!(non_allocating(parse_quote!(f64::from(x))));
        assert!(non_allocating(parse_quote!(std::mem::swap(&mut a, &mut b))));
        assert!(!non_allocating(parse_quote!(min(a, b))));
        assert!(!non_allocating(parse_quote!(Vec::with_capacity(3))));
        assert!(!non_allocating(parse_quote!(Pool::default())));
        assert!(!non_allocating(parse_quote!(helper())));
        assert!(!non_allocating(parse_quote!((self.function)())));
    }

    #[test]
    fn macros_by_name_and_condition() {
        let non_allocating =
            |call: Macro| is_non_allocating_macro(&call, |expr| matches!(expr, Expr::Path(_)));
        assert!(non_allocating(parse_quote!(assert!(ready, "not {ready}"))));
        assert!(non_allocating(parse_quote!(std::assert_eq!(a, b))));
        assert!(non_allocating(parse_quote!(matches!(a, Some(_) | None))));
        assert!(non_allocating(parse_quote!(vec![])));
        assert!(!non_allocating(parse_quote!(assert!(is_ready()))));
        assert!(!non_allocating(parse_quote!(assert_eq!(a, b()))));
        assert!(!non_allocating(parse_quote!(vec![0; 8])));
        assert!(!non_allocating(parse_quote!(println!("hello"))));
    }
}
