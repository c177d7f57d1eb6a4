//! Whether a statement's own head can allocate.
//!
//! The head is what no mark of an inner block, arm or closure stands for. Nothing is trusted for its name here: every
//! call counts but the construction of a tuple struct or variant, and every operator but those on plain numbers.

use proc_macro2::LineColumn;
use syn::visit::{self, Visit};
use syn::{
    BinOp, Block, Expr, ExprAssign, ExprAsync, ExprAwait, ExprBinary, ExprBreak, ExprCall,
    ExprClosure, ExprConst, ExprContinue, ExprForLoop, ExprIf, ExprIndex, ExprLoop, ExprMatch,
    ExprMethodCall, ExprReturn, ExprTry, ExprTryBlock, ExprUnary, ExprWhile, Item, Local, Macro,
    Pat, Stmt, Type, UnOp,
};

use super::expr::{bare, is_mere_condition, line_of_expr};
use super::known::{Known, drops_without_allocating};
use super::non_allocating::{is_constant_macro, is_constructor};
use super::statement::line_of;
use super::tight::is_tight;

/// What a piece of code may do to the allocator.
#[derive(Clone, Default)]
pub(super) struct Verdict {
    /// It calls something.
    pub(super) calls: bool,
    /// It calls methods of these fields of `self`, which allocate nothing if the field is an `Option`.
    pub(super) options: Vec<Expr>,
    /// It drops something whose type is not known.
    pub(super) drops: bool,
}

impl Verdict {
    /// True if it calls something, which may allocate.
    pub(super) fn may_allocate(&self) -> bool {
        self.calls || !self.options.is_empty()
    }
}

/// Judges the head of a statement that begins on `line`.
pub(super) fn judge_statement(known: &Known, statement: &Stmt, line: usize) -> Verdict {
    judge(known, line, |head| head.visit_stmt(statement))
}

/// Judges the head of an expression that begins on `line`.
pub(super) fn judge_expr(known: &Known, expr: &Expr, line: usize) -> Verdict {
    judge(known, line, |head| head.visit_expr(expr))
}

fn judge(known: &Known, line: usize, visit: impl FnOnce(&mut Head<'_>)) -> Verdict {
    let mut head = Head {
        known,
        line,
        everywhere: false,
        verdict: Verdict::default(),
    };
    visit(&mut head);
    head.verdict
}

struct Head<'a> {
    known: &'a Known,
    line: usize,
    /// In a loop that has no marks of its own.
    everywhere: bool,
    verdict: Verdict,
}

impl Head<'_> {
    /// Whether what begins on that line is a part of the head.
    fn takes(&self, line: usize) -> bool {
        self.everywhere || line == self.line
    }

    fn unmarked(&mut self, visit: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.everywhere, true);
        visit(self);
        self.everywhere = before;
    }
}

impl Visit<'_> for Head<'_> {
    fn visit_block(&mut self, block: &Block) {
        let LineColumn { line, .. } = block.brace_token.span.open().start();
        if !self.takes(line) {
            return;
        }
        for statement in &block.stmts {
            if !self.takes(line_of(statement)) {
                break;
            }
            self.visit_stmt(statement);
        }
    }

    fn visit_local(&mut self, local: &Local) {
        if let Some(init) = &local.init {
            self.visit_expr(&init.expr);
            if let Some((_, diverge)) = &init.diverge {
                self.visit_expr(diverge);
            }
        }
    }

    fn visit_expr_call(&mut self, call: &ExprCall) {
        self.verdict.calls |= !is_constructor(call) && !self.known.is_frame(&call.func);
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        if let Some(field) = option_of(self.known, call) {
            self.verdict.options.push(field.clone());
            return;
        }
        self.verdict.calls |= !changes_a_new_frame(self.known, call);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &Macro) {
        self.verdict.calls |= !is_constant_macro(call);
    }

    fn visit_expr_await(&mut self, _: &ExprAwait) {
        self.verdict.calls = true;
    }

    /// An error may be boxed on its way out.
    fn visit_expr_try(&mut self, _: &ExprTry) {
        self.verdict.calls = true;
    }

    fn visit_expr_try_block(&mut self, _: &ExprTryBlock) {
        self.verdict.calls = true;
    }

