//! The parts of a recorded run that are written as they are.

use std::time::Duration;

/// The program that ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Program {
    /// The path of the executable file, as it was called.
    pub(crate) name: String,
    /// The arguments after the name. Values are left out if that was asked for.
    pub(crate) arguments: Vec<String>,
    pub(crate) host: String,
    /// The number of the process.
    pub(crate) process: u32,
    /// The start, in milliseconds since 1970.
    pub(crate) started: u64,
    /// The version of this library.
    pub(crate) version: String,
    /// The interval of reports, in words: `1s`, `100 strides`.
    pub(crate) cadence: String,
    /// The sampling interval in bytes; `None` if each block was counted.
    pub(crate) sampled: Option<u64>,
}

/// An element of the pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    /// `source`, `transform` or `sink`.
    pub(crate) role: String,
    /// The name of its type, without generic arguments.
    pub(crate) kind: String,
    /// The names and values of its properties, as far as they are known.
    pub(crate) properties: Vec<(String, String)>,
    /// The full names of its pads: `src:src:out`.
    pub(crate) pads: Vec<String>,
}

/// A link between two pads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Link {
    /// The full name of the source pad.
    pub(crate) source: String,
    /// The full name of the sink pad.
    pub(crate) sink: String,
    /// The type of the payloads, if it is known.
    pub(crate) payload: Option<String>,
}

/// An owner of memory: a pad of an element, or a built-in owner such as `(runtime)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The full name: `gain:src:out`.
    pub(crate) name: String,
    /// The index of its element among the elements of the run; `None` if it is no pad of the pipeline.
    pub(crate) element: Option<usize>,
}

/// A source line of one owner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// The index of its owner among the owners of the run.
    pub(crate) owner: usize,
    /// The statement; `None` for what the owner allocates outside of marked statements.
    pub(crate) statement: Option<Statement>,
}

/// A statement of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Statement {
    pub(crate) file: String,
    /// Counted from one.
    pub(crate) line: u32,
    /// The text, which may have several lines; empty if it is not known.
    pub(crate) text: String,
    /// The function that holds it; empty if it is not known.
    pub(crate) function: String,
}

/// The most bytes of an owner that were live at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Peak {
    pub(crate) bytes: u64,
    /// False if it is an upper bound.
    pub(crate) is_exact: bool,
}

/// A line that leaks or grows, or a verdict on a line that does not.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Finding {
    /// The index of the line among the lines of the run.
    pub(crate) line: usize,
    /// `leaks`, `grows`, `grew and stopped`, `comes and goes`, `steady` or `too early to tell`.
    pub(crate) verdict: String,
    /// True for `leaks` and `grows`.
    pub(crate) is_alarm: bool,
    pub(crate) bytes_per_stride: f64,
    /// The standard error of `bytes_per_stride`.
    pub(crate) slope_error: f64,
    pub(crate) blocks_per_stride: f64,
    pub(crate) bytes_per_second: f64,
    /// The stride in which the growth began.
    pub(crate) since_stride: u64,
    /// The least live bytes in each fifth of the strides since then.
    pub(crate) fifths: [u64; 5],
    /// The bytes and blocks that cannot be reached.
    pub(crate) unreachable: (u64, u64),
    /// The holders of the blocks of the line, largest first, if a census was taken.
    pub(crate) holders: Vec<Held>,
}

/// The blocks of a line that one holder has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// The field or the other root: `count.sessions`.
    pub(crate) holder: String,
    pub(crate) bytes: u64,
    pub(crate) blocks: u64,
}

/// Something that happened in the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) at: Duration,
    pub(crate) stride: u64,
    /// `start`, `report`, `dump`, `eos`, `mode`, `error`, `stop`, `end`.
    pub(crate) kind: String,
    pub(crate) text: String,
}
