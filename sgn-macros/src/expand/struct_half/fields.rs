//! The fields that may own memory, and how they are walked.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{Attribute, GenericArgument, PathArguments, Type, TypePath};

use super::builder::Builder;
use crate::item::struct_half::StructHalf;
use crate::item::types::bare;
use crate::text::unraw;

impl Builder<'_> {
    /// The part of the struct half that hands over the fields; nothing if no field can own memory.
    pub(super) fn fields(&self) -> Option<TokenStream> {
        if !has_fields(self.half) {
            return None;
        }
        let private = &self.private;
        let mut is_typed = false;
        let fields = self.fields.iter().filter_map(|field| {
            let (ident, name) = (&field.ident, unraw(&field.ident));
            match Walk::of(&field.ty) {
                Walk::Nothing => None,
                Walk::Words => Some(quote!(__sgn_fields.leaf(#name, &self.#ident);)),
                Walk::Pointer => Some(quote!(__sgn_fields.pointer(#name, &self.#ident);)),
                Walk::By(walker) => {
                    is_typed = true;
                    Some(quote!(
                        (&Field::<#walker, _>::of(#name, &self.#ident)).__sgn_walk(__sgn_fields);
                    ))
                }
            }
        });
        let fields: Vec<TokenStream> = fields.collect();
        let import = is_typed.then(|| {
            quote!(
                use #private::held::*;
            )
        });
        Some(quote! {
            const HAS_FIELDS: ::core::primitive::bool = true;

            #[inline]
            fn fields(&self, __sgn_fields: &mut #private::held::Fields<'_>) {
                #import
                #(#fields)*
            }
        })
    }
}

/// Returns true if a field can own memory, as far as its type says.
pub(crate) fn has_fields(half: &StructHalf) -> bool {
    let mut types = half.fields.iter().map(|field| Walk::of(&field.ty));
    !half.item.attrs.iter().any(is_packed) && types.any(|walk| !matches!(walk, Walk::Nothing))
}

/// A packed struct has no references to its fields.
fn is_packed(attribute: &Attribute) -> bool {
    fn mentions(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => ident == "packed",
            TokenTree::Group(group) => mentions(group.stream()),
            _ => false,
        })
    }
    mentions(attribute.meta.to_token_stream())
}

/// The memory that the values of a type own, as far as its tokens tell.
enum Walk {
    /// They own none.
    Nothing,
    /// They are one pointer, or are meant to hide that they own memory.
    Pointer,
    /// Their bytes are searched.
    Words,
    /// This walker of the library knows.
    By(TokenStream),
}

impl Walk {
    fn of(ty: &Type) -> Self {
        match bare(ty) {
            Type::FnPtr(_) | Type::Never(_) => Self::Nothing,
            Type::Reference(_) | Type::Ptr(_) => Self::Pointer,
            Type::Array(array) => Self::of(&array.elem).of_one(),
            Type::Slice(slice) => Self::of(&slice.elem).of_one(),
            Type::Tuple(tuple) => Self::of_tuple(tuple.elems.iter().map(Self::of).collect()),
            Type::Path(path) => Self::of_path(path),
            _ => Self::Words,
        }
    }

    /// Of as many values in the place of one.
    fn of_one(self) -> Self {
        match self {
            Self::By(walker) => Self::By(quote!(Of<#walker>)),
            Self::Pointer => Self::Words,
            other => other,
        }
    }

    fn of_tuple(parts: Vec<Self>) -> Self {
        /// The library knows tuples of that many.
        const LONGEST: usize = 8;
        let is_typed = parts.iter().any(|part| matches!(part, Self::By(_)));
        if parts.iter().all(|part| matches!(part, Self::Nothing)) {
            Self::Nothing
        } else if is_typed && parts.len() <= LONGEST {
            let walkers = parts.into_iter().map(Self::walker);
            Self::By(quote!((#(#walkers,)*)))
        } else {
            Self::Words
        }
    }

    fn of_path(path: &TypePath) -> Self {
        let Some(last) = path.path.segments.last() else {
            return Self::Words;
        };
        let types = match &last.arguments {
            PathArguments::AngleBracketed(arguments) => arguments
                .args
                .iter()
                .filter_map(|argument| match argument {
                    GenericArgument::Type(ty) => Some(Self::of(ty)),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let name = last.ident.to_string();
        let mut types = types.into_iter();
        match (name.as_str(), types.next(), types.next()) {
            (
                "bool" | "char" | "f32" | "f64" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize"
                | "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "str",
                None,
                _,
            )
            | ("PhantomData", ..)
            | ("Cell" | "Option" | "RefCell", Some(Self::Nothing), _)
            | ("Result", Some(Self::Nothing), Some(Self::Nothing)) => Self::Nothing,
            ("AtomicPtr" | "NonNull", ..) => Self::Pointer,
            ("String", None, _) => Self::By(quote!(Text)),
            (
                "BTreeSet" | "BinaryHeap" | "Box" | "Frame" | "HashSet" | "LinkedList"
                | "ManuallyDrop" | "Mutex" | "OnceCell" | "OnceLock" | "Option" | "RefCell"
                | "RwLock" | "Vec" | "VecDeque",
                Some(item),
                _,
            ) => {
                let item = item.walker();
                Self::By(quote!(Of<#item>))
            }
            ("BTreeMap" | "HashMap" | "Result", Some(first), Some(second)) => {
                let (first, second) = (first.walker(), second.walker());
                Self::By(quote!(Of2<#first, #second>))
            }
            _ => Self::Words,
        }
    }

    /// The walker of values that are not a field.
    fn walker(self) -> TokenStream {
        match self {
            Self::By(walker) => walker,
            Self::Nothing | Self::Pointer | Self::Words => quote!(Leaf),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Walk;
    use crate::text::text_of;

    #[test]
    fn a_walker_follows_the_tokens_of_the_type() {
        for (ty, expected) in [
            ("f64", "nothing"),
            ("core::primitive::u8", "nothing"),
            ("std::marker::PhantomData<fn() -> T>", "nothing"),
            ("Option<(u32, [f64; 3])>", "nothing"),
            ("fn(u8) -> Vec<u8>", "nothing"),
            ("()", "nothing"),
            ("Table", "words"),
            ("Arc<Vec<u8>>", "words"),
            ("[Arc<u8>; 4]", "words"),
            ("(Arc<u8>, u8)", "words"),
            ("Vec", "words"),
            ("&'static str", "pointer"),
            ("*const Vec<u8>", "pointer"),
            ("NonNull<u8>", "pointer"),
            ("String", "Text"),
            ("std::vec::Vec<f64>", "Of<Leaf>"),
            ("Vec<Option<Frame<T>>>", "Of<Of<Of<Leaf>>>"),
            ("Box<dyn Fn() -> u8 + Send>", "Of<Leaf>"),
            ("Box<[String]>", "Of<Of<Text>>"),
            ("[Vec<u8>; 4]", "Of<Of<Leaf>>"),
            ("HashMap<String, Vec<u8>>", "Of2<Text, Of<Leaf>>"),
            ("HashMap<u8, u8, Hasher>", "Of2<Leaf, Leaf>"),
            ("Vec<(String, Vec<T>)>", "Of<(Text, Of<Leaf>, )>"),
            ("(String,)", "(Text, )"),
            ("Result<u8, String>", "Of2<Leaf, Text>"),
            ("Vec<&'static str>", "Of<Leaf>"),
            ("(String, u8, u8, u8, u8, u8, u8, u8, u8)", "words"),
        ] {
            let ty_parsed = syn::parse_str(ty).expect("the sample is a type");
            let found = match Walk::of(&ty_parsed) {
                Walk::Nothing => String::from("nothing"),
                Walk::Words => String::from("words"),
                Walk::Pointer => String::from("pointer"),
                Walk::By(walker) => text_of(&walker),
            };
            assert_eq!(found, expected, "{ty}");
        }
    }
}
