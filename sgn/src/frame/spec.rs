//! The description of a stream's data, compared by value.

use std::any::Any;
use std::fmt;
use std::ptr;
use std::sync::Arc;

/// A value that describes the data of a stream, such as its sample rate and unit.
///
/// Every type that is `Debug + PartialEq + Send + Sync + 'static` is one. The first frame that reaches a sink
/// pad fixes the spec of that link; a later frame whose spec differs, gaps and EOS frames included, ends the run
/// with an error that names the pad and both specs. Two specs of different types differ, even if all their
/// fields agree.
///
/// ```
/// use sgn::DataSpec;
///
/// #[derive(Debug, PartialEq)]
/// struct Rate(u32);
///
/// let specs: [Box<dyn DataSpec>; 2] = [Box::new(Rate(16_384)), Box::new(16_384_u32)];
/// assert!(specs[0].same(&Rate(16_384)));
/// assert!(!specs[0].same(&*specs[1]));
/// ```
pub trait DataSpec: Any + fmt::Debug + Send + Sync {
    /// Returns true if `other` is a spec of the same type and value.
    fn same(&self, other: &dyn DataSpec) -> bool;
}

impl<S: Any + fmt::Debug + PartialEq + Send + Sync> DataSpec for S {
    fn same(&self, other: &dyn DataSpec) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref::<S>() == Some(self)
    }
}

/// A shared [`DataSpec`], or none.
///
/// One word; cloning counts a reference. Two specs made from one another compare by address before they
/// compare by value, so a source should make its spec once and clone it.
///
/// ```
/// use sgn::Spec;
///
/// #[derive(Debug, PartialEq)]
/// struct Rate(u32);
///
/// let spec = Spec::new(Rate(16384));
/// assert_eq!(spec, Spec::new(Rate(16384)));
/// assert_ne!(spec, Spec::NONE);
/// assert_eq!(spec.get::<Rate>(), Some(&Rate(16384)));
/// ```
#[derive(Clone, Default)]
pub struct Spec(Option<Arc<Box<dyn DataSpec>>>);

impl Spec {
    /// No spec: nothing is said about the data.
    pub const NONE: Self = Self(None);

    /// Wraps a description of the data. Allocates once.
    pub fn new(spec: impl DataSpec) -> Self {
        Self(Some(Arc::new(Box::new(spec))))
    }

    /// Returns the description, if it is of type `S`.
    pub fn get<S: DataSpec>(&self) -> Option<&S> {
        let spec: &dyn Any = &***self.0.as_ref()?;
        spec.downcast_ref()
    }

    /// Returns true if nothing is said about the data.
    #[inline]
    pub const fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Returns true if both are none or share one allocation: cheap, and enough in the common case.
    #[inline]
    pub(crate) fn is_shared_with(&self, other: &Self) -> bool {
        let address = |spec: &Self| spec.0.as_ref().map_or(ptr::null(), Arc::as_ptr);
        ptr::eq(address(self), address(other))
    }
}

impl PartialEq for Spec {
    fn eq(&self, other: &Self) -> bool {
        self.is_shared_with(other)
            || match (&self.0, &other.0) {
                (Some(a), Some(b)) => a.same(&***b),
                _ => false,
            }
    }
}

impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(spec) => spec.fmt(f),
            None => f.write_str("none"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_fields_of_different_types_differ() {
        #[derive(Debug, PartialEq)]
        struct A(u8);
        #[derive(Debug, PartialEq)]
        struct B(u8);
        assert_ne!(Spec::new(A(1)), Spec::new(B(1)));
        assert_eq!(Spec::new(A(1)), Spec::new(A(1)));
        assert_ne!(Spec::new(A(1)), Spec::new(A(2)));
        assert_eq!(size_of::<Spec>(), size_of::<usize>());
    }
}
