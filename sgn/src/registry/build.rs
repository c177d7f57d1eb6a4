//! Building an element from texts.

use super::{ElementInfo, PAYLOAD, Properties};
use crate::element::{EosPolicy, NewElement, Role, Settings, building};
use crate::error::{Error, ErrorKind, Result};
use crate::pad::Direction;
use crate::suggest::did_you_mean;

/// Words that every element accepts besides its own properties.
const SOURCE_PADS: &str = "source_pads";
const SINK_PADS: &str = "sink_pads";
const EOS: &str = "eos";

/// The prefix for the name of a property that is also a word with a meaning of its own.
pub(crate) const OWN: char = '.';

impl ElementInfo {
    /// Builds an element called `name` from texts.
    ///
    /// Besides its own properties each element understands `source_pads` and `sink_pads`, the names of its pads
    /// between commas, if it has pads named at construction; sinks understand `eos=any` and `eos=all`; a generic
    /// element needs its `payload`, one of [`payloads`](Self::payloads), and has one pad where none is named. If the
    /// element has a property called like one of these words, `.eos` is always the property, and the word alone is
    /// refused until both are given.
    ///
    /// # Errors
    ///
    /// An element that cannot be made from text, a property that it does not have, that is given twice, is missing, is
    /// called like a word with a meaning of its own, cannot be read or lies outside its range ([`Error::property`]
    /// names it), and those of
    /// [`NewElement::new`].
    pub fn build(&self, name: &str, mut properties: Properties) -> Result<NewElement> {
        properties.belong_to(name);
        let construct = self.constructor();
        let reason = self.why_not_launchable();
        if reason.is_some() || (construct.is_none() && !self.has_instances()) {
            return Err(self.not_launchable(name, &reason.unwrap_or_default()));
        }
        self.check_names(name, &properties)?;
        let construct = match construct {
            Some(construct) => construct,
            None => self.instance(name, &mut properties)?,
        };
        let mut settings = Settings::new(name);
        let mut take = |word| {
            let meant = self.common(word);
            meant.then(|| properties.take(word)).flatten()
        };
        if let Some(pads) = take(SOURCE_PADS) {
            settings.source_pads = split(&pads);
        }
        if let Some(pads) = take(SINK_PADS) {
            settings.sink_pads = split(&pads);
        }
        if let Some(eos) = take(EOS) {
            settings.eos = Some(policy(name, &eos)?);
        }
        if self.has_instances() {
            self.name_only_pads(&mut settings);
        }
        properties.strip(OWN);
        building(Some(name), || construct(&mut settings, &mut properties))
    }

    /// Returns the names that [`build`](Self::build) accepts, the element's own first.
    pub fn property_names(&self) -> impl Iterator<Item = &'static str> {
        let own = self.properties().iter().map(|property| property.name);
        let common = [SOURCE_PADS, SINK_PADS, EOS, PAYLOAD];
        own.chain(common.into_iter().filter(|word| self.common(word)))
    }

    /// Returns true if `word` has a meaning for this element besides its own properties.
    pub(crate) fn common(&self, word: &str) -> bool {
        let dynamic = |direction| {
            let mut pads = self.pads().iter();
            pads.any(|pad| pad.dynamic && pad.direction == direction)
        };
        match word {
            SOURCE_PADS => dynamic(Direction::Source),
            SINK_PADS => dynamic(Direction::Sink),
            EOS => self.role() == Role::Sink,
            PAYLOAD => self.has_instances(),
            _ => false,
        }
    }

    /// Returns true if both names, with or without the sign, are of one property.
    fn same<'a>(&self, one: &'a str, other: &'a str) -> bool {
        let own = |name: &'a str| match name.strip_prefix(OWN) {
            Some(own) if !self.common(own) => own,
            _ => name,
        };
        own(one) == own(other)
    }

    /// Refuses `word`, which has a meaning for every such element, where it could as well be this element's property.
    ///
    /// `does` says what the word does; `given` are all names that are given.
    pub(crate) fn check_word(
        &self,
        element: &str,
        word: &str,
        does: &str,
        given: &[&str],
    ) -> Result<()> {
        let said = |name: &&str| name.strip_prefix(OWN) == Some(word);
        if self.property(word).is_none() || given.iter().any(said) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidProperty,
            format!(
                "`{word}=` {does}, and element `{element}` ({}) has a property of that name besides; write `{OWN}{word}=` for \
                 the property, and both if both are meant",
                self.name()
            ),
        )
        .of_element(element)
        .of_property(word))
    }

    fn not_launchable(&self, name: &str, reason: &str) -> Error {
        Error::new(
            ErrorKind::NotLaunchable,
            format!("`{}` cannot be made from text: {reason}", self.name()),
        )
        .of_element(name)
    }

    fn check_names(&self, name: &str, properties: &Properties) -> Result<()> {
        let given: Vec<&str> = properties.names().collect();
        for (place, property) in given.iter().enumerate() {
            let known = match property.strip_prefix(OWN) {
                Some(own) => self.property(own).is_some(),
                None => self.property_names().any(|own| own == *property),
            };
            if !known {
                return Err(self.unknown_property(name, property));
            }
            if self.common(property) {
                let does = match *property {
                    EOS => "says when a sink is done",
                    PAYLOAD => "chooses the type of the frames",
                    _ => "names pads",
                };
                self.check_word(name, property, does, &given)?;
            }
            if given[..place]
                .iter()
                .any(|before| self.same(before, property))
            {
                return Err(Error::new(
                    ErrorKind::InvalidProperty,
                    format!("property `{property}` of element `{name}` is given twice; remove one"),
                )
                .of_element(name)
                .of_property(property));
            }
        }
        let missing: Vec<String> = self
            .properties()
            .iter()
            .filter(|property| property.is_required())
            .filter(|property| {
                let own = |name: &&str| name.strip_prefix(OWN).unwrap_or(name) == property.name;
                !given.iter().any(own)
            })
            .map(|property| format!("`{}` (`{}`)", property.name, property.type_name))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::MissingProperty,
            format!(
                "element `{name}` ({}) lacks required properties: {}",
                self.name(),
                missing.join(", ")
            ),
        )
        .of_element(name))
    }

    fn unknown_property(&self, name: &str, property: &str) -> Error {
        let own: Vec<&str> = self.property_names().collect();
        let remedy = match did_you_mean(property, own.iter().copied()) {
            near if !near.is_empty() => near,
            _ if own.is_empty() => String::from("; it has none"),
            _ => format!("; there are `{}`", own.join("`, `")),
        };
        let fixed = match property {
            SOURCE_PADS => "; its source pads are fixed",
            SINK_PADS => "; its sink pads are fixed",
            EOS => "; only sinks decide when they are done",
            _ => &remedy,
        };
        Error::new(
            ErrorKind::UnknownProperty,
            format!(
                "element `{name}` ({}) has no property `{property}`{fixed}",
                self.name()
            ),
        )
        .of_element(name)
        .of_property(property)
    }
}

fn split(names: &str) -> Vec<String> {
    names
        .split(',')
        .map(|name| name.trim().to_owned())
        .collect()
}

fn policy(element: &str, text: &str) -> Result<EosPolicy> {
    match text {
        "any" => Ok(EosPolicy::Any),
        "all" => Ok(EosPolicy::All),
        _ => Err(Error::new(
            ErrorKind::InvalidProperty,
            format!("`eos` of element `{element}` cannot be `{text}`; it is `any` or `all`"),
        )
        .of_element(element)
        .of_property(EOS)),
    }
}
