//! Puts the marks into a body.
//!
//! Marks and guards are statements of their own, put before the user's. Of expressions only arms, guards, closure bodies
//! and conditions after `else` are wrapped in a block: the language ends the life of their temporaries there anyway.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::visit_mut::{self, VisitMut};
use syn::{Arm, Block, Expr, ExprClosure, Item, Local, Macro, Pat, Stmt, Type};

use super::callers::{is_caller, is_consumer, is_parallel};
use super::drops::{
    binds_allocating_drops, condition_binds_allocating_drops, has_allocating_drops, has_jump,
};
use super::expr::{bare, is_mere_condition, line_of_expr};
use super::known::Known;
use super::marks::{Marks, SiteIndex, guard_statement, put_before_last, put_first, wrap};
use super::may_allocate::{Verdict, judge_expr, judge_statement};
use super::statement::Statement;
use super::tight::is_tight;

/// Marks the body of one function.
pub(super) struct Rewriter<'a> {
    marks: Marks<'a>,
    known: &'a Known,
    /// The guard of a closure, which goes back to whoever calls it.
    caller: &'a TokenStream,
    /// Marks an item that stands in the body.
    mark_item: &'a dyn Fn(&mut Item),
    has_closures: bool,
}

/// Which line is current when a piece of code is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leave {
    /// The last one of it: nothing that allocates follows before the next mark.
    Last,
    /// That of what goes on after it.
    At(SiteIndex),
}

/// What an expression stands in: a statement, an arm, a guard, the body of a closure.
#[derive(Clone, Copy)]
struct Around {
    /// Its line; what begins there belongs to it.
    line: usize,
    site: SiteIndex,
    /// How a part is left that is not the last thing it does.
    leave: Leave,
    /// A closure is called before the statement ends, if at all.
    eager: bool,
}

impl<'a> Rewriter<'a> {
    pub(super) fn new(
        marks: Marks<'a>,
        known: &'a Known,
        caller: &'a TokenStream,
        mark_item: &'a dyn Fn(&mut Item),
    ) -> Self {
        Self {
            marks,
            known,
            caller,
            mark_item,
            has_closures: false,
        }
    }

    /// Marks the body of a function.
    pub(super) fn body(&mut self, block: &mut Block) {
        self.block(block, None);
    }

    /// Whether there is a closure with a guard.
    pub(super) fn has_closures(&self) -> bool {
        self.has_closures
    }

