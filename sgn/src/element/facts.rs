//! The constants of an element's type, as a value.

use super::{Element, EosPolicy, PadRules, Role};
use crate::thread::CodePlace;

/// The constants of an [`Element`].
pub(crate) struct Facts {
    pub(crate) type_name: &'static str,
    pub(crate) role: Role,
    /// Where the code of the type stands.
    pub(crate) place: CodePlace,
    pub(super) eos: EosPolicy,
    pub(super) ends_by_itself: bool,
    pub(super) dynamic_sources: bool,
    pub(super) dynamic_sinks: bool,
    pub(super) pad_rules: PadRules,
}

impl Facts {
    pub(super) const fn of<E: Element>() -> Self {
        Self {
            type_name: E::TYPE_NAME,
            role: E::ROLE,
            place: E::PLACE,
            eos: E::EOS,
            ends_by_itself: E::ENDS_BY_ITSELF,
            dynamic_sources: E::DYNAMIC_SOURCES,
            dynamic_sinks: E::DYNAMIC_SINKS,
            pad_rules: E::PAD_RULES,
        }
    }
}
