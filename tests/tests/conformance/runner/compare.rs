//! What a case expects against what happened.

use std::collections::HashMap;
use std::fmt::Debug;

use super::build::{Variant, role};
use super::case::{Case, Element, Kind};
use super::expectation::{Outcome, Place, Refusal as Expected, Run};
use super::play::{Played, Shape, Strides};
use super::refusal::{Problem, Refusal};
use super::sinks;

/// What differs, a sentence each.
#[derive(Debug, Default)]
pub(super) struct Differences {
    /// In what the pipeline is, in what is refused, and in the answers to questions.
    pub(super) of_structure: Vec<String>,
    /// In what comes of the runs: strides, frames, what is kept.
    pub(super) of_runs: Vec<String>,
}

/// Compares everything that the case expects of a pipeline played in this variant.
pub(super) fn compare(case: &Case, played: &mut Played, variant: Variant) -> Differences {
    let mut differences = Differences::default();
    let found = &mut differences.of_structure;
    let expect = &case.expect;
    if (expect.outcome == Outcome::Error) != expect.error.is_some() {
        found.push(String::from(
            "the case contradicts itself: its outcome and its error do not agree",
        ));
    }
    let early = match (&expect.error, &played.refusal) {
        (None, None) => false,
        (None, Some((place, refusal))) => {
            found.push(format!("refused at {place:?}: {}", refusal.text));
            return differences;
        }
        (Some(expected), None) => {
            found.push(format!(
                "{:?} at {:?} was expected, and nothing was refused",
                expected.category, expected.at
            ));
            return differences;
        }
        (Some(expected), Some((place, refusal))) => {
            refusal_differs(expected, *place, refusal, found);
            *place < expected.at
        }
    };
    same("iterated pads", &expect.iterated, &played.iterated, found);
    for name in &case.queries {
        match expect.contains.get(name) {
            Some(expected) => same(
                &format!("contains {name:?}"),
                expected,
                &played.pipeline.contains(name),
                found,
            ),
            None => found.push(format!("the case asks for {name:?} and has no answer")),
        }
    }
    if let Some([before, after]) = &played.refused_step {
        same("the pipeline after a refused step", before, after, found);
    }
    match (&played.shape, &expect.nodes) {
        (Some(shape), _) => shape_differs(case, shape, played, found),
        // The pipeline was not built as far as the peer's, whether by a fault or because we noticed one earlier.
        (None, Some(_)) if !early => found.push(String::from("the pipeline was not built")),
        (None, _) => {}
    }
    if !early {
        runs_differ(case, played, &mut differences.of_runs);
        differences
            .of_runs
            .extend(sinks::differ(case, &mut played.pipeline, variant));
    }
    differences
}

/// Adds a sentence if `expected` is not what was `found`.
pub(super) fn same<T: PartialEq + Debug + ?Sized>(
    what: &str,
    expected: &T,
    found: &T,
    differences: &mut Vec<String>,
) {
    if expected != found {
        differences.push(format!("{what}: expected {expected:?}, found {found:?}"));
    }
}

fn refusal_differs(expected: &Expected, place: Place, refusal: &Refusal, found: &mut Vec<String>) {
    if place > expected.at {
        found.push(format!(
            "refused at {place:?}, later than {:?}",
            expected.at
        ));
    }
    let alike = || {
        refusal
            .problems
            .iter()
            .filter(|problem| problem.category == Some(expected.category))
    };
    if alike().next().is_none() {
        found.push(format!(
            "{:?} was expected, not: {}",
            expected.category, refusal.text
        ));
        return;
    }
    let lacks: Vec<Vec<String>> = alike().map(|problem| lacks(expected, problem)).collect();
    if !lacks.iter().any(Vec::is_empty) {
        found.extend(lacks.into_iter().flatten());
    }
    if !expected.elements.is_empty() {
        let mut elements: Vec<&str> = alike()
            .filter_map(|problem| problem.element.as_deref())
            .collect();
        elements.sort_unstable();
        same(
            "elements of the error",
            expected.elements.as_slice(),
            &elements.iter().map(ToString::to_string).collect::<Vec<_>>(),
            found,
        );
    }
}

/// What a problem should say and does not.
fn lacks(expected: &Expected, problem: &Problem) -> Vec<String> {
    let mut found = Vec::new();
    let message = &problem.message;
    for name in expected
        .mentions
        .iter()
        .filter(|name| !message.contains(name.as_str()))
    {
        found.push(format!("the message does not mention {name:?}: {message}"));
    }
    let any = &expected.mentions_any;
    if !any.is_empty() && !any.iter().any(|name| message.contains(name)) {
        found.push(format!("the message mentions none of {any:?}: {message}"));
    }
    for (what, expected, told) in [
        ("pad", &expected.pad, &problem.pad),
        ("element", &expected.element, &problem.element),
        ("callback", &expected.callback, &problem.callback),
    ] {
        if expected.is_some() {
            same(&format!("{what} of the error"), expected, told, &mut found);
        }
    }
    found
}

