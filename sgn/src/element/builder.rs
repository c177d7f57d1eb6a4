//! From a builder to an element.

use std::cell::Cell;
use std::fmt;
use std::ops::RangeBounds;

use super::backtrace::charge_backtraces_to_the_runtime;
use super::{Element, EosPolicy};
use crate::error::{Callback, Error, ErrorKind, Result};
use crate::foreign;
use crate::memory::{OwnerId, Scope, register, release};
use crate::pad::{Direction, INTERNAL};

/// What every builder holds besides the properties of its element.
#[derive(Debug)]
pub struct Settings {
    pub(crate) name: String,
    pub(crate) source_pads: Vec<String>,
    pub(crate) sink_pads: Vec<String>,
    pub(crate) eos: Option<EosPolicy>,
    pub(crate) owner: Option<OwnerId>,
}

impl Settings {
    /// The settings of an element called `name`, with no pads named.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            source_pads: Vec::new(),
            sink_pads: Vec::new(),
            eos: None,
            owner: None,
        }
    }

    /// The element's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// From here on, what the calling thread allocates belongs to the element, until the guard is dropped.
    pub fn scope(&mut self) -> Scope {
        Scope::enter(
            *self.owner.get_or_insert_with(|| {
                register(&Direction::Internal.full_name(&self.name, INTERNAL))
            }),
        )
    }
}

impl Drop for Settings {
    fn drop(&mut self) {
        self.owner.into_iter().for_each(release);
        if std::thread::panicking() {
            // The innermost settings are the element's own; others may be those of defaults.
            let first = UNWOUND.take();
            UNWOUND.set(first.or_else(|| Some(std::mem::take(&mut self.name))));
        }
    }
}

thread_local! {
    /// The name of the element whose builder a panic has dropped, so that its error can say it.
    static UNWOUND: Cell<Option<String>> = const { Cell::new(None) };
}

/// Calls `work`, which makes an element from a builder; a panic of it is an error. The name of the element is known, or
/// it is found out.
///
/// A property, its default and the initial value of a state are made by code of the element's author, and so is what
/// holds a property to its range.
pub(crate) fn building<R>(name: Option<&str>, work: impl FnOnce() -> Result<R>) -> Result<R> {
    UNWOUND.set(None);
    charge_backtraces_to_the_runtime();
    foreign::catch(work).unwrap_or_else(|text| {
        let name = name.map(str::to_owned).or_else(|| UNWOUND.take());
        let of_name = name
            .as_ref()
            .map_or_else(String::new, |name| format!(" of element `{name}`"));
        let error = Error::new(
            ErrorKind::Panic,
            format!("the builder{of_name} panicked, in a property, a default or a range: {text}"),
        )
        .in_callback(Callback::Build);
        Err(match name {
            Some(name) => error.of_element(&name),
            None => error,
        })
    })
}

/// What builders share: naming pads, choosing when a sink is finished.
///
/// In the prelude, so that `Counter::build("src").source_pads(["H1", "L1"])` reads as one builder.
pub trait ElementBuilder: Sized {
    /// What is being built.
    ///
    /// Not bound by [`Element`]: [`IntoElement`] is, and a missing half is reported once.
    type Element;

    #[doc(hidden)]
    fn settings(&mut self) -> &mut Settings;

    /// Names source pads; several calls add up. They come before the fixed ones, in the order given.
    ///
    /// Returns the builder.
    #[must_use]
    fn source_pads<N: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> <Self::Element as NamesSourcePads<Self>>::Builder
    where
        Self::Element: DynamicSourcePads,
    {
        let names = names.into_iter().map(Into::into);
        self.settings().source_pads.extend(names);
        self
    }

    /// Names sink pads; several calls add up. They come before the fixed ones, in the order given.
    ///
    /// Returns the builder.
    #[must_use]
    fn sink_pads<N: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> <Self::Element as NamesSinkPads<Self>>::Builder
    where
        Self::Element: DynamicSinkPads,
    {
        let names = names.into_iter().map(Into::into);
        self.settings().sink_pads.extend(names);
        self
    }

    /// Chooses when the sink counts as finished; without effect on other elements.
    #[must_use]
    fn eos(mut self, policy: EosPolicy) -> Self {
        self.settings().eos = Some(policy);
        self
    }
}

/// Whatever an element can be made from: a builder whose required properties are all set.
pub trait IntoElement {
    /// What is made.
    type Element: Element;

    /// Checks the properties and makes the element.
    ///
    /// # Errors
    ///
    /// A property outside its range.
    fn into_element(self) -> Result<(Settings, Self::Element)>;
}

/// An element whose source pads can be named at construction.
#[diagnostic::on_unimplemented(
    message = "the source pads of `{Self}` are fixed; mark its method `new` with `#[pads(dynamic)]` to name them",
    label = "this names pads at construction"
)]
pub trait DynamicSourcePads {}

/// An element whose sink pads can be named at construction.
#[diagnostic::on_unimplemented(
    message = "the sink pads of `{Self}` are fixed; mark its method `pull` with `#[pads(dynamic)]` to name them",
    label = "this names pads at construction"
)]
pub trait DynamicSinkPads {}

/// The builder `B` of an element whose source pads can be named: `B` itself.
///
/// Asked for in the type that a method returns, a trait is told of in one sentence; asked for in a bound, the compiler
/// also shows where in this library that is, and which elements of this library meet it.
#[doc(hidden)]
pub trait NamesSourcePads<B> {
    type Builder;
}

#[diagnostic::do_not_recommend]
impl<E: DynamicSourcePads, B> NamesSourcePads<B> for E {
    type Builder = B;
}

/// The builder `B` of an element whose sink pads can be named: `B` itself. See [`NamesSourcePads`].
#[doc(hidden)]
pub trait NamesSinkPads<B> {
    type Builder;
}

#[diagnostic::do_not_recommend]
impl<E: DynamicSinkPads, B> NamesSinkPads<B> for E {
    type Builder = B;
}

/// Holds a property to its range, for generated code.
///
/// # Errors
///
/// The value is outside; the error names element, property, value and range.
pub fn check_range<T, R>(settings: &Settings, property: &str, value: &T, range: R) -> Result<()>
where
    T: PartialOrd + fmt::Debug,
    R: RangeBounds<T> + fmt::Debug,
{
    if range.contains(value) {
        return Ok(());
    }
    let name = &settings.name;
    Err(Error::new(
        ErrorKind::PropertyOutOfRange,
        format!(
            "property `{property}` of element `{name}` is {}; it must lie in {}",
            foreign::show_debug(value),
            foreign::show_debug(&range),
        ),
    )
    .of_element(name)
    .of_property(property))
}
