//! What can be said of a type from its tokens alone.

use syn::visit_mut::VisitMut;
use syn::{
    GenericArgument, Lifetime, PathArguments, Type, TypeImplTrait, TypeInfer, TypePath,
    TypeReference,
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
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
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

/// Replaces `Self` by `self_ty`, so that the type can be written outside of its impl.
pub(crate) fn without_self(ty: &Type, self_ty: &Type) -> Type {
    struct Replace<'a>(&'a Type);

    impl VisitMut for Replace<'_> {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            if matches!(ty, Type::Path(TypePath { qself: None, path, .. }) if path.is_ident("Self"))
            {
                *ty = self.0.clone();
            } else {
                syn::visit_mut::visit_type_mut(self, ty);
            }
        }
    }

    let mut ty = ty.clone();
    Replace(self_ty).visit_type_mut(&mut ty);
    ty
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
    check.visit_type_mut(&mut ty.clone());
    check.fine
}
