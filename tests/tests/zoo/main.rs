//! A zoo of leaks, and of pipelines that only look as if they leaked. `zoo NAME` runs one case, whose report goes to
//! standard error; without a name, all cases are run, and what their last reports say is compared with the truth.
//!
//! A program without harness: each case is a process of its own, and the only user of its allocator.

#![expect(clippy::print_stdout, reason = "the scores are what it is for")]
#![expect(
    clippy::vec_box,
    reason = "blocks that somebody holds are what is looked for"
)]

mod case;
mod parts;
mod score;

mod collections;
mod elsewhere;
mod healthy;
mod healthy_caches;
mod healthy_phases;
mod helpers;
mod lists;
mod stock;
mod timing;
mod unreachable;

use case::Case;

sgn::counting_allocator!(holders);

fn cases() -> Vec<Case> {
    [
        collections::CASES,
        lists::CASES,
        stock::CASES,
        helpers::CASES,
        timing::CASES,
        elsewhere::CASES,
        unreachable::CASES,
        healthy::CASES,
        healthy_caches::CASES,
        healthy_phases::CASES,
    ]
    .concat()
}

fn main() -> sgn::Result<()> {
    let cases = cases();
    let name = std::env::args()
        .nth(1)
        .filter(|name| !name.starts_with('-'));
    let Some(name) = name else {
        score::all(&cases);
        return Ok(());
    };
    let Some(case) = cases.iter().find(|case| case.name == name) else {
        cases.iter().for_each(|case| println!("{}", case.name));
        return Ok(());
    };
    println!("{}", case.run()?);
    Ok(())
}
