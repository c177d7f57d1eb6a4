//! Finding an element by name, and what to say if it is not there.

use super::{ElementInfo, Registry};
use crate::error::{Error, ErrorKind, Result};
use crate::suggest::nearest;

impl Registry {
    /// Returns the element called `name`: in snake case, by the type's own name, or by its path.
    ///
    /// # Errors
    ///
    /// No such element; the error names the nearest and says how an element crate gets linked. Several elements of
    /// that name; the error names their places.
    pub fn get(&self, name: &str) -> Result<&ElementInfo> {
        let by_path = self.elements.iter().find(|element| element.path() == name);
        if let Some(element) = by_path {
            return Ok(element);
        }
        let named = |element: &&ElementInfo| element.name() == name || element.type_name() == name;
        let found: Vec<&ElementInfo> = self.elements.iter().filter(named).collect();
        match found.as_slice() {
            [element] => Ok(element),
            [] => Err(self.unknown(name)),
            twins => Err(twice(name, twins)),
        }
    }

    /// Finds all names that several elements have.
    ///
    /// # Errors
    ///
    /// There are such names; each problem names the places.
    pub fn check(&self) -> Result<()> {
        let groups = self.elements.chunk_by(|a, b| a.name() == b.name());
        let problems: Vec<Error> = groups
            .filter(|group| group.len() > 1)
            .map(|group| twice(group[0].name(), &group.iter().collect::<Vec<_>>()))
            .collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Error::several(
                "the registry has several elements of one name",
                problems,
            ))
        }
    }

    fn unknown(&self, name: &str) -> Error {
        let names = self
            .elements
            .iter()
            .flat_map(|element| [element.name(), element.type_name()]);
        let near = match nearest(name, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("`inspect` lists the {} there are.", self.len()),
        };
        Error::new(
            ErrorKind::UnknownElement,
            format!(
                "no element `{name}` is linked into this program; {near} An element of another crate is there only if \
                 the program names the crate: `use my_elements as _;`"
            ),
        )
    }
}

fn twice(name: &str, twins: &[&ElementInfo]) -> Error {
    let places: Vec<String> = twins
        .iter()
        .map(|twin| {
            format!(
                "`{}` ({}:{}:{})",
                twin.path(),
                twin.file(),
                twin.line(),
                twin.column()
            )
        })
        .collect();
    Error::new(
        ErrorKind::DuplicateRegistration,
        format!(
            "the name `{name}` is registered {} times: {}; use the path to say which",
            twins.len(),
            places.join(" and ")
        ),
    )
}
