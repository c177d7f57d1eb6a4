//! The register of owners, scopes, and the guards of generated code.

pub(super) mod ended;
pub(super) mod guards;
pub(super) mod origin;
pub(super) mod register;
pub(super) mod scope;
