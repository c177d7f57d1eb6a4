//! What an element is, and what its author's attributes implement.
//!
//! An element is a struct and an impl block under the same attribute, or one function; the attribute macros
//! write everything in this module's traits. Nobody implements them by hand.

mod backtrace;
mod build;
mod builder;
mod checks;
mod contained;
mod facts;
mod instance;
mod pad_rules;

use std::fmt;

#[doc(hidden)]
pub use self::build::{Build, Complete, PropertyDefault, PropertyState, Set, StateDefault, Unset};
pub use self::builder::{
    DynamicSinkPads, DynamicSourcePads, ElementBuilder, IntoElement, Settings, check_range,
};
#[doc(hidden)]
pub use self::builder::{NamesSinkPads, NamesSourcePads};
pub use self::instance::NewElement;
#[doc(hidden)]
pub use self::instance::State;
pub use self::pad_rules::PadRules;
use crate::BoxError;
use crate::pad::{ElementId, HandleParts, PadNames};

use crate::thread::CodePlace;

pub use crate::pad::{IntoError, IntoFrame, IsFrame, Outcome, Payload};

pub(crate) use self::backtrace::charge_backtraces_to_the_runtime;
pub(crate) use self::builder::building;
pub(crate) use self::contained::Contained;
pub(crate) use self::instance::AnyElement;

/// What an element does with frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Gives frames: source pads only, at least one.
    Source,
    /// Takes frames and gives frames: at least one pad of each direction.
    Transform,
    /// Takes frames: sink pads only, at least one.
    Sink,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Source => "source",
            Self::Transform => "transform",
            Self::Sink => "sink",
        })
    }
}

/// When a sink counts as finished. A run ends when all sinks are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EosPolicy {
    /// As soon as one of its pads has seen EOS. The tail of a longer input is not waited for.
    #[default]
    Any,
    /// Once each of its pads has seen EOS.
    All,
}

/// The halves of an element joined: what the impl half implements.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no impl half",
    label = "this element cannot run",
    note = "add `#[sgn::source]`, `#[sgn::transform]` or `#[sgn::sink]` to an `impl` block with the pad methods"
)]
pub trait Element: Sized + 'static {
    /// What the element does with frames.
    const ROLE: Role;
    /// The name of the type, without its path.
    const TYPE_NAME: &'static str = Self::PLACE.name();
    /// Whether source pads can be named at construction.
    const DYNAMIC_SOURCES: bool = false;
    /// Whether sink pads can be named at construction.
    const DYNAMIC_SINKS: bool = false;
    /// When it counts as finished, if it is a sink and its builder says nothing else.
    const EOS: EosPolicy = EosPolicy::Any;
    /// Whether it is a transform whose streams end when its frames say so, and not when its inputs have ended.
    const ENDS_BY_ITSELF: bool = false;
    /// What must hold of the pads, checked when the element is built.
    const PAD_RULES: PadRules = PadRules::NONE;
    /// Where its code stands.
    #[doc(hidden)]
    const PLACE: CodePlace;
    /// What the user holds of the pads.
    type Handle: Handle<Element = Self>;

    /// Makes the handle.
    #[doc(hidden)]
    fn handle(parts: &HandleParts) -> Self::Handle;

    /// Lists the ports, says what one stride of this element is (every sink pad pulls, then `internal`, then every
    /// source pad gives), checks the element and hides its type.
    ///
    /// Here an element must be [`Send`], and not above: a bound of the trait is told at every place that names an
    /// element, a call in generated code once.
    ///
    /// # Errors
    ///
    /// Those of [`NewElement::new`] other than a property outside its range.
    fn into_new(self, settings: Settings) -> Result<NewElement, crate::Error>;

    /// Checks the configuration when the element is built.
    ///
    /// # Errors
    ///
    /// Whatever the author finds wrong.
    fn on_build(&mut self, pads: &PadNames) -> Result<(), BoxError> {
        let _ = pads;
        Ok(())
    }

    /// Called once a run, before the first stride, upstream elements first.
    ///
    /// # Errors
    ///
    /// Whatever the author reports; the run ends before its first stride.
    fn on_startup(&mut self) -> Result<(), BoxError> {
        Ok(())
    }

    /// An error that the element absorbed while the run went on, reported when all sinks are finished.
    fn eos_error(&mut self) -> Option<BoxError> {
        None
    }
}

/// What [`Pipeline::add`](crate::Pipeline::add) returns: the element's pads as typed fields.
pub trait Handle {
    /// The element that the handle stands for.
    type Element: Element;

    /// The element's place in its pipeline.
    fn id(&self) -> ElementId;
}
