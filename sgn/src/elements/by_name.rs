//! Finds pads by their names.

/// The places of the dynamic pads of an element, in the order of their names: one is found without a look at most others.
#[derive(Debug, Default)]
pub(super) struct ByName(Vec<usize>);

impl ByName {
    pub(super) fn of(names: &[String]) -> Self {
        let mut places: Vec<usize> = (0..names.len()).collect();
        places.sort_by_key(|place| &names[*place]);
        Self(places)
    }

    /// Returns the index of the pad `name`; `name_of` returns the name at an index.
    pub(super) fn find<'a>(&self, name: &str, name_of: impl Fn(usize) -> &'a str) -> Option<usize> {
        let found = self.0.binary_search_by(|place| name_of(*place).cmp(name));
        found.ok().map(|found| self.0[found])
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::ByName;

    #[test]
    fn each_of_many_is_found_by_a_look_at_few() {
        let count = if cfg!(miri) { 100 } else { 1000 };
        let names: Vec<String> = (0..count)
            .map(|pad| format!("p{}", pad * 7 % count))
            .collect();
        let by_name = ByName::of(&names);
        let looks = Cell::new(0);
        let name_of = |place: usize| {
            looks.set(looks.get() + 1);
            names[place].as_str()
        };
        for (place, name) in names.iter().enumerate() {
            assert_eq!(by_name.find(name, name_of), Some(place));
        }
        assert_eq!(by_name.find("p", name_of), None);
        assert_eq!(by_name.find("q", name_of), None);
        assert_eq!(ByName::default().find("p1", name_of), None);
        assert!(looks.get() < (count + 2) * 12, "{}", looks.get());
    }
}
