//! Names of loggers, and what `tracing` calls them.

/// The logger that every other one is a child of.
pub const ROOT: &str = "sgn";

/// The logger of pipelines, and of the memory report.
pub const PIPELINE: &str = "pipeline";

/// The target of `MEMPROF` events; they have the `tracing` level TRACE.
pub const MEMPROF_TARGET: &str = "sgn::memprof";

/// The target of the events that have the numbers of the memory report as fields.
///
/// ```
/// assert_eq!(sgn::log::MEMORY_TARGET, "sgn::memory");
/// ```
pub const MEMORY_TARGET: &str = "sgn::memory";

/// The target of `CRITICAL` events; they have the `tracing` level ERROR.
pub const CRITICAL_TARGET: &str = "sgn::critical";
