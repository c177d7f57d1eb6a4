//! Used by generated code. Not public API, not subject to SemVer.

pub use std::clone::Clone;
use std::fmt;
pub use std::fmt::{Debug, Formatter, Result as FormatResult};
pub use std::marker::PhantomData;
pub use std::option::Option::{self, None, Some};
pub use std::result::Result::{Err, Ok};

pub use inventory;
pub use sgn_macros::{Evaluate, discard};

pub use crate::element::generated::{
    Budget, Build, Complete, FactsOf, NamesSinkPads, NamesSourcePads, PropertyDefault,
    PropertyState, SendElement, Set, Settings, StateDefault, Unset, check_range,
};
pub use crate::element::{
    DynamicSinkPads, DynamicSourcePads, Element, ElementBuilder, EosPolicy, Handle, IntoElement,
    NewElement, PadRules, Role,
};
pub use crate::error::{BoxError, Result};
pub use crate::frame::Frame;
pub use crate::held::FieldsOf;
pub use crate::pad::generated::{
    CloneFunction, Failure, HandleParts, IntoError, IntoFrame, IsFrame, Of, Outcome, Payload,
    PortList, Ports, Step,
};
pub use crate::pad::{
    Access, Direction, ElementId, Pad, PadNames, SinkPad, SinkPads, SourcePad, SourcePads,
};

/// The result of code of the user, with its error in a box.
pub type Boxed<T = ()> = std::result::Result<T, BoxError>;

/// The result of `__sgn_make`.
pub type Made<E> = Result<(E,)>;

/// The result of a builder.
pub type Built<E> = Result<(Settings, E)>;

/// Returns the result of code of the user with its error in a box, by the function that the macros choose for the
/// error's type.
///
/// # Errors
///
/// That of the user's code.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn boxed<T, E>(given: std::result::Result<T, E>, into: impl FnOnce(E) -> BoxError) -> Boxed<T> {
    given.map_err(into)
}

/// Returns the place of the element of that name, which is equal in all code that one attribute generates, and
/// different for each type.
#[doc(hidden)]
#[macro_export]
macro_rules! __place {
    ($name:expr) => {
        $crate::__private::CodePlace::here(::core::module_path!(), $name)
    };
}

pub use crate::__place as place;

/// Expands to the location of its call.
#[doc(hidden)]
#[macro_export]
macro_rules! __location {
    () => {
        $crate::__private::registry::Location::here(::core::module_path!())
    };
}

pub use crate::__location as location;

/// Writes the name of a type, and that there is more to it.
///
/// # Errors
///
/// Those of the formatter.
pub fn debug_name(formatter: &mut fmt::Formatter<'_>, type_name: &str) -> fmt::Result {
    formatter.debug_struct(type_name).finish_non_exhaustive()
}

/// Writes the name of a builder's type, and what its element will be called.
///
/// # Errors
///
/// Those of the formatter.
pub fn debug_builder(
    formatter: &mut fmt::Formatter<'_>,
    type_name: &str,
    settings: &Settings,
) -> fmt::Result {
    debug(formatter, type_name, "name", &settings.name())
}

/// Writes the name of a handle's type, and the place of its element.
///
/// # Errors
///
/// Those of the formatter.
pub fn debug_handle(
    formatter: &mut fmt::Formatter<'_>,
    type_name: &str,
    id: ElementId,
) -> fmt::Result {
    debug(formatter, type_name, "id", &id)
}

fn debug(
    formatter: &mut fmt::Formatter<'_>,
    type_name: &str,
    field: &str,
    value: &dyn fmt::Debug,
) -> fmt::Result {
    formatter
        .debug_struct(type_name)
        .field(field, value)
        .finish_non_exhaustive()
}

/// Functions that generated code imports where an argument of that name is documented.
///
/// A static, a constant or a unit struct of such a name in the user's module would be taken for the pattern. A function
/// is not, and one that is imported stands before them.
pub mod shadows {
    /// The argument of `builder`.
    pub const fn name() {}
    /// The argument of a setter.
    pub const fn value() {}
}

