//! The element that the calling thread works for.

use crate::memory;

/// Returns the name of the element whose code the calling thread runs, if it runs one's.
///
/// That is so within all methods of an element and in threads that work for one. It is known by the owner of the
/// thread's allocations, so there is none inside of a [`Scope`](crate::memory::Scope) of another owner.
///
/// ```
/// use sgn::elements::{IterSource, NullSink};
/// use sgn::prelude::*;
///
/// #[sgn::transform]
/// fn tag(x: u32) -> String {
///     format!("{x} by {}", sgn::log::element().unwrap_or_default())
/// }
///
/// #[sgn::sink]
/// fn check(text: &String) {
///     assert_eq!(text, "7 by first");
///     assert_eq!(sgn::log::element().as_deref(), Some("check"));
/// }
///
/// # fn main() -> sgn::Result<()> {
/// let mut p = Pipeline::new();
/// let src = p.add(IterSource::builder("src").iter("out", [7]))?;
/// let tag = p.add(tag::builder("first"))?;
/// let check = p.add(check::builder("check"))?;
/// p.link(src.out["out"], tag.x)?;
/// p.link(tag.out, check.text)?;
/// p.run()?;
/// assert_eq!(sgn::log::element(), None);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn element() -> Option<String> {
    of_pad(&memory::owner().name()).map(str::to_owned)
}

/// Returns the element in the full name of a pad.
pub(super) fn of_pad(full: &str) -> Option<&str> {
    let (rest, _) = full.rsplit_once(':')?;
    let (element, tag) = rest.rsplit_once(':')?;
    matches!(tag, "src" | "snk" | "inl").then_some(element)
}

#[cfg(test)]
mod tests {
    use super::of_pad;

    #[test]
    fn names_of_pads_begin_with_their_element() {
        assert_eq!(of_pad("src:src:out"), Some("src"));
        assert_eq!(of_pad("a:b:snk:x"), Some("a:b"));
        assert_eq!(of_pad("a:inl:inl"), Some("a"));
        for other in ["(runtime)", "loader", "a:b:c", "src:out"] {
            assert_eq!(of_pad(other), None);
        }
    }
}
