//! A function as an element: which arguments are inputs, properties and state, and what it gives.

use quote::quote;
use syn::spanned::Spanned as _;
use syn::{
    FnArg, GenericParam, Ident, ItemFn, ItemStruct, LitStr, Pat, PatType, ReturnType, Safety, Type,
    parse_quote,
};

use super::attributes::{copies, doc_lines, extract};
use super::signature::check_outcome;
use super::struct_half::{Field, FieldKind, StructHalf};
use super::types::{
    argument_of, bare, check_error, check_payload, is_called, is_several_frames, result_of,
};
use crate::diagnostics::Diagnostics;
use crate::role::{Direction, Role};
use crate::text::unraw;
use crate::validate::function as say;
use crate::validate::types as say_types;

/// A function with its signature read.
pub(crate) struct FunctionElement {
    /// The function without our attributes: it stays callable.
    pub(crate) item: ItemFn,
    /// The struct that holds its properties and state, under the function's name.
    pub(crate) half: StructHalf,
    pub(crate) inputs: Vec<Input>,
    /// What to pass, in the order of the function's arguments.
    pub(crate) arguments: Vec<Argument>,
    /// What a source or transform gives.
    pub(crate) output: Option<Output>,
}

/// An argument that a sink pad feeds.
pub(crate) struct Input {
    /// The field of ports and handle.
    pub(crate) field: Ident,
    pub(crate) name: LitStr,
    /// The type without `&`: a payload, or a frame.
    pub(crate) ty: Type,
    pub(crate) borrowed: bool,
    /// It takes the frame and not what is in it.
    pub(crate) whole: bool,
}

/// Where the value of an argument comes from.
pub(crate) enum Argument {
    /// The input of this index.
    Input(usize),
    /// A copy of a property.
    Property(Ident),
    /// A look at a property.
    BorrowedProperty(Ident),
    /// The state.
    State(Ident),
}

/// The return type, read from the outside in.
pub(crate) enum Output {
    /// A payload.
    Data(Type),
    /// `Frame<T>`.
    Frame(Type),
    /// `Option<..>`: none is a gap.
    Option(Box<Self>),
    /// `Result<.., E>`; the alias of another crate may hide the error's type.
    Result(Box<Self>, Option<Type>),
}

impl Output {
    /// Reads a return type by the names of its outer types.
    fn read(ty: &Type) -> Self {
        if let Some(inner) = argument_of(ty, "Result") {
            let error = result_of(ty).map(|(_, error)| error.clone());
            Self::Result(Box::new(Self::read(inner)), error)
        } else if let Some(inner) = argument_of(ty, "Option") {
            Self::Option(Box::new(Self::read(inner)))
        } else if is_called(ty, "Frame") {
            Self::Frame(ty.clone())
        } else {
            Self::Data(ty.clone())
        }
    }

    /// The innermost output.
    pub(crate) fn leaf(&self) -> &Self {
        match self {
            Self::Option(inner) | Self::Result(inner, _) => inner.leaf(),
            leaf => leaf,
        }
    }
}

impl FunctionElement {
    /// Whether the function sees frames, and not payloads only.
    pub(crate) fn takes_frames(&self) -> bool {
        self.inputs.iter().any(|input| input.whole)
    }

    /// Reads `item`; what is wrong is reported and left out.
    pub(crate) fn parse(role: Role, mut item: ItemFn, diagnostics: &mut Diagnostics) -> Self {
        check_qualifiers(&item, diagnostics);
        let mut reading = Reading {
            diagnostics,
            fields: Vec::new(),
            inputs: Vec::new(),
            arguments: Vec::new(),
        };
        for argument in &mut item.sig.inputs {
            if let FnArg::Typed(typed) = argument {
                reading.argument(role, typed);
            }
        }
        let Reading {
            fields,
            inputs,
            arguments,
            ..
        } = reading;
        check_inputs(role, &item, &inputs, diagnostics);
        check_error(&item.sig.output, diagnostics);
        let output = read_output(role, &item, &inputs, diagnostics);
        Self {
            half: StructHalf {
                item: structure(&item, &fields),
                generics: item.sig.generics.clone(),
                fields: with_parameters(&item, fields),
            },
            item,
            inputs,
            arguments,
            output,
        }
    }
}

/// The arguments met so far.
struct Reading<'a> {
    diagnostics: &'a mut Diagnostics,
    fields: Vec<Field>,
    inputs: Vec<Input>,
    arguments: Vec<Argument>,
}

