//! A function as an element: the struct under its name, and a stride that feeds it.
//!
//! The function sees payloads unless it asks for frames. Then it is not called for a gap or for a frame without payload;
//! flags travel on (EOS and gap of any input), and so do spec and metadata of the first input.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Ident, LitStr, ReturnType, Type, parse_quote};

use super::element::element;
use super::element_parts::ElementParts;
use super::inline;
use super::looks::{or_return, without_looks};
use super::pads::{Carrier, Pad, span_of};
use super::struct_half::{StructParts, has_fields};
use super::variables::{data, frame, local};
use crate::args::Options;
use crate::item::function::{Argument, FunctionElement, Input, Output};
use crate::item::pad_method::Access;
use crate::item::signature::has_inferred_type;
use crate::item::types::result_of;
use crate::lines::{Code, Entry, mark_around_call, mark_function};
use crate::paths::{Paths, at, short};
use crate::role::{Direction, Role};
use crate::text::unraw;

/// `quote!` whose variables nothing that the user named can be mistaken for.
macro_rules! hygienic {
    ($($tokens:tt)*) => { quote_spanned!(Span::mixed_site()=> $($tokens)*) };
}

/// Everything that a function element makes.
pub(crate) fn function(function: &FunctionElement, options: &Options, broken: bool) -> TokenStream {
    let item = &function.item;
    let half = StructParts::new(&function.half, options, broken, None);
    if broken {
        let no_lifetimes = item.sig.generics.lifetimes().next().is_none();
        let half = no_lifetimes.then(|| {
            let stub = Stride::new(function, options).element(options, true);
            half.with(options, &stub)
        });
        // The compiler refuses a `_` too, and once is enough.
        let item = (!has_inferred_type(&item.sig)).then_some(item);
        return quote!(#item #half);
    }
    let mut item = item.clone();
    let name = unraw(&item.sig.ident);
    // What the function allocates is a source pad's, or that of the sink pad that is served last.
    let pad = match (&function.output, function.inputs.last()) {
        (None, Some(input)) => format!("{}:{}", Direction::Sink.tag(), input.name.value()),
        _ => format!("{}:out", Direction::Source.tag()),
    };
    mark_function(
        &item.sig,
        &mut item.block,
        None,
        Entry::Helper(Some(Code {
            element: &name,
            pad: &pad,
        })),
        &options.paths.private(),
    );
    inline(&mut item.attrs);
    let element = Stride::new(function, options).element(options, false);
    let half = half.with(options, &element);
    quote! {
        #[cfg_attr(clippy, allow(
            clippy::missing_const_for_fn,
            clippy::needless_pass_by_value,
            clippy::ptr_arg,
            clippy::single_call_fn,
            clippy::trivially_copy_pass_by_ref,
            clippy::unnecessary_wraps,
            reason = "the pads dictate the signature of a function element"
        ))]
        #item
        #half
    }
}

/// The one stride of a function element.
struct Stride<'a> {
    function: &'a FunctionElement,
    role: Role,
    paths: &'a Paths,
    private: Ident,
    element: Ident,
    step: Ident,
}

impl<'a> Stride<'a> {
    fn new(function: &'a FunctionElement, options: &'a Options) -> Self {
        Self {
            function,
            role: options.role,
            paths: &options.paths,
            private: short(),
            element: local("element"),
            step: local("step"),
        }
    }

    fn element(&self, options: &Options, broken: bool) -> TokenStream {
        let signature = &self.function.item.sig;
        let ident = &signature.ident;
        let (parameters, arguments, where_clause) = signature.generics.split_for_impl();
        let self_ty: Type = parse_quote!(#ident #arguments);
        let parts = ElementParts {
            self_ty: &self_ty,
            name: unraw(ident),
            generics: &signature.generics,
            pads: self.pads(),
            stride: if broken {
                TokenStream::new()
            } else {
                self.statements()
            },
            callbacks: TokenStream::new(),
            has_fields: !broken && has_fields(&self.function.half),
            is_half: false,
            broken,
        };
        let element = element(&parts, options);
        let (name, private) = (ident.to_string(), &self.private);
        quote! {
            #element

            impl #parameters #private::Debug for #self_ty #where_clause {
                fn fmt(&self, __sgn_formatter: &mut #private::Formatter<'_>) -> #private::FormatResult {
                    #private::debug_name(__sgn_formatter, #name)
                }
            }
        }
    }