    /// The marks that the body has now.
    pub(super) fn into_marks(self) -> Marks<'a> {
        self.marks
    }

    /// Marks a block's statements; whether there is a mark now.
    fn block(&mut self, block: &mut Block, around: Option<Around>) -> bool {
        let mut any = false;
        let mut current = None;
        let mut statements = Vec::with_capacity(block.stmts.len());
        for mut statement in std::mem::take(&mut block.stmts) {
            if let Stmt::Item(item) = &mut statement {
                (self.mark_item)(item);
                statements.push(statement);
                continue;
            }
            let source = Statement::new(&statement);
            let line = source.line();
            let site = self.marks.site(&source);
            let within = if let Some(around) = around.filter(|around| around.line == line) {
                Around {
                    eager: false,
                    ..around
                }
            } else {
                let verdict = judge_statement(self.known, &statement, line);
                if self.deserves_mark(&verdict) {
                    if current != Some(site) || !source.cfgs.is_empty() {
                        let mark = self.marks.mark(site, &source);
                        statements.push(self.marks.unless_options(mark, &verdict));
                    }
                    current = source.cfgs.is_empty().then_some(site);
                    any = true;
                }
                Around {
                    line,
                    site,
                    leave: leave_of(&verdict, site),
                    eager: false,
                }
            };
            if self.statement(&mut statement, within) {
                any = true;
                current = None;
            }
            statements.push(statement);
        }
        block.stmts = statements;
        any
    }

    /// What only drops needs a line of its own if another one could be current.
    fn deserves_mark(&self, verdict: &Verdict) -> bool {
        verdict.may_allocate()
            || (verdict.drops && self.known.may_drop() && !self.marks.all().is_empty())
    }

    fn statement(&mut self, statement: &mut Stmt, around: Around) -> bool {
        match statement {
            Stmt::Local(Local {
                init: Some(init), ..
            }) => {
                let mut any = self.expr(&mut init.expr, Leave::Last, around);
                if let Some((_, diverge)) = &mut init.diverge {
                    any |= self.expr(diverge, Leave::Last, around);
                }
                any
            }
            Stmt::Expr(expr, _) => self.expr(expr, Leave::Last, around),
            Stmt::Local(_) | Stmt::Item(_) | Stmt::Macro(_) => false,
        }
    }

    /// Marks the parts of an expression; `leave` is how the part is left whose value is the expression's.
    fn expr(&mut self, expr: &mut Expr, leave: Leave, around: Around) -> bool {
        let part = Around {
            eager: false,
            ..around
        };
        match expr {
            Expr::Paren(inner) => self.expr(&mut inner.expr, leave, around),
            Expr::Group(inner) => self.expr(&mut inner.expr, leave, around),
            Expr::Block(inner) => self.inner_block(&mut inner.block, leave, part, false),
            Expr::Unsafe(inner) => self.inner_block(&mut inner.block, leave, part, false),
            Expr::If(inner) => {
                let mut any = self.expr(&mut inner.cond, around.leave, part);
                let binds =
                    condition_binds_allocating_drops(self.known, &inner.cond, &inner.then_branch);
                any |= self.inner_block(&mut inner.then_branch, leave, part, binds);
                if let Some((_, otherwise)) = &mut inner.else_branch {
                    let line = line_of_expr(otherwise);
                    any |= if matches!(**otherwise, Expr::If(_)) && line != around.line {
                        let source = Statement::of_tokens(otherwise.to_token_stream());
                        self.apart(otherwise, &source, leave, None)
                    } else {
                        self.expr(otherwise, leave, part)
                    };
                }
                any
            }
            Expr::Match(inner) => {
                let mut any = self.expr(&mut inner.expr, around.leave, part);
                for arm in &mut inner.arms {
                    any |= self.arm(arm, leave, part);
                }
                any
            }
            Expr::ForLoop(inner) => {
                let any = self.expr(&mut inner.expr, around.leave, part);
                if is_tight(inner) {
                    return any;
                }
                let again = !matches!(bare(&inner.expr), Expr::Range(_));
                let binds = binds_allocating_drops(self.known, &inner.pat, &inner.body);
                self.round(&mut inner.body, again, binds, leave, part) || any
            }
            Expr::While(inner) => {
                if is_tight(inner) {
                    return false;
                }
                let any = self.expr(&mut inner.cond, around.leave, part);
                let again = judge_expr(self.known, &inner.cond, around.line).may_allocate();
                let binds = condition_binds_allocating_drops(self.known, &inner.cond, &inner.body);
                self.round(&mut inner.body, again, binds, leave, part) || any
            }
            Expr::Loop(inner) => {
                !is_tight(inner) && self.round(&mut inner.body, false, false, leave, part)
            }
            Expr::Closure(inner) => self.closure(inner, around, false),
            Expr::MethodCall(call) => {
                let name = call.method.to_string();
                // `map` of an array calls at once, that of an iterator later.
                let of_array = name == "map" && matches!(bare(&call.receiver), Expr::Array(_));
                let is_at_once = around.eager || is_consumer(&name) || of_array;
                let eager = is_at_once && !is_parallel(call);
                let mut any = self.expr(&mut call.receiver, around.leave, Around { eager, ..part });
                for argument in &mut call.args {
                    any |= match argument {
                        Expr::Closure(inner) => {
                            self.closure(inner, Around { eager, ..part }, is_caller(&name))
                        }
                        other => self.expr(other, around.leave, part),
                    };
                }
                any
            }
            Expr::Assign(inner) => {
                let any = self.expr(&mut inner.right, leave, part);
                self.expr(&mut inner.left, around.leave, part) || any
            }
            Expr::Return(inner) => match &mut inner.expr {
                Some(value) => self.expr(value, leave, part),
                None => false,
            },
            Expr::Break(inner) => match &mut inner.expr {
                Some(value) => self.expr(value, leave, part),
                None => false,
            },
            Expr::Async(_) | Expr::Const(_) | Expr::TryBlock(_) => false,
            other => {
                let goes_on = matches!(
                    other,
                    Expr::Try(_) | Expr::Field(_) | Expr::Reference(_) | Expr::Cast(_)
                );
                let mut children = Children {
                    rewriter: self,
                    around: if goes_on { around } else { part },
                    any: false,
                };
                visit_mut::visit_expr_mut(&mut children, other);
                children.any
            }
        }
    }

    /// Marks an expression that has a line of its own and is no block, and wraps it if it needs that.
    ///
    /// It needs no mark if its line is `current`.
    fn apart(
        &mut self,
        expr: &mut Expr,
        source: &Statement,
        leave: Leave,
        current: Option<SiteIndex>,
    ) -> bool {
        let (line, site) = (source.line(), self.marks.site(source));
        let verdict = judge_expr(self.known, expr, line);
        let marked = self.deserves_mark(&verdict);
        let around = Around {
            line,
            site,
            leave: leave_of(&verdict, site),
            eager: false,
        };
        let first = (marked && current != Some(site)).then(|| self.marks.mark(site, source));
        let any = self.expr(expr, leave, around);
        if let Some(mark) = first {
            let guard = match leave {
                Leave::Last => None,
                Leave::At(site) => Some(self.marks.after(site)),
            };
            wrap(expr, guard.into_iter().chain([mark]));
        }
        any || marked
    }

    fn arm(&mut self, arm: &mut Arm, leave: Leave, around: Around) -> bool {
        let mut any = false;
        let mut current = None;
        let text = arm.to_token_stream();
        if let Pat::Guard(guarded) = &mut arm.pat {
            let guard = &mut guarded.guard;
            any |= if line_of_expr(guard) != around.line && is_mere_condition(guard) {
                let source = Statement::of_tokens(guard.to_token_stream()).reading(text.clone());
                let marked = self.apart(guard, &source, around.leave, None);
                if marked && around.leave == Leave::Last {
                    current = Some(self.marks.site(&source));
                }
                marked
            } else {
                self.expr(guard, around.leave, around)
            };
        }
        let binds = match bare(&arm.body) {
            Expr::Block(body) => binds_allocating_drops(self.known, &arm.pat, &body.block),
            _ => false,
        };
        any | match &mut *arm.body {
            Expr::Block(body) => self.inner_block(&mut body.block, leave, around, binds),
            body if line_of_expr(body) == around.line => self.expr(body, leave, around),
            body => {
                let source = Statement::of_tokens(body.to_token_stream()).reading(text);
                self.apart(body, &source, leave, current)
            }
        }
    }

    /// Marks the body of a closure, which gives its caller the line back.
    fn closure(&mut self, closure: &mut ExprClosure, around: Around, repeated: bool) -> bool {
        if closure.asyncness.is_some() || closure.constness.is_some() {
            return false;
        }
        if repeated && is_tight(&*closure.body) {
            return false;
        }
        let line = line_of_expr(&closure.body);
        let whole = Statement::of_tokens(closure.to_token_stream());
        let mut first = Vec::new();
        let any = if around.eager && line == around.line {
            // What stands on the line of the call belongs to the call.
            self.expr(&mut closure.body, Leave::Last, around)
        } else if let Expr::Block(body) = &mut *closure.body {
            let drops = has_allocating_drops(self.known, &body.block);
            let any = self.block(&mut body.block, None);
            if any && drops {
                let after = self.marks.after_guard(&whole);
                put_before_last(&mut body.block, after);
            }
            any
        } else {
            let source = Statement::of_tokens(closure.body.to_token_stream());
            let site = self.marks.site(&source);
            let verdict = judge_expr(self.known, &closure.body, line);
            if verdict.may_allocate() {
                first.push(self.marks.mark(site, &source));
            }
            let within = Around {
                line,
                site,
                leave: leave_of(&verdict, site),
                eager: false,
            };
            self.expr(&mut closure.body, Leave::Last, within) || verdict.may_allocate()
        };
        if any {
            self.has_closures = true;
            first.insert(0, guard_statement(self.caller));
            match &mut *closure.body {
                Expr::Block(body) => put_first(&mut body.block, first),
                body => wrap(body, first),
            }
        }
        any
    }

    /// The body of a loop; `again` if the head of the loop calls something in each round.
    fn round(
        &mut self,
        body: &mut Block,
        again: bool,
        binds: bool,
        leave: Leave,
        around: Around,
    ) -> bool {
        let leave = if again { Leave::At(around.site) } else { leave };
        self.inner_block(body, leave, around, binds)
    }

    /// `binds` if the block drops at its end what its statement has bound.
    fn inner_block(
        &mut self,
        block: &mut Block,
        leave: Leave,
        around: Around,
        binds: bool,
    ) -> bool {
        let drops = binds || has_allocating_drops(self.known, block);
        let jumps = has_jump(block);
        if !self.block(block, Some(around)) {
            return false;
        }
        match leave {
            Leave::At(site) if jumps => {
                let after = self.marks.after(site);
                put_first(block, [after]);
            }
            Leave::At(site) => {
                let after = self.marks.after(site);
                put_before_last(block, after);
            }
            Leave::Last => {}
        }
        if drops && (leave == Leave::Last || jumps) {
            let after = self.marks.after(around.site);
            put_before_last(block, after);
        }
        true
    }
}

fn leave_of(verdict: &Verdict, site: SiteIndex) -> Leave {
    if verdict.may_allocate() {
        Leave::At(site)
    } else {
        Leave::Last
    }
}

/// The parts of an expression that is no block: they are followed by the rest of what they stand in.
struct Children<'r, 'a> {
    rewriter: &'r mut Rewriter<'a>,
    around: Around,
    any: bool,
}

impl VisitMut for Children<'_, '_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        self.any |= self.rewriter.expr(expr, self.around.leave, self.around);
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}

    fn visit_macro_mut(&mut self, _: &mut Macro) {}

    fn visit_pat_mut(&mut self, _: &mut Pat) {}

    fn visit_type_mut(&mut self, _: &mut Type) {}
}
