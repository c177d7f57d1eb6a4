//! One method that serves a pad.

use syn::{
    Attribute, FnArg, Ident, ImplItemFn, LitStr, Pat, ReturnType, Safety, Signature, Type,
    parse_quote,
};

use super::signature::{check_outcome, check_signature, typed_arguments};
use super::types::{argument_of, bare, check_payload, is_called, is_frame, is_several_frames};
use crate::diagnostics::Diagnostics;
use crate::role::Direction;
use crate::text::unraw;
use crate::validate::impl_half as say;
use crate::validate::types as say_types;

/// A pad method with what its signature says about the pad.
pub(crate) struct PadMethod {
    pub(crate) method: ImplItemFn,
    pub(crate) direction: Direction,
    /// The short name of the pad; of no meaning if the pads are named at construction.
    pub(crate) name: LitStr,
    /// The field of the handle.
    pub(crate) field: Ident,
    /// The frame type of the argument without `&`, or the whole return type.
    pub(crate) frame: Type,
    pub(crate) access: Access,
    /// The pads are named at construction.
    pub(crate) dynamic: bool,
}

/// Whether a sink pad takes its frames as its own or looks at them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// `Frame<T>`.
    Owned,
    /// `&Frame<T>`.
    Shared,
}

/// What `#[pad("H1")]` or `#[pads(dynamic)]` says.
#[derive(Default)]
struct Mark {
    name: Option<LitStr>,
    dynamic: bool,
}

impl PadMethod {
    /// Reads the method; hands it back if it is too wrong to use, which is reported.
    pub(crate) fn parse(
        direction: Direction,
        method: ImplItemFn,
        marks: &[Attribute],
        diagnostics: &mut Diagnostics,
    ) -> Result<Self, Box<ImplItemFn>> {
        let before = diagnostics.len();
        let mark = Mark::parse(marks, diagnostics);
        check_signature(&method.sig, diagnostics);
        if diagnostics.len() > before {
            return Err(Box::new(method));
        }
        let read = match direction {
            Direction::Source => given(&method.sig, &mark, diagnostics),
            Direction::Sink => taken(&method.sig, &mark, diagnostics),
        };
        let Some(Read {
            frame,
            access,
            argument,
        }) = read
        else {
            return Err(Box::new(method));
        };
        let word = unraw(&method.sig.ident);
        let suffix = word
            .strip_prefix(direction.method())
            .and_then(|rest| rest.strip_prefix('_'));
        let implied = match (suffix, direction, &argument) {
            (Some(suffix), ..) => String::from(suffix),
            (None, Direction::Source, _) => String::from("out"),
            (None, Direction::Sink, Some(argument)) => {
                String::from(unraw(argument).trim_start_matches('_'))
            }
            (None, Direction::Sink, None) => String::new(),
        };
        let span = argument
            .as_ref()
            .map_or_else(|| method.sig.ident.span(), Ident::span);
        if implied.is_empty() && mark.name.is_none() {
            diagnostics.push(say::no_pad_name(&method.sig, mark.dynamic));
            return Err(Box::new(method));
        }
        let fallback = ident(&implied, span);
        let name = mark.name.unwrap_or_else(|| LitStr::new(&implied, span));
        let field = if mark.dynamic {
            fallback
        } else {
            ident(&name.value(), span).or(fallback)
        };
        let Some(field) = field else {
            diagnostics.push(say::no_handle_field(&name));
            return Err(Box::new(method));
        };
        Ok(Self {
            dynamic: mark.dynamic,
            method,
            direction,
            name,
            field,
            frame,
            access,
        })
    }

    /// The pad that a method would serve if its qualifiers and its receiver were right.
    ///
    /// With it the handle has its field, and code that uses the field is not refused for a mistake made here.
    pub(crate) fn stub(
        direction: Direction,
        method: &ImplItemFn,
        marks: &[Attribute],
    ) -> Option<Self> {
        let mut method = method.clone();
        let signature = &mut method.sig;
        if !signature.generics.params.is_empty() {
            return None;
        }
        signature.asyncness = None;
        signature.constness = None;
        signature.safety = Safety::Default;
        signature.abi = None;
        match signature.inputs.first_mut() {
            Some(FnArg::Receiver(receiver)) => *receiver = parse_quote!(&mut self),
            _ => signature.inputs.insert(0, parse_quote!(&mut self)),
        }
        let mut mistakes = Diagnostics::default();
        let pad = Self::parse(direction, method, marks, &mut mistakes).ok()?;
        mistakes.is_clean().then_some(pad)
    }

    /// Holds the pads of one element to the rules about several of them.
    ///
    /// Two pads of different directions may have one name; their fields of the handle are then `src_x` and `snk_x`.
    pub(crate) fn check_together(pads: &mut Vec<Self>, diagnostics: &mut Diagnostics) {
        let mut later = 1;
        while later < pads.len() {
            let found = diagnostics.len();
            let (before, rest) = pads.split_at(later);
            let pad = &rest[0];
            let mut rivals = before
                .iter()
                .filter(|other| other.direction == pad.direction);
            if pad.dynamic {
                if rivals.any(|other| other.dynamic) {
                    diagnostics.push(say::second_dynamic(&pad.method.sig.ident, pad.direction));
                }
            } else if rivals.any(|other| !other.dynamic && other.name.value() == pad.name.value()) {
                diagnostics.push(say::duplicate_pad(&pad.name));
            }
            if diagnostics.len() > found {
                pads.remove(later);
            } else {
                later += 1;
            }
        }
        let fields: Vec<(Direction, String)> = pads
            .iter()
            .map(|pad| (pad.direction, unraw(&pad.field)))
            .collect();
        for pad in pads {
            let own = unraw(&pad.field);
            if fields
                .iter()
                .any(|(direction, field)| *direction != pad.direction && *field == own)
            {
                let tag = match pad.direction {
                    Direction::Source => "src",
                    Direction::Sink => "snk",
                };
                pad.field = Ident::new(&format!("{tag}_{own}"), pad.field.span());
            }
        }
    }
}

