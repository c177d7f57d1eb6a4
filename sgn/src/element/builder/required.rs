//! Required properties, and how far a builder is with them.
//!
//! A required property is a type parameter of its builder: [`Unset`] until the setter turns it into [`Set`], which
//! holds the value. The builder adds its parameters up to a [`Progress`], and only a complete one is
//! [`IntoElement`](super::IntoElement).

use std::marker::PhantomData;

/// The state of a builder: [`Complete`], or [`Lacks`] a property.
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
    /// The properties that the builder lacks: `P` if this property has no value, else what `Rest` lacks.
    type Then<P, Rest: Progress>: Progress;

    /// Returns the value.
    ///
    /// # Panics
    ///
    /// Panics if there is none.
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
