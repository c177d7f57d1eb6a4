//! What the tokens of a function tell about the types of its variables.
//!
//! An operator on a number calls nothing, and a `Vec<f32>` that is dropped allocates nothing. A macro sees types where they
//! are written: of parameters, of annotated variables, of literals and casts. A name that is bound twice counts as known
//! only if all its bindings are alike.

use std::collections::HashMap;

use quote::ToTokens as _;
use syn::visit::{self, Visit};
use syn::{
    BinOp, Block, Expr, ExprForLoop, FnArg, GenericArgument, Ident, Item, Lit, Local, Pat,
    PatIdent, PathArguments, Signature, Type, UnOp, parse_quote,
};

use crate::text::text_of;

/// The variables of one function.
#[derive(Default)]
pub(super) struct Known {
    /// `None` for a name whose type the tokens do not tell.
    types: HashMap<String, Option<Type>>,
    /// The signature names `Frame`, so that is the library's own: a pad takes and gives no other.
    has_frames: bool,
    /// The function has `&self` or `&mut self`.
    borrows_self: bool,
    /// There is a variable whose drop may allocate.
    may_drop: bool,
}

impl Known {
    pub(super) fn new(signature: &Signature, block: &Block) -> Self {
        let has_frames = |tokens: proc_macro2::TokenStream| {
            let text = tokens.to_string();
            text.split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| word == "Frame")
        };
        let mut known = Self {
            has_frames: has_frames(signature.inputs.to_token_stream())
                || has_frames(signature.output.to_token_stream()),
            borrows_self: signature
                .receiver()
                .is_some_and(|receiver| receiver.to_token_stream().to_string().starts_with('&')),
            ..Self::default()
        };
        for argument in &signature.inputs {
            if let FnArg::Typed(typed) = argument {
                known.bind(&typed.pat, Some(&typed.ty));
            }
        }
        known.visit_block(block);
        known
    }

    fn bind(&mut self, pattern: &Pat, ty: Option<&Type>) {
        match pattern {
            Pat::Ident(PatIdent {
                ident,
                by_ref: None,
                subpat: None,
                ..
            }) => self.insert(ident, ty.cloned()),
            Pat::Type(typed) => self.bind(&typed.pat, Some(&typed.ty)),
            other => self.visit_pat(other),
        }
    }

    fn insert(&mut self, ident: &Ident, ty: Option<Type>) {
        let name = ident.to_string();
        self.may_drop |= !ty.as_ref().is_some_and(drops_without_allocating);
        let known = match (self.types.remove(&name), ty) {
            (None, ty) => ty,
            (Some(Some(known)), Some(ty)) if is_plain(&known) && is_plain(&ty) => Some(known),
            (Some(Some(known)), Some(ty)) if text_of(&known) == text_of(&ty) => Some(known),
            _ => None,
        };
        self.types.insert(name, known);
    }

    /// Whether this is a path to the library's frames, in a function whose signature names them.
    pub(super) fn is_frame(&self, function: &Expr) -> bool {
        let Expr::Path(path) = function else {
            return false;
        };
        let mut segments = path.path.segments.iter().rev();
        let last = segments.next().map(|segment| segment.ident.to_string());
        let parent = segments.next().map(|segment| segment.ident.to_string());
        self.has_frames
            && parent.as_deref() == Some("Frame")
            && matches!(last.as_deref(), Some("new" | "gap" | "eos" | "from_option"))
    }

    /// Whether a field of `self` can be looked at anywhere.
    pub(super) fn borrows_self(&self) -> bool {
        self.borrows_self
    }

    /// Whether something may allocate when a block is left.
    pub(super) fn may_drop(&self) -> bool {
        self.may_drop
    }

    pub(super) fn type_of_variable(&self, ident: &Ident) -> Option<&Type> {
        self.types.get(&ident.to_string())?.as_ref()
    }

    /// The type of an expression, if the tokens tell.
    pub(super) fn type_of(&self, expr: &Expr) -> Option<Type> {
        match expr {
            Expr::Path(path) => self.type_of_variable(path.path.get_ident()?).cloned(),
            Expr::Paren(inner) => self.type_of(&inner.expr),
            Expr::Group(inner) => self.type_of(&inner.expr),
            Expr::Cast(cast) => Some((*cast.ty).clone()),
            Expr::Reference(inner) => {
                let ty = self.type_of(&inner.expr)?;
                Some(parse_quote!(&#ty))
            }
            Expr::Unary(unary) => {
                let ty = self.type_of(&unary.expr)?;
                match (&unary.op, &ty) {
                    (UnOp::Deref(_), Type::Reference(reference)) => Some((*reference.elem).clone()),
                    (UnOp::Deref(_), _) => None,
                    _ => is_plain(&ty).then_some(ty),
                }
            }
            Expr::Index(index) => {
                let element = element_of(&self.type_of(&index.expr)?)?;
                self.is_plain(&index.index).then_some(element)
            }
            Expr::Binary(binary) if self.is_plain(&binary.left) && self.is_plain(&binary.right) => {
                match binary.op {
                    BinOp::Eq(_)
                    | BinOp::Ne(_)
                    | BinOp::Lt(_)
                    | BinOp::Le(_)
                    | BinOp::Gt(_)
                    | BinOp::Ge(_) => Some(parse_quote!(bool)),
                    _ => self.type_of(&binary.left),
                }
            }
            Expr::Lit(literal) => match literal.lit {
                Lit::Int(_) => Some(parse_quote!(usize)),
                Lit::Float(_) => Some(parse_quote!(f64)),
                Lit::Bool(_) => Some(parse_quote!(bool)),
                Lit::Char(_) => Some(parse_quote!(char)),
                Lit::Byte(_) => Some(parse_quote!(u8)),
                Lit::Str(_) | Lit::ByteStr(_) => Some(parse_quote!(&'static str)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the operators on it are those of the language.
    pub(super) fn is_plain(&self, expr: &Expr) -> bool {
        self.type_of(expr).is_some_and(|ty| is_plain(&ty))
    }

    /// Whether to index it calls nothing.
    pub(super) fn is_sequence(&self, expr: &Expr) -> bool {
        self.type_of(expr)
            .is_some_and(|ty| element_of(&ty).is_some())
    }

    /// Whether `*expr` calls nothing.
    pub(super) fn is_reference(&self, expr: &Expr) -> bool {
        matches!(self.type_of(expr), Some(Type::Reference(_)))
    }
}

impl Visit<'_> for Known {
    fn visit_local(&mut self, local: &Local) {
        if let Some(init) = &local.init {
            visit::visit_local_init(self, init);
        }
        let told = local
            .init
            .as_ref()
            .and_then(|init| self.type_of(&init.expr));
        self.bind(&local.pat, told.as_ref());
    }

    fn visit_expr_for_loop(&mut self, for_loop: &ExprForLoop) {
        self.visit_expr(&for_loop.expr);
        let told = match &*for_loop.expr {
            Expr::Range(range) => {
                let start = range.start.as_deref().and_then(|start| self.type_of(start));
                start.filter(is_plain)
            }
            _ => None,
        };
        self.bind(&for_loop.pat, told.as_ref());
        self.visit_block(&for_loop.body);
    }

    fn visit_pat_ident(&mut self, pattern: &PatIdent) {
        self.insert(&pattern.ident, None);
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_pat_type(&mut self, pattern: &syn::PatType) {
        self.bind(&pattern.pat, Some(&pattern.ty));
    }

    fn visit_item(&mut self, _: &Item) {}
}

/// Whether it is a number, a truth value, a character or text, behind references or not.
fn is_plain(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => is_plain(&reference.elem),
        Type::Paren(inner) => is_plain(&inner.elem),
        Type::Group(inner) => is_plain(&inner.elem),
        Type::Path(path) if path.qself.is_none() => path.path.get_ident().is_some_and(|ident| {
            const PLAIN: [&str; 17] = [
                "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32",
                "u64", "u128", "usize", "bool", "char", "str",
            ];
            PLAIN.iter().any(|plain| ident == plain)
        }),
        _ => false,
    }
}

/// The type of the elements of a slice, an array or a `Vec`, behind references or not.
fn element_of(ty: &Type) -> Option<Type> {
    match ty {
        Type::Reference(reference) => element_of(&reference.elem),
        Type::Slice(slice) => Some((*slice.elem).clone()),
        Type::Array(array) => Some((*array.elem).clone()),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            if last.ident != "Vec" {
                return None;
            }
            arguments_of(&last.arguments).into_iter().next().cloned()
        }
        _ => None,
    }
}

fn arguments_of(arguments: &PathArguments) -> Vec<&Type> {
    match arguments {
        PathArguments::AngleBracketed(arguments) => arguments
            .args
            .iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether nothing is allocated when a value of this type is dropped.
pub(super) fn drops_without_allocating(ty: &Type) -> bool {
    match ty {
        Type::Reference(_) | Type::Ptr(_) | Type::FnPtr(_) | Type::Never(_) => true,
        Type::Paren(inner) => drops_without_allocating(&inner.elem),
        Type::Group(inner) => drops_without_allocating(&inner.elem),
        Type::Array(array) => drops_without_allocating(&array.elem),
        Type::Slice(slice) => drops_without_allocating(&slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter().all(drops_without_allocating),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else {
                return false;
            };
            match last.ident.to_string().as_str() {
                "String" | "PathBuf" | "OsString" | "Duration" | "Instant" | "SystemTime"
                | "Ordering" | "PhantomData" | "Pad" => true,
                "Vec" | "Box" | "Option" | "Result" | "Rc" | "Arc" | "VecDeque" | "HashMap"
                | "HashSet" | "BTreeMap" | "BTreeSet" | "Cow" | "Cell" | "RefCell" | "Frame"
                | "Range" | "Wrapping" => {
                    let arguments = arguments_of(&last.arguments);
                    !arguments.is_empty() && arguments.into_iter().all(drops_without_allocating)
                }
                _ => is_plain(ty),
            }
        }
        _ => false,
    }
}
