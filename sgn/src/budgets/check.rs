//! Holds the elements of a run to their budgets.

use std::fmt;

use crate::counting::ModeLease;
use crate::element::{Budget, Bytes};
use crate::error::{Error, ErrorKind, Result};
use crate::graph::Node;
use crate::log::{self, Level, PIPELINE};
use crate::memory::{self, Mode, WatchedLine, WatchedOwners};

/// The elements of a run that have budgets, and the request to count blocks.
pub(crate) struct Budgets {
    all: Vec<Watched>,
    _lease: ModeLease,
}

/// One element with a budget.
struct Watched {
    element: String,
    type_name: &'static str,
    budget: Budget,
    memory: WatchedOwners,
    told: Told,
}

/// The problems of an element that were reported.
#[derive(Default)]
struct Told {
    bytes: bool,
    blocks: bool,
    refused: bool,
}

impl Budgets {
    /// Has blocks counted if any of `nodes` has a budget. Without the counting allocator a warning says so, and there
    /// are no budgets.
    ///
    /// # Errors
    ///
    /// The operating system refuses the memory for counting.
    pub(crate) fn begin<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> Result<Option<Self>> {
        let nodes = nodes.into_iter();
        let mut nodes = nodes.filter(|node| node.budget().has_limits()).peekable();
        if nodes.peek().is_none() {
            return Ok(None);
        }
        if !memory::is_installed() {
            warn_unchecked(
                nodes,
                "because this program does not count its memory; add the line `sgn::counting_allocator!();` next to its \
                 `main` function",
            );
            return Ok(None);
        }
        let lease = ModeLease::new(Mode::Counted)?;
        let (checked, unchecked): (Vec<_>, Vec<_>) = nodes.partition(|node| has_own_counters(node));
        if !unchecked.is_empty() {
            warn_unchecked(
                unchecked.into_iter(),
                "because the process has more pads than the profiler tells apart; drop pipelines that are done",
            );
        }
        let all = checked
            .into_iter()
            .map(Watched::new)
            .collect::<Result<_>>()?;
        Ok(Some(Self { all, _lease: lease }))
    }

    /// Reads the counters before the first stride of a run.
    pub(crate) fn start(&mut self) {
        for watched in &mut self.all {
            // What cannot be read now is reported after the stride.
            let _ = watched.memory.read();
        }
    }

    /// Reads the counters after stride `number`, and returns the error for limits that are broken, and were not
    /// before.
    pub(crate) fn after_stride(&mut self, number: u64) -> Option<Error> {
        let mut problems = Vec::new();
        for watched in &mut self.all {
            watched.check(number, &mut problems);
        }
        (!problems.is_empty())
            .then(|| Error::several("elements break their budgets", problems).in_stride(number))
    }
}

/// Returns true if no pad of the element shares its counters with those of others.
fn has_own_counters(node: &Node) -> bool {
    node.owners().all(|owner| !owner.is_built_in())
}

/// Warns that the budgets of `nodes` are not checked, and says why.
fn warn_unchecked<'a>(nodes: impl Iterator<Item = &'a Node>, reason: &str) {
    let names: Vec<String> = nodes.map(|node| format!("`{}`", node.name())).collect();
    let names = match names.as_slice() {
        [one] => format!("the budget of element {one} is"),
        many => format!("the budgets of elements {} are", many.join(", ")),
    };
    log::insist(
        Level::Warning,
        PIPELINE,
        format_args!("{names} not checked, {reason}"),
    );
}

impl Watched {
    fn new(node: &Node) -> Result<Self> {
        let memory = WatchedOwners::new(node.owners()).ok_or_else(|| refused(node.name()))?;
        Ok(Self {
            element: node.name().to_owned(),
            type_name: node.type_name(),
            budget: node.budget(),
            memory,
            told: Told::default(),
        })
    }

    #[inline]
    fn check(&mut self, stride: u64, problems: &mut Vec<Error>) {
        if !self.memory.read() && !self.told.refused {
            self.told.refused = true;
            problems.push(refused(&self.element));
        }
        if let Some(most) = self.budget.most_bytes()
            && self.memory.live_bytes() > most
            && !self.told.bytes
        {
            self.told.bytes = true;
            problems.push(self.too_many_bytes(most, stride));
        }
        if let Some((most, warm_up)) = self.budget.most_blocks()
            && stride > warm_up
            && self.memory.new_blocks() > most
            && !self.told.blocks
        {
            self.told.blocks = true;
            problems.push(self.too_many_blocks(most, stride));
        }
    }

    #[cold]
    fn too_many_bytes(&self, most: u64, stride: u64) -> Error {
        let live = self.memory.live_bytes();
        let line = self.memory.largest();
        let part = line.map(|line| format!("{} of it", Bytes(line.live_bytes)));
        self.broken(
            format_args!(
                "{live} bytes are live after stride {stride}, {} are allowed",
                Bytes(most)
            ),
            stride,
            line.zip(part),
        )
    }

    #[cold]
    fn too_many_blocks(&self, most: u64, stride: u64) -> Error {
        let blocks = self.memory.new_blocks();
        let plural = if blocks == 1 { " was" } else { "s were" };
        let line = self.memory.busiest();
        let part = line.map(|line| format!("{} of them", line.new_blocks));
        self.broken(
            format_args!("{blocks} block{plural} allocated in stride {stride}, {most} are allowed"),
            stride,
            line.zip(part),
        )
    }

    fn broken(
        &self,
        found: fmt::Arguments<'_>,
        stride: u64,
        line: Option<(WatchedLine, String)>,
    ) -> Error {
        let Self {
            element, type_name, ..
        } = self;
        let pad = line.as_ref().map(|(line, _)| line.owner.name());
        let place = line
            .as_ref()
            .zip(pad.as_ref())
            .map_or_else(String::new, |((line, part), pad)| {
                format!("; {part} by pad `{pad}` at {}", Place(line))
            });
        let error = Error::new(
            ErrorKind::Budget,
            format!("element `{element}` ({type_name}) breaks its budget: {found}{place}"),
        )
        .of_element(element)
        .in_stride(stride);
        match pad {
            Some(pad) => error.of_pad(pad.as_str()),
            None => error,
        }
    }
}

/// The line of source, or that none is known.
struct Place<'a>(&'a WatchedLine);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.mark {
            Some(mark) => write!(f, "{}:{} `{}`", mark.file(), mark.line(), mark.text()),
            None => f.write_str("no known line"),
        }
    }
}

fn refused(element: &str) -> Error {
    Error::new(
        ErrorKind::Profiler,
        format!("the system refuses the memory for checking the budget of element `{element}`"),
    )
    .of_element(element)
}
