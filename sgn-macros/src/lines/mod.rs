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
    Plain,
    /// The caller's line is restored on return.
    Helper,
    /// A scope of this owner is opened.
    Owner(&'a LitStr),
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
    let mut rewriter = Rewriter::new(private, &function);
    let has_marks = rewriter.body(block);
    let span = Span::mixed_site();
    let mut first = Vec::new();
    if has_marks {
        let marks = rewriter.marks();
        let count = Literal::usize_unsuffixed(marks.len());
        first.push(verbatim(quote_spanned! {span=>
            static __SGN_MARKS: [#private::Mark; #count] = [#(#marks),*];
        }));
    }
    match entry {
        Entry::Helper if has_marks => {
            first.push(guard_statement(&quote!(#private::MarkScope::enter())));
        }
        Entry::Plain | Entry::Helper => {}
        Entry::Owner(name) => {
            first.push(verbatim(quote_spanned! {span=>
                static __SGN_OWNER: #private::NamedOwner = #private::NamedOwner::new(#name);
            }));
            first.push(guard_statement(&quote!(__SGN_OWNER.enter())));
        }
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
