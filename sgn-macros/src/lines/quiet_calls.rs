//! The calls that do not allocate, by name.
//!
//! A macro sees no types, so a name stands here only if it allocates for no receiver that it is likely to have. A name
//! that is missing costs a store; a name too much bills the line above. So `clone`, `push`, `insert`, `collect`, `parse`,
//! `next`, `sort`, `lines` and every `to_` and `into_` are absent.

use syn::parse::Parser as _;
use syn::{Expr, ExprCall, ExprMethodCall, Macro, Path, Token};

/// Whether the method itself does not allocate; its receiver and its arguments are judged by themselves.
pub(super) fn is_quiet_method(call: &ExprMethodCall) -> bool {
    let name = call.method.to_string();
    let name = name.as_str();
    is_quiet_name(name) || (is_among(name, CALLERS) && call.args.iter().all(is_quiet_callee))
}

/// Whether the function itself does not allocate.
pub(super) fn is_quiet_function(call: &ExprCall) -> bool {
    match &*call.func {
        Expr::Path(path) => is_quiet_path(&path.path),
        _ => false,
    }
}

/// Whether a macro does not allocate as long as it does not panic.
///
/// For those whose first arguments are ordinary expressions, `judge` says whether these are quiet.
pub(super) fn is_quiet_macro(call: &Macro, judge: impl Fn(&Expr) -> bool) -> bool {
    let Some(name) = call.path.segments.last() else {
        return false;
    };
    let conditions = match name.ident.to_string().as_str() {
        "assert" | "debug_assert" | "matches" => 1,
        "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => 2,
        "panic" | "unreachable" | "todo" | "unimplemented" | "cfg" | "line" | "column" | "file"
        | "module_path" | "concat" | "stringify" | "env" | "option_env" | "include_str"
        | "include_bytes" | "compile_error" | "offset_of" => return true,
        "vec" => return call.tokens.is_empty(),
        _ => return false,
    };
    let first = |input: syn::parse::ParseStream<'_>| {
        let mut quiet = true;
        for _ in 0..conditions {
            quiet &= judge(&input.parse::<Expr>()?);
            input.parse::<Option<Token![,]>>()?;
        }
        input.parse::<proc_macro2::TokenStream>()?;
        Ok(quiet)
    };
    first.parse2(call.tokens.clone()).unwrap_or(false)
}

/// A closure, whose body is judged by itself, a value that cannot be called, or a function that does not allocate.
fn is_quiet_callee(argument: &Expr) -> bool {
    match argument {
        Expr::Path(path) => is_quiet_path(&path.path),
        _ => true,
    }
}

fn is_quiet_path(path: &Path) -> bool {
    let mut segments = path.segments.iter().rev();
    let Some(function) = segments.next() else {
        return false;
    };
    let name = function.ident.to_string();
    if is_type_name(&name) {
        return true;
    }
    let name = name.as_str();
    let Some(parent) = segments.next() else {
        return matches!(
            name,
            "size_of" | "size_of_val" | "align_of" | "black_box" | "min" | "max"
        );
    };
    match parent.ident.to_string().as_str() {
        "f32" | "f64" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8" | "u16" | "u32"
        | "u64" | "u128" | "usize" | "bool" | "char" => {
            is_quiet_name(name)
                || ["from", "try_from", "is_"]
                    .iter()
                    .any(|start| name.starts_with(start))
        }
        "String" | "Vec" | "VecDeque" | "HashMap" | "HashSet" | "BTreeMap" | "BTreeSet"
        | "PathBuf" => name == "new",
        "Frame" => matches!(name, "new" | "gap" | "eos" | "from_option"),
        "Duration" => name.starts_with("from_"),
        "Instant" | "SystemTime" => name == "now",
        "mem" => matches!(
            name,
            "swap" | "replace" | "take" | "size_of" | "size_of_val" | "align_of" | "discriminant"
        ),
        "cmp" => matches!(name, "min" | "max"),
        "hint" => matches!(name, "black_box" | "spin_loop"),
        "iter" => matches!(name, "once" | "empty" | "repeat" | "repeat_n" | "zip"),
        _ => false,
    }
}

/// Tuple structs and enum variants are constructed in place: `Some(x)`, `Sample(1.0)`.
fn is_type_name(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
}

fn is_quiet_name(name: &str) -> bool {
    let families = [
        "is_",
        "checked_",
        "saturating_",
        "wrapping_",
        "overflowing_",
        "fetch_",
    ];
    families.iter().any(|family| name.starts_with(family))
        || [VIEWS, NUMBERS, ITERATION, IN_PLACE]
            .iter()
            .any(|words| is_among(name, words))
}

fn is_among(name: &str, words: &str) -> bool {
    words.split(' ').any(|word| word == name)
}

