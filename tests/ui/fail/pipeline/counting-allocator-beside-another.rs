//! mistakes: 1

use std::alloc::System;

sgn::counting_allocator!();

#[global_allocator]
static OTHER: System = System;

fn main() {}
