//! What can be said of a type from its tokens alone.

use syn::visit_mut::VisitMut;
use syn::{
    ExprPath, GenericArgument, Generics, Lifetime, Path, PathArguments, QSelf, ReturnType, Token,
    Type, TypeImplTrait, TypeInfer, TypeParamBound, TypePath, TypeReference,
};

use crate::diagnostics::Diagnostics;
use crate::validate::types as say;

/// The type without the parentheses and invisible groups around it.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(inner) => bare(&inner.elem),
        Type::Group(inner) => bare(&inner.elem),
        other => other,
    }
}

/// The first type argument of `ty`, if the last segment of its path is `name`: `Frame<T>` is a `Frame` of `T`.
pub(crate) fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    arguments_of(ty, name)?.next()
}

/// `T` and `E` of `Result<T, E>`; none of an alias that hides one of them.
pub(crate) fn result_of(ty: &Type) -> Option<(&Type, &Type)> {
    let mut arguments = arguments_of(ty, "Result")?;
    arguments.next().zip(arguments.next())
}

fn arguments_of<'a>(ty: &'a Type, name: &str) -> Option<impl Iterator<Item = &'a Type>> {
    let Type::Path(path) = bare(ty) else {
        return None;
    };
    let last = path.path.segments.last()?;
    if last.ident != name {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    Some(arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }))
}

/// Whether the last segment of the path of `ty` is `name`.
pub(crate) fn is_called(ty: &Type, name: &str) -> bool {
    match bare(ty) {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == name),
        _ => false,
    }
}

/// Whether `ty` is called a frame: `Frame<T>`, or an alias such as `StrainFrame`.
///
/// The name decides, and not the compiler: it would tell of a type that is no frame at every place where the expansion
/// uses it as one.
pub(crate) fn is_frame(ty: &Type) -> bool {
    match bare(ty) {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident.to_string().ends_with("Frame")),
        Type::Macro(_) => true,
        _ => false,
    }
}

/// Whether `ty` is a tuple or an array of frames.
pub(crate) fn is_several_frames(ty: &Type) -> bool {
    let frame = |ty: &Type| {
        let inner = argument_of(ty, "Option").unwrap_or(ty);
        is_called(inner, "Frame") || is_several_frames(inner)
    };
    match bare(ty) {
        Type::Tuple(tuple) => tuple.elems.iter().any(frame),
        Type::Array(array) => frame(&array.elem),
        Type::Reference(reference) => is_several_frames(&reference.elem),
        _ => false,
    }
}

/// Reports an error type in the return type that cannot move between threads: `Box<dyn Error>`.
pub(crate) fn check_error(output: &ReturnType, diagnostics: &mut Diagnostics) {
    let ReturnType::Type(_, ty) = output else {
        return;
    };
    let error = result_of(ty).map(|(_, error)| error);
    // `eos_error` returns an error without more
    let Some(error) = error.or_else(|| argument_of(ty, "Option")) else {
        return;
    };
    let Some(Type::TraitObject(object)) = argument_of(error, "Box").map(bare) else {
        return;
    };
    let names: Vec<String> = object
        .bounds
        .iter()
        .filter_map(|bound| match bound {
            TypeParamBound::Trait(bound) => bound.path.segments.last(),
            _ => None,
        })
        .map(|last| last.ident.to_string())
        .collect();
    let has = |word: &str| names.iter().any(|name| name == word);
    if has("Error") && !(has("Send") && has("Sync")) {
        diagnostics.push(say::unsendable_error(error));
    }
}

/// Whether `ty` is plainly neither `()` nor a type that the compiler might know to be an outcome.
pub(crate) fn is_plain_data(ty: &Type) -> bool {
    const NAMES: [&str; 20] = [
        "Box", "String", "Vec", "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8",
        "isize", "str", "u128", "u16", "u32", "u64", "u8", "usize",
    ];
    match bare(ty) {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| NAMES.iter().any(|name| last.ident == name)),
        Type::Tuple(tuple) => !tuple.elems.is_empty(),
        Type::Array(_) | Type::Slice(_) | Type::Reference(_) => true,
        _ => false,
    }
}

/// Whether there is a function pointer or a trait object in the type.
pub(crate) fn has_function(ty: &Type) -> bool {
    struct Find(bool);

    impl VisitMut for Find {
        fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {
            self.0 = true;
        }

        fn visit_type_trait_object_mut(&mut self, _: &mut syn::TypeTraitObject) {
            self.0 = true;
        }
    }

    let mut find = Find(false);
    find.visit_type_mut(&mut ty.clone());
    find.0
}

/// Whether there is a `_` in the type.
pub(crate) fn is_inferred(ty: &Type) -> bool {
    struct Find(bool);

    impl VisitMut for Find {
        fn visit_type_infer_mut(&mut self, _: &mut TypeInfer) {
            self.0 = true;
        }
    }

    let mut find = Find(false);
    find.visit_type_mut(&mut ty.clone());
    find.0
}

