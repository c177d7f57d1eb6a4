//! Identifiers: owners, lines, sites, and the tags of blocks.

pub(super) mod anomalies;
pub(super) mod key;
pub(super) mod limits;
pub(super) mod mark;
pub(super) mod moments;
pub(super) mod names;
pub(super) mod owner;
pub(super) mod sites;
pub(super) mod tag;
