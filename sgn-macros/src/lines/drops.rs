//! What is dropped at the end of a block or of a function, and may allocate while it is.

use std::collections::HashSet;

use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, FnArg, Local, Macro, Pat, PatIdent, Signature, Stmt, Type};

use super::expr::bare;
use super::known::{Known, drops_without_allocating};

/// Whether a variable of the block's own statements is dropped at its end and may allocate then.
pub(super) fn has_allocating_drops(known: &Known, block: &Block) -> bool {
    let given = given_away(block);
    block.stmts.iter().any(|statement| match statement {
        Stmt::Local(local) => {
            let binds = allocating_names(known, &local.pat);
            !binds.is_empty()
                && !value_drops_without_allocating(known, local)
                && binds.iter().any(|name| !given.contains(name))
        }
        _ => false,
    })
}

/// Whether a pattern binds values that are dropped at the end of the block that follows, and may allocate then.
pub(super) fn binds_allocating_drops(known: &Known, pattern: &Pat, block: &Block) -> bool {
    let given = given_away(block);
    let names = allocating_names(known, pattern);
    names.iter().any(|name| !given.contains(name))
}

/// Whether a condition binds values that are dropped at the end of the block that follows.
pub(super) fn condition_binds_allocating_drops(
    known: &Known,
    condition: &Expr,
    block: &Block,
) -> bool {
    match condition {
        Expr::Let(inner) => {
            !is_view(&inner.expr) && binds_allocating_drops(known, &inner.pat, block)
        }
        Expr::Binary(inner) if matches!(inner.op, BinOp::And(_)) => {
            condition_binds_allocating_drops(known, &inner.left, block)
                || condition_binds_allocating_drops(known, &inner.right, block)
        }
        _ => false,
    }
}

/// A parameter that is dropped when its function is left, and may allocate then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parameter {
    /// There is none.
    None,
    /// It is lent; the caller drops it afterwards.
    Lent,
    /// It is the function's own.
    Own,
}

/// The parameter of which most is to be expected.
pub(super) fn allocating_parameter(signature: &Signature, block: &Block) -> Parameter {
    let given = given_away(block);
    let mut found = Parameter::None;
    for argument in &signature.inputs {
        let FnArg::Typed(typed) = argument else {
            continue;
        };
        match &*typed.ty {
            Type::Reference(lent)
                if lent.mutability.is_none() && !drops_without_allocating(&lent.elem) =>
            {
                if found == Parameter::None {
                    found = Parameter::Lent;
                }
            }
            Type::Reference(_) => {}
            ty if drops_without_allocating(ty) => {}
            _ => {
                let name = match &*typed.pat {
                    Pat::Ident(pattern) => pattern.ident.to_string(),
                    _ => String::new(),
                };
                if !given.contains(&name) {
                    return Parameter::Own;
                }
            }
        }
    }
    found
}

/// The names that a pattern binds by value to what may allocate when it is dropped.
fn allocating_names(known: &Known, pattern: &Pat) -> Vec<String> {
    struct Names<'a>(&'a Known, Vec<String>);
    impl Visit<'_> for Names<'_> {
        fn visit_pat_ident(&mut self, pattern: &PatIdent) {
            let ty = self.0.type_of_variable(&pattern.ident);
            if pattern.by_ref.is_none() && !ty.is_some_and(drops_without_allocating) {
                self.1.push(pattern.ident.to_string());
            }
            visit::visit_pat_ident(self, pattern);
        }

        fn visit_type(&mut self, _: &Type) {}
    }
    let mut names = Names(known, Vec::new());
    names.visit_pat(pattern);
    names.1
}

