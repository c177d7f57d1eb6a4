//! Elements and pads picked out for `connect`.

use std::collections::HashSet;

use crate::element::{IntoElement, NewElement};
use crate::error::{Error, ErrorKind, Result};
use crate::pad::ElementId;

/// Elements, or some of their pads, that stand on one side of a [`connect`](crate::Pipeline::connect).
///
/// Made from a name, a handle, a builder, or from several of these with [`group`] and [`select`].
#[derive(Debug, Default)]
pub struct Group {
    pub(crate) members: Vec<Member>,
    /// True if this came from [`group`], so that selecting from it keeps what matches.
    is_group: bool,
}

#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) target: Target,
    pub(crate) filters: Vec<Filter>,
}

/// The element that a member stands for.
#[derive(Debug)]
pub(crate) enum Target {
    Name(String),
    Id(ElementId),
    New(Box<NewElement>),
}

/// A choice among the pads of a member.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    pub(crate) names: Vec<String>,
    /// True if a member without any of these pads is left out, rather than an error.
    pub(crate) lenient: bool,
}

/// A type that can stand on one side of a [`connect`](crate::Pipeline::connect).
///
/// The name of an element in the pipeline, the [`id`](crate::element::Handle::id) of a handle that `add` returned, a builder (its element is inserted), an
/// element built with [`NewElement::new`], a [`Group`], or an array or `Vec` of one of these.
///
/// This trait is sealed: it is implemented for these types.
pub trait IntoGroup: sealed::Sealed {
    /// Returns the group that it stands for.
    ///
    /// # Errors
    ///
    /// A builder that is refused, or a selection of nothing.
    #[doc(hidden)]
    fn into_group(self) -> Result<Group>;
}

impl Group {
    fn of(target: Target) -> Self {
        Self {
            members: vec![Member {
                target,
                filters: Vec::new(),
            }],
            is_group: false,
        }
    }

    /// Returns this group and `other`, in that order.
    ///
    /// # Errors
    ///
    /// Those of [`IntoGroup::into_group`].
    pub fn and(mut self, other: impl IntoGroup) -> Result<Self> {
        self.members.extend(other.into_group()?.members);
        self.is_group = true;
        Ok(self)
    }

    /// Selects the pads called `names`, on either side.
    ///
    /// # Errors
    ///
    /// No names at all, or names that an earlier selection has excluded.
    pub fn select<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Result<Self> {
        select(self, names)
    }
}

/// Joins several elements, selections or groups; groups in groups are flattened, and the order is kept.
///
/// ```
/// # use sgn::prelude::*;
/// use sgn::IntoGroup;
///
/// /// The strain of these detectors.
/// fn strain(detectors: impl IntoGroup) -> sgn::Result<Group> {
///     select(detectors, ["strain"])
/// }
/// # fn main() -> sgn::Result<()> {
/// let sides = group(["h1", "l1"])?.and(strain("v1")?)?;
/// # drop(sides); Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Those of [`IntoGroup::into_group`].
pub fn group<M: IntoGroup>(members: impl IntoIterator<Item = M>) -> Result<Group> {
    members.into_iter().try_fold(
        Group {
            members: Vec::new(),
            is_group: true,
        },
        |group, member| group.and(member),
    )
}

/// Selects the pads called `names` of `target`, on either side.
///
/// A name that an element has on both sides selects both pads. Selecting from an element, every name must exist;
/// selecting from a group keeps the members that have at least one of them.
///
/// # Errors
///
/// No names at all, or names that an earlier selection has excluded. Unknown names are found when connecting.
pub fn select<N: Into<String>>(
    target: impl IntoGroup,
    names: impl IntoIterator<Item = N>,
) -> Result<Group> {
    let names: Vec<String> = names.into_iter().map(Into::into).collect();
    if names.is_empty() {
        return Err(Error::new(
            ErrorKind::EmptySelection,
            "a selection names at least one pad; this one names none",
        ));
    }
    let known: HashSet<&str> = names.iter().map(String::as_str).collect();
    let mut group = target.into_group()?;
    let lenient = group.is_group;
    for member in &mut group.members {
        if let Some(earlier) = member.filters.last()
            && !lenient
            && !earlier
                .names
                .iter()
                .any(|name| known.contains(name.as_str()))
        {
            return Err(Error::new(
                ErrorKind::EmptySelection,
                format!(
                    "selecting {names:?} from the selection of {:?} leaves no pad",
                    earlier.names
                ),
            ));
        }
        member.filters.push(Filter {
            names: names.clone(),
            lenient: lenient || !member.filters.is_empty(),
        });
    }
    Ok(group)
}

mod sealed {
    use super::{ElementId, Group, IntoElement, IntoGroup, NewElement, Result};

    /// A trait that code outside this crate cannot name, and so cannot implement.
    pub trait Sealed {}

    impl Sealed for Group {}
    impl Sealed for Result<Group> {}
    impl Sealed for &str {}
    impl Sealed for String {}
    impl Sealed for NewElement {}
    impl Sealed for ElementId {}
    impl<B: IntoElement> Sealed for B {}
    impl<M: IntoGroup, const N: usize> Sealed for [M; N] {}
    impl<M: IntoGroup> Sealed for Vec<M> {}
}

impl IntoGroup for Group {
    fn into_group(self) -> Result<Group> {
        Ok(self)
    }
}

impl IntoGroup for Result<Group> {
    fn into_group(self) -> Result<Group> {
        self
    }
}

impl IntoGroup for &str {
    fn into_group(self) -> Result<Group> {
        Ok(Group::of(Target::Name(self.to_owned())))
    }
}

impl IntoGroup for String {
    fn into_group(self) -> Result<Group> {
        Ok(Group::of(Target::Name(self)))
    }
}

impl IntoGroup for NewElement {
    fn into_group(self) -> Result<Group> {
        Ok(Group::of(Target::New(Box::new(self))))
    }
}

impl IntoGroup for ElementId {
    fn into_group(self) -> Result<Group> {
        Ok(Group::of(Target::Id(self)))
    }
}

impl<B: IntoElement> IntoGroup for B {
    fn into_group(self) -> Result<Group> {
        NewElement::new(self)?.into_group()
    }
}

impl<M: IntoGroup, const N: usize> IntoGroup for [M; N] {
    fn into_group(self) -> Result<Group> {
        group(self)
    }
}

impl<M: IntoGroup> IntoGroup for Vec<M> {
    fn into_group(self) -> Result<Group> {
        group(self)
    }
}
