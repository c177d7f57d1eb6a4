//! The categories of errors that the files name, and those of ours.

use serde::Deserialize;
use sgn::element::Role;
use sgn::{Error, ErrorKind};

/// What is wrong, in the words of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Category {
    DuplicateElementName,
    DuplicatePadName,
    DuplicatePadInGroup,
    UnknownPad,
    AlreadyLinked,
    WrongDirection,
    NToOne,
    AmbiguousLinking,
    EmptySelection,
    UnlinkedSourcePad,
    UnlinkedSinkPad,
    NoSinks,
    Cycle,
    DataSpecChanged,
    NoPads,
    PadsAreFixed,
    BadSourceConfig,
    BadTransformConfig,
    BadSinkConfig,
    MissingInput,
    CallbackError,
    EosError,
    ComposedEmpty,
    ComposedWrongKind,
    AmbiguousRename,
}

impl Category {
    /// The category of an error of ours, if the files have one for it.
    ///
    /// `role` is that of the element being built, if one is: a refused configuration is the source's, the
    /// transform's or the sink's.
    pub(super) fn of(error: &Error, role: Option<Role>) -> Option<Self> {
        Some(match error.kind() {
            ErrorKind::DuplicateElementName => Self::DuplicateElementName,
            ErrorKind::DuplicatePadName => Self::DuplicatePadName,
            ErrorKind::DuplicatePadInGroup => Self::DuplicatePadInGroup,
            ErrorKind::UnknownPad => Self::UnknownPad,
            ErrorKind::AlreadyLinked => Self::AlreadyLinked,
            ErrorKind::WrongDirection => Self::WrongDirection,
            ErrorKind::ManyToOne => Self::NToOne,
            ErrorKind::AmbiguousLinking => Self::AmbiguousLinking,
            ErrorKind::EmptySelection => Self::EmptySelection,
            ErrorKind::UnlinkedSourcePad => Self::UnlinkedSourcePad,
            ErrorKind::UnlinkedSinkPad => Self::UnlinkedSinkPad,
            ErrorKind::NoSinks => Self::NoSinks,
            ErrorKind::Cycle => Self::Cycle,
            ErrorKind::SpecChanged => Self::DataSpecChanged,
            ErrorKind::NoPads => Self::NoPads,
            ErrorKind::PadsAreFixed => Self::PadsAreFixed,
            ErrorKind::MissingInput => Self::MissingInput,
            // An exception there is an error or a panic here.
            ErrorKind::Callback | ErrorKind::Panic => Self::CallbackError,
            ErrorKind::Eos => Self::EosError,
            ErrorKind::Configuration => match role? {
                Role::Source => Self::BadSourceConfig,
                Role::Transform => Self::BadTransformConfig,
                Role::Sink => Self::BadSinkConfig,
                _ => return None,
            },
            _ => return None,
        })
    }
}
