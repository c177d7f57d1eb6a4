//! The impl half: which methods are called by the pipeline and which stay the user's own.

use syn::{Attribute, GenericParam, Generics, Ident, ImplItem, ImplItemFn, ItemImpl, Type};

use super::attributes::extract;
use super::pad_method::PadMethod;
use super::signature::{check_outcome, check_signature, has_inferred_type};
use super::types::{bare, generics_without_self};
use crate::diagnostics::Diagnostics;
use crate::role::{CallbackKind, Direction, Role};
use crate::text::unraw;
use crate::validate::impl_half as say;
use crate::validate::suggest::nearest;

/// An inherent impl with its methods sorted.
pub(crate) struct ImplHalf {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) generics: Generics,
    pub(crate) self_ty: Type,
    /// The name of the struct, without its path.
    pub(crate) name: Ident,
    /// Pads of methods that are wrong in a way that leaves no doubt about the pad.
    pub(crate) stubs: Vec<PadMethod>,
    /// One per pad, or per group of pads named at construction; these come first in each direction.
    pub(crate) pads: Vec<PadMethod>,
    pub(crate) callbacks: Vec<Callback>,
    /// Everything else, untouched.
    pub(crate) rest: Vec<ImplItem>,
}

/// A method that the pipeline calls and that has no pad of its own.
pub(crate) struct Callback {
    pub(crate) kind: CallbackKind,
    pub(crate) method: ImplItemFn,
}

impl ImplHalf {
    /// Sorts the items of `item`; hands it back if it is no inherent impl of a named type, which is reported.
    pub(crate) fn parse(
        role: Role,
        item: ItemImpl,
        diagnostics: &mut Diagnostics,
    ) -> Result<Self, Box<ItemImpl>> {
        let name = match name_of(&item) {
            Ok(name) => name,
            Err(error) => {
                diagnostics.push(error);
                return Err(Box::new(without_own_attributes(item)));
            }
        };
        if let Some((path, _)) = &item.trait_ {
            diagnostics.push(say::trait_impl(path, role));
            return Err(Box::new(without_own_attributes(item)));
        }
        let lifetime = item
            .generics
            .params
            .iter()
            .find_map(|parameter| match parameter {
                GenericParam::Lifetime(lifetime) => Some(&lifetime.lifetime),
                _ => None,
            });
        if let Some(lifetime) = lifetime {
            diagnostics.push(say::lifetime_parameter(lifetime));
            return Err(Box::new(without_own_attributes(item)));
        }
        let mut sorting = Sorting::new(role, diagnostics);
        for member in item.items {
            sorting.sort(member);
        }
        let sorted = sorting.finish(&item.self_ty);
        Ok(Self {
            attributes: item.attrs,
            generics: generics_without_self(&item.generics, &item.self_ty),
            self_ty: *item.self_ty,
            name,
            stubs: sorted.stubs,
            pads: sorted.pads,
            callbacks: sorted.callbacks,
            rest: sorted.rest,
        })
    }
}

/// The last word of the type that the impl is for.
fn name_of(item: &ItemImpl) -> syn::Result<Ident> {
    if let Type::Path(path) = bare(&item.self_ty)
        && let Some(last) = path.path.segments.last()
    {
        return Ok(last.ident.clone());
    }
    Err(say::unnamed_self(&item.self_ty))
}

/// The impl without the attributes that only our macros understand.
fn without_own_attributes(mut item: ItemImpl) -> ItemImpl {
    for member in &mut item.items {
        if let ImplItem::Fn(method) = member {
            extract(&mut method.attrs, "pad");
            extract(&mut method.attrs, "pads");
        }
    }
    item
}

/// The methods met so far.
struct Sorting<'a> {
    role: Role,
    diagnostics: &'a mut Diagnostics,
    pads: Vec<PadMethod>,
    stubs: Vec<PadMethod>,
    callbacks: Vec<Callback>,
    rest: Vec<ImplItem>,
    /// Directions in which the user wrote a pad method, right or wrong.
    attempted: Vec<Direction>,
}

