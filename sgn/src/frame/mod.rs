//! What flows through a pipeline: a payload with its flags.

mod envelope;
mod metadata;
mod spec;

use std::fmt;

use self::envelope::Envelope;
pub use self::metadata::{Metadata, Value};
pub use self::spec::{DataSpec, Spec};

/// One unit of data on its way from a source pad to a sink pad.
///
/// A frame holds at most one payload of type `T` and says two things about it: whether it is the last of its
/// stream (**EOS**) and whether it stands for missing data (**gap**). Any mix is legal: an EOS frame may carry
/// data, and so may a gap.
///
/// A frame costs its payload plus three words; [`Spec`] and [`Metadata`] take no memory until they are used.
///
/// ```
/// use sgn::Frame;
///
/// let frame = Frame::new(21_u32).map(|x| x * 2).with_eos(true);
/// assert_eq!(frame.data(), Some(&42));
/// assert!(frame.is_eos() && !frame.is_gap());
/// ```
#[derive(Clone, PartialEq)]
pub struct Frame<T> {
    data: Option<T>,
    envelope: Envelope,
    eos: bool,
    gap: bool,
}

impl<T> Frame<T> {
    /// A frame that carries `data`, neither EOS nor gap.
    #[inline]
    pub const fn new(data: T) -> Self {
        Self::from_option(Some(data))
    }

    /// A frame that stands for missing data: no payload, gap set.
    #[inline]
    pub const fn gap() -> Self {
        let mut frame = Self::from_option(None);
        frame.gap = true;
        frame
    }

    /// The end of a stream without data: no payload, gap and EOS set.
    #[inline]
    pub const fn eos() -> Self {
        let mut frame = Self::gap();
        frame.eos = true;
        frame
    }

    /// A frame with or without payload, neither EOS nor gap.
    ///
    /// A frame without payload that is no gap is legal (the heartbeat of a null source is one).
    #[inline]
    pub const fn from_option(data: Option<T>) -> Self {
        Self {
            data,
            envelope: Envelope::EMPTY,
            eos: false,
            gap: false,
        }
    }

    /// The payload, if there is one.
    #[inline]
    pub const fn data(&self) -> Option<&T> {
        self.data.as_ref()
    }

    /// The payload for changing in place, if there is one.
    #[inline]
    pub const fn data_mut(&mut self) -> Option<&mut T> {
        self.data.as_mut()
    }

    /// Takes the frame apart and keeps the payload.
    #[inline]
    pub fn into_data(self) -> Option<T> {
        self.data
    }

    /// Whether this is the last frame of its stream.
    #[inline]
    pub const fn is_eos(&self) -> bool {
        self.eos
    }

    /// Whether this frame stands for missing data.
    #[inline]
    pub const fn is_gap(&self) -> bool {
        self.gap
    }

    /// Says what kind of data the stream carries.
    #[inline]
    pub const fn spec(&self) -> &Spec {
        &self.envelope.spec
    }

    /// The annotations of this frame.
    #[inline]
    pub const fn metadata(&self) -> &Metadata {
        &self.envelope.metadata
    }

    /// The annotations of this frame, for adding to them.
    #[inline]
    pub const fn metadata_mut(&mut self) -> &mut Metadata {
        &mut self.envelope.metadata
    }

    /// Sets or clears EOS.
    #[inline]
    #[must_use]
    pub fn with_eos(mut self, eos: bool) -> Self {
        self.eos = eos;
        self
    }

    /// Sets or clears the gap flag; the payload stays.
    #[inline]
    #[must_use]
    pub fn with_gap(mut self, gap: bool) -> Self {
        self.gap = gap;
        self
    }

    /// Replaces the data spec.
    ///
    /// The spec of a link may not change while the pipeline runs: see [`DataSpec`].
    #[inline]
    #[must_use]
    pub fn with_spec(mut self, spec: impl Into<Spec>) -> Self {
        self.envelope.spec = spec.into();
        self
    }

    /// Replaces the annotations.
    #[inline]
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.envelope.metadata = metadata;
        self
    }

    /// Replaces the payload by `data`; flags, spec and metadata stay.
    #[inline]
    pub fn replace<U>(self, data: Option<U>) -> Frame<U> {
        Frame {
            data,
            envelope: self.envelope,
            eos: self.eos,
            gap: self.gap,
        }
    }

    /// Applies `change` to the payload, if there is one; flags, spec and metadata stay.
    #[inline]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Frame<U> {
        Frame {
            data: self.data.map(change),
            envelope: self.envelope,
            eos: self.eos,
            gap: self.gap,
        }
    }

    /// A frame of another payload type with this one's flags, spec and metadata, and no payload.
    ///
    /// Costs a reference count if a spec is set and a copy if metadata is.
    #[inline]
    pub fn envelope<U>(&self) -> Frame<U> {
        Frame {
            data: None,
            envelope: self.envelope.clone(),
            eos: self.eos,
            gap: self.gap,
        }
    }

    /// The payload, if there is one, and a frame with the rest: flags, spec and metadata.
    ///
    /// ```
    /// use sgn::Frame;
    ///
    /// let (data, envelope) = Frame::new(21_u32).with_eos(true).split();
    /// assert_eq!(data, Some(21));
    /// assert_eq!(envelope, Frame::from_option(None).with_eos(true));
    /// ```
    #[inline]
    pub fn split(self) -> (Option<T>, Frame<()>) {
        let envelope = Frame {
            data: None,
            envelope: self.envelope,
            eos: self.eos,
            gap: self.gap,
        };
        (self.data, envelope)
    }

    /// Sets EOS and gap if `other` has them: how an element with several inputs joins their flags.
    #[inline]
    pub const fn join_flags<U>(&mut self, other: &Frame<U>) {
        self.eos |= other.eos;
        self.gap |= other.gap;
    }

    #[inline]
    pub(crate) const fn force_eos(&mut self, eos: bool) {
        self.eos |= eos;
    }
}

impl<T: fmt::Debug> fmt::Debug for Frame<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("data", &self.data)
            .field("spec", self.spec())
            .field("metadata", self.metadata())
            .field("eos", &self.eos)
            .field("gap", &self.gap)
            .finish()
    }
}

impl<T> From<T> for Frame<T> {
    fn from(data: T) -> Self {
        Self::new(data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unused_spec_and_metadata_cost_two_words() {
        assert_eq!(size_of::<Frame<u64>>(), 40);
        assert_eq!(size_of::<Option<Frame<u64>>>(), 40);
        assert_eq!(size_of::<Frame<Vec<f32>>>(), 48);
    }

    #[test]
    fn replacing_the_payload_keeps_the_envelope() {
        let frame = Frame::new(1_u8)
            .with_eos(true)
            .with_gap(true)
            .with_spec(Spec::new(String::from("16384 Hz")));
        let text = frame.clone().map(|x| x.to_string());
        assert_eq!(text.data().map(String::as_str), Some("1"));
        assert_eq!(text.spec(), frame.spec());
        assert!(text.is_eos() && text.is_gap());
        assert_eq!(frame.envelope::<()>().data(), None);
    }
}
