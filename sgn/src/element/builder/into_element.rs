//! Turns a complete builder into an element.
//!
//! The bound stands here and not on generated impls for the sake of what the compiler says: of an impl in another crate
//! it says one line, of one in the user's crate it shows the place, which is the attribute and helps nobody.

use super::element_builder::ElementBuilder;
use super::required::{IsSet, Progress};
use super::settings::Settings;
use crate::element::element::Element;
use crate::error::Result;

/// A value that an element can be made from: a builder whose required properties are all set.
///
/// This trait is sealed: it is implemented for the builders of elements.
pub trait IntoElement {
    /// The element that is made.
    type Element: Element;

    /// Checks the properties and makes the element.
    ///
    /// # Errors
    ///
    /// A property outside its range.
    #[doc(hidden)]
    fn into_element(self) -> Result<(Settings, Self::Element)>;
}

/// A builder, whether or not its required properties are set.
pub trait Build: ElementBuilder {
    /// The required properties that are set.
    type Progress: Progress;

    /// Checks the properties and makes the element.
    ///
    /// # Errors
    ///
    /// A property outside its range.
    ///
    /// # Panics
    ///
    /// Panics if a required property is not set, which [`IntoElement`] rules out at compile time.
    fn finish(self) -> Result<(Settings, Self::Element)>;
}

/// A builder: what an element is made from.
///
/// [`Build`] once more, so that the compiler has no impls of that to propose.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a builder",
    label = "an element is made by its type's `builder(\"name\")`"
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
