//! The traits that the attributes implement.

use super::budget::Budget;
use super::builder::Settings;
use super::eos_policy::EosPolicy;
use super::facts::FactsOf;
use super::new_element::NewElement;
use super::pad_rules::PadRules;
use super::role::Role;
use crate::BoxError;
use crate::held::FieldsOf;
use crate::pad::{ElementId, HandleParts, PadNames};
use crate::thread::CodePlace;

/// An element: a struct and an impl block with the same attribute, or a function with one.
///
/// This trait is sealed: [`#[sgn::source]`](crate::source), [`#[sgn::transform]`](crate::transform) and
/// [`#[sgn::sink]`](crate::sink) implement it.
///
/// ```
/// use sgn::element::{Element, Role};
/// use sgn::elements::NullSink;
///
/// fn describe<E: Element>() -> String {
///     format!("{} is a {}", E::TYPE_NAME, E::ROLE)
/// }
/// assert_eq!(describe::<NullSink<u8>>(), "NullSink is a sink");
/// assert_eq!(NullSink::<u8>::ROLE, Role::Sink);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no impl half",
    label = "this element cannot run",
    note = "add `#[sgn::source]`, `#[sgn::transform]` or `#[sgn::sink]` to an `impl` block with the pad methods"
)]
pub trait Element: Sized + 'static {
    /// The role of the element: source, transform or sink.
    const ROLE: Role = Self::FACTS.0;
    /// The name of the type, without its path.
    const TYPE_NAME: &'static str = Self::PLACE.name();
    /// True if source pads can be named at construction.
    #[doc(hidden)]
    const DYNAMIC_SOURCES: bool = false;
    /// True if sink pads can be named at construction.
    #[doc(hidden)]
    const DYNAMIC_SINKS: bool = false;
    /// The condition for a sink to be finished, unless its builder sets another one.
    #[doc(hidden)]
    const EOS: EosPolicy = EosPolicy::Any;
    /// True if it is a transform whose streams end when its frames say so, and not when its inputs have ended.
    #[doc(hidden)]
    const ENDS_BY_ITSELF: bool = false;
    /// True if [`on_build`](Self::on_build) is the author's.
    #[doc(hidden)]
    const HAS_ON_BUILD: bool = false;
    /// True if [`on_startup`](Self::on_startup) is the author's.
    #[doc(hidden)]
    const HAS_ON_STARTUP: bool = false;
    /// True if [`eos_error`](Self::eos_error) is the author's.
    #[doc(hidden)]
    const HAS_EOS_ERROR: bool = false;
    /// The rules for the pads, checked when the element is built.
    #[doc(hidden)]
    const PAD_RULES: PadRules = PadRules::NONE;
    /// The limits for its memory, unless its builder sets other ones.
    #[doc(hidden)]
    const BUDGET: Budget = Budget::NONE;
    /// The constants that each element has: one, as each takes the compiler its time.
    #[doc(hidden)]
    const FACTS: FactsOf<Self>;
    /// The place of its code.
    #[doc(hidden)]
    const PLACE: CodePlace = Self::FACTS.1;
    /// The function that hands over the fields that may own memory, if there are any.
    #[doc(hidden)]
    const FIELDS: FieldsOf<Self> = Self::FACTS.2;
    /// The handle, by which the user links the pads.
    type Handle: Handle<Element = Self>;

    /// Makes the handle.
    #[doc(hidden)]
    fn handle(parts: &HandleParts) -> Self::Handle;

    /// Lists the ports, says what one stride of this element is (every sink pad pulls, then `internal`, then every
    /// source pad gives), checks the element and hides its type.
    ///
    /// The bound [`Send`] is here and not on the trait: the compiler would report a bound of the trait wherever an
    /// element is named, but reports this one once.
    ///
    /// # Errors
    ///
    /// Those of [`NewElement::new`] other than a property outside its range.
    #[doc(hidden)]
    fn into_new(self, settings: &mut Settings) -> Result<NewElement, crate::Error>;

    /// Checks the configuration when the element is built.
    ///
    /// # Errors
    ///
    /// Fails if the author finds something wrong.
    #[doc(hidden)]
    fn on_build(&mut self, pads: &PadNames) -> Result<(), BoxError> {
        let _ = pads;
        Ok(())
    }

    /// Runs once a run, before the first stride, upstream elements first.
    ///
    /// # Errors
    ///
    /// Fails if the author reports an error; then the run ends before its first stride.
    #[doc(hidden)]
    fn on_startup(&mut self) -> Result<(), BoxError> {
        Ok(())
    }

    /// Returns an error that the element absorbed while the run went on, reported when all sinks are finished.
    #[doc(hidden)]
    fn eos_error(&mut self) -> Option<BoxError> {
        None
    }
}

/// The value that [`Pipeline::add`](crate::Pipeline::add) returns: the element's pads as typed fields.
///
/// This trait is sealed: each element has a handle of its own, which is written with it.
///
/// ```
/// use sgn::elements::{IterSource, NullSink};
/// use sgn::pad::ElementId;
/// use sgn::prelude::*;
///
/// /// Links two elements by the rules of `connect`.
/// fn chain(pipeline: &mut Pipeline, first: &impl Handle, second: &impl Handle) -> sgn::Result<()> {
///     let ends: [ElementId; 2] = [first.id(), second.id()];
///     pipeline.connect(ends[0], ends[1])
/// }
/// # fn main() -> sgn::Result<()> {
/// let mut pipeline = Pipeline::new();
/// let source = pipeline.add(IterSource::builder("src").iter("x", 0..3))?;
/// let sink = pipeline.add(NullSink::<i32>::builder("snk").sink_pads(["x"]))?;
/// chain(&mut pipeline, &source, &sink)?;
/// pipeline.run()?;
/// # Ok(())
/// # }
/// ```
pub trait Handle {
    /// The element that the handle stands for.
    type Element: Element;

    /// Returns the element's place in its pipeline.
    fn id(&self) -> ElementId;
}
