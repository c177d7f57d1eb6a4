//! Reports of some elements out of all.

use std::fmt::{self, Display, Formatter};

use super::text::WIDTH;
use crate::memory::OwnerId;
use crate::text::Shortened;

/// The elements whose lines and rows a report shows; the others are summed up.
#[derive(Debug)]
pub(crate) struct Only {
    /// The names of the elements in a sentence.
    names: String,
    /// The pads of the elements, sorted.
    owners: Vec<OwnerId>,
}

impl Only {
    pub(crate) fn new<'a>(
        names: impl Iterator<Item = &'a str>,
        owners: impl Iterator<Item = OwnerId>,
    ) -> Self {
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        // A pad for which no owner number was left shares the row `(overflow)`.
        let mut owners: Vec<OwnerId> = owners.filter(|owner| !owner.is_built_in()).collect();
        owners.sort_unstable();
        Self {
            names: names.join(", "),
            owners,
        }
    }

    pub(super) fn has(&self, owner: OwnerId) -> bool {
        self.owners.binary_search(&owner).is_ok()
    }
}

/// "| Only", and whose lines and rows.
impl Display for Only {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let rest = "| Only the lines and pads of ";
        let names = Shortened {
            text: &self.names,
            width: WIDTH - rest.len(),
        };
        write!(f, "{rest}{names}")
    }
}

#[cfg(test)]
mod tests {
    use super::Only;
    use crate::report::hostile::{MILLION, shows_no_harm};

    #[test]
    fn hostile_names() {
        shows_no_harm(4, MILLION, 3, 1, |hostile, out| {
            let name = hostile.next_texts(3);
            let only = Only::new([name.as_str()].into_iter(), std::iter::empty());
            out.put(format_args!("{only}"));
        });
    }
}