    fn pads(&self) -> Vec<Pad> {
        let sinks = self.function.inputs.iter().map(|input| Pad {
            direction: Direction::Sink,
            name: input.name.clone(),
            field: input.field.clone(),
            carrier: if input.whole {
                Carrier::Frame(input.ty.clone())
            } else {
                Carrier::Payload(input.ty.clone())
            },
            access: if input.borrowed {
                Access::Shared
            } else {
                Access::Owned
            },
            dynamic: false,
        });
        let source = self.function.output.as_ref().map(|output| Pad {
            direction: Direction::Source,
            name: LitStr::new("out", self.function.item.sig.ident.span()),
            field: self.output_field(),
            carrier: match output.leaf() {
                Output::Frame(ty) => Carrier::Frame(ty.clone()),
                Output::Data(ty) => Carrier::Payload(ty.clone()),
                Output::Option(_) | Output::Result(..) => unreachable!("a leaf is data or a frame"),
            },
            access: Access::Owned,
            dynamic: false,
        });
        sinks.chain(source).collect()
    }

    /// `out`, or `src_out` beside an input called `out`.
    fn output_field(&self) -> Ident {
        let taken = self
            .function
            .inputs
            .iter()
            .any(|input| input.field == "out");
        Ident::new(
            if taken { "src_out" } else { "out" },
            self.function.item.sig.ident.span(),
        )
    }

