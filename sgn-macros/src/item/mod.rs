//! The user's items, taken apart.

pub(crate) mod attributes;
pub(crate) mod function;
pub(crate) mod impl_half;
pub(crate) mod pad_method;
pub(crate) mod signature;
pub(crate) mod struct_half;
pub(crate) mod types;
