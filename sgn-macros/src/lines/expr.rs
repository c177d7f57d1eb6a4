//! Expressions: where they begin, and what they are without their parentheses.

use syn::Expr;
use syn::spanned::Spanned as _;
use syn::visit::Visit;

/// The line on which an expression begins.
pub(super) fn line_of_expr(expr: &Expr) -> usize {
    expr.span().start().line
}

/// The expression without the parentheses and invisible groups around it.
pub(super) fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => bare(&inner.expr),
        Expr::Group(inner) => bare(&inner.expr),
        other => other,
    }
}

/// Returns true if a guard is a condition that binds nothing, so that it may stand in a block.
pub(super) fn is_mere_condition(guard: &Expr) -> bool {
    struct Lets(bool);
    impl Visit<'_> for Lets {
        fn visit_expr_let(&mut self, _: &syn::ExprLet) {
            self.0 = true;
        }
    }
    let mut lets = Lets(false);
    lets.visit_expr(guard);
    !lets.0
}
