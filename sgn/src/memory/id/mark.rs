//! Marks: one static for each statement. A statement only stores its address.

/// One statement of the source, as a static.
///
/// ```
/// use sgn::memory::Mark;
///
/// static MARK: Mark = Mark::new("src/main.rs", 7, "let window = samples.to_vec();");
/// assert_eq!(MARK.line(), 7);
/// ```
///
/// Aligned so that the low six bits of an address are zero, which the site cache of a thread relies on, and so that
/// addresses spread well over it.
#[derive(Debug)]
#[repr(align(64))]
pub struct Mark {
    file: &'static str,
    text: &'static str,
    function: &'static str,
    line: u32,
}

impl Mark {
    /// Returns a mark for the statement `text` at `file`:`line`.
    #[must_use]
    pub const fn new(file: &'static str, line: u32, text: &'static str) -> Self {
        Self {
            file,
            text,
            function: "",
            line,
        }
    }

    /// Returns a mark for the statement `text` of `function` at `file`:`line`.
    #[doc(hidden)]
    #[must_use]
    pub const fn of_statement(
        file: &'static str,
        line: u32,
        text: &'static str,
        function: &'static str,
    ) -> Self {
        Self {
            file,
            text,
            function,
            line,
        }
    }

    /// Returns the file, as `file!()` gives it.
    #[must_use]
    pub const fn file(&self) -> &'static str {
        self.file
    }

    /// Returns the line of the statement's first token, counted from one.
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// Returns the statement's text; empty if it is not known.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// Returns the function that holds the statement; empty if it is not known.
    ///
    /// ```
    /// let mark = sgn::memory::Mark::new("src/main.rs", 3, "let copy = samples.to_vec();");
    /// assert_eq!(mark.function(), "");
    /// ```
    #[must_use]
    pub const fn function(&self) -> &'static str {
        self.function
    }
}
