//! From an element of a case to one of ours.

use std::collections::BTreeMap;
use std::panic::resume_unwind;

use sgn::element::{
    DynamicSinkPads, DynamicSourcePads, ElementBuilder, IntoElement, NewElement, Role,
};
use sgn::elements::{
    CallableTransform, CollectFrames, CollectSink, DequeSink, GapEosScope, Inputs, IterSource,
    NullSink, NullSource, PassThrough, Values,
};
use sgn::{Frame, Spec};

use super::case::{self, Element, EosOnEmpty, Kind, Scope, Side, WrittenFrame};
use super::category::Category;
use super::datum::{Datum, Value, Written};
use super::elements::{
    Change, FIXED, FixedInputRelay, FixedKeeper, FixedPlayer, Keep, Keeper, Mishap, MixedKeeper,
    MixedPlayer, Player, Relay, RunningSum, Script,
};
use super::refusal::Refusal;

/// Which sinks a case is played with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    /// The stock ones: shows what they keep.
    Stock,
    /// Recording ones with the same pads: shows every frame that arrives.
    Recorded,
}

/// The element, or why it is refused.
///
/// # Errors
///
/// The case asks for something that the runner has no element for.
pub(super) fn build(
    element: &Element,
    variant: Variant,
) -> Result<Result<NewElement, Refusal>, String> {
    let role = role(&element.kind);
    for (side, needed) in [
        (&element.sources, role != Role::Sink),
        (&element.sinks, role != Role::Source),
    ] {
        if needed && side.fixed.is_empty() && !side.open {
            let message = "a type that has no pads of its own and lets nobody name any is refused by the macro";
            return Ok(Err(Refusal::by_compiler(
                Category::NoPads,
                &element.name,
                message,
            )));
        }
    }
    let built = match &element.kind {
        Kind::IterSource(iter) => iter_source(element, iter),
        Kind::NullSource(null) if is_stock(element) => finish(
            element,
            NullSource::<Value>::builder(&element.name).num_frames(null.num_frames),
            sources,
        ),
        Kind::ScriptSource(script) if is_plain(element) => Ok(script_source(element, script)?),
        Kind::PassThrough(pass) => pass_through(element, pass),
        Kind::Gate(_) if is_plain(element) => Ok(relay(element, Change::GapIfOdd)),
        Kind::EosAfter(after) if is_plain(element) => Ok(relay(element, Change::EosFrom(after.n))),
        Kind::RunningSum(_) if is_plain(element) => finish(
            element,
            RunningSum::builder(&element.name).mishap(mishap(element)),
            both,
        ),
        Kind::CallableTransform(callable) if is_stock(element) => {
            Ok(callable_transform(element, callable))
        }
        Kind::NullSink(_) | Kind::CollectSink(_) | Kind::DequeSink(_) => sink(element, variant),
        _ => Err(unsupported(element)),
    }?;
    Ok(built.map_err(|error| Refusal::new(&error, Some(role))))
}

/// The role of the elements of that kind.
pub(super) const fn role(kind: &Kind) -> Role {
    match kind {
        Kind::IterSource(_) | Kind::NullSource(_) | Kind::ScriptSource(_) => Role::Source,
        Kind::PassThrough(_) | Kind::Gate(_) | Kind::EosAfter(_) => Role::Transform,
        Kind::RunningSum(_) | Kind::CallableTransform(_) => Role::Transform,
        Kind::NullSink(_) | Kind::CollectSink(_) | Kind::DequeSink(_) => Role::Sink,
    }
}

/// What a sink of that kind keeps, if it keeps anything.
pub(super) const fn keeps(kind: &Kind) -> Option<Keep> {
    match kind {
        Kind::CollectSink(case::CollectSink {
            extract_data,
            skip_empty,
            ..
        }) => Some(Keep {
            extract_data: *extract_data,
            skip_empty: *skip_empty,
        }),
        Kind::DequeSink(_) => Some(Keep {
            extract_data: true,
            skip_empty: true,
        }),
        _ => None,
    }
}

/// Whether a stock element can play this part: all pads are the caller's, and nothing goes wrong on demand.
pub(super) fn is_stock(element: &Element) -> bool {
    is_plain(element) && element.fail.is_none() && element.eos_error.is_none()
}

