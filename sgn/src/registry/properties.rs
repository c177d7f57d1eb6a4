//! The properties of one element as texts.

use super::read::Read;
use crate::error::{Callback, Error, ErrorKind, Result};
use crate::foreign;

/// Texts for the properties of an element, by name.
///
/// ```
/// use sgn::registry::Properties;
///
/// let properties: Properties = [("max_frames", "3")].into_iter().collect();
/// assert_eq!(properties.get("max_frames"), Some("3"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Properties {
    element: String,
    given: Vec<(String, String)>,
}

impl Properties {
    /// Returns an empty set of properties.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a property; one that is there twice is refused when the element is built.
    pub fn push(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.given.push((name.into(), text.into()));
    }

    /// Returns the text of property `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let own = self.given.iter().find(|(own, _)| own == name);
        own.map(|(_, text)| text.as_str())
    }

    /// Returns the names in the order in which they were added.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.given.iter().map(|(name, _)| name.as_str())
    }

    /// Removes property `name` and returns its text.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let place = self.given.iter().position(|(own, _)| own == name)?;
        Some(self.given.remove(place).1)
    }

    /// Takes `sign` off the names that begin with it.
    pub(super) fn strip(&mut self, sign: char) {
        for (name, _) in &mut self.given {
            if name.starts_with(sign) {
                name.remove(0);
            }
        }
    }

    /// Says whose properties these are, for errors.
    pub(super) fn belong_to(&mut self, element: &str) {
        element.clone_into(&mut self.element);
    }

    /// Returns the value of property `name`, if it is given.
    fn value<T>(&mut self, name: &str, ty: &str, read: Option<Read<T>>) -> Result<Option<T>> {
        let Some(text) = self.take(name) else {
            return Ok(None);
        };
        let element = &self.element;
        let fault = match read.map(|read| foreign::catch(|| read(&text))) {
            Some(Ok(Ok(value))) => return Ok(Some(value)),
            Some(Err(panic)) => {
                let fault = format!(
                    "reading property `{name}` of element `{element}`, a `{ty}`, from `{text}` panicked: {panic}"
                );
                return Err(Error::new(ErrorKind::Panic, fault)
                    .of_element(element)
                    .of_property(name)
                    .in_callback(Callback::Build));
            }
            Some(Ok(Err(fault))) => format!(
                "property `{name}` of element `{element}` cannot be `{text}`: {fault}; it is a `{ty}`"
            ),
            None => format!(
                "property `{name}` of element `{element}` is a `{ty}`, which cannot be read from text; implement \
                 `FromStr` for it, or build the element in code"
            ),
        };
        Err(Error::new(ErrorKind::InvalidProperty, fault)
            .of_element(element)
            .of_property(name))
    }

    /// Returns the value of property `name`, or `default`; called by generated code.
    #[doc(hidden)]
    pub fn optional<T>(
        &mut self,
        name: &str,
        ty: &str,
        read: Option<Read<T>>,
        default: T,
    ) -> Result<T> {
        Ok(self.value(name, ty, read)?.unwrap_or(default))
    }

    /// Returns the value of property `name`, which must be given; called by generated code.
    #[doc(hidden)]
    pub fn required<T>(&mut self, name: &str, ty: &str, read: Option<Read<T>>) -> Result<T> {
        self.value(name, ty, read)?.ok_or_else(|| {
            let element = &self.element;
            Error::new(
                ErrorKind::MissingProperty,
                format!("required property `{name}` of element `{element}` is not set; add `{name}=...`, a `{ty}`"),
            )
            .of_element(element)
            .of_property(name)
        })
    }
}

impl<N: Into<String>, T: Into<String>> FromIterator<(N, T)> for Properties {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(pairs: I) -> Self {
        let mut properties = Self::new();
        for (name, text) in pairs {
            properties.push(name, text);
        }
        properties
    }
}
