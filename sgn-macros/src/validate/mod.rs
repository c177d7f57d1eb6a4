//! Every rule and every sentence of every error.
//!
//! A sentence is lower case, has no final period, puts names in backticks, states the rule first and the remedy after
//! `;`, and points at the smallest token that the user must change.

pub(crate) mod budget;
pub(crate) mod function;
pub(crate) mod impl_half;
pub(crate) mod items;
pub(crate) mod options;
pub(crate) mod pad_rules;
pub(crate) mod profile;
pub(crate) mod struct_half;
pub(crate) mod suggest;
pub(crate) mod types;
