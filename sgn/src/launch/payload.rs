//! The payloads of generic elements, which a text need not say: they are those of their neighbours.

use std::collections::{BTreeSet, HashMap};

use super::parse::{Chain, Element, End, elements};
use crate::pad::Direction;
use crate::registry::{ElementInfo, PAYLOAD, registry};

/// The payload where nothing in the text says one.
const NOTHING: &str = "()";

/// Elements by the place of their first letter.
type Place = usize;

/// The known payloads of the elements of a text.
pub(super) struct Payloads<'a> {
    infos: HashMap<Place, &'a ElementInfo>,
    /// The payloads of generic elements.
    chosen: HashMap<Place, String>,
}

impl Payloads<'_> {
    /// Infers payloads from the elements of `chains`, with these `names`, until nothing new is found.
    pub(super) fn infer(chains: &[Chain], names: &HashMap<Place, String>) -> Self {
        let mut payloads = Self {
            infos: HashMap::new(),
            chosen: HashMap::new(),
        };
        for element in elements(chains) {
            let place = element.kind.place.start;
            let Ok(info) = registry().get(&element.kind.text) else {
                continue;
            };
            payloads.infos.insert(place, info);
            // One that is not there is the mistake of this element alone.
            if let Some(given) = said(element).filter(|given| info.payloads().contains(given)) {
                payloads.chosen.insert(place, given.to_owned());
            }
        }
        let places: HashMap<&str, Place> = names
            .iter()
            .map(|(place, name)| (name.as_str(), *place))
            .collect();
        let place = |end: &End| match end {
            End::Element(element) => Some(element.kind.place.start),
            End::Reference(reference) => places.get(reference.name.text.as_str()).copied(),
        };
        let links: Vec<(Place, Place)> = chains
            .iter()
            .flat_map(|chain| chain.ends.windows(2))
            .filter_map(|ends| Some((place(&ends[0])?, place(&ends[1])?)))
            .collect();
        payloads.learn_all(&links);
        payloads
    }

    /// Takes over payloads along `links` until nothing new is learned, by the first link that has one each time.
    fn learn_all(&mut self, links: &[(Place, Place)]) {
        let mut of_place: HashMap<Place, Vec<usize>> = HashMap::new();
        for (number, (source, sink)) in links.iter().enumerate() {
            of_place.entry(*source).or_default().push(number);
            of_place.entry(*sink).or_default().push(number);
        }
        // A link has nothing new until one of its ends has learned something.
        let mut to_ask: BTreeSet<usize> = (0..links.len()).collect();
        while let Some(number) = to_ask.pop_first() {
            let (source, sink) = links[number];
            if self.learn((source, sink)) {
                let touched = [source, sink].into_iter();
                let touched = touched.filter_map(|end| of_place.get(&end));
                to_ask.extend(touched.flatten());
            }
        }
    }

    /// Returns the payload that the element needs and the text does not give.
    pub(super) fn of(&self, element: &Element) -> Option<&str> {
        let place = element.kind.place.start;
        let info = self.infos.get(&place)?;
        if !info.has_instances() || said(element).is_some() {
            return None;
        }
        Some(self.chosen.get(&place).map_or(NOTHING, String::as_str))
    }

    /// Takes over a payload from one end of a link to the other; whether it did.
    fn learn(&mut self, (source, sink): (Place, Place)) -> bool {
        let given = self.payload(source, Direction::Source);
        let taken = self.payload(sink, Direction::Sink);
        match (given, taken) {
            (Some(payload), None) => self.choose(sink, payload),
            (None, Some(payload)) => self.choose(source, payload),
            _ => false,
        }
    }

    fn choose(&mut self, place: Place, payload: String) -> bool {
        let generic = self
            .infos
            .get(&place)
            .is_some_and(|info| info.has_instances());
        if generic {
            self.chosen.insert(place, payload);
        }
        generic
    }

    /// Returns the payload of the pads of one direction, if it is known and the same for all.
    fn payload(&self, place: Place, direction: Direction) -> Option<String> {
        let info = self.infos.get(&place)?;
        if info.has_instances() {
            return self.chosen.get(&place).cloned();
        }
        let mut pads = info.pads().iter().filter(|pad| pad.direction == direction);
        let first = pads.next()?.payload;
        pads.all(|pad| pad.payload == first)
            .then(|| first.to_owned())
    }
}

/// Returns the payload that the text says.
fn said(element: &Element) -> Option<&str> {
    let mut properties = element.properties.iter();
    let (_, value) = properties.find(|(key, _)| key.text == PAYLOAD)?;
    Some(&value.text)
}
