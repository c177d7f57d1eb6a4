//! Loops in which a mark would cost the vector instructions.

use syn::visit::{self, Visit};
use syn::{
    BinOp, Expr, ExprAsync, ExprAwait, ExprBinary, ExprCall, ExprConst, ExprForLoop, ExprLoop,
    ExprMethodCall, ExprTry, ExprTryBlock, ExprWhile, Item, Lit, Macro, Pat, Type,
};

use super::non_allocating::{
    is_constructor, is_non_allocating_function, is_non_allocating_macro, is_non_allocating_method,
};

/// Something that is run again and again.
pub(super) trait Repeated {
    fn look(&self, tight: &mut Tight);
}

impl Repeated for ExprForLoop {
    fn look(&self, tight: &mut Tight) {
        tight.visit_expr_for_loop(self);
    }
}

impl Repeated for ExprWhile {
    fn look(&self, tight: &mut Tight) {
        tight.visit_expr_while(self);
    }
}

impl Repeated for ExprLoop {
    fn look(&self, tight: &mut Tight) {
        tight.visit_expr_loop(self);
    }
}

impl Repeated for Expr {
    fn look(&self, tight: &mut Tight) {
        tight.visit_expr(self);
    }
}

/// Whether it calls only what a loop may call unmarked, so that no mark stands in it.
pub(super) fn is_tight(repeated: &(impl Repeated + ?Sized)) -> bool {
    let mut tight = Tight(true);
    repeated.look(&mut tight);
    tight.0
}

pub(super) struct Tight(bool);

impl Visit<'_> for Tight {
    fn visit_expr_call(&mut self, call: &ExprCall) {
        self.0 &= is_constructor(call) || is_non_allocating_function(call);
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        self.0 &= is_non_allocating_method(call);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &Macro) {
        self.0 &= is_non_allocating_macro(call, is_tight);
    }

    fn visit_expr_await(&mut self, _: &ExprAwait) {
        self.0 = false;
    }

    fn visit_expr_try(&mut self, _: &ExprTry) {
        self.0 = false;
    }

    fn visit_expr_try_block(&mut self, _: &ExprTryBlock) {
        self.0 = false;
    }

    /// `text += &more` and `text + "more"` are no arithmetic.
    fn visit_expr_binary(&mut self, binary: &ExprBinary) {
        if matches!(binary.op, BinOp::Add(_) | BinOp::AddAssign(_)) {
            self.0 &= match &*binary.right {
                Expr::Reference(_) => false,
                Expr::Lit(literal) => !matches!(literal.lit, Lit::Str(_)),
                _ => true,
            };
        }
        visit::visit_expr_binary(self, binary);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn tight(source: &str) -> bool {
        is_tight(&syn::parse_str::<Expr>(source).expect("a loop"))
    }

    #[test]
    fn loops_over_numbers_are_tight() {
        for source in [
            "for (y, x) in ys.iter_mut().zip(xs) { *y += a * x; }",
            "for lane in 0..8 { sums[lane] += x[lane] * y[lane]; }",
            "for x in &mut self.samples { *x = x.max(-limit).min(limit).clamp(-1.0, 1.0); }",
            "while i < n { i += 1; assert!(i < m, \"{i}\"); }",
            "for row in rows.chunks_exact(8) { let s: f32 = row.iter().map(|x| x * x).sum(); out[k] = s.sqrt(); }",
        ] {
            assert!(tight(source), "{source}");
        }
    }

    #[test]
    fn others_are_not() {
        for source in [
            "for x in xs { v.push(x); }",
            "for x in xs { sum += f(x); }",
            "for line in text.lines() { n += 1; }",
            "while let Some(x) = it.next() {}",
            "loop { text += \"more\"; }",
            "for x in xs { check(x)?; }",
            "for x in xs { ys.iter().for_each(|y| v.push(x * y)); }",
        ] {
            assert!(!tight(source), "{source}");
        }
    }
}