fn shape_differs(case: &Case, shape: &Shape, played: &Played, found: &mut Vec<String>) {
    let expect = &case.expect;
    let (nodes, edges) = (&shape.nodes, &shape.edges);
    if let Some(expected) = &expect.nodes {
        same("pads", &expected.pads, &nodes.pads, found);
        same(
            "pads with the internal ones",
            &expected.pads_intra,
            &nodes.pads_intra,
            found,
        );
        same("elements", &expected.elements, &nodes.elements, found);
    }
    if let Some(expected) = &expect.edges {
        same("links of pads", &expected.pads, &edges.pads, found);
        same(
            "links of pads with the internal ones",
            &expected.pads_intra,
            &edges.pads_intra,
            found,
        );
        same(
            "links of elements",
            &expected.elements,
            &edges.elements,
            found,
        );
        same(
            "links of elements with the internal ones",
            &expected.elements_intra,
            &edges.elements_intra,
            found,
        );
    }
    if let Some(expected) = &expect.dot_edges {
        same("links in a drawing", expected, &edges.pads, found);
    }
    if let Some(batches) = &expect.generations {
        same(
            "pads in generations",
            &sorted(&batches.concat()),
            &nodes.pads_intra,
            found,
        );
        let generation = places(
            batches
                .iter()
                .enumerate()
                .flat_map(|(place, batch)| batch.iter().map(move |pad| (place, pad))),
        );
        links_run_upwards("generation", &generation, shape, found);
    }
    if let Some(expected) = &expect.startup_generations {
        same(
            "elements that are started",
            &sorted(&expected.concat()),
            &nodes.elements,
            found,
        );
    }
    // A pipeline that cannot run has no order, and that it cannot is the error that was compared.
    if let Some(order) = &played.call_order {
        if let Some(expected) = &expect.call_order {
            same(
                "pads that are called",
                &sorted(expected),
                &sorted(order),
                found,
            );
        }
        order_differs(case, shape, order, found);
    }
}

/// The order inside a generation binds nobody; the links do, and the declared order of an element's source pads.
fn order_differs(case: &Case, shape: &Shape, order: &[String], found: &mut Vec<String>) {
    same(
        "pads that are called",
        &shape.nodes.pads_intra,
        &sorted(order),
        found,
    );
    let turn = places(order.iter().enumerate());
    links_run_upwards("turn", &turn, shape, found);
    for element in &case.elements {
        for pair in declared_sources(element).windows(2) {
            if let (Some(first), Some(second)) =
                (turn.get(pair[0].as_str()), turn.get(pair[1].as_str()))
                && first > second
            {
                found.push(format!(
                    "`{}` is called before `{}`, which is declared first",
                    pair[1], pair[0]
                ));
            }
        }
    }
}

/// The place of each pad by its full name.
fn places<'a>(pads: impl Iterator<Item = (usize, &'a String)>) -> HashMap<&'a str, usize> {
    pads.map(|(place, pad)| (pad.as_str(), place)).collect()
}

/// Upstream has the smaller number.
fn links_run_upwards(
    what: &str,
    places: &HashMap<&str, usize>,
    shape: &Shape,
    found: &mut Vec<String>,
) {
    for (upstream, downstream) in &shape.edges.pads_intra {
        let (first, second) = (
            places.get(upstream.as_str()),
            places.get(downstream.as_str()),
        );
        if first >= second {
            found.push(format!("`{upstream}` feeds `{downstream}`, but the {what} of one is {first:?}, of the other {second:?}"));
        }
    }
}

/// The full names of the source pads of an element, in declared order.
fn declared_sources(element: &Element) -> Vec<String> {
    let outputs: Vec<&String> = match &element.kind {
        // sorted, as the keys of the map are
        Kind::CallableTransform(callable) => callable.callmap.keys().collect(),
        _ if role(&element.kind) == sgn::element::Role::Sink => Vec::new(),
        _ => element
            .sources
            .names()
            .iter()
            .chain(&element.sources.fixed)
            .collect(),
    };
    outputs
        .iter()
        .map(|short| format!("{}:src:{short}", element.name))
        .collect()
}

fn sorted(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

fn runs_differ(case: &Case, played: &Played, found: &mut Vec<String>) {
    let expected = &case.expect.runs;
    if expected.len() != played.runs.len() {
        found.push(format!(
            "runs: expected {expected:?}, found {:?}",
            played.runs
        ));
    }
    for (expected, run) in expected.iter().zip(&played.runs) {
        let agree = match (*expected, *run) {
            (Run::Finished { strides }, Strides::Finished(made)) => strides == made,
            (Run::Failed { strides_completed }, Strides::Failed(Some(made))) => {
                strides_completed == made
            }
            // Errors that were absorbed tell no stride, but the sinks that record saw every one.
            (Run::Failed { strides_completed }, Strides::Failed(None)) => {
                let seen = sinks::strides_seen(case, &played.pipeline);
                seen.is_none_or(|seen| seen == strides_completed)
            }
            _ => false,
        };
        if !agree {
            found.push(format!("run: expected {expected:?}, found {run:?}"));
        }
    }
}