/// The last segment of a type that cannot move between threads whatever it contains: `Rc<T>` or a raw pointer.
pub(crate) fn unsendable(ty: &Type) -> Option<Type> {
    struct Find(Option<Type>);

    impl VisitMut for Find {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            let found = matches!(ty, Type::Ptr(_)) || argument_of(ty, "Rc").is_some();
            if found {
                self.0.get_or_insert_with(|| ty.clone());
            } else {
                syn::visit_mut::visit_type_mut(self, ty);
            }
        }

        fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}
    }

    let mut find = Find(None);
    find.visit_type_mut(&mut ty.clone());
    find.0
}

/// Replaces `Self` by `self_ty`, so that the type can be written outside of its impl.
pub(crate) fn without_self(ty: &Type, self_ty: &Type) -> Type {
    let mut ty = ty.clone();
    WithoutSelf(self_ty).visit_type_mut(&mut ty);
    ty
}

/// Replaces `Self` by `self_ty` in bounds and defaults.
pub(crate) fn generics_without_self(generics: &Generics, self_ty: &Type) -> Generics {
    let mut generics = generics.clone();
    WithoutSelf(self_ty).visit_generics_mut(&mut generics);
    generics
}

/// Writes another type for `Self`: as a whole, and as the start of a path to a constant, a function or a type.
struct WithoutSelf<'a>(&'a Type);

impl WithoutSelf<'_> {
    /// `Self::N` as `<Type>::N`.
    fn qualify(&self, qself: &mut Option<QSelf>, path: &mut Path) {
        let Some(first) = path.segments.first() else {
            return;
        };
        if first.ident != "Self" || path.segments.len() == 1 || qself.is_some() {
            return;
        }
        let span = first.ident.span();
        *qself = Some(QSelf {
            lt_token: Token![<](span),
            ty: Box::new(self.0.clone()),
            position: 0,
            as_token: None,
            gt_token: Token![>](span),
        });
        path.leading_colon = Some(Token![::](span));
        let segments = std::mem::take(&mut path.segments);
        path.segments = segments.into_iter().skip(1).collect();
    }
}

impl VisitMut for WithoutSelf<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if matches!(ty, Type::Path(TypePath { qself: None, path, .. }) if path.is_ident("Self")) {
            *ty = self.0.clone();
        } else {
            syn::visit_mut::visit_type_mut(self, ty);
        }
    }

    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        syn::visit_mut::visit_type_path_mut(self, ty);
        self.qualify(&mut ty.qself, &mut ty.path);
    }

    fn visit_expr_path_mut(&mut self, expression: &mut ExprPath) {
        syn::visit_mut::visit_expr_path_mut(self, expression);
        self.qualify(&mut expression.qself, &mut expression.path);
    }
}

/// Reports what a payload type cannot contain: `_`, `impl Trait` and references that are not `'static`.
pub(crate) fn check_payload(ty: &Type, diagnostics: &mut Diagnostics) -> bool {
    struct Check<'a> {
        diagnostics: &'a mut Diagnostics,
        fine: bool,
    }

    impl Check<'_> {
        fn refuse(&mut self, error: syn::Error) {
            self.fine = false;
            self.diagnostics.push(error);
        }
    }

    impl VisitMut for Check<'_> {
        fn visit_type_infer_mut(&mut self, infer: &mut TypeInfer) {
            self.refuse(say::inferred_payload(infer));
        }

        fn visit_type_impl_trait_mut(&mut self, opaque: &mut TypeImplTrait) {
            self.refuse(say::opaque_payload(opaque));
        }

        fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
            if reference
                .lifetime
                .as_ref()
                .is_none_or(|lifetime| lifetime.ident != "static")
            {
                self.refuse(say::borrowed_payload(reference));
            } else {
                self.visit_type_mut(&mut reference.elem);
            }
        }

        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if lifetime.ident != "static" {
                self.refuse(say::lifetime_in_payload(lifetime));
            }
        }

        fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}

        fn visit_bound_lifetimes_mut(&mut self, _: &mut syn::BoundLifetimes) {}
    }

    let mut check = Check {
        diagnostics,
        fine: true,
    };
    if let Some(unsendable) = unsendable(ty) {
        check.refuse(say::unsendable_payload(&unsendable));
    }
    check.visit_type_mut(&mut ty.clone());
    check.fine
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::text_of;

    #[test]
    fn self_is_replaced_wherever_a_type_names_it() {
        for (ty, expected) in [
            ("Self", "Gain<T>"),
            ("Frame<[f32; Self::N]>", "Frame<[f32; <Gain<T>>::N]>"),
            (
                "Frame<[f32; { 2 * Self::N }]>",
                "Frame<[f32; { 2 * <Gain<T>>::N }]>",
            ),
            ("Frame<Self::Item>", "Frame<<Gain<T>>::Item>"),
            ("Option<Box<Self>>", "Option<Box<Gain<T>>>"),
            ("<Self as Make>::Item", "<Gain<T> as Make>::Item"),
            (
                "Buffer<{ Self::size(3) }>",
                "Buffer<{ <Gain<T>>::size(3) }>",
            ),
            ("[u8; Myself::N]", "[u8; Myself::N]"),
        ] {
            let parse = |text: &str| syn::parse_str::<Type>(text).expect("the sample is a type");
            let found = without_self(&parse(ty), &parse("Gain<T>"));
            assert_eq!(text_of(&found), text_of(&parse(expected)), "{ty}");
        }
    }
}
