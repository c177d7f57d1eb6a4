//! The terminal: takes it, paints on it, and leaves it as it was.

use std::io::{self, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::style::{Attribute, Print, ResetColor, SetAttribute, SetForegroundColor};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Modifier, Style};

/// True while the terminal is taken.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// True if a thread has panicked since the terminal was taken.
static HAS_PANICKED: AtomicBool = AtomicBool::new(false);

/// The terminal, which is taken as long as this lives.
#[derive(Debug)]
pub(super) struct Screen {
    shown: Buffer,
}

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    ///
    /// Standard output is no terminal that can be taken.
    pub(super) fn take() -> io::Result<Self> {
        restore_on_panic();
        enable_raw_mode()?;
        IS_TAKEN.store(true, Ordering::SeqCst);
        let screen = Self {
            shown: Buffer::empty(Rect::ZERO),
        };
        execute!(
            io::stdout(),
            EnterAlternateScreen,
            Hide,
            Clear(ClearType::All)
        )?;
        Ok(screen)
    }

    /// Returns an empty buffer of the size of the terminal.
    pub(super) fn blank(&self) -> io::Result<Buffer> {
        let (width, height) = crossterm::terminal::size()?;
        Ok(Buffer::empty(Rect::new(0, 0, width, height)))
    }

    /// Shows a buffer. Only what has changed is written, in one piece.
    pub(super) fn show(&mut self, next: Buffer) -> io::Result<()> {
        let mut bytes = Vec::new();
        queue!(bytes, BeginSynchronizedUpdate)?;
        if self.shown.area() != next.area() {
            queue!(
                bytes,
                ResetColor,
                SetAttribute(Attribute::Reset),
                Clear(ClearType::All)
            )?;
            self.shown = Buffer::empty(*next.area());
        }
        paint(&self.shown, &next, &mut bytes)?;
        queue!(bytes, EndSynchronizedUpdate)?;
        self.shown = next;
        let mut out = io::stdout().lock();
        out.write_all(&bytes)?;
        out.flush()
    }

    /// Forgets what is shown, so that all is painted anew.
    pub(super) fn forget(&mut self) {
        self.shown = Buffer::empty(Rect::ZERO);
    }

    /// Returns true if a thread has panicked, so that the terminal is not taken any more.
    pub(super) fn is_lost(&self) -> bool {
        HAS_PANICKED.load(Ordering::SeqCst)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore(&mut io::stdout());
    }
}

/// Leaves the terminal as it was, once.
fn restore(out: &mut dyn Write) {
    if IS_TAKEN.swap(false, Ordering::SeqCst) {
        let _ = leave(out);
        let _ = disable_raw_mode();
    }
}

fn leave(out: &mut dyn Write) -> io::Result<()> {
    let mut bytes = Vec::new();
    queue!(
        bytes,
        EndSynchronizedUpdate,
        SetAttribute(Attribute::Reset),
        LeaveAlternateScreen,
        Show
    )?;
    out.write_all(&bytes)?;
    out.flush()
}

/// Makes a panic restore the terminal before its message is printed, which would be lost with the screen.
fn restore_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if IS_TAKEN.load(Ordering::SeqCst) {
                HAS_PANICKED.store(true, Ordering::SeqCst);
                restore(&mut io::stdout());
            }
            before(panic);
        }));
    });
}

/// Writes what differs between two buffers of the same size.
fn paint(shown: &Buffer, next: &Buffer, out: &mut Vec<u8>) -> io::Result<()> {
    let mut style = None;
    let mut expected = None;
    for (x, y, cell) in shown.diff(next) {
        if expected != Some((x, y)) {
            queue!(out, MoveTo(x, y))?;
        }
        if style != Some(cell.style()) {
            set_style(cell.style(), out)?;
            style = Some(cell.style());
        }
        queue!(out, Print(cell.symbol()))?;
        // Terminals differ in how wide some characters are, so none but the narrow ones is relied on.
        let is_narrow = cell.symbol().len() == 1
            || next
                .cell((x + 1, y))
                .is_none_or(|cell| cell.symbol() != " ");
        expected = is_narrow.then_some((x + 1, y));
    }
    if style.is_some() {
        queue!(out, SetAttribute(Attribute::Reset))?;
    }
    Ok(())
}

fn set_style(style: Style, out: &mut Vec<u8>) -> io::Result<()> {
    queue!(out, SetAttribute(Attribute::Reset))?;
    let modifiers = [
        (Modifier::BOLD, Attribute::Bold),
        (Modifier::DIM, Attribute::Dim),
        (Modifier::UNDERLINED, Attribute::Underlined),
        (Modifier::REVERSED, Attribute::Reverse),
    ];
    for (modifier, attribute) in modifiers {
        if style.add_modifier.contains(modifier) {
            queue!(out, SetAttribute(attribute))?;
        }
    }
    let colour = match style.fg {
        Some(Color::Red) => crossterm::style::Color::DarkRed,
        Some(Color::Green) => crossterm::style::Color::DarkGreen,
        Some(Color::Yellow) => crossterm::style::Color::DarkYellow,
        Some(Color::Blue) => crossterm::style::Color::DarkBlue,
        Some(Color::Cyan) => crossterm::style::Color::DarkCyan,
        _ => return Ok(()),
    };
    queue!(out, SetForegroundColor(colour))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_changes_are_painted() {
        let before = Buffer::with_lines(["live 12 B", "same"]);
        let after = Buffer::with_lines(["live 13 B", "same"]);
        let mut bytes = Vec::new();
        paint(&before, &after, &mut bytes).expect("a vector can be written");
        assert_eq!(bytes, b"\x1b[1;7H\x1b[0m3\x1b[0m");
        bytes.clear();
        paint(&after, &after, &mut bytes).expect("a vector can be written");
        assert_eq!(bytes, b"");
    }

    #[test]
    fn the_terminal_is_left_once() {
        let mut bytes = Vec::new();
        IS_TAKEN.store(true, Ordering::SeqCst);
        restore(&mut bytes);
        let text = String::from_utf8(bytes.clone()).expect("escapes are UTF-8");
        for left in ["\x1b[0m", "\x1b[?1049l", "\x1b[?25h"] {
            assert!(text.contains(left), "{text:?}");
        }
        let length = bytes.len();
        restore(&mut bytes);
        assert_eq!(bytes.len(), length);
    }
}
