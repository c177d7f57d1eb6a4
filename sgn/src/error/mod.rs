//! The one error type of the crate.

mod callback;

use std::error::Error as StdError;
use std::fmt;

pub use self::callback::Callback;
use crate::foreign;
use crate::text::lines;

/// Any error, boxed: what the methods of an element may return.
pub type BoxError = Box<dyn StdError + Send + Sync + 'static>;

/// The result of everything that can fail in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The kind of mistake that an [`Error`] reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An element or pad name that cannot be one.
    InvalidName,
    /// An element of a name that is taken.
    DuplicateElementName,
    /// A pad of a name that is taken.
    DuplicatePadName,
    /// Two pads of one short name on one side of a group.
    DuplicatePadInGroup,
    /// No element of that name.
    UnknownElement,
    /// No pad of that name.
    UnknownPad,
    /// A handle of another pipeline.
    ForeignHandle,
    /// A sink pad that is linked already.
    AlreadyLinked,
    /// A sink pad where a source pad belongs, or the reverse.
    WrongDirection,
    /// The two ends of a link carry different payloads.
    PayloadMismatch,
    /// A payload that cannot be cloned feeds more than one owner.
    NotCloneable,
    /// Several source pads for one sink pad.
    ManyToOne,
    /// The implicit rules do not say which pads to link.
    AmbiguousLinking,
    /// A selection without pads.
    EmptySelection,
    /// A source pad that feeds nothing.
    UnlinkedSourcePad,
    /// A sink pad that is fed by nothing.
    UnlinkedSinkPad,
    /// A pipeline without sinks.
    NoSinks,
    /// Links that lead in a circle.
    Cycle,
    /// An element without the pads its role needs.
    NoPads,
    /// Pads named for an element whose pads are fixed.
    PadsAreFixed,
    /// A property outside its range.
    PropertyOutOfRange,
    /// A property that the element does not have.
    UnknownProperty,
    /// A required property that is not set.
    MissingProperty,
    /// A property whose text cannot be read, or that is given twice.
    InvalidProperty,
    /// Pads that break a rule of the element, such as `one_to_one`.
    PadRule,
    /// Several registered elements of one name.
    DuplicateRegistration,
    /// A registered element that cannot be made from text.
    NotLaunchable,
    /// A launch string that cannot be read.
    LaunchSyntax,
    /// An element that refuses its configuration.
    Configuration,
    /// A function of a transform needs an input that is no sink pad.
    MissingInput,
    /// The data spec of a link changed.
    SpecChanged,
    /// A callback returned an error.
    Callback,
    /// A callback panicked.
    Panic,
    /// All sources have ended, and an element does not hand the end of its streams on.
    EndLost,
    /// Elements absorbed errors while the run went on.
    Eos,
    /// Several problems at once.
    Several,
    /// The log level variable or the profiler's settings cannot be read.
    Environment,
    /// The memory budget of an element cannot be read, or the element has broken it.
    Budget,
    /// The memory profiler was requested and cannot work.
    Profiler,
    /// A mistake of this crate.
    Internal,
}

/// An error: what went wrong, where, and what to do about it.
///
/// `Display` prints one sentence and, of several problems, the first 20, a line each; `Debug`, which `fn main() ->
/// sgn::Result<()>` prints, adds the causes, at most 20 of a chain. The text of one cause is cut after 16 KiB, and a
/// cause whose own `Display` panics is shown by its `Debug`. Both escape control characters in names, values and the
/// texts of other errors, and begin each line of such a text after the first with `  | `.
///
/// ```
/// use sgn::elements::{IterSource, NullSink};
/// use sgn::prelude::*;
/// use sgn::{BoxError, Callback, ErrorKind};
///
/// #[sgn::transform]
/// fn halve(x: u32) -> Result<u32, BoxError> {
///     if x % 2 == 0 { Ok(x / 2) } else { Err("it is odd".into()) }
/// }
///
/// # fn main() -> sgn::Result<()> {
/// let mut pipeline = Pipeline::new();
/// pipeline.connect(IterSource::builder("src").iter("x", [2_u32, 3]), halve::builder("half"))?;
/// let error = pipeline.check().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Several);
/// assert!(error.problems().iter().any(|problem| problem.is(ErrorKind::NoSinks)));
///
/// pipeline.connect("half", NullSink::<u32>::builder("snk").sink_pads(["out"]))?;
/// let error = pipeline.run().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Callback);
/// assert_eq!((error.element(), error.stride()), (Some("half"), Some(2)));
/// assert_eq!(error.callback(), Some(Callback::New));
/// # Ok(())
/// # }
/// ```
pub struct Error(Box<Inner>);

#[derive(Default)]
struct Inner {
    kind: Option<ErrorKind>,
    message: String,
    element: Option<String>,
    pad: Option<String>,
    property: Option<String>,
    callback: Option<Callback>,
    stride: Option<u64>,
    problems: Vec<Error>,
    source: Option<Cause>,
}

/// An error of others, whose destructor may panic.
struct Cause(Option<BoxError>);

impl Drop for Cause {
    fn drop(&mut self) {
        // Whoever drops an error has heard of it, and that it cannot be dropped is of no use to him.
        let _ = foreign::discard(self.0.take());
    }
}

/// The most problems and the most causes that are shown.
const MOST: usize = 20;

