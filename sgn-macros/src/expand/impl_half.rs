//! The impl half: the user's methods, moved where the pipeline can call them, and the element they make.
//!
//! The methods that serve pads move into a private trait, so that an inherent constructor `new()` stays the user's own.
//! All else stays in an inherent impl next to it, in one `const` block, so that the user's helpers can still call the
//! moved methods.

use std::cell::OnceCell;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{
    Attribute, FnArg, Ident, ImplItem, ImplItemFn, ReturnType, Signature, Token, Type, Visibility,
};

use super::calls::{calls, makes_element};
use super::element::element;
use super::element_parts::ElementParts;
use super::outputs::{error_of, output_span, received, wild};
use super::pads::{Carrier, Pad, span_of};
use super::variables::local;
use super::{block, inline, quiet_item};
use crate::args::Options;
use crate::item::attributes::{copies, without_expectations};
use crate::item::impl_half::{Callback, ImplHalf};
use crate::item::pad_method::{Access, PadMethod};
use crate::item::types::{result_of, without_self};
use crate::lines::{Code, Entry, mark_method};
use crate::paths::{Paths, at, short};
use crate::role::{CallbackKind, Direction, Role};

/// Everything that the impl half makes.
pub(crate) fn impl_half(half: &ImplHalf, options: &Options, broken: bool) -> TokenStream {
    let expansion = Expansion {
        half,
        role: options.role,
        paths: &options.paths,
        private: short(),
        keeps_new: OnceCell::new(),
    };
    let cfgs = copies(&half.attributes, "cfg");
    let inherent = expansion.inherent();
    let callbacks = expansion.callbacks();
    let parts = ElementParts {
        self_ty: &half.self_ty,
        name: half.name.to_string(),
        generics: &half.generics,
        pads: half
            .pads
            .iter()
            .chain(&half.stubs)
            .map(|pad| expansion.pad(pad))
            .collect(),
        stride: if broken {
            TokenStream::new()
        } else {
            expansion.stride()
        },
        callbacks: if broken {
            TokenStream::new()
        } else {
            expansion.element_functions()
        },
        has_fields: true,
        is_half: true,
        broken,
    };
    let element = block(options, &element(&parts, options));
    quote! {
        #(#cfgs)*
        const _: () = {
            #inherent
            #callbacks
            #element
        };
    }
}

struct Expansion<'a> {
    half: &'a ImplHalf,
    role: Role,
    paths: &'a Paths,
    private: Ident,
    /// True if the user's code calls `new`, once that is known: it reads the tokens of all methods.
    keeps_new: OnceCell<bool>,
}

