//! From what a callback did to an error that says where.

use std::any::Any;

use crate::BoxError;
use crate::error::{Error, ErrorKind};
use crate::graph::{Graph, Node};
use crate::memory::OwnerId;
use crate::pad::{Callback, Failure, FailureCause};

/// `on_startup` of `node` returned an error.
pub(crate) fn on_startup(node: &Node, source: BoxError) -> Error {
    let message = format!(
        "`on_startup` of element `{}` ({}) failed: {source}",
        node.name(),
        node.type_name()
    );
    Error::new(ErrorKind::Callback, message)
        .of_element(node.name())
        .of_pad(node.internal())
        .in_callback(Callback::OnStartup)
        .caused_by(source)
}

/// A pad method of `node` failed.
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
            format!("`{callback}` failed in {place}: {source}"),
        )
        .caused_by(source),
        FailureCause::SpecChanged { expected, found } => Error::new(
            ErrorKind::SpecChanged,
            format!(
                "the data spec of a link may not change, but in {place} it did: first {expected:?}, now {found:?}"
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

/// A method panicked while `owner` was the current owner of allocations, which tells the pad.
pub(crate) fn by_panic(
    graph: &Graph,
    owner: OwnerId,
    stride: u64,
    panic: &(dyn Any + Send),
) -> Error {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a value that is no text");
    match graph.nodes().iter().find_map(|node| pad_of(node, owner)) {
        Some((node, pad, callback)) => Error::new(
            ErrorKind::Panic,
            format!(
                "`{callback}` panicked in element `{}` ({}), pad `{pad}`, stride {stride}: {text}",
                node.name(),
                node.type_name()
            ),
        )
        .of_element(node.name())
        .of_pad(pad)
        .in_callback(callback)
        .in_stride(stride),
        None => Error::new(
            ErrorKind::Panic,
            format!("panic outside of all elements in stride {stride}: {text}"),
        )
        .in_stride(stride),
    }
}

/// `node` absorbed an error that is reported now that the streams have ended.
pub(crate) fn absorbed(node: &Node, source: BoxError) -> Error {
    Error::new(
        ErrorKind::Eos,
        format!("element `{}` ({}): {source}", node.name(), node.type_name()),
    )
    .of_element(node.name())
    .caused_by(source)
}

/// All absorbed errors as one.
pub(crate) fn at_eos(problems: Vec<Error>) -> Error {
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

fn pad_of(node: &Node, owner: OwnerId) -> Option<(&Node, &str, Callback)> {
    let sinks = node
        .sinks
        .iter()
        .map(|pad| (pad.owner, pad.full.as_str(), Callback::Pull));
    let sources = node
        .sources
        .iter()
        .map(|pad| (pad.owner, pad.full.as_str(), Callback::New));
    let internal = (node.internal_owner(), node.internal(), Callback::Internal);
    let mut all = sinks.chain([internal]).chain(sources);
    all.find(|(own, ..)| *own == owner)
        .map(|(_, pad, callback)| (node, pad, callback))
}
