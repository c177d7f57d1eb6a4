//! How much is told apart, which is how long the tables are.

/// Most sites (pairs of owner and line) that are told apart.
///
/// Fewer under Miri, which counts nothing, and takes seconds to make a table.
pub(in crate::memory) const MAX_SITES: usize = if cfg!(miri) { 1 << 12 } else { 1 << 20 };
/// Most owners that are told apart; the identifier zero belongs to nobody.
pub(in crate::memory) const MAX_OWNERS: usize = 1 << 16;
/// How many neighbouring sites are read together: with their counters they fit the nearest caches.
pub(in crate::memory) const CHUNK: usize = 512;