impl Mark {
    fn parse(attributes: &[Attribute], diagnostics: &mut Diagnostics) -> Self {
        let mut mark = Self::default();
        if let Some(second) = attributes.get(1) {
            diagnostics.push(say::repeated_mark(second));
        }
        let Some(attribute) = attributes.first() else {
            return mark;
        };
        if attribute.path().is_ident("pads") {
            mark.dynamic = attribute
                .parse_args::<Ident>()
                .is_ok_and(|word| word == "dynamic");
            if !mark.dynamic {
                diagnostics.push(say::pads_takes_dynamic(attribute));
            }
        } else {
            match attribute.parse_args::<LitStr>() {
                Ok(name) => {
                    diagnostics.keep(say::check_pad_name(&name));
                    mark.name = Some(name);
                }
                Err(_) => diagnostics.push(say::pad_takes_a_name(attribute)),
            }
        }
        mark
    }
}

/// What the arguments and the return type say.
struct Read {
    frame: Type,
    access: Access,
    argument: Option<Ident>,
}

/// Reads the signature of a `new` method.
fn given(signature: &Signature, mark: &Mark, diagnostics: &mut Diagnostics) -> Option<Read> {
    let arguments = typed_arguments(signature);
    match (arguments.as_slice(), mark.dynamic) {
        ([], false) | ([_], true) => {}
        ([], true) => {
            diagnostics.push(say::dynamic_without_pad(&signature.ident));
            return None;
        }
        ([first, ..], false) if is_called(&first.ty, "Pad") => {
            diagnostics.push(say::pad_argument_needs_mark(first));
            return None;
        }
        ([surplus, ..], false) | ([_, surplus, ..], true) => {
            diagnostics.push(say::new_takes_nothing(surplus, &signature.ident));
            return None;
        }
    }
    let ReturnType::Type(_, frame) = &signature.output else {
        diagnostics.push(say::new_returns_nothing(&signature.ident));
        return None;
    };
    if !check_payload(frame, diagnostics) {
        return None;
    }
    let leaf = without_option_and_result(frame);
    if is_several_frames(leaf) {
        diagnostics.push(say_types::several_frames(leaf, Direction::Source));
        return None;
    }
    if !is_frame(leaf) {
        diagnostics.push(say_types::not_a_frame(leaf, Direction::Source));
        return None;
    }
    Some(Read {
        frame: (**frame).clone(),
        access: Access::Owned,
        argument: None,
    })
}

/// Reads the signature of a `pull` method.
fn taken(signature: &Signature, mark: &Mark, diagnostics: &mut Diagnostics) -> Option<Read> {
    let arguments = typed_arguments(signature);
    let argument = match (arguments.as_slice(), mark.dynamic) {
        ([frame], false) if is_called(&frame.ty, "Pad") => {
            diagnostics.push(say::pad_argument_needs_mark(frame));
            return None;
        }
        ([pad, _], false) if is_called(&pad.ty, "Pad") => {
            diagnostics.push(say::pad_argument_needs_mark(pad));
            return None;
        }
        ([frame], false) | ([_, frame], true) => frame,
        ([], false) => {
            diagnostics.push(say::pull_takes_a_frame(&signature.ident));
            return None;
        }
        ([] | [_], true) => {
            diagnostics.push(say::dynamic_without_pad(&signature.ident));
            return None;
        }
        ([_, surplus, ..], false) | ([_, _, surplus, ..], true) => {
            diagnostics.push(say::one_pad_a_method(surplus, &signature.ident));
            return None;
        }
    };
    let (frame, access) = match bare(&argument.ty) {
        Type::Reference(reference) if reference.mutability.is_some() => {
            diagnostics.push(say::mutable_frame(reference));
            return None;
        }
        Type::Reference(reference) => ((*reference.elem).clone(), Access::Shared),
        owned => (owned.clone(), Access::Owned),
    };
    if !check_payload(&frame, diagnostics) {
        return None;
    }
    if is_several_frames(&frame) {
        diagnostics.push(say_types::several_frames(&frame, Direction::Sink));
        return None;
    }
    if !is_frame(&frame) {
        diagnostics.push(say_types::not_a_frame(&frame, Direction::Sink));
        return None;
    }
    if check_outcome(signature, diagnostics) {
        return None;
    }
    let ident = match &*argument.pat {
        Pat::Ident(pattern) if pattern.subpat.is_none() => Some(pattern.ident.clone()),
        _ => None,
    };
    Some(Read {
        frame,
        access,
        argument: ident,
    })
}

/// The type that is left when every `Result<.., E>` and `Option<..>` around it is taken away.
fn without_option_and_result(ty: &Type) -> &Type {
    argument_of(ty, "Result")
        .or_else(|| argument_of(ty, "Option"))
        .map_or(ty, without_option_and_result)
}

/// `word` as an identifier, raw if it is a keyword; none if it cannot be one.
pub(crate) fn ident(word: &str, span: proc_macro2::Span) -> Option<Ident> {
    let mut ident: Ident = syn::parse_str(word)
        .or_else(|_| syn::parse_str(&format!("r#{word}")))
        .ok()?;
    ident.set_span(span);
    Some(ident)
}
