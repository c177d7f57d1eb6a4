//! The cases as they are stored: elements, steps, and references to elements.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use super::datum::Written;
use super::expectation::Expectation;
use super::operation::Operation;

/// The one version of the format that is understood.
const FORMAT: &str = "sgn-conformance/1";

/// A file: the cases of one group.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    format: String,
    #[serde(rename = "peer")]
    _peer: String,
    group: String,
    pub(super) cases: Vec<Case>,
}

impl File {
    /// Reads the cases of `group` from its file in `directory`.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is not of this format, is another group's, or has no cases.
    pub(super) fn load(directory: &Path, group: &str) -> Result<Self, String> {
        let path = directory.join(format!("{group}.json"));
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = fs::read_to_string(&path).map_err(|error| told(&error))?;
        let file: Self = serde_json::from_str(&text).map_err(|error| told(&error))?;
        if file.format != FORMAT {
            return Err(told(&format!(
                "the format is `{}`, not `{FORMAT}`",
                file.format
            )));
        }
        if file.group != group {
            return Err(told(&format!("the file holds the group `{}`", file.group)));
        }
        if file.cases.is_empty() {
            return Err(told(&"the file has no cases"));
        }
        Ok(file)
    }
}

/// A pipeline, what is done with it, and what comes of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) id: String,
    #[serde(default, rename = "title")]
    _title: String,
    /// Why what the peer does here is doubtful, if it is.
    pub(super) quirk: Option<String>,
    #[serde(default, rename = "note")]
    _note: String,
    #[serde(default, rename = "mistake")]
    _mistake: String,
    pub(super) elements: Vec<Element>,
    pub(super) steps: Vec<Step>,
    #[serde(default)]
    pub(super) queries: Vec<String>,
    pub(super) expect: Expectation,
}

impl Case {
    /// The element that steps call `handle`.
    pub(super) fn element(&self, handle: &str) -> Result<&Element, String> {
        let found = self
            .elements
            .iter()
            .find(|element| element.handle() == handle);
        found.ok_or_else(|| format!("the case has no element `{handle}`"))
    }
}

/// One element of a case.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Stored")]
pub(super) struct Element {
    pub(super) name: String,
    handle: Option<String>,
    pub(super) sources: Side,
    pub(super) sinks: Side,
    pub(super) eos_error: Option<String>,
    pub(super) fail: Option<Fault>,
    pub(super) kind: Kind,
}

/// The pads of an element in one direction.
#[derive(Clone, Debug)]
pub(super) struct Side {
    /// Those that the caller names; `None` if the case says nothing.
    pub(super) named: Option<Vec<String>>,
    /// Those of the type.
    pub(super) fixed: Vec<String>,
    /// Whether the caller may name any.
    pub(super) open: bool,
}

impl Side {
    /// The names that the caller gives, possibly none.
    pub(super) fn names(&self) -> &[String] {
        self.named.as_deref().unwrap_or_default()
    }

    /// Whether this is how most elements are: all pads named by the caller.
    pub(super) fn is_plain(&self) -> bool {
        self.fixed.is_empty() && self.open
    }
}

impl Element {
    /// What steps call the element.
    pub(super) fn handle(&self) -> &str {
        self.handle.as_deref().unwrap_or(&self.name)
    }
}

/// The call of a callback that fails instead of running.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fault {
    pub(super) callback: Method,
    /// Which one, counted from 1 over all pads of the element.
    pub(super) call: u64,
    #[serde(default)]
    pub(super) message: String,
}

/// The three callbacks of a stride.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Method {
    New,
    Pull,
    Internal,
}

/// What an element does, with its parameters.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    IterSource(IterSource),
    NullSource(NullSource),
    ScriptSource(ScriptSource),
    PassThrough(PassThrough),
    Gate(Plain),
    EosAfter(EosAfter),
    RunningSum(Plain),
    CallableTransform(CallableTransform),
    NullSink(Plain),
    CollectSink(CollectSink),
    DequeSink(Plain),
}

/// An element without parameters.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plain {}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IterSource {
    #[serde(default)]
    pub(super) iters: BTreeMap<String, Vec<Written>>,
    #[serde(default)]
    pub(super) eos_on_empty: EosOnEmpty,
}

/// Whether a pad without values left says EOS.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum EosOnEmpty {
    Every(bool),
    ByPad(BTreeMap<String, bool>),
}

