//! Checks if a pipeline can run, and lists every problem at once.

use super::{Graph, Plan};
use crate::element::Role;
use crate::error::{Error, ErrorKind, Result};

impl Graph {
    /// Plans a stride, or reports everything that stands in the way.
    pub(crate) fn check(&self) -> Result<Plan> {
        let mut problems = Vec::new();
        if !self.nodes().iter().any(|node| node.role() == Role::Sink) {
            problems.push(Error::new(
                ErrorKind::NoSinks,
                "the pipeline has no sink; a run ends when all sinks have seen the end of their streams, so add one",
            ));
        }
        for node in self.nodes() {
            problems.extend(
                node.sources
                    .iter()
                    .filter(|pad| pad.feeds.is_empty())
                    .map(|pad| {
                        Error::new(
                            ErrorKind::UnlinkedSourcePad,
                            format!(
                                "source pad `{}` feeds nothing; link it, or end it in a `NullSink`",
                                pad.full
                            ),
                        )
                        .of_element(node.name())
                        .of_pad(&pad.full)
                    }),
            );
            problems.extend(
                node.sinks
                    .iter()
                    .filter(|pad| pad.fed_by.is_none())
                    .map(|pad| {
                        Error::new(
                            ErrorKind::UnlinkedSinkPad,
                            format!(
                                "sink pad `{}` is fed by nothing; link a source pad to it",
                                pad.full
                            ),
                        )
                        .of_element(node.name())
                        .of_pad(&pad.full)
                    }),
            );
        }
        match self.plan() {
            Ok(plan) if problems.is_empty() => Ok(plan),
            Ok(_) => Err(Error::several("the pipeline cannot run", problems)),
            Err(error) => {
                problems.push(error);
                Err(Error::several("the pipeline cannot run", problems))
            }
        }
    }
}
