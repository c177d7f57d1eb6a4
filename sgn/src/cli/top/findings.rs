//! Draws the lines that leak or grow.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Style;

use super::amounts::size;
use super::facts::Facts;
use super::theme::Theme;
use crate::recording::run::Finding;
use crate::text::{Shortened, line, width};

/// Draws a line for each, the worst first; or one that says that there is none.
pub(super) fn draw(
    facts: &Facts<'_>,
    has_report: bool,
    theme: Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    if area.is_empty() {
        return;
    }
    let alarms: Vec<&Finding> = facts
        .findings
        .iter()
        .filter(|finding| finding.is_alarm)
        .collect();
    if alarms.is_empty() {
        let (text, style) = match has_report {
            true => ("no line leaks or grows", theme.good()),
            false => ("no report yet, which says what leaks or grows", theme.dim()),
        };
        buffer.set_stringn(area.x, area.y, text, usize::from(area.width), style);
        return;
    }
    let rest = alarms.len().saturating_sub(usize::from(area.height));
    for (y, finding) in (area.y..area.bottom()).zip(&alarms) {
        let is_last = y + 1 == area.bottom();
        let more = match rest {
            0 => String::new(),
            _ if is_last => format!("  and {rest} more"),
            _ => String::new(),
        };
        let columns = usize::from(area.width).saturating_sub(width(&more));
        let mut x = area.x;
        for (text, style) in parts(facts, finding, columns, theme) {
            let left = usize::from(area.right() - x);
            x = buffer.set_stringn(x, y, &text, left, style).0;
        }
        let left = usize::from(area.right() - x);
        buffer.set_stringn(x, y, &more, left, theme.dim());
    }
}

/// Returns the parts of the line about a finding, which take at most `columns`.
fn parts(
    facts: &Facts<'_>,
    finding: &Finding,
    columns: usize,
    theme: Theme,
) -> Vec<(String, Style)> {
    let verdict = format!("▲ {:6} ", line(&finding.verdict).to_string().to_uppercase());
    let slope = format!("{}/stride ", signed(finding.bytes_per_stride));
    let speed = format!("{}/s ", signed(finding.bytes_per_second));
    let place = facts.lines.get(finding.line).and_then(|line| {
        let statement = line.statement.as_ref()?;
        let file = statement.file.rsplit(['/', '\\']).next()?;
        Some(format!(" {file}:{}", statement.line))
    });
    let place = place.unwrap_or_default();
    let holder = match finding.holders.first() {
        _ if finding.unreachable.0 > 0 && finding.verdict == "leaks" => {
            String::from(" held by nobody")
        }
        Some(held) => format!(" held by {}", held.holder),
        None => String::new(),
    };
    let mut left = columns.saturating_sub(width(&verdict));
    let mut parts = vec![(verdict, theme.alarm())];
    // The place says most, then the slope, then the holder.
    let owner = facts.owner_of(finding.line);
    let place_width = width(owner).min(28) + width(&place).min(24);
    let wanted = [place_width, place_width + width(&holder).min(40)];
    for (number, others) in [slope, speed].into_iter().zip(wanted) {
        let taken = width(&number).max(15);
        if left >= others + taken {
            left -= taken;
            parts.push((format!("{number:>15}"), theme.plain()));
        }
    }
    let short = |text: &str, columns: usize| {
        let short = Shortened {
            text,
            width: columns,
        };
        short.to_string()
    };
    let place = match width(&place) <= left / 2 {
        true => place,
        false => short(&place, left / 2),
    };
    let owner = short(owner, left.saturating_sub(width(&place)).min(40));
    left = left.saturating_sub(width(&owner) + width(&place));
    parts.push((owner, theme.strong()));
    parts.push((line(&place).to_string(), theme.place()));
    if left >= 16 || left >= width(&holder) {
        parts.push((short(&holder, left), theme.plain()));
    }
    parts
}

/// Returns a size with its sign.
fn signed(bytes: f64) -> String {
    let sign = if bytes < 0.0 { '-' } else { '+' };
    format!("{sign}{}", size(bytes.abs()))
}
