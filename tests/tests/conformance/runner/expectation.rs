//! What the peer did, as it is stored.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::case::WrittenFrame;
use super::category::Category;
use super::datum::Written;

/// What comes of a case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expectation {
    pub(super) outcome: Outcome,
    pub(super) error: Option<Refusal>,
    pub(super) nodes: Option<Nodes>,
    pub(super) edges: Option<Edges>,
    /// Batches of full pad names, upstream first; `null` if the links lead in a circle.
    pub(super) generations: Option<Vec<Vec<String>>>,
    pub(super) dot_edges: Option<Vec<(String, String)>>,
    /// Batches of element names, upstream first.
    pub(super) startup_generations: Option<Vec<Vec<String>>>,
    pub(super) call_order: Option<Vec<String>>,
    #[serde(default)]
    pub(super) runs: Vec<Run>,
    #[serde(default)]
    pub(super) sinks: BTreeMap<String, Sink>,
    #[serde(default)]
    pub(super) contains: BTreeMap<String, bool>,
    #[serde(default)]
    pub(super) iterated: Vec<Iterated>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Ok,
    Error,
}

/// The error that a case ends with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refusal {
    pub(super) at: Place,
    pub(super) category: Category,
    #[serde(rename = "python_type")]
    _python_type: String,
    /// Names that the message contains.
    #[serde(default)]
    pub(super) mentions: Vec<String>,
    /// Names of which the message contains at least one.
    #[serde(default)]
    pub(super) mentions_any: Vec<String>,
    pub(super) pad: Option<String>,
    pub(super) element: Option<String>,
    pub(super) callback: Option<String>,
    /// The elements that absorbed errors.
    #[serde(default)]
    pub(super) elements: Vec<String>,
}

/// Where an error was noticed; later places are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(super) enum Place {
    /// While that element was built.
    Element(usize),
    /// In that step.
    Step(usize),
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let inside = text.strip_suffix(']').and_then(|text| text.split_once('['));
        let parsed = inside.and_then(|(list, place)| match (list, place.parse().ok()?) {
            ("elements", place) => Some(Self::Element(place)),
            ("steps", place) => Some(Self::Step(place)),
            _ => None,
        });
        parsed.ok_or_else(|| format!("`{text}` is no place; they are `elements[i]` and `steps[i]`"))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nodes {
    pub(super) pads: Vec<String>,
    pub(super) pads_intra: Vec<String>,
    pub(super) elements: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Edges {
    pub(super) pads: Vec<(String, String)>,
    pub(super) pads_intra: Vec<(String, String)>,
    pub(super) elements: Vec<(String, String)>,
    pub(super) elements_intra: Vec<(String, String)>,
}

/// How far a `run` step came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(super) enum Run {
    /// To the end.
    Finished { strides: u64 },
    /// To an error.
    Failed { strides_completed: u64 },
}

/// What a sink saw and kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sink {
    pub(super) at_eos: bool,
    pub(super) pads: BTreeMap<String, SinkPad>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SinkPad {
    pub(super) eos: bool,
    pub(super) frames: Vec<WrittenFrame>,
    pub(super) collected: Option<Vec<Collected>>,
}

/// One thing that a sink kept: a frame, or only its data.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum Collected {
    Frame(WrittenFrame),
    Data(Written),
}

/// The answer to an `iterate` step.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Iterated {
    pub(super) step: usize,
    pub(super) pads: Vec<String>,
}
