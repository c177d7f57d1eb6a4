//! Rules about the number and the names of an element's pads.

use std::collections::BTreeSet;

/// The rules for an element's pads: the options `one_to_one`, `num_pads(..)` and so on of the attributes.
///
/// Rules add up. The attribute holds them to the fixed pads at compile time and to those named at construction when
/// the element is built; [`check`](Self::check) is for lists of names from elsewhere.
///
/// ```
/// use sgn::element::PadRules;
///
/// let rules = PadRules::NONE.many_to_one().num_pads(Some(2), None);
/// assert!(rules.check(&["a", "b"], &["out"]).is_ok());
/// assert_eq!(
///     rules.check(&["a"], &["out"]).unwrap_err(),
///     "`num_pads` asks for 2 sink pads and any number of source pads, but there are 1 sink pad (`a`) and \
///      1 source pad (`out`)",
/// );
/// ```
///
/// A rule for each way in which pads may belong together:
///
/// ```
/// use sgn::element::PadRules;
///
/// let (one, two) = (["a"].as_slice(), ["a", "b"].as_slice());
/// assert!(PadRules::NONE.one_to_one().check(one, one).is_ok());
/// assert!(PadRules::NONE.one_to_many().check(one, two).is_ok());
/// assert!(PadRules::NONE.pad_names_match().check(two, &["b", "a"]).is_ok());
/// assert!(PadRules::NONE.single_pad().check(&[], two).is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct PadRules {
    one_to_one: bool,
    one_to_many: bool,
    many_to_one: bool,
    pad_names_match: bool,
    single_pad: bool,
    num_pads: (Option<usize>, Option<usize>),
}

impl PadRules {
    /// No rules.
    pub const NONE: Self = Self {
        one_to_one: false,
        one_to_many: false,
        many_to_one: false,
        pad_names_match: false,
        single_pad: false,
        num_pads: (None, None),
    };

    /// Requires one sink pad and one source pad.
    pub const fn one_to_one(mut self) -> Self {
        self.one_to_one = true;
        self
    }

    /// Requires one sink pad, and any number of source pads.
    pub const fn one_to_many(mut self) -> Self {
        self.one_to_many = true;
        self
    }

    /// Requires one source pad, and any number of sink pads.
    pub const fn many_to_one(mut self) -> Self {
        self.many_to_one = true;
        self
    }

    /// Requires that the short names of the sink pads are those of the source pads, in any order.
    pub const fn pad_names_match(mut self) -> Self {
        self.pad_names_match = true;
        self
    }

    /// Requires one pad in all: for sources and sinks.
    pub const fn single_pad(mut self) -> Self {
        self.single_pad = true;
        self
    }

    /// Requires these numbers of sink pads and source pads; `None` is any number.
    pub const fn num_pads(mut self, sinks: Option<usize>, sources: Option<usize>) -> Self {
        self.num_pads = (sinks, sources);
        self
    }

    /// Returns the names of the rules, in a fixed order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        let rules = [
            ("one_to_one", self.one_to_one),
            ("one_to_many", self.one_to_many),
            ("many_to_one", self.many_to_one),
            ("pad_names_match", self.pad_names_match),
            ("single_pad", self.single_pad),
            ("num_pads", self.num_pads != (None, None)),
        ];
        rules
            .into_iter()
            .filter_map(|(name, on)| on.then_some(name))
    }

    /// Holds lists of short names to the rules.
    ///
    /// # Errors
    ///
    /// The first rule that is broken, with the counts.
    pub fn check<N: AsRef<str>>(&self, sinks: &[N], sources: &[N]) -> Result<(), String> {
        let counts = [
            (self.one_to_one, "one_to_one", Some(1), Some(1)),
            (self.one_to_many, "one_to_many", Some(1), None),
            (self.many_to_one, "many_to_one", None, Some(1)),
            (true, "num_pads", self.num_pads.0, self.num_pads.1),
        ];
        let found = || {
            format!(
                "there are {} and {}",
                listed(sinks, "sink"),
                listed(sources, "source")
            )
        };
        for (on, name, wants_sinks, wants_sources) in counts {
            let fits = wants_sinks.is_none_or(|count| sinks.len() == count)
                && wants_sources.is_none_or(|count| sources.len() == count);
            if on && !fits {
                let (sink, source) = (wanted(wants_sinks, "sink"), wanted(wants_sources, "source"));
                return Err(format!(
                    "`{name}` asks for {sink} and {source}, but {}",
                    found()
                ));
            }
        }
        if self.single_pad && sinks.len() + sources.len() != 1 {
            return Err(format!("`single_pad` asks for one pad, but {}", found()));
        }
        let names = |pads: &[N]| -> BTreeSet<String> {
            pads.iter().map(|name| name.as_ref().to_owned()).collect()
        };
        if self.pad_names_match && names(sinks) != names(sources) {
            return Err(format!(
                "`pad_names_match` asks for source pads of the same names as the sink pads, but {}",
                found()
            ));
        }
        Ok(())
    }
}

fn wanted(count: Option<usize>, direction: &str) -> String {
    match count {
        None => format!("any number of {direction} pads"),
        Some(1) => format!("1 {direction} pad"),
        Some(count) => format!("{count} {direction} pads"),
    }
}

fn listed<N: AsRef<str>>(names: &[N], direction: &str) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    match quoted.as_slice() {
        [] => format!("no {direction} pads"),
        [one] => format!("1 {direction} pad ({one})"),
        many => format!("{} {direction} pads ({})", many.len(), many.join(", ")),
    }
}
