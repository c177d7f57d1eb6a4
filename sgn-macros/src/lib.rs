//! The attribute macros of `sgn`.

mod args;
mod budget;
mod debug;
mod diagnostics;
mod evaluate;
mod expand;
#[cfg(test)]
mod golden;
mod item;
mod lines;
mod macros;
mod pad_rules;
mod paths;
mod profile;
mod role;
mod text;
mod validate;

use proc_macro::TokenStream;

use crate::role::Role;

#[doc = include_str!("../docs/source.md")]
#[doc = include_str!("../docs/common.md")]
#[proc_macro_attribute]
pub fn source(options: TokenStream, item: TokenStream) -> TokenStream {
    macros::role(Role::Source, options.into(), item.into()).into()
}

#[doc = include_str!("../docs/transform.md")]
#[doc = include_str!("../docs/common.md")]
#[proc_macro_attribute]
pub fn transform(options: TokenStream, item: TokenStream) -> TokenStream {
    macros::role(Role::Transform, options.into(), item.into()).into()
}

#[doc = include_str!("../docs/sink.md")]
#[doc = include_str!("../docs/common.md")]
#[proc_macro_attribute]
pub fn sink(options: TokenStream, item: TokenStream) -> TokenStream {
    macros::role(Role::Sink, options.into(), item.into()).into()
}

/// Used by generated code: expands a role attribute whose item has conditions in it, which are evaluated here.
#[doc(hidden)]
#[proc_macro_derive(Evaluate, attributes(__sgn_evaluated))]
pub fn evaluate(item: TokenStream) -> TokenStream {
    macros::evaluated(item.into()).into()
}

/// Used by generated code: nothing is left of the item.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn discard(_: TokenStream, _: TokenStream) -> TokenStream {
    TokenStream::new()
}

/// Marks the lines of helper code: of a function, of a method, or of all methods of an impl, a trait or a module.
///
/// Elements are marked by their own attributes; this one is for the functions that they call. What a helper allocates
/// belongs to whoever calls it, at the helper's line; on return the caller's line is current again. An element's helper
/// methods in its annotated impl need no attribute.
///
/// On a module that is written where it is declared it marks all functions and methods in it, those of inner modules
/// too; what an item macro makes it does not see, and items with an attribute of `sgn` keep that one.
///
/// Constant functions in an impl or a module are left as they are. Async functions are refused: they are left and entered again at
/// each `.await`, on any thread, and a line belongs to one thread.
///
/// # Options
///
/// - `owner = "name"`: for code outside of elements; what it allocates is charged to this owner.
/// - `crate = path`: where generated code finds `sgn`.
///
/// # Example
///
/// ```
/// #[sgn::profile]
/// fn windows(samples: &[f32]) -> Vec<Vec<f32>> {
///     let mut windows = Vec::new();
///     for window in samples.chunks(256) {
///         windows.push(window.to_vec());
///     }
///     windows
/// }
///
/// #[sgn::profile(owner = "loader")]
/// fn load(path: &str) -> std::io::Result<Vec<u8>> {
///     std::fs::read(path)
/// }
///
/// assert_eq!(windows(&[0.0; 1000]).len(), 4);
/// assert!(load("no such file").is_err());
/// ```
#[proc_macro_attribute]
pub fn profile(options: TokenStream, item: TokenStream) -> TokenStream {
    profile::profile(options.into(), item.into()).into()
}
