//! Building an element from texts.

use super::{ElementInfo, Properties};
use crate::element::{EosPolicy, NewElement, Role, Settings};
use crate::error::{Error, ErrorKind, Result};
use crate::near::did_you_mean;
use crate::pad::Direction;

/// What every element understands besides its own properties.
const SOURCE_PADS: &str = "source_pads";
const SINK_PADS: &str = "sink_pads";
const EOS: &str = "eos";

impl ElementInfo {
    /// Builds an element called `name` from texts.
    ///
    /// Besides its own properties each element understands `source_pads` and `sink_pads`, the names of its pads
    /// between commas, if it has pads named at construction; sinks understand `eos=any` and `eos=all`. These words
    /// come before properties of the same name.
    ///
    /// # Errors
    ///
    /// An element that cannot be made from text, a property that it does not have, that is given twice, is missing,
    /// cannot be read or lies outside its range ([`Error::property`] names it), and those of
    /// [`NewElement::new`].
    pub fn build(&self, name: &str, mut properties: Properties) -> Result<NewElement> {
        properties.belong_to(name);
        let construct = match (self.why_not_launchable(), self.constructor()) {
            (None, Some(construct)) => construct,
            (reason, _) => return Err(self.not_launchable(name, &reason.unwrap_or_default())),
        };
        self.check_names(name, &properties)?;
        let mut settings = Settings::new(name);
        if let Some(pads) = properties.take(SOURCE_PADS) {
            settings.source_pads = split(&pads);
        }
        if let Some(pads) = properties.take(SINK_PADS) {
            settings.sink_pads = split(&pads);
        }
        if let Some(eos) = properties.take(EOS) {
            settings.eos = Some(policy(name, &eos)?);
        }
        construct(settings, &mut properties)
    }

    /// The names that [`build`](Self::build) accepts, the element's own first.
    pub fn property_names(&self) -> impl Iterator<Item = &'static str> {
        let dynamic = |direction| {
            self.pads()
                .iter()
                .any(|pad| pad.dynamic && pad.direction == direction)
        };
        let common = [
            (SOURCE_PADS, dynamic(Direction::Source)),
            (SINK_PADS, dynamic(Direction::Sink)),
            (EOS, self.role() == Role::Sink),
        ];
        let own = self.properties().iter().map(|property| property.name);
        own.chain(
            common
                .into_iter()
                .filter_map(|(word, there)| there.then_some(word)),
        )
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
            if !self.property_names().any(|own| own == *property) {
                return Err(self.unknown_property(name, property));
            }
            if given[..place].contains(property) {
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
            .filter(|property| property.is_required() && !given.contains(&property.name))
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
