//! Puts the marks into a body.
//!
//! Marks and guards are statements of their own, put before the user's; nothing is wrapped, so temporaries live as long
//! as they did.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Item, Local, Macro, Pat, Stmt, Type};

use super::heads::{is_loud, is_loud_loop};
use super::statement::Statement;

/// The marks of one function so far.
pub(super) struct Rewriter<'a> {
    private: &'a TokenStream,
    function: &'a str,
    /// The guard of a closure, which goes back to whoever calls it.
    caller: &'a TokenStream,
    marks: Vec<TokenStream>,
    has_closures: bool,
}

/// Which line is current when a block is left.
#[derive(Clone, Copy)]
enum Leave {
    /// The last one of the block: nothing that allocates follows before the next mark.
    Last,
    /// That of the statement around the block, whose mark has this number.
    Statement(usize),
    /// The one that was current before the block: that of whoever called the closure.
    Caller,
}

/// The statement around an expression.
#[derive(Clone, Copy)]
struct Around {
    /// Its line; what begins there belongs to it.
    line: usize,
    /// How a block that is not the last thing it does is left.
    leave: Leave,
}

/// What was put into a piece of code.
#[derive(Clone, Copy, Default)]
struct Tally {
    marks: usize,
    /// The number of the last mark.
    last: usize,
    /// A mark or guard that must stay where it is.
    fixed: bool,
}

impl Tally {
    fn add(&mut self, other: Self) {
        if other.marks > 0 {
            self.last = other.last;
        }
        self.marks += other.marks;
        self.fixed |= other.fixed;
    }
}

impl<'a> Rewriter<'a> {
    pub(super) fn new(
        private: &'a TokenStream,
        function: &'a str,
        caller: &'a TokenStream,
    ) -> Self {
        Self {
            private,
            function,
            caller,
            marks: Vec::new(),
            has_closures: false,
        }
    }

    /// Marks the body of a function; whether there was anything to mark.
    pub(super) fn body(&mut self, block: &mut Block) -> bool {
        self.block(block, None).marks > 0
    }

    /// Whether there is a closure with a guard.
    pub(super) fn has_closures(&self) -> bool {
        self.has_closures
    }

    /// The marks, as elements of an array.
    pub(super) fn marks(&self) -> &[TokenStream] {
        &self.marks
    }

    fn block(&mut self, block: &mut Block, around: Option<Around>) -> Tally {
        let mut sum = Tally::default();
        let mut statements = Vec::with_capacity(block.stmts.len());
        for mut statement in std::mem::take(&mut block.stmts) {
            if matches!(statement, Stmt::Item(_)) {
                statements.push(statement);
                continue;
            }
            let source = Statement::new(&statement);
            let line = source.line();
            let mut within = Around {
                line,
                leave: Leave::Last,
            };
            if let Some(around) = around.filter(|around| around.line == line) {
                within.leave = around.leave;
            } else if is_loud(&statement, line) {
                let number = self.add(&source);
                statements.push(self.mark(number, &source));
                within.leave = Leave::Statement(number);
                sum.add(Tally {
                    marks: 1,
                    last: number,
                    fixed: !source.cfgs.is_empty(),
                });
            }
            let mut inner = self.statement(&mut statement, within);
            if inner.marks == 1 && !inner.fixed && is_pure_loop(&statement, line) {
                Remove(self.mark_tokens(inner.last, Span::mixed_site()))
                    .visit_stmt_mut(&mut statement);
                statements.push(self.mark(inner.last, &source));
                inner.fixed = !source.cfgs.is_empty();
            }
            sum.add(inner);
            statements.push(statement);
        }
        block.stmts = statements;
        sum
    }

    fn statement(&mut self, statement: &mut Stmt, around: Around) -> Tally {
        match statement {
            Stmt::Local(Local {
                init: Some(init), ..
            }) => {
                let mut sum = self.expr(&mut init.expr, Leave::Last, around);
                if let Some((_, diverge)) = &mut init.diverge {
                    sum.add(self.expr(diverge, Leave::Last, around));
                }
                sum
            }
            Stmt::Expr(expr, _) => self.expr(expr, Leave::Last, around),
            Stmt::Local(_) | Stmt::Item(_) | Stmt::Macro(_) => Tally::default(),
        }
    }