fn is_plain(element: &Element) -> bool {
    element.sources.is_plain() && element.sinks.is_plain()
}

/// Whether the pads of `side` are one fixed one, and those of the caller besides.
fn is_mixed(side: &Side) -> bool {
    side.fixed == [FIXED] && side.open
}

/// Whether the pads of `side` are one fixed one and no others.
fn is_fixed(side: &Side) -> bool {
    side.fixed == [FIXED] && !side.open
}

fn unsupported(element: &Element) -> String {
    format!(
        "the runner has no element for `{}`: a {} with these fixed pads and failures ({element:?})",
        element.name,
        role(&element.kind)
    )
}

fn mishap(element: &Element) -> Mishap {
    Mishap::new(element.fail.clone(), element.eos_error.clone())
}

type Built = sgn::Result<NewElement>;

fn sources<B: ElementBuilder>(builder: B, element: &Element) -> B
where
    B::Element: DynamicSourcePads,
{
    builder.source_pads(element.sources.names())
}

fn sinks<B: ElementBuilder>(builder: B, element: &Element) -> B
where
    B::Element: DynamicSinkPads,
{
    builder.sink_pads(element.sinks.names())
}

fn both<B: ElementBuilder>(builder: B, element: &Element) -> B
where
    B::Element: DynamicSourcePads + DynamicSinkPads,
{
    sinks(sources(builder, element), element)
}

/// Names the pads and builds.
fn finish<B: IntoElement>(
    element: &Element,
    builder: B,
    pads: impl FnOnce(B, &Element) -> B,
) -> Result<Built, String> {
    Ok(NewElement::new(pads(builder, element)))
}

fn data(values: &[Written]) -> Vec<Datum> {
    values.iter().map(|written| written.0.clone()).collect()
}

fn iter_source(element: &Element, iter: &case::IterSource) -> Result<Built, String> {
    if is_stock(element) {
        return Ok(NewElement::new(stock_iter_source(element, iter)));
    }
    let scripts = iter.iters.iter().map(|(pad, values)| {
        let ends = match &iter.eos_on_empty {
            EosOnEmpty::Every(ends) => *ends,
            EosOnEmpty::ByPad(ends) => ends.get(pad).copied().unwrap_or(true),
        };
        let frames = data(values)
            .into_iter()
            .map(|value| value.map_or_else(Frame::gap, Frame::new));
        Script::new(pad, frames.collect(), Frame::gap().with_eos(ends))
    });
    player(element, scripts.collect())
}

fn stock_iter_source(element: &Element, iter: &case::IterSource) -> impl IntoElement + use<> {
    let iters = iter.iters.iter().map(|(pad, values)| {
        let values: Values<Datum> = Box::new(data(values).into_iter());
        (pad.clone(), values)
    });
    let builder = IterSource::<Value>::builder(&element.name)
        .source_pads(element.sources.names())
        .optional_iters(iters.collect());
    match &iter.eos_on_empty {
        EosOnEmpty::Every(ends) => builder.eos_on_empty(*ends),
        EosOnEmpty::ByPad(ends) => builder.eos_on_empty_by_pad(ends.clone().into_iter().collect()),
    }
}

fn player(element: &Element, scripts: Vec<Script>) -> Result<Built, String> {
    let name = &element.name;
    let intact = element.fail.is_none() && element.eos_error.is_none();
    if is_plain(element) {
        finish(
            element,
            Player::builder(name)
                .scripts(scripts)
                .mishap(mishap(element)),
            sources,
        )
    } else if is_fixed(&element.sources) && intact {
        finish(
            element,
            FixedPlayer::builder(name).scripts(scripts),
            sources,
        )
    } else if is_mixed(&element.sources) && intact {
        finish(
            element,
            MixedPlayer::builder(name).scripts(scripts),
            sources,
        )
    } else {
        Err(unsupported(element))
    }
}

fn script_source(element: &Element, script: &case::ScriptSource) -> Result<Built, String> {
    let scripts = script.frames.iter().map(|(pad, frames)| {
        let frames: Vec<Frame<Value>> = frames.iter().map(frame).collect();
        let spec = frames
            .last()
            .map(|frame| frame.spec().clone())
            .unwrap_or_default();
        Script::new(pad, frames, Frame::eos().with_spec(spec))
    });
    player(element, scripts.collect())
}

