//! What generated builders implement, and how a complete one becomes an element.
//!
//! A required property is a type parameter of its builder: [`Unset`] until the setter turns it into [`Set`], which
//! holds the value. The builder adds its parameters up to a [`Progress`], and only a complete one is [`IntoElement`].
//!
//! The bound stands here and not on generated impls for the sake of what the compiler says: of an impl in another crate
//! it says one line, of one in the user's crate it shows the place, which is the attribute and helps nobody.

use std::marker::PhantomData;

use super::{Element, ElementBuilder, IntoElement, Settings};
use crate::error::Result;

/// A builder, whether or not its required properties are set.
pub trait Build: ElementBuilder {
    /// Which required properties are set.
    type Progress: Progress;

    /// Checks the properties and makes the element.
    ///
    /// # Errors
    ///
    /// A property outside its range.
    ///
    /// # Panics
    ///
    /// If a required property is not set, which [`IntoElement`] rules out at compile time.
    fn finish(self) -> Result<(Settings, Self::Element)>;
}

/// How far a builder is: [`Complete`], or [`Lacks`] a property.
pub trait Progress {
    /// [`Set`] of nothing or [`Unset`].
    type State;
    /// The first required property without a value: a type of its name.
    type Property;
}

/// Every required property is set.
#[derive(Debug)]
pub struct Complete;

impl Progress for Complete {
    type State = Set<()>;
    type Property = ();
}

/// The required property `P` is not set.
#[derive(Debug)]
pub struct Lacks<P>(PhantomData<P>);

impl<P> Progress for Lacks<P> {
    type State = Unset;
    type Property = P;
}

/// The state of a required property that has a value, and the value.
#[derive(Debug)]
pub struct Set<T>(pub T);

/// The state of a required property that has none.
#[derive(Debug)]
pub struct Unset;

/// The state of a required property of type `T`.
pub trait PropertyState<T> {
    /// What the builder lacks: `P` if this property has no value, else what `Rest` lacks.
    type Then<P, Rest: Progress>: Progress;

    /// The value.
    ///
    /// # Panics
    ///
    /// If there is none.
    fn value(self) -> T;
}

impl<T> PropertyState<T> for Unset {
    type Then<P, Rest: Progress> = Lacks<P>;

    fn value(self) -> T {
        unreachable!("a builder becomes an element only when its required properties are set")
    }
}

impl<T> PropertyState<T> for Set<T> {
    type Then<P, Rest: Progress> = Rest;

    #[inline]
    fn value(self) -> T {
        self.0
    }
}

/// A required property that has a value: what a builder needs before it makes an element.
///
/// `Property` is a type named after the property and the element, for the sake of the sentence. A trait of the user's crate could say it better, but the attribute that gives a trait its sentence
/// is unknown in modules without the prelude.
#[diagnostic::on_unimplemented(
    message = "required property `{Property}` is not set",
    label = "call its setter on the builder first"
)]
pub trait IsSet<Property> {}

#[diagnostic::do_not_recommend]
impl<Property> IsSet<Property> for Set<()> {}

/// A builder: what an element is made from.
///
/// [`Build`] once more, so that the compiler has no impls of that to propose.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a builder",
    label = "an element is built by its type's `build(\"name\")`"
)]
pub trait Builder {
    /// [`ElementBuilder::Element`].
    type Element;
    /// [`Build::Progress`].
    type Progress: Progress;

    /// [`Build::finish`].
    ///
    /// # Errors
    ///
    /// A property outside its range.
    fn finish(self) -> Result<(Settings, Self::Element)>;
}

#[diagnostic::do_not_recommend]
impl<B: Build> Builder for B {
    type Element = B::Element;
    type Progress = B::Progress;

    fn finish(self) -> Result<(Settings, B::Element)> {
        Build::finish(self)
    }
}

impl<B> IntoElement for B
where
    B: Builder,
    B::Element: Element,
    <B::Progress as Progress>::State: IsSet<<B::Progress as Progress>::Property>,
{
    type Element = B::Element;

    fn into_element(self) -> Result<(Settings, B::Element)> {
        self.finish()
    }
}

/// A type with a default: what `#[state]` asks for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default, and `#[state]` gives no first value",
    label = "write the value, `#[state(expression)]`, or implement `Default` for the type"
)]
pub trait StateDefault {
    /// [`Default::default`].
    fn initial() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> StateDefault for T {
    fn initial() -> T {
        T::default()
    }
}

/// A type with a default: what `#[prop(default)]` asks for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default of its own",
    label = "write the value, `#[prop(default = expression)]`, or implement `Default` for the type"
)]
pub trait PropertyDefault {
    /// [`Default::default`].
    fn initial() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> PropertyDefault for T {
    fn initial() -> T {
        T::default()
    }
}
