//! Generic elements that can be made from text: those of which there is an instance for the payload.

use super::entry::{Constructor, InstanceEntry};
use super::{ElementInfo, Properties};
use crate::element::Settings;
use crate::error::{Error, ErrorKind, Result};
use crate::pad::Direction;
use crate::suggest::did_you_mean;
use crate::text::quoted_list;

/// The word that chooses the payload of a generic element.
pub(crate) const PAYLOAD: &str = "payload";

/// The pad that an instance has if the text names none.
const ONLY_PAD: &str = "pad";

/// The path of the generic elements that have instances.
const STOCK: &str = "sgn::elements::";

impl ElementInfo {
    /// Returns the payloads for which a generic element can be made from text, sorted; none of other elements.
    ///
    /// [`launchable!`](crate::launchable) adds to them.
    #[must_use]
    pub fn payloads(&self) -> Vec<&'static str> {
        let mut payloads: Vec<_> = self.instances().map(|entry| entry.payload).collect();
        payloads.sort_unstable();
        payloads.dedup();
        payloads
    }

    fn instances(&self) -> impl Iterator<Item = &'static InstanceEntry> {
        let (name, stock) = (self.type_name(), self.path().starts_with(STOCK));
        let entries = inventory::iter::<InstanceEntry>.into_iter();
        entries.filter(move |entry| stock && entry.name == name)
    }

    /// Returns true if the element is generic and can be made from text all the same.
    pub(crate) fn has_instances(&self) -> bool {
        self.instances().next().is_some()
    }

    /// Returns the function that makes the instance for these `properties`.
    pub(super) fn instance(&self, name: &str, properties: &mut Properties) -> Result<Constructor> {
        let refuse = |kind, fault: String| {
            Err(Error::new(kind, fault)
                .of_element(name)
                .of_property(PAYLOAD))
        };
        let Some(payload) = properties.take(PAYLOAD) else {
            let fault = format!(
                "element `{name}` ({}) is generic; say its payload, `{PAYLOAD}=f64`, one of {}",
                self.name(),
                quoted_list(self.payloads())
            );
            return refuse(ErrorKind::MissingProperty, fault);
        };
        let found = self
            .instances()
            .find(|entry| is_same_type(entry.payload, &payload));
        match found {
            Some(entry) => Ok(entry.construct),
            None => {
                let payloads = self.payloads();
                let near = did_you_mean(&payload, payloads.iter().copied());
                let fault = format!(
                    "element `{name}` ({}) cannot be made from text for the payload `{payload}`{near}; there are {}, and \
                     `sgn::launchable!({payload})` in the program adds it",
                    self.name(),
                    quoted_list(payloads)
                );
                refuse(ErrorKind::NotLaunchable, fault)
            }
        }
    }

    /// Names the pads of an instance that has none yet.
    pub(super) fn name_only_pads(&self, settings: &mut Settings) {
        for pad in self.pads().iter().filter(|pad| pad.dynamic) {
            let names = match pad.direction {
                Direction::Source => &mut settings.source_pads,
                _ => &mut settings.sink_pads,
            };
            if names.is_empty() {
                names.push(ONLY_PAD.to_owned());
            }
        }
    }
}

/// Returns true if two types are written alike, up to blanks.
fn is_same_type(one: &str, other: &str) -> bool {
    let letters = |text: &str| {
        text.chars()
            .filter(|letter| !letter.is_whitespace())
            .collect::<String>()
    };
    letters(one) == letters(other)
}