fn frame(written: &WrittenFrame) -> Frame<Value> {
    let spec = written.spec.clone().map(Spec::new).unwrap_or_default();
    Frame::from_option(written.d.0.clone())
        .with_gap(written.g)
        .with_eos(written.e)
        .with_spec(spec)
}

fn pass_through(element: &Element, pass: &case::PassThrough) -> Result<Built, String> {
    let routes: Vec<(String, String)> = pass.routes.clone().into_iter().collect();
    if is_stock(element) {
        finish(
            element,
            PassThrough::<Value>::builder(&element.name).routes(routes),
            both,
        )
    } else if is_plain(element) {
        finish(
            element,
            Relay::builder(&element.name)
                .routes(routes)
                .mishap(mishap(element)),
            both,
        )
    } else if is_fixed(&element.sinks) && element.sources.is_plain() && element.fail.is_none() {
        finish(
            element,
            FixedInputRelay::builder(&element.name).routes(routes),
            both,
        )
    } else {
        Err(unsupported(element))
    }
}

fn relay(element: &Element, change: Change) -> Built {
    NewElement::new(both(
        Relay::builder(&element.name)
            .change(change)
            .mishap(mishap(element)),
        element,
    ))
}

fn callable_transform(element: &Element, callable: &case::CallableTransform) -> Built {
    let mut builder = both(
        CallableTransform::<Value, Value>::builder(&element.name),
        element,
    )
    .gap_eos_scope(match callable.gap_eos_scope {
        Scope::AllInputs => GapEosScope::AllInputs,
        Scope::PerOutput => GapEosScope::PerOutput,
    });
    for (output, operation) in callable.callmap.clone() {
        builder = builder.function(output, move |inputs: Inputs<'_, Value>| {
            let frames: Vec<&Frame<Value>> = inputs.iter().collect();
            // A function of the stock transform fails by panicking. This is a panic without the message on
            // standard error, where nobody should look for the trouble that a case wants.
            operation
                .apply(&frames)
                .unwrap_or_else(|failure| resume_unwind(Box::new(failure)))
        });
    }
    let inputs: BTreeMap<_, _> = callable.depmap.clone();
    let builder = inputs
        .into_iter()
        .fold(builder, |builder, (output, inputs)| {
            builder.inputs(output, inputs)
        });
    NewElement::new(builder)
}

fn sink(element: &Element, variant: Variant) -> Result<Built, String> {
    let name = &element.name;
    let keep = keeps(&element.kind).unwrap_or_default();
    let intact = element.fail.is_none() && element.eos_error.is_none();
    if is_fixed(&element.sinks) && intact {
        return finish(element, FixedKeeper::builder(name).keep(keep), sinks);
    }
    if is_mixed(&element.sinks) && intact {
        return finish(element, MixedKeeper::builder(name).keep(keep), sinks);
    }
    if !is_plain(element) {
        return Err(unsupported(element));
    }
    if is_stock(element) {
        // A wrong configuration is the stock sink's to refuse, whoever records.
        let stock = stock_sink(element)?;
        if variant == Variant::Stock || stock.is_err() {
            return Ok(stock);
        }
    }
    finish(
        element,
        Keeper::builder(name).keep(keep).mishap(mishap(element)),
        sinks,
    )
}

fn stock_sink(element: &Element) -> Result<Built, String> {
    let name = &element.name;
    match &element.kind {
        Kind::CollectSink(case::CollectSink {
            extract_data: true,
            skip_empty: true,
            collects,
        }) => {
            let before = collects.iter().flatten();
            let before = before
                .map(|(pad, values)| (pad.clone(), data(values).into_iter().flatten().collect()));
            finish(
                element,
                CollectSink::<Value>::builder(name).collects(before.collect()),
                sinks,
            )
        }
        Kind::CollectSink(case::CollectSink {
            skip_empty,
            collects: None,
            ..
        }) => finish(
            element,
            CollectFrames::<Value>::builder(name).skip_empty(*skip_empty),
            sinks,
        ),
        Kind::DequeSink(_) => finish(element, DequeSink::<Value>::builder(name), sinks),
        Kind::NullSink(_) => finish(element, NullSink::<Value>::builder(name), sinks),
        _ => Err(unsupported(element)),
    }
}
