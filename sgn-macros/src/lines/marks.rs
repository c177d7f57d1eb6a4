//! The marks and guards themselves, and how they are put where they belong.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Block, Expr, ExprBlock, Stmt};

use super::may_allocate::Verdict;
use super::statement::Statement;

/// A line and the first statement on it.
struct Site {
    line: usize,
    file: TokenStream,
    text: String,
    /// The number of its mark, once it has one.
    mark: Option<usize>,
}

/// The place of a [`Site`] among those of the function.
pub(super) type SiteIndex = usize;

/// The marks of one function so far.
pub(super) struct Marks<'a> {
    private: &'a TokenStream,
    function: &'a str,
    /// One for each line, whether it is marked or not.
    sites: Vec<Site>,
    made: Vec<TokenStream>,
}

impl<'a> Marks<'a> {
    pub(super) const fn new(private: &'a TokenStream, function: &'a str) -> Self {
        Self {
            private,
            function,
            sites: Vec::new(),
            made: Vec::new(),
        }
    }

    /// The marks, as elements of an array.
    pub(super) fn all(&self) -> &[TokenStream] {
        &self.made
    }

    /// A guard that goes to the line of `source` when it is dropped.
    pub(super) fn after_guard(&mut self, source: &Statement) -> Stmt {
        let site = self.site(source);
        self.after(site)
    }

    /// A mark of the line of `source`.
    pub(super) fn mark_statement(&mut self, source: &Statement) -> Stmt {
        let site = self.site(source);
        self.mark(site, source)
    }

    /// The site of a statement's line.
    pub(super) fn site(&mut self, source: &Statement) -> SiteIndex {
        let line = source.line();
        let known = self.sites.iter().position(|site| site.line == line);
        known.unwrap_or_else(|| {
            self.sites.push(Site {
                line,
                file: source.file(),
                text: source.text(),
                mark: None,
            });
            self.sites.len() - 1
        })
    }

    /// The number of a site's mark, which is made at its first use.
    fn number(&mut self, site: SiteIndex) -> Literal {
        let (private, function) = (self.private, self.function);
        let next = self.made.len();
        let site = &mut self.sites[site];
        let number = *site.mark.get_or_insert_with(|| {
            let line = Literal::u32_unsuffixed(u32::try_from(site.line).unwrap_or(u32::MAX));
            let (file, text) = (&site.file, &site.text);
            self.made.push(quote! {
                #private::Mark::of_statement(#file, #line, #text, #function)
            });
            next
        });
        Literal::usize_unsuffixed(number)
    }

    pub(super) fn mark(&mut self, site: SiteIndex, source: &Statement) -> Stmt {
        let (private, cfgs) = (self.private, &source.cfgs);
        let number = self.number(site);
        let span = Span::mixed_site().located_at(source.span);
        let mark = quote_spanned!(span=> #private::mark(&__SGN_MARKS[#number]););
        Stmt::Expr(Expr::Verbatim(quote!(#(#cfgs)* #mark)), None)
    }

    /// The mark, or what makes it where one of the fields is no `Option`; the compiler knows which.
    pub(super) fn unless_options(&self, mark: Stmt, verdict: &Verdict) -> Stmt {
        if verdict.calls || verdict.options.is_empty() {
            return mark;
        }
        let (private, options) = (self.private, &verdict.options);
        let mark = mark.to_token_stream();
        Stmt::Expr(
            Expr::Verbatim(quote_spanned! {Span::mixed_site()=>
                if #(#private::is_no_option!(|| &raw const #options))||* { #mark }
            }),
            None,
        )
    }

    pub(super) fn after(&mut self, site: SiteIndex) -> Stmt {
        let private = self.private;
        let number = self.number(site);
        guard_statement(
            &quote_spanned!(Span::mixed_site()=> #private::MarkAfter(&__SGN_MARKS[#number])),
        )
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

/// Puts a guard after the user's variables, so that it is dropped before them; not if the block never comes to its end.
pub(super) fn put_before_last(block: &mut Block, guard: Stmt) {
    let last = block
        .stmts
        .iter()
        .rposition(|statement| !matches!(statement, Stmt::Item(_)));
    let Some(last) = last else {
        return;
    };
    let leaves = matches!(
        block.stmts[last],
        Stmt::Expr(Expr::Return(_) | Expr::Break(_) | Expr::Continue(_), _)
    );
    if !leaves {
        block.stmts.insert(last, guard);
    }
}

/// A guard that lives as long as its block.
pub(super) fn guard_statement(guard: &TokenStream) -> Stmt {
    let tokens = quote_spanned!(Span::mixed_site()=> let __sgn_line = #guard;);
    Stmt::Expr(Expr::Verbatim(tokens), None)
}

/// Makes a block of statements and an expression.
pub(super) fn wrap(expr: &mut Expr, statements: impl IntoIterator<Item = Stmt>) {
    let inner = std::mem::replace(expr, Expr::Verbatim(TokenStream::new()));
    let mut stmts: Vec<Stmt> = statements.into_iter().collect();
    stmts.push(Stmt::Expr(inner, None));
    *expr = Expr::Block(ExprBlock {
        attrs: Vec::new(),
        label: None,
        block: Block {
            brace_token: syn::token::Brace::default(),
            stmts,
        },
    });
}
