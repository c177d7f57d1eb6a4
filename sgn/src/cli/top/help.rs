//! Draws the help over the rest.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use super::theme::Theme;
use crate::text::width;

const LINES: [(&str, &str); 21] = [
    ("keys", ""),
    (
        "n l p h r b",
        "sort by name, live, peak, held, bytes/s, blocks/s;",
    ),
    ("", "the same key again turns the order"),
    (
        "Enter, arrows",
        "open and close an element; left also from below it",
    ),
    ("e", "open all elements, or close them"),
    ("up down, j k", "select a row; PgUp PgDn, Home End go far"),
    ("/", "show what has a text: an element, a pad, a line"),
    (
        "Esc",
        "back: from this help, from a filter, from the program",
    ),
    ("q, Ctrl-C", "quit"),
    ("", ""),
    ("columns", ""),
    ("LIVE", "bytes that are allocated now"),
    ("PEAK", "the most at once; ≤ where it is at most that"),
    ("HELD", "what the fields of the element keep alive, who-"),
    ("", "ever allocated it; - if holders are not searched"),
    ("BYTES/S", "bytes allocated in the last second"),
    ("BLOCK/S", "blocks allocated in the last second"),
    ("LAST", "live bytes, each from nothing to its own most"),
    ("", ""),
    ("▲", "a line leaks or grows; the findings are on top"),
    ("", "and the line below the table says more of a row"),
];

/// The columns of the keys.
const KEYS: u16 = 15;

/// Draws the help in the middle of `area`, as far as it fits.
pub(super) fn draw(theme: Theme, area: Rect, buffer: &mut Buffer) {
    let longest = LINES.iter().map(|(_, text)| width(text)).max().unwrap_or(0);
    let wide = (KEYS + 4 + u16::try_from(longest).unwrap_or(0)).min(area.width);
    let high = (LINES.len() as u16 + 2).min(area.height);
    let left = area.x + (area.width - wide) / 2;
    let top = area.y + (area.height - high) / 2;
    for y in top..top + high {
        let is_edge = y == top || y + 1 == top + high;
        let inner = usize::from(wide.saturating_sub(2));
        let text = match is_edge {
            true if y == top => format!("┌{}┐", "─".repeat(inner)),
            true => format!("└{}┘", "─".repeat(inner)),
            false => format!("│{}│", " ".repeat(inner)),
        };
        buffer.set_style(
            Rect::new(left, y, wide, 1),
            ratatui_core::style::Style::reset(),
        );
        buffer.set_stringn(left, y, &text, usize::from(wide), theme.plain());
        if is_edge {
            continue;
        }
        let Some((keys, text)) = LINES.get(usize::from(y - top - 1)) else {
            continue;
        };
        let columns = wide.saturating_sub(4);
        let style = if text.is_empty() {
            theme.head()
        } else {
            theme.strong()
        };
        let at = left + 2.min(wide);
        buffer.set_stringn(at, y, keys, usize::from(columns), style);
        let columns = columns.saturating_sub(KEYS);
        if columns > 0 {
            buffer.set_stringn(at + KEYS, y, text, usize::from(columns), theme.plain());
        }
    }
}
