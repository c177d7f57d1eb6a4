//! The attribute macros of `sgn`.