/// Looks at what is there.
const VIEWS: &str = "as_bytes as_deref as_deref_mut as_millis as_micros as_mut as_mut_ptr as_mut_slice as_nanos \
    as_ptr as_ref as_secs as_secs_f32 as_secs_f64 as_slice as_str borrow borrow_mut capacity \
    contains contains_key data data_mut deref deref_mut elapsed ends_with expect first \
    first_mut get get_mut get_unchecked get_unchecked_mut into_data last last_mut len ok ok_or \
    or split_at split_at_mut split_first split_last starts_with strip_prefix strip_suffix trim \
    trim_end trim_start unwrap unwrap_or with_eos with_gap";

/// Computes a number from numbers.
const NUMBERS: &str = "abs abs_diff acos acosh asin asinh atan atan2 atanh cbrt ceil clamp cmp copysign cos cosh \
    count_ones count_zeros div_ceil div_euclid eq exp exp2 exp_m1 floor fract ge gt hypot \
    ilog10 ilog2 isqrt le leading_zeros ln ln_1p log log10 log2 lt max midpoint min mul_add ne \
    next_multiple_of next_power_of_two partial_cmp pow powf powi recip rem_euclid round rsqrt \
    signum sin sin_cos sinh sqrt swap_bytes tan tanh to_be_bytes to_bits to_degrees \
    to_le_bytes to_ne_bytes to_radians total_cmp trailing_zeros trunc unsigned_abs";

/// Makes or drives an iterator without a buffer; what it iterates over is judged by itself.
const ITERATION: &str = "array_chunks as_chunks by_ref bytes chain char_indices chars chunks chunks_exact \
    chunks_exact_mut chunks_mut copied count enumerate fuse iter iter_mut keys product rchunks \
    rev skip split_whitespace step_by sum take values values_mut windows zip";

/// Changes what is there without making it larger.
const IN_PLACE: &str = "clear copy_from_slice copy_within pop pop_back pop_front reverse rotate_left rotate_right \
    sort_unstable swap swap_remove truncate";

/// Calls what it is given, and allocates only there.
const CALLERS: &str = "all and_then any binary_search_by binary_search_by_key filter filter_map find find_map \
    fold for_each inspect is_none_or is_ok_and is_some_and map map_err map_or map_or_else \
    map_while max_by max_by_key min_by min_by_key ok_or_else or_else partition_point position \
    reduce retain retain_mut rposition scan skip_while sort_unstable_by sort_unstable_by_key \
    take_while then try_fold try_for_each unwrap_or_else";

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn methods_by_name_and_by_what_they_call() {
        let quiet = |expr: Expr| match expr {
            Expr::MethodCall(call) => is_quiet_method(&call),
            _ => panic!("a method call"),
        };
        assert!(quiet(parse_quote!(samples.len())));
        assert!(quiet(parse_quote!(x.checked_add(1))));
        assert!(quiet(parse_quote!(xs.map(|x| x + 1))));
        assert!(quiet(parse_quote!(xs.map(f64::from))));
        assert!(quiet(parse_quote!(xs.map(Some))));
        assert!(!quiet(parse_quote!(xs.map(String::from))));
        assert!(!quiet(parse_quote!(xs.map(convert))));
        assert!(!quiet(parse_quote!(samples.to_vec())));
        assert!(!quiet(parse_quote!(lines.next())));
    }

    #[test]
    fn functions_by_path() {
        let quiet = |expr: Expr| match expr {
            Expr::Call(call) => is_quiet_function(&call),
            _ => panic!("a call"),
        };
        assert!(quiet(parse_quote!(Some(x))));
        assert!(quiet(parse_quote!(Frame::new(x))));
        assert!(quiet(parse_quote!(::sgn::Frame::<u8>::eos())));
        assert!(quiet(parse_quote!(f64::from(x))));
        assert!(quiet(parse_quote!(std::mem::swap(&mut a, &mut b))));
        assert!(quiet(parse_quote!(Vec::<f32>::new())));
        assert!(!quiet(parse_quote!(Vec::with_capacity(3))));
        assert!(!quiet(parse_quote!(Box::new(3))));
        assert!(!quiet(parse_quote!(String::from("a"))));
        assert!(!quiet(parse_quote!(helper())));
        assert!(!quiet(parse_quote!((self.function)())));
    }

    #[test]
    fn macros_by_name_and_condition() {
        let quiet = |call: Macro| is_quiet_macro(&call, |expr| matches!(expr, Expr::Path(_)));
        assert!(quiet(parse_quote!(assert!(ready, "not {ready}"))));
        assert!(quiet(parse_quote!(std::assert_eq!(a, b))));
        assert!(quiet(parse_quote!(matches!(a, Some(_) | None))));
        assert!(quiet(parse_quote!(vec![])));
        assert!(!quiet(parse_quote!(assert!(is_ready()))));
        assert!(!quiet(parse_quote!(assert_eq!(a, b()))));
        assert!(!quiet(parse_quote!(vec![0; 8])));
        assert!(!quiet(parse_quote!(println!("hello"))));
    }
}
