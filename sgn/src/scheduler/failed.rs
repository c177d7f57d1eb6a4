//! Turns failures of callbacks into errors that name element, pad and stride.

use super::stop::StopCause;
use crate::BoxError;
use crate::error::{Callback, Error, ErrorKind};
use crate::foreign;
use crate::graph::Node;
use crate::memory::OwnerId;
use crate::pad::{Failure, FailureCause};

/// Makes the error for an `on_startup` of `node` that returned an error.
pub(crate) fn on_startup(node: &Node, source: BoxError) -> Error {
    let message = format!(
        "`on_startup` of element `{}` ({}) failed: {}",
        node.name(),
        node.type_name(),
        foreign::show_error(&*source),
    );
    Error::new(ErrorKind::Callback, message)
        .of_element(node.name())
        .of_pad(node.internal())
        .in_callback(Callback::OnStartup)
        .caused_by(source)
}

/// Makes the error for a pad method of `node` that failed.
pub(crate) fn in_stride(node: &Node, stride: u64, failure: Failure) -> Error {
    let (pad, callback, cause) = failure.into_parts();
    let place = format!(
        "element `{}` ({}), pad `{pad}`, stride {stride}",
        node.name(),
        node.type_name()
    );
    let error = match cause {
        FailureCause::Returned(source) => Error::new(
            ErrorKind::Callback,
            format!(
                "`{callback}` failed in {place}: {}",
                foreign::show_error(&*source)
            ),
        )
        .caused_by(source),
        FailureCause::SpecChanged { expected, found } => Error::new(
            ErrorKind::SpecChanged,
            format!(
                "the data spec of a link may not change, but in {place} it did: first {}, now {}",
                foreign::show_debug(&expected),
                foreign::show_debug(&found),
            ),
        ),
        FailureCause::NoFrame => Error::new(
            ErrorKind::Internal,
            format!("no frame where the plan has one, in {place}"),
        ),
    };
    error
        .of_element(node.name())
        .of_pad(&pad)
        .in_callback(callback)
        .in_stride(stride)
}

/// Makes the error for a `callback` of `node` that panicked outside of all strides, with that text.
pub(crate) fn panicked(node: &Node, callback: Callback, text: &str) -> Error {
    Error::new(
        ErrorKind::Panic,
        format!(
            "`{callback}` panicked in element `{}` ({}): {text}",
            node.name(),
            node.type_name()
        ),
    )
    .of_element(node.name())
    .of_pad(node.internal())
    .in_callback(callback)
}

/// Makes the error for a pad method of `node` that panicked with that text, while `owner` was the current owner of
/// allocations.
pub(crate) fn panicked_in_stride(
    node: &mut Node,
    owner: OwnerId,
    stride: u64,
    text: &str,
) -> Error {
    let (callback, pad) = node.take_unwound(owner);
    let place = pad
        .as_ref()
        .map_or_else(String::new, |pad| format!(", pad `{pad}`"));
    let error = Error::new(
        ErrorKind::Panic,
        format!(
            "`{callback}` panicked in element `{}` ({}){place}, stride {stride}: {text}",
            node.name(),
            node.type_name()
        ),
    )
    .of_element(node.name())
    .in_callback(callback)
    .in_stride(stride);
    match pad {
        Some(pad) => error.of_pad(&pad),
        None => error,
    }
}

/// Makes the error for a panic outside of elements, in a subscriber of the log or a reader of the report.
pub(crate) fn panicked_outside(stride: u64, text: &str) -> Error {
    Error::new(
        ErrorKind::Panic,
        format!("panic outside of all elements in stride {stride}: {text}"),
    )
    .in_stride(stride)
}

/// Makes the error for a payload left over in `pad` of `node` that panicked when it was dropped.
pub(crate) fn payload_dropped(node: &Node, pad: &str, text: &str) -> Error {
    Error::new(
        ErrorKind::Panic,
        format!(
            "the destructor of a payload panicked when the run ended, in element `{}` ({}), pad `{pad}`: {text}",
            node.name(),
            node.type_name()
        ),
    )
    .of_element(node.name())
    .of_pad(pad)
    .in_callback(Callback::Drop)
}

/// Makes the error for a lost end of the streams: `holder`, by its source pad of that index, has not passed it on in
/// `waited` strides.
pub(crate) fn end_lost(
    holder: Option<(&Node, usize)>,
    waited: u64,
    stride: u64,
    stop: Option<StopCause>,
) -> Error {
    let stopped = stop.map_or_else(String::new, |cause| format!("stopped by {cause}, but "));
    let plural = if waited == 1 { "" } else { "s" };
    let Some((node, pad)) = holder else {
        return Error::new(
            ErrorKind::EndLost,
            format!("{stopped}the end of the streams is lost, {waited} stride{plural} after all sources have ended"),
        )
        .in_stride(stride);
    };
    let pad = &node.sources[pad].full;
    Error::new(
        ErrorKind::EndLost,
        format!(
            "{stopped}element `{}` ({}) has lost the end of its streams: its inputs have ended, and {waited} \
             stride{plural} later, in stride {stride}, pad `{pad}` has given no frame marked EOS; mark the last frame by \
             `with_eos(true)`, or leave out `eos = manual`, or allow more by `RunOptions::grace_strides` and \
             `grace_time`",
            node.name(),
            node.type_name()
        ),
    )
    .of_element(node.name())
    .of_pad(pad)
    .in_stride(stride)
}

/// Makes the error for one that `node` absorbed, reported now that the streams have ended.
pub(crate) fn absorbed(node: &Node, source: BoxError) -> Error {
    Error::new(
        ErrorKind::Eos,
        format!(
            "element `{}` ({}): {}",
            node.name(),
            node.type_name(),
            foreign::show_error(&*source)
        ),
    )
    .of_element(node.name())
    .in_callback(Callback::EosError)
    .caused_by(source)
}

/// Joins all absorbed errors in one; a single panic is returned as it is.
pub(crate) fn at_eos(mut problems: Vec<Error>) -> Error {
    if problems.len() == 1
        && let Some(panic) = problems.pop_if(|problem| problem.kind() == ErrorKind::Panic)
    {
        return panic;
    }
    let names: Vec<String> = problems
        .iter()
        .filter_map(Error::element)
        .map(|name| format!("`{name}`"))
        .collect();
    Error::new(
        ErrorKind::Eos,
        format!(
            "the streams have ended, but elements had failed before: {}",
            names.join(", ")
        ),
    )
    .with_problems(problems)
}