/// Whether the value of a variable tells that it allocates nothing when it is dropped.
fn value_drops_without_allocating(known: &Known, local: &Local) -> bool {
    if let Pat::Type(typed) = &local.pat {
        return drops_without_allocating(&typed.ty);
    }
    let Some(init) = &local.init else {
        return false;
    };
    let value = bare(&init.expr);
    known
        .type_of(value)
        .as_ref()
        .is_some_and(drops_without_allocating)
        || is_view(value)
        || match value {
            Expr::Macro(inner) => inner.mac.path.is_ident("format"),
            Expr::Closure(closure) => closure.capture.is_none(),
            Expr::MethodCall(call) => {
                let name = call.method.to_string();
                name == "len" || name == "to_string" || name.starts_with("is_")
            }
            _ => false,
        }
}

/// Whether it is a reference to what somebody else owns.
fn is_view(value: &Expr) -> bool {
    match bare(value) {
        Expr::Reference(inner) => is_place(&inner.expr),
        Expr::MethodCall(call) => call.method == "iter" || call.method == "iter_mut",
        Expr::Range(_) => true,
        _ => false,
    }
}

fn is_place(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Path(_) => true,
        Expr::Field(inner) => is_place(&inner.base),
        Expr::Index(inner) => is_place(&inner.expr),
        Expr::Unary(inner) => is_place(&inner.expr),
        _ => false,
    }
}

/// The variables that the block's statements move somewhere else whenever the block comes to its end.
fn given_away(block: &Block) -> HashSet<String> {
    let mut given = Given(HashSet::new());
    given.statements(block);
    given.0
}

struct Given(HashSet<String>);

impl Given {
    fn statements(&mut self, block: &Block) {
        for statement in &block.stmts {
            match statement {
                Stmt::Local(local) => {
                    if let Some(init) = &local.init
                        && !matches!(local.pat, Pat::Wild(_))
                    {
                        self.value(&init.expr);
                    }
                }
                Stmt::Expr(expr, _) => self.value(expr),
                Stmt::Item(_) | Stmt::Macro(_) => {}
            }
        }
    }

    /// An expression whose value is used.
    fn value(&mut self, expr: &Expr) {
        match expr {
            Expr::Path(path) => {
                self.0
                    .extend(path.path.get_ident().map(ToString::to_string));
            }
            Expr::Call(call) => call.args.iter().for_each(|argument| self.value(argument)),
            Expr::MethodCall(call) => {
                if !is_place(&call.receiver) {
                    self.value(&call.receiver);
                }
                call.args.iter().for_each(|argument| self.value(argument));
            }
            Expr::Struct(inner) => {
                let fields = inner.fields.iter().map(|field| &field.expr);
                fields
                    .chain(inner.rest.as_deref())
                    .for_each(|field| self.value(field));
            }
            Expr::Tuple(inner) => inner.elems.iter().for_each(|element| self.value(element)),
            Expr::Array(inner) => inner.elems.iter().for_each(|element| self.value(element)),
            Expr::Paren(inner) => self.value(&inner.expr),
            Expr::Group(inner) => self.value(&inner.expr),
            Expr::Try(inner) => self.value(&inner.expr),
            Expr::Return(inner) => inner.expr.iter().for_each(|value| self.value(value)),
            Expr::Assign(inner) => self.value(&inner.right),
            Expr::Reference(inner) if !is_place(&inner.expr) => self.value(&inner.expr),
            Expr::Block(inner) if inner.label.is_none() => self.statements(&inner.block),
            Expr::Unsafe(inner) => self.statements(&inner.block),
            _ => {}
        }
    }
}

/// Whether a block may be left, or its next round begun, before its end.
pub(super) fn has_jump(block: &Block) -> bool {
    struct Jumps(bool);
    impl Visit<'_> for Jumps {
        fn visit_expr_continue(&mut self, _: &syn::ExprContinue) {
            self.0 = true;
        }

        fn visit_expr_break(&mut self, broken: &syn::ExprBreak) {
            self.0 = true;
            visit::visit_expr_break(self, broken);
        }

        fn visit_macro(&mut self, call: &Macro) {
            let text = call.tokens.to_string();
            self.0 |= text.contains("continue") || text.contains("break");
        }

        fn visit_item(&mut self, _: &syn::Item) {}
    }
    let mut jumps = Jumps(false);
    jumps.visit_block(block);
    jumps.0
}
