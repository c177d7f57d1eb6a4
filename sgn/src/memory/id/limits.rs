//! The limits on the number of sites, owners and tables, which set the lengths of the tables.

/// The largest number of sites (pairs of owner and line); later ones share one site.
///
/// Smaller under Miri, which counts nothing, and takes seconds to make a table.
pub(in crate::memory) const MAX_SITES: usize = if cfg!(miri) { 1 << 12 } else { 1 << 20 };
/// The number of owner numbers: zero, which belongs to nobody, five of built-in owners, and 65 530 others.
pub(in crate::memory) const MAX_OWNERS: usize = 1 << 16;
/// The number of neighbouring sites that a reader handles together: their counters fit into the L1
/// cache.
pub(in crate::memory) const CHUNK: usize = 512;
/// The largest number of threads that have a table of their own at once.
pub(in crate::memory) const MAX_TABLES: usize = 1024;
/// The number of tables that may wait to be taken over before they are merged.
pub(in crate::memory) const MAX_WAITING: usize = 8;
