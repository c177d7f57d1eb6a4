//! Doing what a case says, through the public interface.

use std::collections::{BTreeMap, BTreeSet};

use sgn::element::NewElement;
use sgn::pad::Direction;
use sgn::{ErrorKind, Group, Pipeline, RunOptions, group, select};

use super::build::{Variant, build};
use super::case::{Case, IterateSide, LinkMap, Reference, Step};
use super::datum::Value;
use super::expectation::{Edges, Iterated, Nodes, Place};
use super::refusal::Refusal;

/// More strides than any case makes: a pipeline that goes on for ever is a failure and not a hang.
const MOST_STRIDES: u64 = 100_000;

/// A case that was played, as far as it went.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) pipeline: Pipeline,
    /// What the pipeline was before the first check or run, or at the end if there was none; `None` if it was
    /// refused while it was being built.
    pub(super) shape: Option<Shape>,
    /// The order in which a stride calls the pads; `None` if the pipeline cannot run.
    pub(super) call_order: Option<Vec<String>>,
    pub(super) runs: Vec<Strides>,
    pub(super) iterated: Vec<Iterated>,
    /// The error that it ended with, and where.
    pub(super) refusal: Option<(Place, Refusal)>,
    /// The pipeline before and after a step that was refused: calls are atomic, so nothing should have changed.
    pub(super) refused_step: Option<[Shape; 2]>,
}

/// The parts of a pipeline and how they are linked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) nodes: Nodes,
    pub(super) edges: Edges,
}

/// How far a run came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strides {
    /// To the end, in so many strides.
    Finished(u64),
    /// To an error, after so many complete strides if the error tells.
    Failed(Option<u64>),
}

/// Plays `case`.
///
/// # Errors
///
/// The case cannot be played, by no fault of the library.
pub(super) fn play(case: &Case, variant: Variant) -> Result<Played, String> {
    let mut stage = Stage {
        case,
        variant,
        pipeline: Pipeline::new(),
        ready: BTreeMap::new(),
        inserted: BTreeSet::new(),
        shape: None,
        runs: Vec::new(),
        iterated: Vec::new(),
        refused_step: None,
    };
    // Generic elements do not know that the payload of the cases can be cloned.
    stage.pipeline.allow_clone::<Value>();
    let refusal = stage.play().map_or_else(
        |stop| match stop {
            Stop::Refused(place, refusal) => Ok(Some((place, refusal))),
            Stop::Broken(reason) => Err(reason),
        },
        |()| Ok(None),
    )?;
    if refusal.is_none() {
        stage.take_shape();
    }
    let call_order = stage.pipeline.call_order().ok();
    Ok(Played {
        pipeline: stage.pipeline,
        shape: stage.shape,
        call_order,
        runs: stage.runs,
        iterated: stage.iterated,
        refusal,
        refused_step: stage.refused_step,
    })
}

/// Why playing ended early.
enum Stop {
    /// The library refused something.
    Refused(Place, Refusal),
    /// The case makes no sense to the runner.
    Broken(String),
}

impl From<String> for Stop {
    fn from(reason: String) -> Self {
        Self::Broken(reason)
    }
}

struct Stage<'a> {
    case: &'a Case,
    variant: Variant,
    pipeline: Pipeline,
    /// Elements by handle that are built and not inserted.
    ready: BTreeMap<&'a str, NewElement>,
    /// Handles of elements that were inserted.
    inserted: BTreeSet<&'a str>,
    shape: Option<Shape>,
    runs: Vec<Strides>,
    iterated: Vec<Iterated>,
    refused_step: Option<[Shape; 2]>,
}

impl<'a> Stage<'a> {
    fn play(&mut self) -> Result<(), Stop> {
        for (place, element) in self.case.elements.iter().enumerate() {
            let built = build(element, self.variant)?;
            let built = built.map_err(|refusal| Stop::Refused(Place::Element(place), refusal))?;
            if self.ready.insert(element.handle(), built).is_some() {
                return Err(Stop::Broken(format!(
                    "two elements are called `{}` in steps",
                    element.handle()
                )));
            }
        }
        let expects_error = self.case.expect.error.is_some();
        for (place, step) in self.case.steps.iter().enumerate() {
            // To walk a selection is to insert its elements and then to walk: two calls.
            let is_one_call = !matches!(step, Step::Iterate { .. });
            let before = (expects_error && is_one_call).then(|| shape(&self.pipeline));
            if let Err(error) = self.step(place, step)? {
                self.refused_step = before.map(|before| [before, shape(&self.pipeline)]);
                return Err(Stop::Refused(
                    Place::Step(place),
                    Refusal::new(&error, None),
                ));
            }
        }
        Ok(())
    }

