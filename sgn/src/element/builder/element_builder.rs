//! The methods that every builder has.

use super::settings::Settings;
use crate::element::eos_policy::EosPolicy;

/// The methods that all builders have: naming pads, choosing when a sink is finished, limiting memory.
///
/// In the prelude, so that `Counter::builder("src").source_pads(["H1", "L1"])` reads as one builder. This trait is
/// sealed: it is implemented for the builders of elements.
pub trait ElementBuilder: Sized {
    /// The element that is being built.
    ///
    /// Not bound by [`Element`](crate::element::Element): [`IntoElement`](crate::element::IntoElement) is, and a missing
    /// half is reported once.
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

    /// Limits the bytes that may be live after a stride, over all pads of the element, instead of the option `budget`
    /// of the attribute: a number of bytes, or a text with a unit, such as `"1 MiB"`.
    ///
    /// The units are those of the attribute. A text that cannot be read is an error when the element is made.
    /// [`BrokenBudget`](crate::BrokenBudget) says what follows if the limit is exceeded.
    #[must_use]
    fn budget(mut self, bytes: impl std::fmt::Display) -> Self {
        let settings = self.settings();
        settings.budget.bytes = Some(bytes.to_string());
        settings.budget.start_counting();
        self
    }

    /// Limits the number of blocks that all pads of the element may allocate in a stride, after the
    /// [`warm_up`](Self::warm_up), instead of the option `allocs_per_stride` of the attribute.
    ///
    /// A block that grows in place or is moved counts as one that is allocated.
    #[must_use]
    fn allocs_per_stride(mut self, blocks: u64) -> Self {
        let settings = self.settings();
        settings.budget.others = settings.budget.others.allocs_per_stride(blocks);
        settings.budget.start_counting();
        self
    }

    /// Sets the number of strides, from the start of each run, to which
    /// [`allocs_per_stride`](Self::allocs_per_stride) does not apply (16).
    #[must_use]
    fn warm_up(mut self, strides: u64) -> Self {
        let settings = self.settings();
        settings.budget.others = settings.budget.others.warm_up(strides);
        self
    }
}

/// An element whose source pads can be named at construction.
///
/// Written with the element, like [`Element`](crate::element::Element); to be named in bounds.
#[diagnostic::on_unimplemented(
    message = "the source pads of `{Self}` are fixed; mark its method `new` with `#[pads(dynamic)]` to name them",
    label = "this names pads at construction"
)]
pub trait DynamicSourcePads {}

/// An element whose sink pads can be named at construction.
///
/// Written with the element, like [`Element`](crate::element::Element); to be named in bounds.
///
/// ```
/// use sgn::element::{DynamicSinkPads, DynamicSourcePads, ElementBuilder, IntoElement, NewElement};
/// use sgn::elements::PassThrough;
///
/// /// Builds any element that has the same pads on both sides.
/// fn with_pads<B>(builder: B, names: &[&str]) -> sgn::Result<NewElement>
/// where
///     B: ElementBuilder + IntoElement,
///     <B as ElementBuilder>::Element: DynamicSinkPads + DynamicSourcePads,
/// {
///     let names = names.iter().copied();
///     NewElement::new(builder.sink_pads(names.clone()).source_pads(names))
/// }
/// assert_eq!(with_pads(PassThrough::<u8>::builder("both"), &["H1", "L1"])?.name(), "both");
/// # Ok::<(), sgn::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "the sink pads of `{Self}` are fixed; mark its method `pull` with `#[pads(dynamic)]` to name them",
    label = "this names pads at construction"
)]
pub trait DynamicSinkPads {}

/// The builder `B` of an element whose source pads can be named: `B` itself.
///
/// The trait is used in the return type of a method: for an error there the compiler writes one sentence. For a bound
/// it would also show the place in this library, and the elements of this library that meet the bound.
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