    /// Marks the blocks of an expression; `leave` is how the block is left whose value is the expression's.
    fn expr(&mut self, expr: &mut Expr, leave: Leave, around: Around) -> Tally {
        let is_loud_loop = is_loop(expr) && is_loud_loop(expr, around.line);
        let body = if is_loud_loop { around.leave } else { leave };
        let mut sum = Tally::default();
        match expr {
            Expr::Paren(inner) => return self.expr(&mut inner.expr, leave, around),
            Expr::Group(inner) => return self.expr(&mut inner.expr, leave, around),
            Expr::Block(inner) => return self.inner_block(&mut inner.block, leave, around),
            Expr::Unsafe(inner) => return self.inner_block(&mut inner.block, leave, around),
            Expr::If(inner) => {
                sum.add(self.expr(&mut inner.cond, around.leave, around));
                sum.add(self.inner_block(&mut inner.then_branch, leave, around));
                if let Some((_, otherwise)) = &mut inner.else_branch {
                    sum.add(self.expr(otherwise, leave, around));
                }
            }
            Expr::Match(inner) => {
                sum.add(self.expr(&mut inner.expr, around.leave, around));
                for arm in &mut inner.arms {
                    if let Pat::Guard(guarded) = &mut arm.pat {
                        sum.add(self.expr(&mut guarded.guard, around.leave, around));
                    }
                    sum.add(self.expr(&mut arm.body, leave, around));
                }
            }
            Expr::ForLoop(inner) => {
                sum.add(self.expr(&mut inner.expr, around.leave, around));
                sum.add(self.inner_block(&mut inner.body, body, around));
            }
            Expr::While(inner) => {
                sum.add(self.expr(&mut inner.cond, around.leave, around));
                sum.add(self.inner_block(&mut inner.body, body, around));
            }
            Expr::Loop(inner) => sum.add(self.inner_block(&mut inner.body, body, around)),
            Expr::Closure(inner) if inner.asyncness.is_some() => {}
            Expr::Closure(inner) => {
                let leave = Leave::Caller;
                sum.add(self.expr(&mut inner.body, leave, Around { leave, ..around }));
            }
            Expr::Assign(inner) => {
                sum.add(self.expr(&mut inner.right, leave, around));
                sum.add(self.expr(&mut inner.left, around.leave, around));
            }
            Expr::Return(inner) => {
                if let Some(value) = &mut inner.expr {
                    sum.add(self.expr(value, leave, around));
                }
            }
            Expr::Break(inner) => {
                if let Some(value) = &mut inner.expr {
                    sum.add(self.expr(value, leave, around));
                }
            }
            Expr::Async(_) | Expr::Const(_) | Expr::TryBlock(_) => {}
            other => {
                let mut children = Children {
                    rewriter: self,
                    around,
                    sum,
                };
                visit_mut::visit_expr_mut(&mut children, other);
                return children.sum;
            }
        }
        sum
    }

    fn inner_block(&mut self, block: &mut Block, leave: Leave, around: Around) -> Tally {
        let mut sum = self.block(block, Some(around));
        if sum.marks == 0 {
            return sum;
        }
        let private = self.private;
        let span = Span::mixed_site();
        let guard = match leave {
            Leave::Last => return sum,
            Leave::Statement(number) => {
                let number = Literal::usize_unsuffixed(number);
                quote_spanned!(span=> #private::MarkAfter(&__SGN_MARKS[#number]))
            }
            Leave::Caller => {
                self.has_closures = true;
                self.caller.clone()
            }
        };
        put_first(block, [guard_statement(&guard)]);
        sum.fixed = true;
        sum
    }

    /// Makes a mark for a statement and gives its number.
    fn add(&mut self, source: &Statement) -> usize {
        let (private, function, text) = (self.private, self.function, source.text());
        let line = Literal::u32_unsuffixed(u32::try_from(source.line()).unwrap_or(u32::MAX));
        let file = source.file();
        self.marks.push(quote! {
            #private::Mark::new(#file, #line, #text).in_function(#function)
        });
        self.marks.len() - 1
    }

    fn mark(&self, number: usize, source: &Statement) -> Stmt {
        let mark = self.mark_tokens(number, Span::mixed_site().located_at(source.span));
        let cfgs = &source.cfgs;
        Stmt::Expr(Expr::Verbatim(quote!(#(#cfgs)* #mark)), None)
    }

    fn mark_tokens(&self, number: usize, span: Span) -> TokenStream {
        let private = self.private;
        let number = Literal::usize_unsuffixed(number);
        quote_spanned!(span=> #private::mark(&__SGN_MARKS[#number]);)
    }
}

/// Puts statements before the user's, but after the items that open a block, which stand first for the reader.
pub(super) fn put_first(block: &mut Block, statements: impl IntoIterator<Item = Stmt>) {
    let items = block
        .stmts
        .iter()
        .take_while(|statement| matches!(statement, Stmt::Item(_)))
        .count();
    block.stmts.splice(items..items, statements);
}

/// A guard that lives as long as its block.
pub(super) fn guard_statement(guard: &TokenStream) -> Stmt {
    let tokens = quote_spanned!(Span::mixed_site()=> let __sgn_line = #guard;);
    Stmt::Expr(Expr::Verbatim(tokens), None)
}

fn is_loop(expr: &Expr) -> bool {
    matches!(expr, Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_))
}

/// Whether a statement is a loop that allocates at most in the marked statements of its body.
fn is_pure_loop(statement: &Stmt, line: usize) -> bool {
    matches!(statement, Stmt::Expr(expr, _) if is_loop(expr) && !is_loud_loop(expr, line))
}

/// The parts of an expression that is no block: they are followed by the rest of their statement.
struct Children<'r, 'a> {
    rewriter: &'r mut Rewriter<'a>,
    around: Around,
    sum: Tally,
}

impl VisitMut for Children<'_, '_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let tally = self.rewriter.expr(expr, self.around.leave, self.around);
        self.sum.add(tally);
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}

    fn visit_macro_mut(&mut self, _: &mut Macro) {}

    fn visit_pat_mut(&mut self, _: &mut Pat) {}

    fn visit_type_mut(&mut self, _: &mut Type) {}
}

/// Takes a mark out of a loop, to be put before it.
struct Remove(TokenStream);

impl VisitMut for Remove {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let mark = self.0.to_string();
        block.stmts.retain(
            |statement| !matches!(statement, Stmt::Expr(Expr::Verbatim(tokens), None) if tokens.to_string() == mark),
        );
        visit_mut::visit_block_mut(self, block);
    }
}
