//! Requests for a mode of counting: by runs that report their memory, and by elements that have budgets.

mod lease;

pub(crate) use self::lease::ModeLease;