impl Reading<'_> {
    fn argument(&mut self, role: Role, argument: &mut PatType) {
        let ident = match &*argument.pat {
            Pat::Ident(pattern) if pattern.subpat.is_none() && pattern.by_ref.is_none() => {
                Some(pattern.ident.clone())
            }
            _ => None,
        };
        let Some(ident) = ident else {
            self.diagnostics.push(say::pattern(&argument.pat));
            extract(&mut argument.attrs, "prop");
            extract(&mut argument.attrs, "state");
            return;
        };
        let marks = [
            extract(&mut argument.attrs, "pad"),
            extract(&mut argument.attrs, "pads"),
        ]
        .concat();
        if let Some(mark) = marks.first() {
            self.diagnostics.push(say::marked_argument(mark, &ident));
        }
        let kind = FieldKind::parse(&ident, &mut argument.attrs, self.diagnostics);
        let docs = doc_lines(&extract(&mut argument.attrs, "doc"));
        if let Type::ImplTrait(opaque) = bare(&argument.ty) {
            self.diagnostics.push(say::opaque(opaque));
            return;
        }
        match kind {
            Some(FieldKind::Property(property)) => {
                let (ty, value) = match bare(&argument.ty) {
                    Type::Reference(reference) if reference.mutability.is_some() => {
                        self.diagnostics
                            .push(say::mutable_property(reference, &ident));
                        return;
                    }
                    Type::Reference(reference) if !is_static(reference) => (
                        (*reference.elem).clone(),
                        Argument::BorrowedProperty(ident.clone()),
                    ),
                    owned => (owned.clone(), Argument::Property(ident.clone())),
                };
                self.field(ident, ty, docs, FieldKind::Property(property), value);
            }
            Some(kind @ FieldKind::State(_)) => match bare(&argument.ty) {
                Type::Reference(reference) if reference.mutability.is_some() => {
                    let value = Argument::State(ident.clone());
                    self.field(ident, (*reference.elem).clone(), docs, kind, value);
                }
                other => self.diagnostics.push(say::state_by_value(other, &ident)),
            },
            None => self.input(role, argument, &ident),
        }
    }

    fn field(
        &mut self,
        ident: Ident,
        ty: Type,
        docs: Vec<String>,
        kind: FieldKind,
        value: Argument,
    ) {
        self.arguments.push(value);
        self.fields.push(Field {
            ident,
            ty,
            docs,
            kind,
        });
    }

    fn input(&mut self, role: Role, argument: &PatType, ident: &Ident) {
        if !role.takes() {
            self.diagnostics.push(say::source_with_input(ident));
            return;
        }
        let (ty, borrowed) = match bare(&argument.ty) {
            Type::Reference(reference) if reference.mutability.is_some() => {
                self.diagnostics.push(say::mutable_input(reference, ident));
                return;
            }
            Type::Reference(reference) if !is_static(reference) => {
                if let Type::Reference(inner) = bare(&reference.elem) {
                    self.diagnostics.push(say::reference_to_reference(inner));
                    return;
                }
                ((*reference.elem).clone(), true)
            }
            owned => (owned.clone(), false),
        };
        if let Type::Slice(_) = bare(&ty) {
            self.diagnostics.push(say::unsized_input(&ty, "Vec<T>"));
            return;
        }
        if is_called(&ty, "str") {
            self.diagnostics.push(say::unsized_input(&ty, "String"));
            return;
        }
        if is_several_frames(&ty) {
            self.diagnostics
                .push(say_types::several_frames(&ty, Direction::Sink));
            return;
        }
        if !check_payload(&ty, self.diagnostics) {
            return;
        }
        let word = unraw(ident);
        let name = match word.trim_start_matches('_') {
            "" => word.as_str(),
            trimmed => trimmed,
        };
        let name = LitStr::new(name, ident.span());
        if self
            .inputs
            .iter()
            .any(|other| other.name.value() == name.value())
        {
            self.diagnostics.push(say::duplicate_input(&name));
            return;
        }
        let whole = is_called(&ty, "Frame");
        self.arguments.push(Argument::Input(self.inputs.len()));
        self.inputs.push(Input {
            field: super::pad_method::ident(&name.value(), ident.span())
                .unwrap_or_else(|| ident.clone()),
            name,
            ty,
            borrowed,
            whole,
        });
    }
}

fn is_static(reference: &syn::TypeReference) -> bool {
    reference
        .lifetime
        .as_ref()
        .is_some_and(|lifetime| lifetime.ident == "static")
}

