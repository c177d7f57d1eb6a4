//! Frames, which flow through a pipeline: a payload with its flags.

mod envelope;
mod flags;
mod metadata;
mod spec;

use std::fmt;

use self::envelope::Envelope;
use self::flags::Flags;
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
    flags: Flags,
}

impl<T> Frame<T> {
    /// Returns a frame that carries `data`, neither EOS nor gap.
    #[inline]
    pub const fn new(data: T) -> Self {
        Self::from_option(Some(data))
    }

    /// Returns a frame that stands for missing data: no payload, gap set.
    #[inline]
    pub const fn gap() -> Self {
        let mut frame = Self::from_option(None);
        frame.flags = Flags::GAP;
        frame
    }

    /// Returns the end of a stream without data: no payload, gap and EOS set.
    #[inline]
    pub const fn eos() -> Self {
        let mut frame = Self::gap();
        frame.flags = Flags::EOS.with(Flags::GAP, true);
        frame
    }

    /// Returns a frame with or without payload, neither EOS nor gap.
    ///
    /// A frame without payload that is no gap is legal (the heartbeat of a null source is one).
    #[inline]
    pub const fn from_option(data: Option<T>) -> Self {
        Self {
            data,
            envelope: Envelope::EMPTY,
            flags: Flags::NONE,
        }
    }

    /// Returns the payload, if there is one.
    #[inline]
    pub const fn data(&self) -> Option<&T> {
        self.data.as_ref()
    }

    /// Returns the payload for changing in place, if there is one.
    #[inline]
    pub const fn data_mut(&mut self) -> Option<&mut T> {
        self.data.as_mut()
    }

    /// Takes the frame apart and keeps the payload.
    #[inline]
    pub fn into_data(self) -> Option<T> {
        self.data
    }

    /// Returns true if this is the last frame of its stream.
    #[inline]
    pub const fn is_eos(&self) -> bool {
        self.flags.has(Flags::EOS)
    }

    /// Returns true if this frame stands for missing data.
    #[inline]
    pub const fn is_gap(&self) -> bool {
        self.flags.has(Flags::GAP)
    }

    /// Says what kind of data the stream carries.
    #[inline]
    pub const fn spec(&self) -> &Spec {
        &self.envelope.spec
    }

    /// Returns the annotations of this frame.
    #[inline]
    pub const fn metadata(&self) -> &Metadata {
        &self.envelope.metadata
    }

    /// Returns the annotations of this frame, for adding to them.
    #[inline]
    pub const fn metadata_mut(&mut self) -> &mut Metadata {
        &mut self.envelope.metadata
    }

    /// Sets or clears EOS.
    #[inline]
    #[must_use]
    pub fn with_eos(mut self, eos: bool) -> Self {
        self.flags = self.flags.with(Flags::EOS, eos);
        self
    }

    /// Sets or clears the gap flag; the payload stays.
    #[inline]
    #[must_use]
    pub fn with_gap(mut self, gap: bool) -> Self {
        self.flags = self.flags.with(Flags::GAP, gap);
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
            flags: self.flags,
        }
    }

    /// Applies `change` to the payload, if there is one; flags, spec and metadata stay.
    #[inline]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Frame<U> {
        Frame {
            data: self.data.map(change),
            envelope: self.envelope,
            flags: self.flags,
        }
    }

    /// Returns a frame of another payload type with this one's flags, spec and metadata, and no payload.
    ///
    /// Costs a reference count if a spec is set and a copy if metadata is.
    #[inline]
    pub fn envelope<U>(&self) -> Frame<U> {
        Frame {
            data: None,
            envelope: self.envelope.clone(),
            flags: self.flags,
        }
    }

    /// Returns the payload, if there is one, and a frame with the rest: flags, spec and metadata.
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
            flags: self.flags,
        };
        (self.data, envelope)
    }

    /// Sets EOS and gap if `other` has them: how an element with several inputs joins their flags.
    ///
    /// ```
    /// use sgn::{Frame, Metadata, Spec};
    ///
    /// let mut metadata = Metadata::NONE;
    /// metadata.set("gps", 968_654_552_i64);
    /// let left = Frame::new(1.5).with_spec(Spec::new("strain")).with_metadata(metadata);
    /// let right = Frame::new(2.5).with_eos(true);
    ///
    /// let mut sum = left.map(|x| x + 2.5);
    /// sum.join_flags(&right);
    /// sum.metadata_mut().set("channels", 2_i64);
    /// assert!(sum.is_eos());
    /// assert_eq!(sum.spec(), &Spec::new("strain"));
    /// assert_eq!(sum.metadata().iter().count(), 2);
    /// ```
    #[inline]
    pub const fn join_flags<U>(&mut self, other: &Frame<U>) {
        self.flags = self.flags.union(other.flags);
    }

    /// Returns this frame, part by part.
    ///
    /// Moved as a whole, a frame is copied in the widest pieces there are. A processor that reads a piece of memory
    /// right after it was written in other pieces has to wait for it. So a slot copies by parts, always; this is
    /// written in a way that the compiler does not recognise as a copy of the whole.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn by_parts(self) -> Self {
        let mut frame = Self::from_option(self.data);
        frame.envelope = self.envelope;
        frame.flags = self.flags;
        frame
    }

    #[inline]
    pub(crate) const fn force_eos(&mut self, eos: bool) {
        self.flags = self.flags.with(Flags::EOS, eos || self.is_eos());
    }
}

impl<T: fmt::Debug> fmt::Debug for Frame<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("data", &self.data)
            .field("spec", self.spec())
            .field("metadata", self.metadata())
            .field("eos", &self.is_eos())
            .field("gap", &self.is_gap())
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
