//! sgn