fn check_qualifiers(item: &ItemFn, diagnostics: &mut Diagnostics) {
    let signature = &item.sig;
    let name = &signature.ident;
    if let Some(token) = &signature.asyncness {
        diagnostics.push(say::asynchronous(token.span(), name));
    }
    if let Some(token) = &signature.constness {
        diagnostics.push(say::qualified(token.span(), name, "const"));
    }
    if let Safety::Unsafe(token) = &signature.safety {
        diagnostics.push(say::qualified(token.span(), name, "unsafe"));
    }
    if let Some(abi) = &signature.abi {
        diagnostics.push(say::qualified(abi.extern_token.span(), name, "extern"));
    }
    for parameter in &signature.generics.params {
        if let GenericParam::Lifetime(lifetime) = parameter {
            diagnostics.push(say::lifetime(&lifetime.lifetime));
        }
    }
}

/// The inputs as a whole: there are some, they have one level, and their pads have different names.
fn check_inputs(role: Role, item: &ItemFn, inputs: &[Input], diagnostics: &mut Diagnostics) {
    if role.takes() && inputs.is_empty() && diagnostics.is_clean() {
        diagnostics.push(say::no_inputs(&item.sig.ident, role));
    }
    if let Some(first) = inputs.first()
        && let Some(other) = inputs.iter().find(|input| input.whole != first.whole)
    {
        diagnostics.push(say::mixed_levels(&other.ty, first.whole));
    }
}

fn read_output(
    role: Role,
    item: &ItemFn,
    inputs: &[Input],
    diagnostics: &mut Diagnostics,
) -> Option<Output> {
    if !role.gives() {
        check_outcome(&item.sig, diagnostics);
        return None;
    }
    let ReturnType::Type(_, ty) = &item.sig.output else {
        diagnostics.push(say::no_output(&item.sig.ident, role));
        return None;
    };
    if let Type::ImplTrait(opaque) = bare(ty) {
        diagnostics.push(say::opaque(opaque));
        return None;
    }
    let output = Output::read(ty);
    if let Output::Data(leaf) = output.leaf()
        && is_several_frames(leaf)
    {
        diagnostics.push(say_types::several_frames(leaf, Direction::Source));
        return None;
    }
    if let Output::Data(leaf) | Output::Frame(leaf) = output.leaf() {
        check_payload(leaf, diagnostics);
    }
    if let Output::Data(leaf) = output.leaf()
        && inputs.iter().any(|input| input.whole)
    {
        diagnostics.push(say::data_from_frames(leaf));
    }
    Some(output)
}

/// The struct behind the function. Braces keep it out of the namespace in which the function lives.
fn structure(item: &ItemFn, fields: &[Field]) -> ItemStruct {
    let (vis, ident, generics) = (&item.vis, &item.sig.ident, &item.sig.generics);
    let where_clause = &generics.where_clause;
    let cfgs = copies(&item.attrs, "cfg");
    let mut docs = copies(&item.attrs, "doc");
    if docs.is_empty() {
        let doc = format!("The function `{ident}` as an element.");
        docs.push(parse_quote!(#[doc = #doc]));
    }
    let fields = with_parameters_tokens(item, fields);
    parse_quote! {
        #(#docs)*
        #(#cfgs)*
        #[allow(non_camel_case_types, reason = "written by a macro of `sgn`")]
        #vis struct #ident #generics #where_clause {
            #fields
        }
    }
}

fn with_parameters_tokens(item: &ItemFn, fields: &[Field]) -> proc_macro2::TokenStream {
    let own = fields
        .iter()
        .map(|Field { ident, ty, .. }| quote!(#ident: #ty,));
    let marker = parameters(item).map(|ty| quote!(__sgn_parameters: #ty,));
    quote!(#(#own)* #marker)
}

/// The fields and, if the function is generic, one that uses its parameters.
fn with_parameters(item: &ItemFn, mut fields: Vec<Field>) -> Vec<Field> {
    if let Some(ty) = parameters(item) {
        fields.push(Field {
            ident: Ident::new("__sgn_parameters", item.sig.ident.span()),
            ty,
            docs: Vec::new(),
            kind: FieldKind::State(Some(parse_quote!(::core::marker::PhantomData))),
        });
    }
    fields
}

/// A zero-sized type that uses every type parameter.
fn parameters(item: &ItemFn) -> Option<Type> {
    let types: Vec<&Ident> = item
        .sig
        .generics
        .type_params()
        .map(|parameter| &parameter.ident)
        .collect();
    (!types.is_empty()).then(|| parse_quote!(::core::marker::PhantomData<fn() -> (#(#types,)*)>))
}
