//! Statement marks: which line of a function allocates, without unwinding.
//!
//! A mark is a statement before the user's that stores the address of a static. The address is all that an allocation
//! needs to be billed to `file:line`, in a stripped release binary too. A line holds until the next one is marked.
//!
//! # What is marked
//!
//! Outside of loops everything is marked that can call something, whatever that is called: a statement whose own head
//! has a call, a method call, a macro call, an index, `?`, `.await`, or an operator on what is not known to be a number.
//! The head is all but what has a mark of its own: the statements of inner blocks, and, if they begin on a line of their
//! own, arms that are no blocks, guards, conditions after `else`, and bodies of closures. Whatever begins on the line of
//! its statement belongs to it; a closure that runs there later, or on the threads of rayon, says so itself. Not counted
//! are what calls nothing: literals, paths, fields, constructors of tuple structs and variants (a callee in camel case),
//! `Frame::new` and its like in a function whose signature names `Frame`, and operators on parameters and variables whose
//! type the tokens tell to be plain (`known.rs`).
//!
//! A loop that calls only what `non_allocating.rs` lists, and closures that iterators call, have no mark in them, so that the
//! compiler can use vector instructions: what they allocate is billed to the statement that the loop stands in. In every
//! other loop the rule is that outside of loops.
//!
//! What drops a value of an unknown type, an assignment or a `return`, is marked if another line could be current.
//!
//! # Where a line ends
//!
//! A guard sets the line right where the next one is not marked: after the body of a closure and of a helper (the line
//! of the caller), after the body of a loop whose head is evaluated again (the line of the loop), after a part in the
//! middle of a statement (the line of the statement), and before the variables of a block are dropped that may allocate
//! then (the line of what the block belongs to; of a function, its own). A pad method's parameters are dropped at its own
//! line; those of a helper at the line of the call.
//!
//! Nested functions, impls and traits are marked as helpers. Constants, types, patterns, macro arguments and async
//! blocks are not entered; constant and async functions are not marked.

mod callers;
mod drops;
mod entry;
mod expr;
mod known;
mod marks;
mod may_allocate;
mod non_allocating;
mod rewrite;
mod statement;
mod tight;

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{
    Attribute, Block, Expr, ImplItem, ImplItemFn, Item, ItemImpl, ItemTrait, Signature, Stmt,
    TraitItem, Type,
};

pub(crate) use self::entry::{Code, Entry, place};

use self::drops::{Parameter, allocating_parameter, has_allocating_drops};
use self::known::Known;
use self::marks::{Marks, guard_statement, put_before_last, put_first};
use self::rewrite::Rewriter;
use self::statement::Statement;
use crate::text::text_of;

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
    let known = Known::new(signature, block);
    let parameter = match entry {
        Entry::Plain(_) => allocating_parameter(signature, block),
        Entry::Helper(_) | Entry::Owner(_) => Parameter::None,
    };
    let drops = has_allocating_drops(&known, block) || parameter != Parameter::None;
    // An item in the body is left to its caller as this one is, whatever it stands in.
    let mark_inner = |item: &mut Item| mark_item(item, Entry::Helper(None), private);
    let mut rewriter = Rewriter::new(Marks::new(private, &function), &known, &caller, &mark_inner);
    rewriter.body(block);
    let has_closures = rewriter.has_closures();
    let mut marks = rewriter.into_marks();
    let own = own_line(signature);
    let mut first = Vec::new();
    if marks.all().is_empty() {
        if parameter == Parameter::Own {
            first.push(marks.mark_statement(&own));
        }
    } else if drops {
        let guard = marks.after_guard(&own);
        put_before_last(block, guard);
    }
    let has_marks = !marks.all().is_empty();
    let mut statics = Vec::new();
    if has_marks {
        let marks = marks.all();
        let count = Literal::usize_unsuffixed(marks.len());
        statics.push(verbatim(quote_spanned! {span=>
            static __SGN_MARKS: [#private::Mark; #count] = [#(#marks),*];
        }));
    }
    let is_helper = matches!(entry, Entry::Helper(_)) && has_marks;
    match entry {
        Entry::Plain(code) | Entry::Helper(Some(code)) if has_closures || is_helper => {
            let (place, pad) = (place(code.element, private), code.pad);
            statics.push(verbatim(quote_spanned! {span=>
                static __SGN_CODE: #private::Code = #private::Code::new(#place, #pad);
            }));
        }
        Entry::Owner(name) => {
            statics.push(verbatim(quote_spanned! {span=>
                static __SGN_OWNER: #private::NamedOwner = #private::NamedOwner::new(#name);
            }));
            first.push(guard_statement(&quote!(__SGN_OWNER.enter())));
        }
        Entry::Plain(_) | Entry::Helper(_) => {}
    }
    if is_helper {
        first.push(guard_statement(&caller));
    }
    statics.extend(first);
    put_first(block, statics);
}

