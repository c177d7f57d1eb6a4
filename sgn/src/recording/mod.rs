//! Recorded runs.

#[cfg(any(test, feature = "viewers"))]
#[allow(dead_code, reason = "the reader and the viewers come next")]
pub(crate) mod run;