impl Error {
    #[cold]
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind: Some(kind),
            message: message.into(),
            ..Inner::default()
        }))
    }

    /// Joins all of `problems` in one error. A single problem is returned as it is, and the problems of an error that
    /// lists several are listed one by one.
    #[cold]
    pub(crate) fn several(headline: &str, problems: Vec<Self>) -> Self {
        let mut problems: Vec<Self> = problems
            .into_iter()
            .flat_map(|mut problem| match problem.kind() {
                ErrorKind::Several if !problem.0.problems.is_empty() => {
                    std::mem::take(&mut problem.0.problems)
                }
                _ => vec![problem],
            })
            .collect();
        if problems.len() == 1
            && let Some(only) = problems.pop()
        {
            return only;
        }
        let mut error = Self::new(
            ErrorKind::Several,
            format!("{headline}: {} problems", problems.len()),
        );
        error.0.problems = problems;
        error
    }

    pub(crate) fn of_element(mut self, element: &str) -> Self {
        self.0.element.get_or_insert_with(|| element.to_owned());
        self
    }

    pub(crate) fn of_pad(mut self, pad: &str) -> Self {
        self.0.pad.get_or_insert_with(|| pad.to_owned());
        self
    }

    pub(crate) fn of_property(mut self, property: &str) -> Self {
        self.0.property.get_or_insert_with(|| property.to_owned());
        self
    }

    pub(crate) fn in_callback(mut self, callback: Callback) -> Self {
        self.0.callback = Some(callback);
        self
    }

    pub(crate) fn in_stride(mut self, stride: u64) -> Self {
        self.0.stride = Some(stride);
        self
    }

    pub(crate) fn caused_by(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(Cause(Some(source.into())));
        self
    }

    pub(crate) fn with_problems(mut self, problems: Vec<Self>) -> Self {
        self.0.problems = problems;
        self
    }

    /// Returns the kind of mistake; [`ErrorKind::Several`] for several problems at once.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind.unwrap_or(ErrorKind::Internal)
    }

    /// Returns true if this error, or one of the problems it lists, is of that kind.
    pub fn is(&self, kind: ErrorKind) -> bool {
        self.kind() == kind || self.0.problems.iter().any(|problem| problem.is(kind))
    }

    /// Returns the element concerned.
    pub fn element(&self) -> Option<&str> {
        self.0.element.as_deref()
    }

    /// Returns the full name of the pad concerned.
    pub fn pad(&self) -> Option<&str> {
        self.0.pad.as_deref()
    }

    /// Returns the property concerned.
    pub fn property(&self) -> Option<&str> {
        self.0.property.as_deref()
    }

    /// Returns the method that failed, if the pipeline was running.
    pub fn callback(&self) -> Option<Callback> {
        self.0.callback
    }

    /// Returns the stride that failed, counted from 1, if the pipeline was running.
    pub fn stride(&self) -> Option<u64> {
        self.0.stride
    }

    /// Returns all problems that were found at once; empty if there is only this one.
    pub fn problems(&self) -> &[Self] {
        &self.0.problems
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&lines(&self.0.message), f)?;
        self.write_problems(f, |problem, f| {
            let text = lines(&problem.0.message).to_string();
            f.write_str(&text.replace('\n', "\n    "))
        })
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&lines(&self.0.message), f)?;
        self.write_problems(f, |problem, f| {
            f.write_str(&format!("{problem:?}").replace('\n', "\n    "))
        })?;
        let mut told = self.0.message.clone();
        let mut causes = self.causes();
        for text in causes.by_ref().take(MOST) {
            // A cause that the sentence ends with is not repeated.
            if !told.ends_with(&text) {
                write!(f, "\n  caused by: {}", lines(&text))?;
            }
            told = text;
        }
        // A chain may be a circle.
        match causes.next() {
            Some(text) if text != told => f.write_str("\n  and more causes"),
            _ => Ok(()),
        }
    }
}

impl Error {
    fn write_problems(
        &self,
        f: &mut fmt::Formatter<'_>,
        write: impl Fn(&Self, &mut fmt::Formatter<'_>) -> fmt::Result,
    ) -> fmt::Result {
        for problem in self.0.problems.iter().take(MOST) {
            f.write_str("\n  - ")?;
            write(problem, f)?;
        }
        match self.0.problems.len().saturating_sub(MOST) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }

    /// Returns the messages of the causes, the nearest first; endless if the causes form a circle.
    fn causes(&self) -> impl Iterator<Item = String> {
        let mut next = self.source();
        std::iter::from_fn(move || {
            let error = next?;
            next = foreign::cause_of(error);
            Some(foreign::show_error(error))
        })
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_ref()?.0.as_ref()?;
        Some(&**source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let cause = || Error::new(ErrorKind::Internal, "no disk");
        let apart = Error::new(ErrorKind::Callback, "it failed").caused_by(cause());
        assert_eq!(format!("{apart:?}"), "it failed\n  caused by: no disk");
        let within = Error::new(ErrorKind::Callback, "it failed: no disk").caused_by(cause());
        assert_eq!(format!("{within:?}"), "it failed: no disk");
        assert!(within.source().is_some());
    }

    #[test]
    fn a_text_of_others_forges_neither_a_line_nor_a_cause() {
        let hostile = "bob\n  caused by: nobody\u{1b}[2J\u{202e}";
        let error = Error::new(ErrorKind::Callback, format!("bad {hostile}"));
        let shown = "bob\n  |   caused by: nobody\\u{1b}[2J\\u{202e}";
        assert_eq!(error.to_string(), format!("bad {shown}"));
        let caused = Error::new(ErrorKind::Callback, "it failed").caused_by(hostile);
        assert_eq!(
            format!("{caused:?}"),
            format!("it failed\n  caused by: {shown}")
        );
    }
}