impl<'a> Expansion<'a> {
    /// All methods that the pipeline calls, in the order of the stride.
    fn methods(&self) -> impl Iterator<Item = &'a ImplItemFn> {
        let pads = self.half.pads.iter().map(|pad| &pad.method);
        pads.chain(self.half.callbacks.iter().map(|callback| &callback.method))
    }

    /// The name of a method in the private trait.
    ///
    /// Not `new`, unless the user's code calls it: whoever takes `new` for a constructor would be told to import the
    /// trait.
    fn moved_name(&self, method: &ImplItemFn) -> Ident {
        let ident = &method.sig.ident;
        if ident != "new" {
            return ident.clone();
        }
        let keeps_new = || self.is_called_by_the_user(ident);
        if *self.keeps_new.get_or_init(keeps_new) {
            return ident.clone();
        }
        Ident::new("__sgn_new", ident.span())
    }

    /// Whether a method of the impl may call the method `name`: `self.name()`, `Self::name(..)`.
    fn is_called_by_the_user(&self, name: &Ident) -> bool {
        let own = self.half.rest.iter().map(|item| item.to_token_stream());
        let moved = self.methods().map(|item| item.to_token_stream());
        let self_words = ["Self".to_owned(), self.half.name.to_string()];
        own.chain(moved).any(|item| calls(item, name, &self_words))
    }

    /// What stays the user's own.
    fn inherent(&self) -> TokenStream {
        let ImplHalf {
            attributes,
            generics,
            self_ty,
            rest,
            ..
        } = self.half;
        if rest.is_empty() {
            return TokenStream::new();
        }
        let (parameters, _, where_clause) = generics.split_for_impl();
        let rest = rest.iter().map(|item| self.helper(item));
        let attributes = without_expectations(attributes);
        quote! {
            #(#attributes)*
            impl #parameters #self_ty #where_clause {
                #(#rest)*
            }
        }
    }

    /// An item that stays the user's own; the lines of a method are marked.
    fn helper(&self, item: &ImplItem) -> ImplItem {
        let mut item = item.clone();
        if let ImplItem::Fn(method) = &mut item {
            let name = self.half.name.to_string();
            let code = Code {
                element: &name,
                pad: "",
            };
            // One that makes an element works for none yet.
            let code = (!makes_element(&method.sig, &name)).then_some(code);
            self.mark(method, Entry::Helper(code));
        }
        item
    }

    fn mark(&self, method: &mut ImplItemFn, entry: Entry<'_>) {
        let name = self.half.name.to_string();
        // In full, as what is marked may be in a module in the body.
        mark_method(method, Some(&name), entry, &self.paths.private());
    }

    /// The private trait and its impl with the user's bodies.
    fn callbacks(&self) -> TokenStream {
        let ImplHalf {
            attributes,
            generics,
            self_ty,
            ..
        } = self.half;
        let (parameters, arguments, where_clause) = generics.split_for_impl();
        let declarations = self.methods().map(|method| self.declaration(method));
        let definitions = self.methods().map(|method| self.definition(method));
        let attributes = without_expectations(attributes);
        let quiet = quiet_item();
        quote! {
            #quiet
            trait __SgnCallbacks #generics #where_clause {
                #(#declarations)*
            }

            #(#attributes)*
            impl #parameters __SgnCallbacks #arguments for #self_ty #where_clause {
                #(#definitions)*
            }
        }
    }

    /// The method as the user wrote it, with its lines marked, fit to stand in a trait impl.
    fn definition(&self, method: &ImplItemFn) -> ImplItemFn {
        let moved_name = self.moved_name(method);
        let mut method = method.clone();
        method.vis = Visibility::Inherited;
        method.attrs = without_expectations(&method.attrs);
        // Neither says anything of a method of a trait.
        let says_nothing = |attribute: &Attribute| {
            ["must_use", "deprecated"]
                .iter()
                .any(|name| attribute.path().is_ident(name))
        };
        method.attrs.retain(|attribute| !says_nothing(attribute));
        let (name, pad) = (self.half.name.to_string(), self.served_by(&method));
        let code = Code {
            element: &name,
            pad: &pad,
        };
        self.mark(&mut method, Entry::Plain(code));
        method.sig.ident = moved_name;
        inline(&mut method.attrs);
        method
    }

    /// The pad that a method serves, as `snk:in`, or `snk:*` where they are named at construction; empty for none.
    fn served_by(&self, method: &ImplItemFn) -> String {
        let mut pads = self.half.pads.iter();
        pads.find(|pad| pad.method.sig.ident == method.sig.ident)
            .map_or_else(String::new, |pad| {
                let name = if pad.dynamic {
                    "*".to_owned()
                } else {
                    pad.name.value()
                };
                format!("{}:{name}", pad.direction.tag())
            })
    }

    /// The method without its body and without names and patterns of arguments.
    fn declaration(&self, method: &ImplItemFn) -> TokenStream {
        let mut signature: Signature = method.sig.clone();
        signature.ident = self.moved_name(method);
        for argument in &mut signature.inputs {
            match argument {
                FnArg::Receiver(receiver) => receiver.attrs.clear(),
                FnArg::Typed(typed) => {
                    typed.attrs.clear();
                    *typed.pat = wild();
                    *typed.ty = without_self(&typed.ty, &self.half.self_ty);
                }
            }
        }
        if let ReturnType::Type(_, ty) = &mut signature.output {
            **ty = without_self(ty, &self.half.self_ty);
        }
        quote!(#signature;)
    }

    fn pad(&self, pad: &PadMethod) -> Pad {
        let frame = without_self(&pad.frame, &self.half.self_ty);
        Pad {
            direction: pad.direction,
            name: pad.name.clone(),
            field: pad.field.clone(),
            carrier: match pad.direction {
                Direction::Source => Carrier::Return(match result_of(&frame) {
                    Some((given, _)) => given.clone(),
                    None => frame,
                }),
                Direction::Sink => Carrier::Frame(frame),
            },
            access: pad.access,
            dynamic: pad.dynamic,
        }
    }

    /// `<Self as __SgnCallbacks<..>>::method`, reported on `span` if its type does not fit.
    fn call(&self, method: &ImplItemFn, span: Span) -> TokenStream {
        let (_, arguments, _) = self.half.generics.split_for_impl();
        let ident = at(span, self.moved_name(method).to_token_stream());
        quote_spanned!(span=> <Self as __SgnCallbacks #arguments>::#ident)
    }

    /// Sink pads pull, then `internal`, then source pads give; pads named at construction first.
    fn stride(&self) -> TokenStream {
        let of = |direction| {
            self.half
                .pads
                .iter()
                .filter(move |pad: &&PadMethod| pad.direction == direction)
        };
        let sinks = of(Direction::Sink).map(|pad| self.pull(pad));
        let callbacks = self.half.callbacks.iter();
        let internal = callbacks
            .filter(|callback| callback.kind == CallbackKind::Internal)
            .map(|callback| {
                let (this, step) = (local("element"), local("step"));
                let private = &self.private;
                let outcome = self.outcome(&this, &callback.method, &quote!());
                quote!(#private::Step::internal(&#step, || #outcome)?;)
            });
        let last = of(Direction::Source).next_back();
        let sources = of(Direction::Source).map(|pad| {
            let given = self.give(pad);
            let is_end = !pad.dynamic && last.is_some_and(|last| std::ptr::eq(last, pad));
            if is_end { given } else { quote!(#given?) }
        });
        let end = if last.is_some_and(|pad| !pad.dynamic) {
            // What the last pad is given is the outcome of the stride.
            TokenStream::new()
        } else {
            let private = &self.private;
            let semicolon = last.is_some().then(|| quote!(;));
            quote!(#semicolon #private::Ok(()))
        };
        quote! {
            #(#sinks)*
            #(#internal)*
            #(#sources);*
            #end
        }
    }

    fn pull(&self, pad: &PadMethod) -> TokenStream {
        let (this, step) = (local("element"), local("step"));
        if !pad.dynamic && matches!(pad.access, Access::Owned) {
            // A value and no closure, which would be compiled for each element.
            let outcome = self.outcome(&this, &pad.method, &quote!(__sgn_frame));
            let received = received(&quote!(#step.receive()), &self.private);
            return match &pad.method.sig.output {
                ReturnType::Default => quote! {
                    let (__sgn_frame, _, #step) = #received;
                    #outcome;
                },
                ReturnType::Type(..) => quote! {
                    let (__sgn_frame, __sgn_pad, #step) = #received;
                    __sgn_pad.pulled(#outcome)?;
                },
            };
        }
        let operation = match pad.access {
            Access::Owned => quote!(take),
            Access::Shared => quote!(borrow),
        };
        let arguments = if pad.dynamic {
            quote!(__sgn_pad, __sgn_frame)
        } else {
            quote!(__sgn_frame)
        };
        let outcome = self.outcome(&this, &pad.method, &arguments);
        quote!(let #step = #step.#operation(|#arguments| #outcome)?;)
    }

    fn give(&self, pad: &PadMethod) -> TokenStream {
        let (this, step) = (local("element"), local("step"));
        let operation = match self.role {
            Role::Source => quote!(produce),
            Role::Transform | Role::Sink => quote!(give),
        };
        let arguments = pad.dynamic.then(|| quote!(__sgn_pad));
        let call = self.call(&pad.method, span_of(&pad.frame));
        let (_, value) = self.boxed(
            &without_self(&pad.frame, &self.half.self_ty),
            quote!(#call(#this, #arguments)),
        );
        if pad.dynamic {
            return quote!(let #step = #step.#operation(|#arguments| #value));
        }
        quote! {
            let (__sgn_turn, #step) = #step.begin();
            __sgn_turn.#operation(#value)
        }
    }

    /// Calls a method that returns nothing or a `Result` of nothing, and gives either.
    ///
    /// `this` is a variable with the element.
    fn outcome(&self, this: &Ident, method: &ImplItemFn, arguments: &TokenStream) -> TokenStream {
        let private = &self.private;
        let call = self.call(method, output_span(method));
        let call = quote!(#call(#this, #arguments));
        match &method.sig.output {
            ReturnType::Default => call,
            ReturnType::Type(_, ty) => {
                let (ty, value) = self.boxed(&without_self(ty, &self.half.self_ty), call);
                quote!(<#ty as #private::Outcome>::outcome(#value))
            }
        }
    }

    /// [`outcome`](Self::outcome) as the body of a function that returns a `Result`.
    fn body(&self, method: &ImplItemFn, arguments: &TokenStream) -> TokenStream {
        let (private, this) = (&self.private, Ident::from(Token![self](Span::call_site())));
        let outcome = self.outcome(&this, method, arguments);
        match &method.sig.output {
            ReturnType::Default => quote!(#outcome; #private::Ok(())),
            ReturnType::Type(..) => outcome,
        }
    }

    /// `value` of the type `ty` with its error in a box, and its type then, if the tokens tell that there is one.
    ///
    /// Asking for the error apart from the rest reports a wrong one where the user wrote it.
    fn boxed(&self, ty: &Type, value: TokenStream) -> (TokenStream, TokenStream) {
        let private = &self.private;
        match result_of(ty) {
            Some((given, error)) => (
                quote!(#private::Boxed<#given>),
                quote!(#private::boxed(#value, |__sgn_error| <#error as #private::IntoError>::into_error(__sgn_error))),
            ),
            None => (ty.to_token_stream(), value),
        }
    }

    /// `on_startup`, `on_build` and `eos_error` as functions of `Element`.
    fn element_functions(&self) -> TokenStream {
        let private = &self.private;
        self.half
            .callbacks
            .iter()
            .map(|Callback { kind, method }| {
                let this = Ident::from(Token![self](Span::call_site()));
                let result = quote!(#private::Boxed);
                match kind {
                    CallbackKind::Internal => TokenStream::new(),
                    CallbackKind::OnStartup => {
                        let body = self.body(method, &quote!());
                        quote! {
                            const HAS_ON_STARTUP: ::core::primitive::bool = true;
                            fn on_startup(&mut self) -> #result { #body }
                        }
                    }
                    CallbackKind::OnBuild => {
                        let takes_pads = method.sig.inputs.len() > 1;
                        let arguments = if takes_pads { quote!(__sgn_pads) } else { quote!() };
                        let body = self.body(method, &arguments);
                        quote! {
                            const HAS_ON_BUILD: ::core::primitive::bool = true;
                            fn on_build(&mut self, __sgn_pads: &#private::PadNames) -> #result { #body }
                        }
                    }
                    CallbackKind::EosError => {
                        let call = self.call(method, output_span(method));
                        let error = error_of(method, &self.half.self_ty);
                        let boxed = quote! {
                            #private::Option::map(#call(#this), |__sgn_error| <#error as #private::IntoError>::into_error(__sgn_error))
                        };
                        quote! {
                            const HAS_EOS_ERROR: ::core::primitive::bool = true;
                            fn eos_error(&mut self) -> #private::Option<#private::BoxError> { #boxed }
                        }
                    }
                }
            })
            .collect()
    }
}
