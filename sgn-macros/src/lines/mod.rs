//! Statement marks: which line of a function allocates, without unwinding.
//!
//! A mark is a statement before the user's that stores the address of a static. The address is all that an allocation
//! needs to be billed to `file:line`, in a stripped release binary too.
//!
//! # What is marked
//!
//! A statement is marked if its own head has a call, a method call, a macro call, `.await` or `?` that is not known to
//! leave the allocator alone. Statements of inner blocks, closure bodies included, are marked by themselves unless they
//! begin on the line of the statement around them. If a loop without a loud head holds one mark, it stands before the
//! loop, so that tight loops stay tight. Nested items, constants, types, patterns, macro arguments and async blocks are
//! not entered; constant and async functions are not marked.
//!
//! A line holds until the next one is marked. Where that would be wrong, a guard sets it right: after a closure's body
//! (the caller's line), after the body of a loop whose head allocates again, and after a block in the middle of a
//! statement (the statement's line).
//!
//! # What is inexact
//!
//! - A match arm or closure body that is no block belongs to the line of the statement around it.
//! - Destructors that allocate at the end of a block are billed to the last line that was marked.
//! - Operators that allocate, `Index` and `Add` of the user's own types, are not seen, nor are the iterators that
//!   an unmarked loop goes through.
//! - The text of a panic in an unmarked statement is billed to the line above.

mod heads;
mod quiet_calls;
mod rewrite;
mod statement;

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Block, Expr, ImplItemFn, LitStr, Signature, Stmt};

use self::rewrite::{Rewriter, guard_statement, put_first};

/// What else happens on entry to a marked function.
#[derive(Clone, Copy)]
pub(crate) enum Entry<'a> {
    /// Nothing: whoever calls it sets the line next.
    Plain(Code<'a>),
    /// The caller's line is restored on return.
    Helper(Option<Code<'a>>),
    /// A scope of this owner is opened.
    Owner(&'a LitStr),
}

/// Whose code a function is, for threads that work for nobody.
#[derive(Clone, Copy)]
pub(crate) struct Code<'a> {
    /// The name of the element's type.
    pub(crate) element: &'a str,
    /// The pad that the function serves, as `snk:in`; empty for none.
    pub(crate) pad: &'a str,
}

/// Where an element stands: the same in all that one attribute writes, and another one for each type.
pub(crate) fn place(element: &str, private: &TokenStream) -> TokenStream {
    quote!(#private::CodePlace::new(::core::module_path!(), #element, ::core::line!(), ::core::column!()))
}

/// Marks the body of a method; `self_ty` is the name of the type, for reports.
pub(crate) fn mark_method(
    method: &mut ImplItemFn,
    self_ty: Option<&str>,
    entry: Entry<'_>,
    private: &TokenStream,
) {
    if !has_own_profile(&method.attrs) {
        mark_function(&method.sig, &mut method.block, self_ty, entry, private);
    }
}

/// Marks the body of a function, unless it is constant or async.
pub(crate) fn mark_function(
    signature: &Signature,
    block: &mut Block,
    self_ty: Option<&str>,
    entry: Entry<'_>,
    private: &TokenStream,
) {
    if signature.constness.is_some() || signature.asyncness.is_some() {
        return;
    }
    let ident = &signature.ident;
    let function = self_ty.map_or_else(|| ident.to_string(), |ty| format!("{ty}::{ident}"));
    let span = Span::mixed_site();
    let caller = match entry {
        Entry::Plain(_) | Entry::Helper(Some(_)) => quote_spanned!(span=> __SGN_CODE.enter()),
        Entry::Helper(None) => quote_spanned!(span=> #private::MarkScope::enter()),
        Entry::Owner(_) => quote_spanned!(span=> __SGN_OWNER.enter_if_nobody()),
    };
    let mut rewriter = Rewriter::new(private, &function, &caller);
    let has_marks = rewriter.body(block);
    let has_closures = rewriter.has_closures();
    let mut first = Vec::new();
    if has_marks {
        let marks = rewriter.marks();
        let count = Literal::usize_unsuffixed(marks.len());
        first.push(verbatim(quote_spanned! {span=>
            static __SGN_MARKS: [#private::Mark; #count] = [#(#marks),*];
        }));
    }
    let is_helper = matches!(entry, Entry::Helper(_)) && has_marks;
    match entry {
        Entry::Plain(code) | Entry::Helper(Some(code)) if has_closures || is_helper => {
            let (place, pad) = (place(code.element, private), code.pad);
            first.push(verbatim(quote_spanned! {span=>
                static __SGN_CODE: #private::Code = #private::Code::new(#place, #pad);
            }));
        }
        Entry::Owner(name) => {
            first.push(verbatim(quote_spanned! {span=>
                static __SGN_OWNER: #private::NamedOwner = #private::NamedOwner::new(#name);
            }));
            first.push(guard_statement(&quote!(__SGN_OWNER.enter())));
        }
        Entry::Plain(_) | Entry::Helper(_) => {}
    }
    if is_helper {
        first.push(guard_statement(&caller));
    }
    put_first(block, first);
}

/// Whether a method carries `#[sgn::profile]` itself, which then does the work.
fn has_own_profile(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|segment| segment.ident == "profile")
    })
}

fn verbatim(tokens: TokenStream) -> Stmt {
    Stmt::Expr(Expr::Verbatim(tokens), None)
}

#[cfg(test)]
mod tests;
