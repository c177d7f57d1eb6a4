//! Whether a statement's own head can allocate.
//!
//! The head is what no mark of an inner block stands for: everything but the statements of inner blocks, and of these
//! the ones that begin on the statement's own line. Items, types, constants and async blocks are not part of it.

use proc_macro2::LineColumn;
use syn::visit::{self, Visit};
use syn::{
    BinOp, Block, Expr, ExprAsync, ExprAwait, ExprBinary, ExprCall, ExprClosure, ExprConst,
    ExprForLoop, ExprMethodCall, ExprTry, Item, Lit, Local, Macro, Pat, Stmt, Type,
};

use super::quiet_calls::{is_quiet_function, is_quiet_macro, is_quiet_method};
use super::statement::line_of;

/// Whether the head of a statement that begins on `line` can allocate.
pub(super) fn is_loud(statement: &Stmt, line: usize) -> bool {
    judge(line, |head| head.visit_stmt(statement))
}

/// Whether what a loop does again in each round, apart from the marked statements of its body, can allocate.
pub(super) fn is_loud_loop(expr: &Expr, line: usize) -> bool {
    judge(line, |head| head.visit_expr(expr))
}

fn judge(line: usize, visit: impl FnOnce(&mut Head)) -> bool {
    let mut head = Head { line, loud: false };
    visit(&mut head);
    head.loud
}

struct Head {
    line: usize,
    loud: bool,
}

impl Visit<'_> for Head {
    fn visit_block(&mut self, block: &Block) {
        let LineColumn { line, .. } = block.brace_token.span.open().start();
        if line != self.line {
            return;
        }
        for statement in &block.stmts {
            if line_of(statement) != self.line {
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
        self.loud |= !is_quiet_function(call);
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        self.loud |= !is_quiet_method(call);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &Macro) {
        let line = self.line;
        self.loud |= !is_quiet_macro(call, |expr| !judge(line, |head| head.visit_expr(expr)));
    }

    fn visit_expr_await(&mut self, _: &ExprAwait) {
        self.loud = true;
    }

    /// An error may be boxed on its way out.
    fn visit_expr_try(&mut self, _: &ExprTry) {
        self.loud = true;
    }

    /// `text + "more"` and `text += &more` grow a `String`.
    fn visit_expr_binary(&mut self, binary: &ExprBinary) {
        if matches!(binary.op, BinOp::Add(_) | BinOp::AddAssign(_)) {
            self.loud |= match &*binary.right {
                Expr::Reference(_) => true,
                Expr::Lit(literal) => matches!(literal.lit, Lit::Str(_)),
                _ => false,
            };
        }
        visit::visit_expr_binary(self, binary);
    }

    /// A loop calls `next` of what it iterates over, and a mere name does not say what that is.
    fn visit_expr_for_loop(&mut self, for_loop: &ExprForLoop) {
        self.loud |= matches!(bare(&for_loop.expr), Expr::Path(_) | Expr::Field(_));
        self.visit_expr(&for_loop.expr);
        self.visit_block(&for_loop.body);
    }

    fn visit_expr_closure(&mut self, closure: &ExprClosure) {
        if closure.asyncness.is_none() {
            self.visit_expr(&closure.body);
        }
    }

    fn visit_pat(&mut self, pattern: &Pat) {
        if let Pat::Guard(guarded) = pattern {
            self.visit_expr(&guarded.guard);
        }
    }

    fn visit_expr_async(&mut self, _: &ExprAsync) {}

    fn visit_expr_const(&mut self, _: &ExprConst) {}

    fn visit_item(&mut self, _: &Item) {}

    fn visit_type(&mut self, _: &Type) {}
}

fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => bare(&inner.expr),
        Expr::Group(inner) => bare(&inner.expr),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loud(statement: &str) -> bool {
        let statement: Block = syn::parse_str(&format!("{{{statement}}}")).expect("a statement");
        let statement = &statement.stmts[0];
        is_loud(statement, line_of(statement))
    }

    #[test]
    fn arithmetic_is_quiet() {
        for quiet in [
            "y[i] = a * x[i] + y[i];",
            "let peak = samples.iter().copied().fold(0.0, f64::max);",
            "for x in samples.iter_mut() { *x = x.clamp(-1.0, 1.0); }",
            "for i in 0..n { sum += x[i] * y[i]; }",
            "if let Some(x) = frame.data() { self.last = Some(*x); }",
            "assert!(self.count < self.max_frames, \"{}\", self.count);",
            "fn nested() { vec![1]; }",
            "let later = async { fetch().await };",
            "static TABLE: [u8; size()] = [0; size()];",
            "return Err(Broken);",
            "x + 1;",
        ] {
            assert!(!loud(quiet), "{quiet}");
        }
    }

    #[test]
    fn calls_are_loud_wherever_they_stand() {
        for loud_one in [
            "let window = samples.to_vec();",
            "let sum = f(a) + g(b);",
            "let y = if ready() { 1 } else { 2 };",
            "let y = if ready { make() } else { 2 };",
            "while let Some(x) = next_one() {}",
            "match key() { _ => {} }",
            "match key { 1 => a.push(1), _ => {} }",
            "match key { x if check(x) => {}, _ => {} }",
            "let f = |x| x.to_string();",
            "let x = value?;",
            "text += &more;",
            "let t = text + \"more\";",
            "for line in lines {}",
            "println!(\"{x}\");",
            "Wrapper(make());",
            "assert!(names.collect::<Vec<_>>().is_empty());",
            "let Some(x) = y else { panic_with(message()) };",
        ] {
            assert!(loud(loud_one), "{loud_one}");
        }
    }

    #[test]
    fn statements_of_inner_blocks_speak_for_themselves() {
        assert!(!loud("if ready {\n make();\n }"));
        assert!(!loud("xs.iter().for_each(|x| {\n v.push(x);\n });"));
        assert!(loud("if ready { make();\n }"));
    }
}
