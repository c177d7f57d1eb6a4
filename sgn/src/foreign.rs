//! Code of others, called so that it does no harm: its panics are caught, and what it writes has an end.
//!
//! A panic that is caught leaves a value behind, and dropping that value may panic again. A panic that comes out of a
//! destructor while another panic unwinds aborts the process, so what we drop then is discarded.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt::{self, Debug, Display, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// The most bytes that are kept of one text: a few screens.
pub(crate) const LONGEST: usize = 16 * 1024;

/// The payload of a panic.
pub(crate) type Panic = Box<dyn Any + Send>;

/// Returns what `work` returns, or the text of its panic.
///
/// The caller knows in which state a panic leaves what `work` has borrowed.
pub(crate) fn catch<R>(work: impl FnOnce() -> R) -> Result<R, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(text_of)
}

/// Drops `value`; the text of the panic if its destructor panics.
pub(crate) fn discard<T>(value: T) -> Result<(), String> {
    catch(|| drop(value))
}

/// Returns the text that a panic was given.
#[cold]
pub(crate) fn text_of(panic: Panic) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .map_or_else(
            || String::from("a value that is no text"),
            |text| show(&text),
        );
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        // Its destructor may panic as the first one did, with yet another such value.
        std::mem::forget(second);
    }
    text
}

/// Returns what the `Display` of `value` writes, or says that it failed or panicked.
pub(crate) fn show(value: &dyn Display) -> String {
    match written(format_args!("{value}")) {
        Ok(text) => text,
        Err(fault) => format!("<its `Display` {fault}>"),
    }
}

/// Returns what the `Debug` of `value` writes, or says that it failed or panicked.
pub(crate) fn show_debug(value: &dyn Debug) -> String {
    match written(format_args!("{value:?}")) {
        Ok(text) => text,
        Err(fault) => format!("<its `Debug` {fault}>"),
    }
}

/// Returns the message of an error. If its `Display` fails, its `Debug` shows which error it is, as the name of the
/// type is lost.
pub(crate) fn show_error(error: &(dyn StdError + 'static)) -> String {
    let fault = match written(format_args!("{error}")) {
        Ok(text) => return text,
        Err(fault) => fault,
    };
    match written(format_args!("{error:?}")) {
        Ok(text) => format!("<an error whose `Display` {fault}; by `Debug` it is {text}>"),
        Err(other) => format!("<an error whose `Display` {fault}, and whose `Debug` {other}>"),
    }
}

/// Returns the error that caused `error`, unless asking for it panics.
pub(crate) fn cause_of<'a>(
    error: &'a (dyn StdError + 'static),
) -> Option<&'a (dyn StdError + 'static)> {
    catch(|| error.source()).ok().flatten()
}

/// Returns the text, cut where it gets too long; or what happened instead.
fn written(text: fmt::Arguments<'_>) -> Result<String, String> {
    let mut kept = Kept::default();
    let outcome = catch_unwind(AssertUnwindSafe(|| kept.write_fmt(text)));
    match outcome {
        Ok(Ok(())) => Ok(kept.text),
        // Whatever comes of a text that is too long, the beginning is there.
        _ if kept.refused > 0 => {
            if let Err(panic) = outcome {
                text_of(panic);
            }
            Ok(kept.text + "… (cut here)")
        }
        Ok(Err(_)) => Err(String::from("failed")),
        Err(panic) => Err(format!("panicked: {}", text_of(panic))),
    }
}

/// The beginning of what is written.
#[derive(Default)]
struct Kept {
    text: String,
    refused: u32,
}

impl Kept {
    /// The number of writes that are refused before a panic stops the code that writes.
    const PATIENCE: u32 = 1000;
}

impl fmt::Write for Kept {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let room = LONGEST - self.text.len();
        if self.refused == 0 && more.len() <= room {
            self.text.push_str(more);
            return Ok(());
        }
        if self.refused == 0 {
            self.text.push_str(&more[..more.floor_char_boundary(room)]);
        }
        self.refused += 1;
        if cfg!(panic = "unwind") && self.refused > Self::PATIENCE && !std::thread::panicking() {
            // It does not heed errors and might never end.
            resume_unwind(Box::new(()));
        }
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct By(fn(&mut fmt::Formatter<'_>) -> fmt::Result);

    impl Display for By {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0(f)
        }
    }

    impl Debug for By {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("By")
        }
    }

    impl StdError for By {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            panic!("no source")
        }
    }

    #[test]
    fn a_display_that_fails_or_panics_is_told_by_debug() {
        let error = By(|_| Err(fmt::Error));
        assert_eq!(show(&error), "<its `Display` failed>");
        let error = By(|f| {
            f.write_str("half")?;
            panic!("boom")
        });
        assert_eq!(
            show_error(&error),
            "<an error whose `Display` panicked: boom; by `Debug` it is By>"
        );
        assert!(cause_of(&error).is_none());
    }

    #[test]
    fn a_text_without_end_is_cut() {
        let heeds = By(|f| {
            loop {
                f.write_str("ä long text ")?;
            }
        });
        let goes_on = By(|f| {
            loop {
                let _ = f.write_str("ä long text ");
            }
        });
        for endless in [heeds, goes_on] {
            let text = show(&endless);
            assert!(text.starts_with("ä long text ä") && text.ends_with("(cut here)"));
            assert!(text.len() <= LONGEST + 20, "{}", text.len());
        }
    }

    #[test]
    fn what_panics_when_dropped_is_dropped_once() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                std::panic::panic_any(Bomb);
            }
        }
        assert_eq!(discard(Bomb), Err(String::from("a value that is no text")));
        assert_eq!(catch(|| 1), Ok(1));
        let text = catch(|| -> () { panic!("{}", "x".repeat(LONGEST * 2)) }).unwrap_err();
        assert!(text.len() <= LONGEST + 20);
    }
}
