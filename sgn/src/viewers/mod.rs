//! Writes a recorded run in the formats of viewers.
