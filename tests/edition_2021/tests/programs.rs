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

#[path = "../../ui/pass/aliases-of-frame.rs"]
mod aliases_of_frame;
#[path = "../../ui/pass/cfg-gated-fields.rs"]
mod cfg_gated_fields;
#[path = "../../ui/pass/cfg-gated-methods.rs"]
mod cfg_gated_methods;
#[path = "../../ui/pass/const-generics.rs"]
mod const_generics;
#[path = "../../ui/pass/elements-made-by-a-macro.rs"]
mod elements_made_by_a_macro;
#[path = "../../ui/pass/function-elements.rs"]
mod function_elements;
#[path = "../../ui/pass/generic-elements.rs"]
mod generic_elements;
#[path = "../../ui/pass/properties.rs"]
mod properties;
#[path = "../../ui/pass/raw-identifiers.rs"]
mod raw_identifiers;
#[path = "../../ui/pass/self-in-types.rs"]
mod self_in_types;
#[path = "../../ui/pass/where-clauses.rs"]
mod where_clauses;

#[test]
fn the_programs_run_in_edition_2021() -> sgn::Result<()> {
    aliases_of_frame::main()?;
    cfg_gated_fields::main()?;
    cfg_gated_methods::main()?;
    const_generics::main()?;
    elements_made_by_a_macro::main()?;
    function_elements::main()?;
    generic_elements::main()?;
    properties::main()?;
    raw_identifiers::main()?;
    self_in_types::main()?;
    where_clauses::main()?;
    Ok(())
}
