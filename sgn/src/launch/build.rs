//! From chains to a pipeline.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use super::error::{KEPT, Problem};
use super::lex::Part;
use super::parse::{Chain, Element, End, Reference, elements};
use super::payload::Payloads;
use crate::element::NewElement;
use crate::error::{Error, ErrorKind};
use crate::graph::{Group, IntoGroup, select};
use crate::registry::{PAYLOAD, Properties, registry};
use crate::suggest::did_you_mean;
use crate::text::{quoted_list, split_pad};
use crate::{Pipeline, Result};

/// The property that every element has: what it is called in the pipeline.
pub(crate) const NAME: &str = "name";

/// Builds all elements, then all links; either everything is well or there are problems.
pub(super) fn pipeline(text: &str, chains: &[Chain]) -> Result<Pipeline, Vec<Problem>> {
    let mut builder = Builder::default();
    builder.name_all(chains);
    let elements = builder.build_all(chains);
    builder.check_references(chains);
    if !builder.problems.is_empty() {
        return Err(builder.problems);
    }
    let mut pipeline = Pipeline::new();
    for (element, place) in elements {
        if let Err(error) = pipeline.insert([element], []) {
            builder.problems.push(Problem::at(&place, &error));
        }
    }
    builder.link_all(&mut pipeline, text, chains);
    if builder.problems.is_empty()
        && let Err(error) = pipeline.check()
    {
        builder.place_problems(&error, chains);
    }
    if builder.problems.is_empty() {
        Ok(pipeline)
    } else {
        Err(builder.problems)
    }
}

#[derive(Default)]
struct Builder {
    /// The name of each element by the place of its first letter, which no other element has.
    names: HashMap<usize, String>,
    problems: Vec<Problem>,
}

fn given_name(element: &Element) -> Option<&Part> {
    let own = element.properties.iter().find(|(key, _)| key.text == NAME);
    own.map(|(_, name)| name)
}

impl Builder {
    fn name_of(&self, element: &Element) -> &str {
        self.names
            .get(&element.kind.place.start)
            .map_or("", String::as_str)
    }

    /// Names the elements as the text does, and the others `counter0`, `counter1`.
    fn name_all(&mut self, chains: &[Chain]) {
        let mut taken: HashSet<&str> = HashSet::new();
        for element in elements(chains) {
            let Some(name) = given_name(element) else {
                continue;
            };
            if !taken.insert(&name.text) {
                self.problems.push(Problem {
                    kind: ErrorKind::DuplicateElementName,
                    message: format!("the name `{}` is taken; choose another", name.text),
                    place: name.place.clone(),
                });
            }
            self.names
                .insert(element.kind.place.start, name.text.clone());
        }
        let mut next: HashMap<String, usize> = HashMap::new();
        for element in elements(chains) {
            if given_name(element).is_some() {
                continue;
            }
            let kind = registry()
                .get(&element.kind.text)
                .map_or(element.kind.text.as_str(), |info| info.name());
            let next = next.entry(kind.to_owned()).or_default();
            let name = loop {
                let name = format!("{kind}{next}");
                *next += 1;
                if !taken.contains(name.as_str()) {
                    break name;
                }
            };
            self.names.insert(element.kind.place.start, name);
        }
    }

    fn build_all(&mut self, chains: &[Chain]) -> Vec<(NewElement, Range<usize>)> {
        let mut built = Vec::new();
        let payloads = Payloads::infer(chains, &self.names);
        for element in elements(chains) {
            match self.build(element, payloads.of(element)) {
                Ok(new) => built.push((new, element.kind.place.clone())),
                Err(problem) => self.problems.push(problem),
            }
        }
        built
    }

    fn build(&self, element: &Element, payload: Option<&str>) -> Result<NewElement, Problem> {
        let info = registry()
            .get(&element.kind.text)
            .map_err(|error| Problem::at(&element.kind.place, &error))?;
        let (names, own): (Vec<_>, Vec<_>) = element
            .properties
            .iter()
            .partition(|(key, _)| key.text == NAME);
        if let Some((key, _)) = names.get(1) {
            return Err(Problem::syntax(
                "an element has one name; remove this one",
                key.place.clone(),
            ));
        }
        if let Some((key, _)) = names.first() {
            let given: Vec<&str> = own.iter().map(|(key, _)| key.text.as_str()).collect();
            info.check_word(self.name_of(element), NAME, "names the element", &given)
                .map_err(|error| Problem::at(&key.place, &error))?;
        }
        let mut properties: Properties = own
            .iter()
            .map(|(key, value)| (key.text.as_str(), value.text.as_str()))
            .collect();
        if let Some(payload) = payload {
            properties.push(PAYLOAD, payload);
        }
        info.build(self.name_of(element), properties)
            .map_err(|error| Problem::at(&place_of(element, &error), &error))
    }