    fn visit_expr_binary(&mut self, binary: &ExprBinary) {
        if !matches!(binary.op, BinOp::And(_) | BinOp::Or(_)) {
            self.verdict.calls |=
                !(self.known.is_plain(&binary.left) && self.known.is_plain(&binary.right));
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &ExprUnary) {
        self.verdict.calls |= match unary.op {
            UnOp::Deref(_) => !self.known.is_reference(&unary.expr),
            _ => !self.known.is_plain(&unary.expr),
        };
        self.visit_expr(&unary.expr);
    }

    fn visit_expr_index(&mut self, index: &ExprIndex) {
        self.verdict.calls |= !self.known.is_sequence(&index.expr);
        visit::visit_expr_index(self, index);
    }

    /// The value that was there is dropped.
    fn visit_expr_assign(&mut self, assign: &ExprAssign) {
        let non_allocating = |expr: &Expr| {
            self.known
                .type_of(expr)
                .as_ref()
                .is_some_and(drops_without_allocating)
        };
        self.verdict.drops |= !non_allocating(&assign.left) && !non_allocating(&assign.right);
        self.visit_expr(&assign.right);
        self.visit_expr(&assign.left);
    }

    fn visit_expr_return(&mut self, returned: &ExprReturn) {
        self.verdict.drops = true;
        visit::visit_expr_return(self, returned);
    }

    fn visit_expr_break(&mut self, broken: &ExprBreak) {
        self.verdict.drops = true;
        visit::visit_expr_break(self, broken);
    }

    fn visit_expr_continue(&mut self, _: &ExprContinue) {
        self.verdict.drops = true;
    }

    fn visit_expr_if(&mut self, inner: &ExprIf) {
        self.visit_expr(&inner.cond);
        self.visit_block(&inner.then_branch);
        if let Some((_, otherwise)) = &inner.else_branch {
            let apart = matches!(**otherwise, Expr::If(_)) && !self.takes(line_of_expr(otherwise));
            if !apart {
                self.visit_expr(otherwise);
            }
        }
    }

    fn visit_expr_match(&mut self, inner: &ExprMatch) {
        self.visit_expr(&inner.expr);
        for arm in &inner.arms {
            if let Pat::Guard(guarded) = &arm.pat
                && (self.takes(line_of_expr(&guarded.guard)) || !is_mere_condition(&guarded.guard))
            {
                self.visit_expr(&guarded.guard);
            }
            if self.takes(line_of_expr(&arm.body)) {
                self.visit_expr(&arm.body);
            }
        }
    }

    /// A loop calls `next` of what it iterates over, unless that is a range.
    fn visit_expr_for_loop(&mut self, inner: &ExprForLoop) {
        self.verdict.calls |= !matches!(bare(&inner.expr), Expr::Range(_));
        self.visit_expr(&inner.expr);
        if is_tight(inner) {
            self.unmarked(|head| head.visit_block(&inner.body));
        } else {
            self.visit_block(&inner.body);
        }
    }

    fn visit_expr_while(&mut self, inner: &ExprWhile) {
        self.visit_expr(&inner.cond);
        if is_tight(inner) {
            self.unmarked(|head| head.visit_block(&inner.body));
        } else {
            self.visit_block(&inner.body);
        }
    }

    fn visit_expr_loop(&mut self, inner: &ExprLoop) {
        if is_tight(inner) {
            self.unmarked(|head| head.visit_block(&inner.body));
        } else {
            self.visit_block(&inner.body);
        }
    }

    /// To make a closure calls nothing; its body is marked by itself, or run by a call that counts.
    fn visit_expr_closure(&mut self, _: &ExprClosure) {}

    fn visit_pat(&mut self, _: &Pat) {}

    fn visit_expr_async(&mut self, _: &ExprAsync) {}

    fn visit_expr_const(&mut self, _: &ExprConst) {}

    fn visit_item(&mut self, _: &Item) {}

    fn visit_type(&mut self, _: &Type) {}
}

/// `Frame::new(x).with_eos(last)` and the like, which write into the frame.
fn changes_a_new_frame(known: &Known, call: &ExprMethodCall) -> bool {
    let name = call.method.to_string();
    matches!(name.as_str(), "with_eos" | "with_gap")
        && match bare(&call.receiver) {
            Expr::Call(call) => known.is_frame(&call.func),
            Expr::MethodCall(call) => changes_a_new_frame(known, call),
            _ => false,
        }
}

/// The field of `self` in `self.frame.take().unwrap_or_else(Frame::gap)` and the like.
fn option_of<'a>(known: &Known, call: &'a ExprMethodCall) -> Option<&'a Expr> {
    let name = call.method.to_string();
    let mut arguments = call.args.iter();
    let (argument, none) = (arguments.next(), arguments.next().is_none());
    let is_known = match (name.as_str(), argument) {
        ("take" | "as_ref" | "as_mut" | "is_some" | "is_none" | "unwrap", None) => true,
        ("expect", Some(Expr::Lit(_))) => none,
        ("unwrap_or_else", Some(function)) => none && known.is_frame(function),
        _ => false,
    };
    if !is_known {
        return None;
    }
    match bare(&call.receiver) {
        field @ Expr::Field(inner) => {
            let of_self =
                matches!(bare(&inner.base), Expr::Path(path) if path.path.is_ident("self"));
            (of_self && known.borrows_self()).then_some(field)
        }
        Expr::MethodCall(inner) => {
            let gives_option = matches!(
                inner.method.to_string().as_str(),
                "take" | "as_ref" | "as_mut"
            );
            gives_option.then(|| option_of(known, inner))?
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn verdict(statement: &str) -> Verdict {
        let block: Block = syn::parse_str(&format!("{{{statement}}}")).expect("a statement");
        let signature = parse_quote!(
            fn f(&mut self, n: usize, a: f32, x: &[f32], y: &mut [f32], text: &str, v: Big)
            -> Frame<f32>
        );
        let known = Known::new(&signature, &block);
        let statement = &block.stmts[0];
        judge_statement(&known, statement, line_of(statement))
    }

    #[test]
    fn what_calls_nothing_does_not_allocate() {
        for non_allocating in [
            "y[n] = a * x[n] + y[n];",
            "y[n + 1] += a;",
            "let b = -a * 2.0 + n as f32;",
            "let c = if n > 3 && text == \"x\" { 1 } else { 2 };",
            "for i in 0..n { let z = i + 1; }",
            "if let Some(x) = self.last { self.next = Some(x) }",
            "fn nested() { vec![1]; }",
            "let later = async { fetch().await };",
            "static TABLE: [u8; size()] = [0; size()];",
            "let s = Sample(1.0, self.count);",
            "let f = Frame::new(a).with_eos(self.ends);",
            "let v: Vec<u8> = vec![];",
            "let f = |x| x.to_string();",
        ] {
            assert!(!verdict(non_allocating).calls, "{non_allocating}");
        }
    }

    #[test]
    fn what_calls_something_may_allocate_whatever_its_name() {
        for allocating in [
            "let window = samples.to_vec();",
            "let first = pool.first(3);",
            "self.sum()",
            "let n = self.len();",
            "let m = min(a, b);",
            "let sum = f(a) + g(b);",
            "let y = if ready() { 1 } else { 2 };",
            "while let Some(x) = next_one() {}",
            "match key { 1 => a.push(1), _ => {} }",
            "let x = value?;",
            "let w = v + 1;",
            "let w = self.a == self.b;",
            "let w = !self.flag;",
            "let w = -v;",
            "let w = table[n];",
            "let w = *TABLE;",
            "self.total += 1;",
            "let t = self.text + \"more\";",
            "for line in lines {}",
            "println!(\"{x}\");",
            "assert!(n > 3);",
            "Wrapper(make());",
            "Pool::default();",
            "other::Frame::open(1);",
            "let Some(x) = y else { panic_with(message()) };",
        ] {
            assert!(verdict(allocating).calls, "{allocating}");
        }
    }

    #[test]
    fn methods_of_a_field_depend_on_its_type() {
        for statement in [
            "self.frame.take().unwrap_or_else(Frame::gap)",
            "let is = self.frame.is_some();",
        ] {
            let found = verdict(statement);
            assert!(!found.calls && found.options.len() == 1, "{statement}");
        }
        assert!(verdict("self.frame.take().get()").calls);
        assert!(verdict("self.frame.take().unwrap_or_else(make)").calls);
        assert!(verdict("frame.take()").calls);
    }

    #[test]
    fn values_that_are_replaced_are_dropped() {
        for (statement, drops) in [
            ("self.last = value;", true),
            ("self.last = 3;", false),
            ("y[n] = a;", false),
            ("return;", true),
        ] {
            let found = verdict(statement);
            assert!(!found.may_allocate() && found.drops == drops, "{statement}");
        }
    }

    #[test]
    fn what_stands_on_lines_of_its_own_speaks_for_itself() {
        assert!(!verdict("if n > 3 {\n make();\n }").calls);
        assert!(!verdict("match n {\n 1 => make(),\n 2 if ready() => 3,\n _ => 3,\n }").calls);
        assert!(verdict("if n > 3 { make();\n }").calls);
    }
}