/// The three roles as types.
pub mod role {
    /// `#[sgn::source]`.
    #[derive(Debug)]
    pub struct Source;
    /// `#[sgn::transform]`.
    #[derive(Debug)]
    pub struct Transform;
    /// `#[sgn::sink]`.
    #[derive(Debug)]
    pub struct Sink;
}

/// The trait that the struct half implements; the impl half requires it through [`HasStructHalf`].
pub trait StructHalf<Role>: Sized {
    /// The entry of the struct half, which the impl half submits together with its own; `None` for a generic element,
    /// whose halves submit an entry each, as there is no one type that the impl half could ask.
    const ENTRY: Half = None;

    /// True if [`fields`](Self::fields) hands over a field.
    const HAS_FIELDS: bool = false;

    /// Hands over each field that may own memory.
    fn fields(&self, fields: &mut held::Fields<'_>) {
        let _ = fields;
    }

    /// Makes the element from texts; the default is for elements that only their own code can build.
    ///
    /// # Errors
    ///
    /// A property that is missing, cannot be read, or lies outside its range.
    fn from_properties(
        settings: &mut Settings,
        properties: &mut crate::registry::Properties,
    ) -> Result<(Self,)> {
        let _ = properties;
        Err(crate::Error::new(
            crate::ErrorKind::NotLaunchable,
            "this element is built by code of its own and cannot be made from text",
        )
        .of_element(settings.name()))
    }
}

/// The fields of an element that may own memory, and how they are walked.
pub mod held {
    pub use crate::held::{ByType as _, ByWords as _, Field, Fields, Leaf, Of, Of2, Text, Walk};
}

/// Asks at compile time for the struct half, and knows what the impl half needs of it.
///
/// A trait of its own, whose only impl is not recommended: so the compiler lists no other elements.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no struct half of this role",
    label = "the struct must carry the same attribute as this `impl`"
)]
pub trait HasStructHalf<Role>: Sized {
    /// The function that hands over the fields that may own memory, if there are any.
    const FIELDS: FieldsOf<Self>;
}

#[diagnostic::do_not_recommend]
impl<E: StructHalf<Role>, Role> HasStructHalf<Role> for E {
    const FIELDS: FieldsOf<Self> = match E::HAS_FIELDS {
        true => Some(E::fields),
        false => None,
    };
}

/// The trait that the impl half implements; the struct half requires it through [`HasImplHalf`].
///
/// Not [`Element`]: an impl half with mistakes is there all the same.
pub trait ImplHalf {}

/// Asks at compile time for the impl half.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no impl half",
    label = "an `impl` block under the same attribute must define the pad methods"
)]
pub trait HasImplHalf {
    /// Nothing; to name it is to ask.
    const MET: () = ();
}

#[diagnostic::do_not_recommend]
impl<E: ImplHalf> HasImplHalf for E {}

pub use self::registry::{
    ElementEntry, Half, ImplEntry, PadInfo, Properties, Property, ReadProbe, StructEntry,
    StructProbe, is_readable, read_traits, reader,
};

/// The registry's part of generated code.
pub mod registry {
    use std::marker::PhantomData;

    use super::{Element, NewElement, Result, Settings, StructHalf};

    pub use crate::registry::generated::{
        Constructor, ElementEntry, FromText, Half, ImplEntry, InstanceEntry, Location, Read,
        ReadProbe, StructEntry, is_readable, read_traits, reader,
    };
    pub use crate::registry::{PadInfo, Properties, Property};

    /// Finds the struct half of an element by name, without a bound on [`Element`] or [`StructHalf`].
    ///
    /// A type with an invalid payload is no element. Such an error is reported where it is, and so is a missing half; a
    /// bound here would report either once more. What the type itself has is found before what a trait has, if its
    /// bounds are met.
    #[derive(Debug)]
    pub struct StructProbe<E, Role>(PhantomData<fn() -> (E, Role)>);