/// The mark of a function's own line, for what happens to its parameters outside of it; none if nothing can.
pub(crate) fn mark_around_call(
    signature: &Signature,
    block: &Block,
    private: &TokenStream,
) -> Option<TokenStream> {
    if allocating_parameter(signature, block) != Parameter::Own {
        return None;
    }
    let own = own_line(signature);
    let line = Literal::u32_unsuffixed(u32::try_from(own.line()).unwrap_or(u32::MAX));
    let (file, text, function) = (own.file(), own.text(), signature.ident.to_string());
    Some(quote_spanned! {Span::mixed_site()=>
        static __SGN_FUNCTION: #private::Mark =
            #private::Mark::of_statement(#file, #line, #text, #function);
        #private::mark(&__SGN_FUNCTION);
    })
}

/// The line on which the word `fn` stands, with the signature for its text.
fn own_line(signature: &Signature) -> Statement {
    Statement::of_tokens(signature.fn_token.to_token_stream()).reading(signature.to_token_stream())
}

/// Marks all functions and methods of an item but those that have an attribute of ours.
pub(crate) fn mark_item(item: &mut Item, entry: Entry<'_>, private: &TokenStream) {
    match item {
        Item::Fn(function) if !has_own_profile(&function.attrs) => {
            mark_function(&function.sig, &mut function.block, None, entry, private);
        }
        Item::Impl(item) if !has_own_profile(&item.attrs) => {
            let name = name_of(item);
            for member in &mut item.items {
                if let ImplItem::Fn(method) = member {
                    mark_method(method, Some(&name), entry, private);
                }
            }
        }
        Item::Trait(item) if !has_own_profile(&item.attrs) => mark_trait(item, entry, private),
        Item::Mod(module) if !has_own_profile(&module.attrs) => {
            let items = module.content.iter_mut().flat_map(|(_, items)| items);
            items.for_each(|item| mark_item(item, entry, private));
        }
        _ => {}
    }
}

/// Marks the methods that a trait gives a body.
pub(crate) fn mark_trait(item: &mut ItemTrait, entry: Entry<'_>, private: &TokenStream) {
    let name = item.ident.to_string();
    for member in &mut item.items {
        if let TraitItem::Fn(method) = member
            && let Some(block) = &mut method.default
            && !has_own_profile(&method.attrs)
        {
            mark_function(&method.sig, block, Some(&name), entry, private);
        }
    }
}

/// The last word of the type that an impl is for; all of it if it has no name.
pub(crate) fn name_of(item: &ItemImpl) -> String {
    match &*item.self_ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map_or_else(String::new, |segment| segment.ident.to_string()),
        other => text_of(other),
    }
}

/// Whether an item carries an attribute of ours itself, which then does the work.
pub(crate) fn has_own_profile(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|segment| {
            ["profile", "source", "transform", "sink"]
                .iter()
                .any(|own| segment.ident == own)
        })
    })
}

fn verbatim(tokens: TokenStream) -> Stmt {
    Stmt::Expr(Expr::Verbatim(tokens), None)
}

#[cfg(test)]
mod tests;
