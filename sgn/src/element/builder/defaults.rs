//! Defaults that the author did not write.

/// A type with a default, which `#[state]` requires.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default, and `#[state]` gives no first value",
    label = "write the value, `#[state(expression)]`, or implement `Default` for the type"
)]
pub trait StateDefault {
    /// [`Default::default`].
    fn initial() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> StateDefault for T {
    fn initial() -> T {
        T::default()
    }
}

/// A type with a default, which `#[prop(default)]` requires.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default of its own",
    label = "write the value, `#[prop(default = expression)]`, or implement `Default` for the type"
)]
pub trait PropertyDefault {
    /// [`Default::default`].
    fn initial() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> PropertyDefault for T {
    fn initial() -> T {
        T::default()
    }
}