impl Default for EosOnEmpty {
    fn default() -> Self {
        Self::Every(true)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NullSource {
    pub(super) num_frames: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScriptSource {
    pub(super) frames: BTreeMap<String, Vec<WrittenFrame>>,
}

/// A frame as the files hold it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenFrame {
    #[serde(default)]
    pub(super) d: Written,
    #[serde(default)]
    pub(super) g: bool,
    #[serde(default)]
    pub(super) e: bool,
    #[serde(default)]
    pub(super) spec: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PassThrough {
    #[serde(default)]
    pub(super) routes: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EosAfter {
    pub(super) n: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CallableTransform {
    pub(super) callmap: BTreeMap<String, Operation>,
    pub(super) depmap: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) gap_eos_scope: Scope,
}

/// Over which inputs an output joins EOS and gap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Scope {
    #[default]
    AllInputs,
    PerOutput,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CollectSink {
    #[serde(default = "yes")]
    pub(super) extract_data: bool,
    #[serde(default = "yes")]
    pub(super) skip_empty: bool,
    pub(super) collects: Option<BTreeMap<String, Vec<Written>>>,
}

const fn yes() -> bool {
    true
}

/// An element before its kind decides which parameters it may have.
#[derive(Deserialize)]
struct Stored {
    kind: String,
    name: String,
    handle: Option<String>,
    source_pads: Option<Vec<String>>,
    sink_pads: Option<Vec<String>>,
    #[serde(default)]
    static_source_pads: Vec<String>,
    #[serde(default)]
    static_sink_pads: Vec<String>,
    #[serde(default = "yes")]
    allow_dynamic_source_pads: bool,
    #[serde(default = "yes")]
    allow_dynamic_sink_pads: bool,
    eos_error: Option<String>,
    fail: Option<Fault>,
    #[serde(flatten)]
    parameters: Map<String, Json>,
}

impl TryFrom<Stored> for Element {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        let kind = kind(&stored.kind, stored.parameters)
            .map_err(|error| format!("element `{}`: {error}", stored.name))?;
        Ok(Self {
            name: stored.name,
            handle: stored.handle,
            sources: Side {
                named: stored.source_pads,
                fixed: stored.static_source_pads,
                open: stored.allow_dynamic_source_pads,
            },
            sinks: Side {
                named: stored.sink_pads,
                fixed: stored.static_sink_pads,
                open: stored.allow_dynamic_sink_pads,
            },
            eos_error: stored.eos_error,
            fail: stored.fail,
            kind,
        })
    }
}

fn kind(name: &str, parameters: Map<String, Json>) -> Result<Kind, String> {
    fn read<T: DeserializeOwned>(parameters: Map<String, Json>) -> Result<T, String> {
        serde_json::from_value(Json::Object(parameters)).map_err(|error| error.to_string())
    }
    Ok(match name {
        "iter_source" => Kind::IterSource(read(parameters)?),
        "null_source" => Kind::NullSource(read(parameters)?),
        "script_source" => Kind::ScriptSource(read(parameters)?),
        "pass_through" => Kind::PassThrough(read(parameters)?),
        "gate" => Kind::Gate(read(parameters)?),
        "eos_after" => Kind::EosAfter(read(parameters)?),
        "running_sum" => Kind::RunningSum(read(parameters)?),
        "callable_transform" => Kind::CallableTransform(read(parameters)?),
        "null_sink" => Kind::NullSink(read(parameters)?),
        "collect_sink" => Kind::CollectSink(read(parameters)?),
        "deque_sink" => Kind::DequeSink(read(parameters)?),
        _ => return Err(format!("unknown kind `{name}`")),
    })
}

/// A list of links, each sink first.
pub(super) type LinkMap = Vec<(String, String)>;

/// What is done with the pipeline.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Step {
    Insert {
        elements: Vec<String>,
        #[serde(default)]
        link_map: LinkMap,
    },
    Link {
        link_map: LinkMap,
    },
    Connect {
        source: Reference,
        sink: Reference,
        #[serde(default)]
        link_map: LinkMap,
    },
    Check {},
    Run {},
    Iterate {
        target: Reference,
        side: IterateSide,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum IterateSide {
    Source,
    Sink,
}

/// What stands on one side of a `connect`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(super) enum Reference {
    Element(String),
    Group {
        group: Vec<Self>,
    },
    Select {
        select: Box<Self>,
        pads: Vec<String>,
    },
}