    impl<E: Element + StructHalf<Role>, Role> StructProbe<E, Role> {
        /// The entry of the struct half, and the constructor.
        pub const __SGN_HALF: (Half, Constructor) = (E::ENTRY, Self::construct);

        /// Makes an element from texts and checks it as `NewElement::new` does.
        ///
        /// # Errors
        ///
        /// Those of the struct half and of `NewElement::new`.
        pub fn construct(
            settings: &mut Settings,
            properties: &mut Properties,
        ) -> Result<NewElement> {
            settings.start_counting(const { &E::BUDGET });
            // Not `?`, which would be compiled for each element.
            match E::from_properties(settings, properties) {
                Ok((element,)) => element.into_new(settings),
                Err(error) => Err(error),
            }
        }
    }

    /// The answer for what is no element, which does not compile for that reason.
    pub trait NoElement {
        /// A stand-in that lets the entry type-check.
        const __SGN_HALF: (Half, Constructor) = (None, |_, _| {
            unreachable!("what is no element does not compile")
        });
    }

    impl<E, Role> NoElement for StructProbe<E, Role> {}
}

/// Answers at compile time whether a payload can be cloned, without a bound that the user would have to write.
///
/// A constant of the type itself is found before one of a trait, if its bounds are met.
#[derive(Debug)]
pub struct Probe<T>(PhantomData<fn() -> T>);

impl<T: Clone> Probe<T> {
    /// The function that clones.
    pub const __SGN_CLONE: Option<CloneFunction<T>> = Some(T::clone);
}

/// The answer for payloads that cannot be cloned.
pub trait NoClone<T> {
    /// `None`.
    const __SGN_CLONE: Option<CloneFunction<T>> = None;
}

impl<T> NoClone<T> for Probe<T> {}

/// The traits of [`Probe`] and [`StructProbe`], without names: of one that is not needed nothing is said.
pub mod probe_traits {
    pub use super::NoClone as _;
    pub use super::registry::NoElement as _;
}

/// Finds out at compile time whether a field is an `Option`, by its type and not by its name.
///
/// As [`Probe`]: the implementation that needs one reference less asks for an `Option`.
#[derive(Debug)]
pub struct FieldProbe<T>(PhantomData<fn() -> T>);

impl<T> FieldProbe<T> {
    /// Returns a probe of what `field` would point to; it is not called.
    pub const fn new<F: FnOnce() -> *const T>(field: &F) -> Self {
        let _ = field;
        Self(PhantomData)
    }
}

/// The answer for an `Option`.
pub trait ViaOption {
    /// Returns true if the methods of the field may be somebody else's.
    fn is_no_option(&self) -> bool;
}

impl<T> ViaOption for FieldProbe<Option<T>> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn is_no_option(&self) -> bool {
        false
    }
}

/// The answer for all others.
pub trait ViaOther {
    /// Returns true if the methods of the field may be somebody else's.
    fn is_no_option(&self) -> bool;
}

impl<T> ViaOther for &FieldProbe<T> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn is_no_option(&self) -> bool {
        true
    }
}

/// Tests if a closure returns a pointer to a type that is no `Option`.
#[doc(hidden)]
#[macro_export]
macro_rules! __is_no_option {
    ($field:expr) => {{
        #[allow(unused_imports, reason = "one of the two is not needed")]
        use $crate::__private::{ViaOption as _, ViaOther as _};
        (&$crate::__private::FieldProbe::new(&$field)).is_no_option()
    }};
}

pub use crate::__is_no_option as is_no_option;

pub use crate::memory::generated::{
    MarkAfter, MarkScope, NamedOwner, SavedMark, restore_mark, save_mark, set_owner,
};
pub(crate) use crate::memory::mark_at;
pub use crate::memory::{Mark, OwnerId, Scope, mark, owner};

pub use crate::thread::generated::{Code, CodePlace};
