//! An element with its ports, and what hides its type.

use std::any::Any;

use super::any::{AnyElement, Core, Parts};
use super::builder::{IntoElement, Settings, building};
use super::element::Element;
use super::facts::Facts;
use super::new_element::NewElement;
use crate::BoxError;
use crate::error::Result;
use crate::held::Fields;
use crate::pad::{Failure, PadNames, PortList, Ports, Step, Stride};
use crate::thread::CodePlace;

impl NewElement {
    /// Builds an element and checks its properties, its pad names and its configuration.
    ///
    /// # Errors
    ///
    /// An invalid element name, an invalid or repeated pad name, no pads where the role needs one, pads named
    /// for an element whose pads are fixed, a property outside its range, or what the element's own `on_build`
    /// finds.
    pub fn new<B: IntoElement>(builder: B) -> Result<Self> {
        // What is made with the element counts already; if it is refused here, it is refused again below.
        let _counting = B::Element::BUDGET.start_counting().ok();
        let (mut settings, element) = building(None, || builder.into_element())?;
        element.into_new(&mut settings)
    }
}

/// An element that can move between threads: what generated code turns into a [`NewElement`].
#[diagnostic::on_unimplemented(
    message = "an element moves between threads, and `{Self}` cannot; own its data, or share it by `Arc`",
    label = "something in it is not `Send`"
)]
pub trait SendElement: Sized {
    /// See [`Element::into_new`].
    ///
    /// # Errors
    ///
    /// Those of [`Element::into_new`].
    fn into_new<P: Ports>(
        self,
        settings: &mut Settings,
        ports: PortList<P>,
        stride: impl Fn(&mut Self, Step<'_, P>) -> Result<(), Failure> + Send + 'static,
    ) -> Result<NewElement>;
}

#[diagnostic::do_not_recommend]
impl<E: Element + Send> SendElement for E {
    fn into_new<P: Ports>(
        self,
        settings: &mut Settings,
        ports: PortList<P>,
        stride: impl Fn(&mut E, Step<'_, P>) -> Result<(), Failure> + Send + 'static,
    ) -> Result<NewElement> {
        // As few values as can be are alive at a time, as what drops them would be compiled for each element: the call
        // comes last, when all others have been moved.
        let object = Box::new(Instance {
            stride,
            element: self,
            body: Body::begin(settings, E::PLACE, ports),
        });
        NewElement::finish(settings, object)
    }
}

/// The part of an element that depends on the types of its ports only, and is compiled for each list of them.
struct Body<P> {
    core: Core,
    ports: P,
}

impl<P> Body<P> {
    /// Charges the calling thread's allocations to the element, until [`NewElement::finish`] ends it, and returns its
    /// part.
    fn begin(settings: &mut Settings, place: CodePlace, ports: PortList<P>) -> Self {
        let PortList(ports) = ports;
        settings.enter();
        let core = Core::new(place);
        Self { core, ports }
    }
}

/// `F` is one stride of the element.
struct Instance<E, P, F> {
    // Dropped first, as it may wait for its threads; what they run ends before the owners of the pads.
    element: E,
    body: Body<P>,
    stride: F,
}

impl<E, P, F> AnyElement for Instance<E, P, F>
where
    E: Element + Send,
    P: Ports,
    F: Fn(&mut E, Step<'_, P>) -> Result<(), Failure> + Send,
{
    fn stride(&mut self, stride: &Stride) -> Result<(), Failure> {
        let step = Step::new(&mut self.body.ports, &self.body.core.internal, stride);
        (self.stride)(&mut self.element, step)
    }

    fn view(&self) -> (&'static Facts, &dyn Any) {
        (const { &facts_of::<E>() }, &self.element)
    }

    fn parts(&mut self) -> Parts<'_> {
        Parts {
            element: &mut self.element,
            core: &mut self.body.core,
            ports: &mut self.body.ports,
        }
    }
}

const fn facts_of<E: Element>() -> Facts {
    Facts {
        type_name: E::TYPE_NAME,
        role: E::ROLE,
        place: E::PLACE,
        eos: E::EOS,
        ends_by_itself: E::ENDS_BY_ITSELF,
        dynamic_sources: E::DYNAMIC_SOURCES,
        dynamic_sinks: E::DYNAMIC_SINKS,
        pad_rules: E::PAD_RULES,
        budget: E::BUDGET,
        fields: match E::FIELDS {
            Some(_) => Some(fields_of::<E>),
            None => None,
        },
        on_build: match E::HAS_ON_BUILD {
            true => Some(on_build::<E>),
            false => None,
        },
        on_startup: match E::HAS_ON_STARTUP {
            true => Some(on_startup::<E>),
            false => None,
        },
        eos_error: match E::HAS_EOS_ERROR {
            true => Some(eos_error::<E>),
            false => None,
        },
    }
}

/// Hands over the fields of an element that is an `E`.
fn fields_of<E: Element>(element: &dyn Any, fields: &mut Fields<'_>) {
    if let (Some(walk), Some(element)) = (E::FIELDS, element.downcast_ref()) {
        walk(element, fields);
    }
}

fn on_build<E: Element>(element: &mut dyn Any, pads: &PadNames) -> Result<(), BoxError> {
    element
        .downcast_mut()
        .map_or(Ok(()), |element| E::on_build(element, pads))
}

fn on_startup<E: Element>(element: &mut dyn Any) -> Result<(), BoxError> {
    element.downcast_mut().map_or(Ok(()), E::on_startup)
}

fn eos_error<E: Element>(element: &mut dyn Any) -> Option<BoxError> {
    element.downcast_mut().and_then(E::eos_error)
}
