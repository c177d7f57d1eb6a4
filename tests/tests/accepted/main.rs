//! Programs that the macros accept, each a module; those that must be crates of their own are in `tests/ui/pass`.
#![allow(
    dead_code,
    dropping_copy_types,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    unused_imports,
    reason = "the programs are as users write them"
)]
#![allow(
    clippy::all,
    clippy::pedantic,
    reason = "the programs show oddities, not style"
)]

mod aliases_of_frame;
mod bounds_on_the_impl_only;
mod cfg_gated_elements;
mod cfg_gated_fields;
mod cfg_gated_methods;
mod const_generics;
mod derives_around_the_attribute;
mod elements_in_a_function_body;
mod elements_made_by_a_macro;
mod empty_structs;
mod function_elements;
mod generic_elements;
mod helpers_call_callbacks;
mod imported_attributes;
mod names_of_generated_code;
mod own_constructor;
mod owning_fields;
mod pad_rules;
mod parameter_defaults;
mod payloads_of_every_kind;
mod properties;
mod raw_identifiers;
mod receivers_and_patterns;
mod results_and_options;
mod self_in_types;
mod self_of_the_impl_in_types;
mod visibilities;
mod where_clauses;
