//! The data of every builder, and the errors for its panics.

use std::cell::Cell;

use crate::counting::ModeLease;
use crate::element::backtrace::charge_backtraces_to_the_runtime;
use crate::element::budget::{Budget, bytes_of};
use crate::element::eos_policy::EosPolicy;
use crate::error::{Callback, Error, ErrorKind, Result};
use crate::foreign;
use crate::memory::{Entered, OwnerId, Scope, register, release};
use crate::pad::{Direction, INTERNAL};

/// The limits that a builder was given, as they were written.
#[derive(Debug)]
pub(crate) struct GivenBudget {
    /// The most live bytes, as a text that is read when the element is made.
    pub(crate) bytes: Option<String>,
    pub(crate) others: Budget,
    /// Has blocks counted until the element is made.
    counting: Option<ModeLease>,
}

impl Default for GivenBudget {
    fn default() -> Self {
        Self {
            bytes: None,
            others: Budget::NONE,
            counting: None,
        }
    }
}

impl GivenBudget {
    /// Has blocks counted, as there is a limit.
    pub(super) fn start_counting(&mut self) {
        if self.counting.is_none() {
            // A refusal is an error when the element is made.
            let any = Budget::NONE.budget(0);
            self.counting = any.start_counting().ok().flatten();
        }
    }

    /// Reads the limits of the element of that name.
    ///
    /// # Errors
    ///
    /// A number of bytes that cannot be read.
    pub(crate) fn read(&self, element: &str) -> Result<Budget> {
        let Some(text) = &self.bytes else {
            return Ok(self.others);
        };
        let bytes = bytes_of(text).map_err(|fault| {
            let message = format!("the budget {text:?} of element `{element}` {fault}");
            Error::new(ErrorKind::Budget, message).of_element(element)
        })?;
        Ok(self.others.budget(bytes))
    }
}

/// The data that every builder holds besides the properties of its element.
#[derive(Debug)]
pub struct Settings {
    pub(crate) name: String,
    pub(crate) source_pads: Vec<String>,
    pub(crate) sink_pads: Vec<String>,
    pub(crate) eos: Option<EosPolicy>,
    pub(crate) budget: GivenBudget,
    pub(crate) owner: Option<OwnerId>,
    entered: Option<Entered>,
}

impl Settings {
    /// Returns the settings of an element called `name`, with no pads named.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            source_pads: Vec::new(),
            sink_pads: Vec::new(),
            eos: None,
            budget: GivenBudget::default(),
            owner: None,
            entered: None,
        }
    }

    /// Returns the element's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Has blocks counted from now on if the element's type has these limits.
    ///
    /// So the values that are made with the element count already. If counting is refused here, it is refused again when
    /// the element is made.
    pub(crate) fn start_counting(&mut self, budget: &Budget) {
        if budget.has_limits() {
            self.budget.counting = budget.start_counting().ok().flatten();
        }
    }

    /// Charges the calling thread's allocations to the element, until the guard is dropped.
    pub fn scope(&mut self) -> Scope {
        Scope::enter(self.owner())
    }

    /// Charges the calling thread's allocations to the element, until [`leave`](Self::leave).
    ///
    /// For code that `building` calls, which goes back to the owner of before if this is not left.
    pub fn enter(&mut self) {
        self.entered = Some(Entered::enter(self.owner()));
    }

    /// Goes back to the owner of before [`enter`](Self::enter), when the returned guard is dropped.
    pub(crate) fn end(&mut self) -> Option<Scope> {
        self.entered.take().map(Entered::end)
    }

    /// Goes back to the owner of before [`enter`](Self::enter).
    pub fn leave(&mut self) {
        drop(self.end());
    }

    fn owner(&mut self) -> OwnerId {
        *self
            .owner
            .get_or_insert_with(|| register(&Direction::Internal.full_name(&self.name, INTERNAL)))
    }
}

impl Drop for Settings {
    fn drop(&mut self) {
        self.owner.into_iter().for_each(release);
        if std::thread::panicking() {
            // The innermost settings are the element's own; others may be those of defaults.
            let first = UNWOUND.take();
            UNWOUND.set(first.or_else(|| Some(std::mem::take(&mut self.name))));
        }
    }
}

thread_local! {
    /// The name of the element whose builder a panic has dropped, so that its error can say it.
    static UNWOUND: Cell<Option<String>> = const { Cell::new(None) };
}

/// Calls `work`, which makes an element from a builder; a panic of it is an error. The name of the element is known, or
/// it is found out.
///
/// A property, its default and the initial value of a state are made by code of the element's author, and so is what
/// holds a property to its range.
pub(crate) fn building<R>(name: Option<&str>, work: impl FnOnce() -> Result<R>) -> Result<R> {
    UNWOUND.set(None);
    let _scope = Scope::save();
    charge_backtraces_to_the_runtime();
    foreign::catch(work).unwrap_or_else(|text| {
        let name = name.map(str::to_owned).or_else(|| UNWOUND.take());
        let of_name = name
            .as_ref()
            .map_or_else(String::new, |name| format!(" of element `{name}`"));
        let error = Error::new(
            ErrorKind::Panic,
            format!("the builder{of_name} panicked, in a property, a default or a range: {text}"),
        )
        .in_callback(Callback::Build);
        Err(match name {
            Some(name) => error.of_element(&name),
            None => error,
        })
    })
}
