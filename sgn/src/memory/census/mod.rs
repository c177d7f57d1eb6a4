//! Finds out who holds each live block.

pub(crate) mod roots;