impl<'a> Sorting<'a> {
    fn new(role: Role, diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            role,
            diagnostics,
            pads: Vec::new(),
            stubs: Vec::new(),
            callbacks: Vec::new(),
            rest: Vec::new(),
            attempted: Vec::new(),
        }
    }

    fn sort(&mut self, member: ImplItem) {
        let ImplItem::Fn(mut method) = member else {
            self.rest.push(member);
            return;
        };
        let name = unraw(&method.sig.ident);
        let marks = [
            extract(&mut method.attrs, "pad"),
            extract(&mut method.attrs, "pads"),
        ]
        .concat();
        let has_receiver = method.sig.receiver().is_some();
        let direction = Direction::of_method(&name);
        if let Some(mark) = marks.first()
            && direction.is_none()
        {
            self.diagnostics
                .push(say::mark_on_other_method(mark, &method.sig.ident));
            self.rest.push(ImplItem::Fn(method));
        } else if let Some(direction) = direction
            && (has_receiver || direction == Direction::Sink || !marks.is_empty())
        {
            self.pad(direction, method, marks);
        } else if let Some(kind) = CallbackKind::of_method(&name) {
            self.callback(kind, method);
        } else {
            self.rest.push(ImplItem::Fn(method));
        }
    }

    fn pad(&mut self, direction: Direction, method: ImplItemFn, marks: Vec<Attribute>) {
        self.attempted.push(direction);
        let possible = match direction {
            Direction::Source => self.role.gives(),
            Direction::Sink => self.role.takes(),
        };
        if !possible {
            self.diagnostics
                .push(say::pad_against_role(&method.sig.ident, self.role));
            self.rest.push(ImplItem::Fn(method));
            return;
        }
        if let Some(first) = self.namesake(&method.sig.ident) {
            self.second_method(direction, &first, method, &marks);
            return;
        }
        match PadMethod::parse(direction, method, &marks, self.diagnostics) {
            Ok(pad) => self.pads.push(pad),
            // The compiler refuses such a method too, and once is enough.
            Err(method) if has_inferred_type(&method.sig) => {}
            Err(method) => {
                self.stubs
                    .extend(PadMethod::stub(direction, &method, &marks));
                self.rest.push(ImplItem::Fn(*method));
            }
        }
    }

    /// The pad of an earlier method of the same name.
    fn namesake(&self, name: &Ident) -> Option<String> {
        let mut pads = self.pads.iter();
        let first = pads.find(|pad| pad.method.sig.ident == *name)?;
        Some(unraw(&first.field))
    }

    /// Tells of a second method of a name, and has its pad, so that nothing else is said of it.
    fn second_method(
        &mut self,
        direction: Direction,
        first_pad: &str,
        method: ImplItemFn,
        marks: &[Attribute],
    ) {
        let own = PadMethod::stub(direction, &method, marks);
        let own_pad = own.as_ref().map(|pad| unraw(&pad.field));
        let pads = match &own_pad {
            Some(own_pad) if own_pad != first_pad => [first_pad, own_pad.as_str()],
            _ => ["a", "b"],
        };
        self.diagnostics
            .push(say::second_method(&method.sig.ident, direction, pads));
        self.stubs.extend(own);
    }

    fn callback(&mut self, kind: CallbackKind, method: ImplItemFn) {
        if self.callbacks.iter().any(|other| other.kind == kind) {
            self.diagnostics
                .push(say::second_callback(&method.sig.ident));
            return;
        }
        let before = self.diagnostics.len();
        check_signature(&method.sig, self.diagnostics);
        let mut arguments = method.sig.inputs.iter().skip(1);
        let allowed = usize::from(kind == CallbackKind::OnBuild);
        if method.sig.receiver().is_some()
            && let Some(surplus) = arguments.nth(allowed)
        {
            self.diagnostics.push(say::callback_argument(surplus, kind));
        }
        if kind == CallbackKind::EosError && matches!(method.sig.output, syn::ReturnType::Default) {
            self.diagnostics
                .push(say::eos_error_returns_nothing(&method.sig.ident));
        }
        if kind != CallbackKind::EosError {
            check_outcome(&method.sig, self.diagnostics);
        }
        if self.diagnostics.len() > before {
            self.rest.push(ImplItem::Fn(method));
        } else {
            self.callbacks.push(Callback { kind, method });
        }
    }

    fn finish(mut self, self_ty: &Type) -> Self {
        self.report_missing(self_ty);
        self.report_misspelled_callbacks();
        self.pads.sort_by_key(|pad| !pad.dynamic);
        PadMethod::check_together(&mut self.pads, self.diagnostics);
        let stubs = std::mem::take(&mut self.stubs);
        for stub in stubs {
            let mut others = self.pads.iter().chain(&self.stubs);
            if others.all(|other| other.field != stub.field) {
                self.stubs.push(stub);
            }
        }
        self
    }

    /// A direction that the role needs and for which there is no method at all.
    fn report_missing(&mut self, self_ty: &Type) {
        for (needed, direction) in [
            (self.role.takes(), Direction::Sink),
            (self.role.gives(), Direction::Source),
        ] {
            if !needed || self.attempted.contains(&direction) {
                continue;
            }
            let word = direction.method();
            let methods = self.rest.iter().filter_map(|item| match item {
                ImplItem::Fn(method) => Some(method),
                _ => None,
            });
            let mut without_receiver = None;
            let mut misspelled = None;
            for method in methods {
                let name = unraw(&method.sig.ident);
                if name == word {
                    without_receiver = Some(&method.sig.ident);
                } else if method.sig.receiver().is_some() && nearest(&name, [word]).is_some() {
                    misspelled = Some(&method.sig.ident);
                }
            }
            let error = match (misspelled, without_receiver) {
                (Some(ident), _) => say::misspelled(ident, word, self.role),
                (None, Some(ident)) => say::required_without_receiver(ident, direction, self.role),
                (None, None) => say::missing(self_ty, direction, self.role),
            };
            self.diagnostics.push(error);
        }
    }

    /// Methods that look like a misspelled callback: the right shape, and a name at most two edits away.
    fn report_misspelled_callbacks(&mut self) {
        for item in &self.rest {
            let ImplItem::Fn(method) = item else { continue };
            let name = unraw(&method.sig.ident);
            let shape_fits = method.sig.inputs.len() == 1
                && method.sig.receiver().is_some_and(|receiver| {
                    matches!(&receiver.kind, syn::ReceiverKind::Reference(_, _, Some(_)))
                });
            if !shape_fits || Direction::of_method(&name).is_some() {
                continue;
            }
            let callbacks = CallbackKind::ALL.map(CallbackKind::method);
            if let Some(near) = nearest(&name, callbacks) {
                self.diagnostics
                    .push(say::misspelled(&method.sig.ident, near, self.role));
            }
        }
    }
}