    fn step(&mut self, place: usize, step: &'a Step) -> Result<sgn::Result<()>, String> {
        Ok(match step {
            Step::Insert { elements, link_map } => {
                let elements = elements
                    .iter()
                    .map(|handle| self.element(handle))
                    .collect::<Result<Vec<_>, _>>()?;
                self.pipeline.insert(elements, source_first(link_map))
            }
            Step::Link { link_map } => self.pipeline.insert([], source_first(link_map)),
            Step::Connect {
                source,
                sink,
                link_map,
            } => {
                let source = self.group(source)?;
                let sink = self.group(sink)?;
                self.pipeline
                    .connect_by(source, sink, source_first(link_map))
            }
            Step::Check {} => {
                self.take_shape();
                self.pipeline.check()
            }
            Step::Run {} => {
                self.take_shape();
                self.run()
            }
            Step::Iterate { target, side } => self.iterate(place, target, *side)?,
        })
    }

    fn run(&mut self) -> sgn::Result<()> {
        let options = RunOptions::new()
            .handle_signals(false)
            .max_strides(MOST_STRIDES);
        match self.pipeline.run_with(options) {
            Ok(summary) => {
                self.runs.push(Strides::Finished(summary.strides));
                Ok(())
            }
            Err(error) => {
                let completed = match error.kind() {
                    // All strides were made, and the error does not say how many.
                    ErrorKind::Eos => None,
                    _ => Some(error.stride().map_or(0, |stride| stride - 1)),
                };
                self.runs.push(Strides::Failed(completed));
                Err(error)
            }
        }
    }

    /// The element, for moving it into the pipeline. To insert one twice is to build it twice.
    fn element(&mut self, handle: &'a str) -> Result<NewElement, String> {
        self.inserted.insert(handle);
        if let Some(element) = self.ready.remove(handle) {
            return Ok(element);
        }
        let element = self.case.element(handle)?;
        build(element, self.variant)?.map_err(|refusal| refusal.text)
    }

    /// The group that a reference stands for: by name what is in the pipeline, by value what is new.
    fn group(&mut self, reference: &'a Reference) -> Result<sgn::Result<Group>, String> {
        Ok(match reference {
            Reference::Element(handle) if self.inserted.contains(handle.as_str()) => {
                group([self.case.element(handle)?.name.as_str()])
            }
            Reference::Element(handle) => group([self.element(handle)?]),
            Reference::Group { group: members } => {
                let members = members
                    .iter()
                    .map(|member| self.group(member))
                    .collect::<Result<Vec<_>, _>>()?;
                group(members)
            }
            Reference::Select {
                select: target,
                pads,
            } => {
                let target = match &**target {
                    // A group of one is still a group, and selecting from that is not selecting from an element.
                    Reference::Element(handle) => self.alone(handle)?,
                    target => self.group(target)?,
                };
                select(target, pads)
            }
        })
    }

    fn alone(&mut self, handle: &'a str) -> Result<sgn::Result<Group>, String> {
        use sgn::IntoGroup as _;

        if self.inserted.contains(handle) {
            Ok(self.case.element(handle)?.name.as_str().into_group())
        } else {
            Ok(self.element(handle)?.into_group())
        }
    }

    /// Walks the pads of a selection. The elements go into the pipeline first: pads belong to one.
    fn iterate(
        &mut self,
        step: usize,
        target: &'a Reference,
        side: IterateSide,
    ) -> Result<sgn::Result<()>, String> {
        for handle in handles(target) {
            if !self.inserted.contains(handle) {
                let element = self.element(handle)?;
                if let Err(error) = self.pipeline.insert([element], []) {
                    return Ok(Err(error));
                }
            }
        }
        let direction = match side {
            IterateSide::Source => Direction::Source,
            IterateSide::Sink => Direction::Sink,
        };
        let target = self.group(target)?;
        Ok(self.pipeline.pads_of(target, direction).map(|pads| {
            let pads = pads.into_iter().map(|(short, _)| short).collect();
            self.iterated.push(Iterated { step, pads });
        }))
    }

    fn take_shape(&mut self) {
        if self.shape.is_none() {
            self.shape = Some(shape(&self.pipeline));
        }
    }
}

/// The files write links as `[sink, source]`.
fn source_first(map: &LinkMap) -> Vec<(&str, &str)> {
    map.iter()
        .map(|(sink, source)| (source.as_str(), sink.as_str()))
        .collect()
}

fn handles(reference: &Reference) -> Vec<&str> {
    match reference {
        Reference::Element(handle) => vec![handle],
        Reference::Group { group } => group.iter().flat_map(handles).collect(),
        Reference::Select { select, .. } => handles(select),
    }
}

fn shape(pipeline: &Pipeline) -> Shape {
    Shape {
        nodes: Nodes {
            pads: pipeline.pads(),
            pads_intra: pipeline.all_pads(),
            elements: pipeline.elements(),
        },
        edges: Edges {
            pads: pipeline.pad_links(),
            pads_intra: pipeline.all_pad_links(),
            elements: pipeline.element_links(),
            elements_intra: pipeline.all_element_links(),
        },
    }
}
