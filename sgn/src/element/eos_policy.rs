//! When a sink counts as finished.

/// When a sink counts as finished. A run ends when all sinks are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EosPolicy {
    /// As soon as one of its pads has seen EOS. The tail of a longer input is not waited for.
    #[default]
    Any,
    /// Once each of its pads has seen EOS.
    All,
}