    fn check_references(&mut self, chains: &[Chain]) {
        let names: BTreeSet<&str> = self.names.values().map(String::as_str).collect();
        let there_are = format!("; there are {}", quoted_list(names.iter().copied()));
        let ends = chains.iter().flat_map(|chain| &chain.ends);
        let unknown = ends.filter_map(|end| match end {
            End::Reference(Reference { name, .. }) => Some(name),
            End::Element(_) => None,
        });
        let unknown = unknown.filter(|name| !names.contains(name.text.as_str()));
        for (place, name) in unknown.enumerate() {
            // Those after the first are only counted.
            let remedy =
                match did_you_mean(&name.text, names.iter().copied().filter(|_| place < KEPT)) {
                    near if !near.is_empty() => near,
                    _ => there_are.clone(),
                };
            self.problems.push(Problem {
                kind: ErrorKind::UnknownElement,
                message: format!("no element of this text is called `{}`{remedy}", name.text),
                place: name.place.clone(),
            });
        }
    }

    fn link_all(&mut self, pipeline: &mut Pipeline, text: &str, chains: &[Chain]) {
        for chain in chains {
            for (ends, link) in chain.ends.windows(2).zip(&chain.links) {
                let before = text.get(..link.start).unwrap_or(text);
                let line = u32::try_from(before.split('\n').count()).unwrap_or(u32::MAX);
                let linked = self.group(&ends[0]).and_then(|source| {
                    pipeline.connect_in_text(source, self.group(&ends[1])?, line)
                });
                if let Err(error) = linked {
                    self.problems
                        .push(Problem::at(&blamed(ends, link, &error), &error));
                }
            }
        }
    }

    fn group(&self, end: &End) -> Result<Group> {
        match end {
            End::Element(element) => self.name_of(element).into_group(),
            End::Reference(Reference { name, pads, .. }) if pads.is_empty() => {
                name.text.as_str().into_group()
            }
            End::Reference(Reference { name, pads, .. }) => {
                select(name.text.as_str(), pads.iter().cloned())
            }
        }
    }

    /// Puts what `check` found where the elements concerned are made.
    fn place_problems(&mut self, error: &Error, chains: &[Chain]) {
        let found = match error.problems() {
            [] => std::slice::from_ref(error),
            problems => problems,
        };
        let places: HashMap<&str, &Range<usize>> = elements(chains)
            .map(|element| (self.name_of(element), &element.kind.place))
            .collect();
        let last = elements(chains).last().map(|element| &element.kind.place);
        let placed = found.iter().map(|problem| {
            let of_pad = problem.pad().and_then(element_of_pad);
            let place = problem
                .element()
                .into_iter()
                .chain(of_pad)
                .find_map(|name| places.get(name).copied());
            let place = place.or(last).cloned().unwrap_or(0..0);
            Problem::at(&place, problem)
        });
        let placed: Vec<Problem> = placed.collect();
        self.problems.extend(placed);
    }
}

/// Returns the element in the full name of a pad; `None` for another name.
fn element_of_pad(pad: &str) -> Option<&str> {
    match split_pad(pad) {
        (_, "") => None,
        (element, _) => Some(element),
    }
}

/// Returns the word that an error is about: a value, a key, or the element.
fn place_of(element: &Element, error: &Error) -> Range<usize> {
    let mut own = element
        .properties
        .iter()
        .filter(|(key, _)| Some(key.text.as_str()) == error.property());
    match (own.next_back(), error.kind()) {
        (Some((key, _)), ErrorKind::UnknownProperty) => key.place.clone(),
        (Some((_, value)), _) => value.place.clone(),
        (None, _) => element.kind.place.clone(),
    }
}

/// Returns a reference whose pads do not exist, or the link itself.
fn blamed(ends: &[End], link: &Range<usize>, error: &Error) -> Range<usize> {
    let unknown = matches!(
        error.kind(),
        ErrorKind::UnknownPad | ErrorKind::EmptySelection
    );
    let mut references = ends.iter().filter_map(|end| match end {
        End::Reference(reference) if !reference.pads.is_empty() => Some(reference),
        _ => None,
    });
    let about = |reference: &Reference| {
        error
            .element()
            .is_none_or(|name| name == reference.name.text)
            && error
                .pad()
                .is_none_or(|pad| pad.contains(&reference.name.text))
    };
    references
        .find(|reference| unknown && about(reference))
        .map_or_else(|| link.clone(), |reference| reference.place.clone())
}
