//! One element of the catalogue.

use super::entry::{Constructor, ImplEntry, PadInfo, Property, StructEntry};
use crate::element::{PadRules, Role};

/// The catalogue's entry of one element.
///
/// ```
/// use sgn::pad::Access;
/// use sgn::registry::{ElementInfo, PadInfo, Property, Registry};
///
/// # fn main() -> sgn::Result<()> {
/// let registry: &Registry = sgn::registry();
/// let info: &ElementInfo = registry.get("null_source")?;
/// assert_eq!((info.type_name(), info.module()), ("NullSource", "sgn::elements::null_source"));
/// assert!(info.docs().contains("Gives frames without data"));
/// assert!(info.generics().contains("T: Send"));
/// assert!(info.payloads().contains(&"f64"));
/// assert!(info.column() > 0);
///
/// assert_eq!(info.property_names().next(), Some("num_frames"));
/// let property: &Property = &info.properties()[0];
/// assert!(!property.is_required());
/// let _from_text: bool = property.is_readable();
/// assert_eq!(info.why_not_launchable(), None);
///
/// let pads: &[PadInfo] = registry.get("null_sink")?.pads();
/// assert_eq!(pads[0].access, Access::Shared);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ElementInfo {
    name: String,
    path: String,
    half: &'static StructEntry,
    other: Option<&'static ImplEntry>,
}

impl ElementInfo {
    pub(super) fn new(half: &'static StructEntry, other: Option<&'static ImplEntry>) -> Self {
        Self {
            name: snake_case(half.name),
            path: format!("{}::{}", half.location.module, half.name),
            half,
            other,
        }
    }

    /// Returns the name of the type in snake case, as `launch` and `inspect` show it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the name of the type.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        self.half.name
    }

    /// Returns the full path of the type, which no other element has, except for those inside of functions.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the role of the element.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.half.role
    }

    /// Returns the doc comment.
    #[must_use]
    pub const fn docs(&self) -> &'static str {
        self.half.docs
    }

    /// Returns the first sentence of the doc comment, on one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let paragraph = self.half.docs.split("\n\n").next().unwrap_or_default();
        let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.find(". ") {
            Some(end) => line[..=end].to_owned(),
            None => line,
        }
    }

    /// Returns the path of the module in which the type is.
    #[must_use]
    pub const fn module(&self) -> &'static str {
        self.half.location.module
    }

    /// Returns the source file, as the compiler was given it.
    #[must_use]
    pub const fn file(&self) -> &'static str {
        self.half.location.file
    }

    /// Returns the line of the type's name, from 1.
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.half.location.line
    }

    /// Returns the column of the type's name, from 1.
    #[must_use]
    pub const fn column(&self) -> u32 {
        self.half.location.column
    }

    /// Returns the generic parameters as written; empty if there are none.
    #[must_use]
    pub const fn generics(&self) -> &'static str {
        self.half.generics
    }

    /// Returns the properties in declared order.
    #[must_use]
    pub const fn properties(&self) -> &'static [Property] {
        self.half.properties
    }

    /// Returns the property called `name`.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&'static Property> {
        self.half.properties.iter().find(|own| own.name == name)
    }

    /// Returns the pads in pad order: those named at construction first, as one, then the fixed ones.
    #[must_use]
    pub fn pads(&self) -> &'static [PadInfo] {
        self.other.map_or(&[], |other| other.pads)
    }

    /// Returns the rules for the pads.
    pub fn rules(&self) -> PadRules {
        self.other.map_or(PadRules::NONE, |other| other.rules)
    }

    /// Returns the reason why the element cannot be made from text, if there is one.
    #[must_use]
    pub fn why_not_launchable(&self) -> Option<String> {
        if self.has_instances() {
            return None;
        }
        if !self.half.generics.is_empty() {
            let feature = if cfg!(feature = "launch-stock") {
                ""
            } else {
                "; sgn was built without its feature `launch-stock`, which lets most stock elements be launched"
            };
            return Some(format!(
                "it is generic (`{}{}`), and text cannot choose a type; build it in code, or wrap it in an element of \
                 your own{feature}",
                self.half.name, self.half.generics
            ));
        }
        let unreadable = self
            .half
            .properties
            .iter()
            .find(|property| property.is_required() && !property.is_readable());
        if let Some(property) = unreadable {
            return Some(format!(
                "its required property `{}` is a `{}`, which cannot be read from text; implement `FromStr` for it",
                property.name, property.type_name
            ));
        }
        self.constructor()
            .is_none()
            .then(|| String::from("it is built by code of its own"))
    }

    pub(super) fn constructor(&self) -> Option<Constructor> {
        self.other.and_then(|other| other.construct)
    }
}

/// Returns the impl half of a generic element: the nearest one of that name in the crate.
pub(super) fn other_half(
    half: &'static StructEntry,
    impls: &[&'static ImplEntry],
) -> Option<&'static ImplEntry> {
    let krate = |module: &'static str| module.split("::").next();
    let mut candidates = impls.iter().copied().filter_map(|other| {
        let place = other.place?;
        let fits =
            place.name() == half.name && krate(place.module()) == krate(half.location.module);
        fits.then_some((place.module(), other))
    });
    let first = candidates.next()?;
    let same_module = std::iter::once(first)
        .chain(candidates)
        .find(|(module, _)| *module == half.location.module);
    Some(same_module.unwrap_or(first).1)
}

/// Converts to snake case: `NullSource` to `null_source`, `FFTGain` to `fft_gain`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let letters: Vec<char> = name.chars().collect();
    for (place, letter) in letters.iter().enumerate() {
        if letter.is_uppercase() {
            let after_small =
                place > 0 && (letters[place - 1].is_lowercase() || letters[place - 1].is_numeric());
            let before_small = place > 0
                && letters[place - 1].is_uppercase()
                && letters
                    .get(place + 1)
                    .is_some_and(|next| next.is_lowercase());
            if after_small || before_small {
                snake.push('_');
            }
            snake.extend(letter.to_lowercase());
        } else {
            snake.push(*letter);
        }
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn names_in_snake_case() {
        for (name, snake) in [
            ("Counter", "counter"),
            ("NullSource", "null_source"),
            ("FFTGain", "fft_gain"),
            ("H1Strain", "h1_strain"),
            ("print", "print"),
            ("Über", "über"),
        ] {
            assert_eq!(snake_case(name), snake);
        }
    }
}