    fn statements(&self) -> TokenStream {
        let frames = self
            .function
            .inputs
            .iter()
            .enumerate()
            .map(|(index, input)| self.frame(index, input));
        let (step, looks) = (&self.step, without_looks(&self.function.inputs));
        let private = &self.private;
        let serve = match (self.role, &self.function.output) {
            (Role::Sink, _) => {
                let outcome = self.when_data(&self.outcome(), &hygienic!(#private::Ok(())));
                hygienic! {
                    #(#frames)*
                    let __sgn_outcome: #private::Boxed = #outcome;
                    if let #private::Err(__sgn_error) = __sgn_outcome {
                        return #private::Err(__sgn_pad.failed(__sgn_error) #looks);
                    }
                }
            }
            (_, None) => TokenStream::new(),
            (role, Some(output)) => {
                let operation = if role == Role::Source {
                    hygienic!(produce)
                } else {
                    hygienic!(give)
                };
                let frame = self.output(output);
                let given = or_return(&hygienic!(#step.#operation(|| #frame)), &looks);
                hygienic! {
                    #(#frames)*
                    let #step = #given;
                }
            }
        };
        hygienic!(#serve #private::Ok(()))
    }

    /// Takes the next frame of an input, or a look at it.
    fn frame(&self, index: usize, input: &Input) -> TokenStream {
        let (frame, step) = (frame(index), &self.step);
        let operation = if input.borrowed {
            hygienic!(peek)
        } else {
            hygienic!(receive)
        };
        // The error of a sink is one of its first pad.
        let pad = if self.role == Role::Sink && index == 0 {
            hygienic!(__sgn_pad)
        } else {
            hygienic!(_)
        };
        let next = or_return(
            &hygienic!(#step.#operation()),
            &without_looks(&self.function.inputs[..index]),
        );
        hygienic!(let (#frame, #pad, #step) = #next;)
    }

    /// Whether the function sees payloads rather than frames.
    fn is_data_level(&self) -> bool {
        self.function
            .inputs
            .first()
            .is_some_and(|input| !input.whole)
    }

    /// Whether the frame of this input was split into its payload and the envelope of the output.
    fn is_taken_apart(&self, index: usize) -> bool {
        let inputs = &self.function.inputs;
        index == 0
            && self.function.output.is_some()
            && inputs.first().is_some_and(|first| !first.borrowed)
    }

    /// `present` where every input has data and none is a gap, else `absent`.
    fn when_data(&self, present: &TokenStream, absent: &TokenStream) -> TokenStream {
        if !self.is_data_level() {
            return present.clone();
        }
        let (inputs, private) = (&self.function.inputs, &self.private);
        let gaps = (0..inputs.len()).map(|index| {
            let frame = frame(index);
            if self.is_taken_apart(index) {
                hygienic!(#private::Frame::is_gap(&__sgn_envelope))
            } else {
                hygienic!(#private::Frame::is_gap(&#frame))
            }
        });
        let options = inputs.iter().enumerate().map(|(index, input)| {
            let frame = frame(index);
            if self.is_taken_apart(index) {
                data(index).into_token_stream()
            } else if input.borrowed {
                hygienic!(#private::Frame::data(&#frame))
            } else {
                hygienic!(#private::Frame::into_data(#frame))
            }
        });
        let values = (0..inputs.len()).map(data);
        hygienic! {
            if #(#gaps)||* {
                #absent
            } else {
                match (#(#options,)*) {
                    (#(#private::Some(#values),)*) => #present,
                    _ => #absent,
                }
            }
        }
    }

    /// The frame that the function gives, as a `Result`.
    fn output(&self, output: &Output) -> TokenStream {
        let private = &self.private;
        if self.is_data_level() {
            let first = frame(0);
            let joins = (1..self.function.inputs.len()).map(|index| {
                let other = frame(index);
                hygienic!(#private::Frame::join_flags(&mut __sgn_envelope, &#other);)
            });
            // An owned frame is taken apart, so that its annotations move and are not copied.
            let envelope = if self.is_taken_apart(0) {
                let data = data(0);
                hygienic!(let (#data, mut __sgn_envelope) = #private::Frame::split(#first);)
            } else {
                hygienic!(let mut __sgn_envelope = #private::Frame::envelope::<()>(&#first);)
            };
            let given = self.convert(output, &self.call());
            let frame = self.when_data(
                &given,
                &hygienic!(#private::Ok(
                    #private::Frame::replace(__sgn_envelope, #private::None)
                )),
            );
            return hygienic! {{
                #envelope
                #(#joins)*
                #frame
            }};
        }
        let given = self.convert(output, &self.call());
        hygienic! {{
            let __sgn_envelope = #private::Frame::<()>::from_option(#private::None);
            #given
        }}
    }

    /// Makes a `Result<Frame<T>, BoxError>` of what the function returns.
    fn convert(&self, output: &Output, value: &TokenStream) -> TokenStream {
        let private = &self.private;
        match output {
            Output::Data(ty) => hygienic! {{
                let __sgn_value: #ty = #value;
                #private::Boxed::Ok(
                    #private::Frame::replace(__sgn_envelope, #private::Some(__sgn_value)),
                )
            }},
            Output::Frame(_) => hygienic! {{
                let mut __sgn_frame = #value;
                #private::Frame::join_flags(&mut __sgn_frame, &__sgn_envelope);
                #private::Boxed::Ok(__sgn_frame)
            }},
            Output::Option(inner) => {
                let inner = self.convert(inner, &hygienic!(__sgn_value));
                hygienic! {
                    match #value {
                        #private::Some(__sgn_value) => #inner,
                        #private::None => #private::Ok(
                            #private::Frame::with_gap(
                                #private::Frame::replace(__sgn_envelope, #private::None),
                                true,
                            ),
                        ),
                    }
                }
            }
            Output::Result(inner, error) => {
                let inner = self.convert(inner, &hygienic!(__sgn_value));
                let ty = error
                    .as_ref()
                    .map_or_else(|| quote!(_), quote::ToTokens::to_token_stream);
                let into = quote!(<#ty as #private::IntoError>::into_error);
                hygienic! {
                    match #value {
                        #private::Ok(__sgn_value) => #inner,
                        #private::Err(__sgn_error) => #private::Err(#into(__sgn_error)),
                    }
                }
            }
        }
    }

    /// Calls a sink's function.
    fn outcome(&self) -> TokenStream {
        let (private, call) = (&self.private, self.call());
        let ReturnType::Type(_, ty) = &self.function.item.sig.output else {
            return quote!(<() as #private::Outcome>::outcome(#call));
        };
        match result_of(ty) {
            Some((given, error)) => quote! {
                <#private::Boxed<#given> as #private::Outcome>::outcome(
                    #private::boxed(#call, |__sgn_error| <#error as #private::IntoError>::into_error(__sgn_error)),
                )
            },
            None => quote!(<#ty as #private::Outcome>::outcome(#call)),
        }
    }

    fn output_span(&self) -> Span {
        let signature = &self.function.item.sig;
        match &signature.output {
            ReturnType::Type(_, ty) => span_of(ty),
            ReturnType::Default => span_of(&signature.ident),
        }
    }

    fn call(&self) -> TokenStream {
        let signature = &self.function.item.sig;
        let (_, generics, _) = signature.generics.split_for_impl();
        let ident = at(self.output_span(), signature.ident.to_token_stream());
        let (turbofish, element) = (generics.as_turbofish(), &self.element);
        let arguments = self
            .function
            .arguments
            .iter()
            .map(|argument| match argument {
                Argument::Input(index) => self.input(*index),
                Argument::Property(ident) => quote!(::core::clone::Clone::clone(&#element.#ident)),
                Argument::BorrowedProperty(ident) => quote!(&#element.#ident),
                Argument::State(ident) => quote!(&mut #element.#ident),
            });
        let call = quote_spanned!(self.output_span()=> #ident #turbofish (#(#arguments),*));
        match mark_around_call(signature, &self.function.item.block, &self.paths.private()) {
            Some(mark) => quote!({ #mark #call }),
            None => call,
        }
    }

    fn input(&self, index: usize) -> TokenStream {
        let input = &self.function.inputs[index];
        match (input.whole, input.borrowed) {
            (false, _) => data(index).into_token_stream(),
            (true, false) => frame(index).into_token_stream(),
            (true, true) => {
                let frame = frame(index);
                quote!(&*#frame)
            }
        }
    }
}
