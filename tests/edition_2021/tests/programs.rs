//! User crates of edition 2021: this file is one, and it takes the accepted programs into itself.
#![allow(
    dead_code,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    unused_imports,
    reason = "the programs are whole crates by themselves"
)]
#![allow(
    clippy::all,
    clippy::pedantic,
    reason = "the programs show oddities, not style"
)]

extern crate engine as sgn;

#[path = "../../tests/accepted/aliases_of_frame.rs"]
mod aliases_of_frame;
#[path = "../../tests/accepted/cfg_gated_fields.rs"]
mod cfg_gated_fields;
#[path = "../../tests/accepted/cfg_gated_methods.rs"]
mod cfg_gated_methods;
#[path = "../../tests/accepted/const_generics.rs"]
mod const_generics;
#[path = "../../tests/accepted/elements_made_by_a_macro.rs"]
mod elements_made_by_a_macro;
#[path = "../../tests/accepted/function_elements.rs"]
mod function_elements;
#[path = "../../tests/accepted/generic_elements.rs"]
mod generic_elements;
#[path = "../../tests/accepted/properties.rs"]
mod properties;
#[path = "../../tests/accepted/raw_identifiers.rs"]
mod raw_identifiers;
#[path = "../../tests/accepted/self_in_types.rs"]
mod self_in_types;
#[path = "../../tests/accepted/where_clauses.rs"]
mod where_clauses;
