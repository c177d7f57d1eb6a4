//! Draws the screen into a buffer.

use std::time::Duration;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Style;

use super::amounts::{count, grouped, size, time};
use super::choice::{Choice, Sort};
use super::facts::Facts;
use super::feed::Life;
use super::layout::{Column, Columns, Layout};
use super::row::Row;
use super::theme::Theme;
use super::track::Track;
use crate::text::{Shortened, line, width};

/// All that is drawn.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) track: &'a Track,
    pub(super) rows: &'a [Row],
    pub(super) choice: &'a Choice,
    pub(super) life: &'a Life,
    pub(super) has_moment: bool,
    pub(super) has_report: bool,
    pub(super) samples: Option<u64>,
    pub(super) damage: Option<&'a str>,
    pub(super) theme: Theme,
}

/// Returns the parts of a screen of that height.
pub(super) fn layout(facts: &Facts<'_>, height: u16) -> Layout {
    let alarms = facts.findings.iter().filter(|finding| finding.is_alarm);
    let lines = u16::try_from(alarms.count()).unwrap_or(u16::MAX).max(1);
    Layout::of(height, lines)
}

/// Draws the scene.
pub(super) fn draw(scene: &Scene<'_>, buffer: &mut Buffer) {
    let area = *buffer.area();
    let layout = layout(scene.facts, area.height);
    let mut top = area.y;
    let mut part = |height: u16| {
        let part = Rect::new(area.x, top, area.width, height);
        top += height;
        part
    };
    title(scene, part(layout.title), buffer);
    totals(scene, part(layout.totals), buffer);
    super::findings::draw(
        scene.facts,
        scene.has_report,
        scene.theme,
        part(layout.findings),
        buffer,
    );
    let head_area = part(layout.head);
    let body_area = part(layout.body);
    table(scene, head_area, body_area, buffer);
    detail(scene, part(layout.detail), buffer);
    foot(scene, part(layout.foot), buffer);
    if scene.choice.has_help {
        super::help::draw(scene.theme, area, buffer);
    }
}

/// Writes a text that has passed the escapes, clipped to some columns; returns those that it took.
pub(super) fn put(
    buffer: &mut Buffer,
    (x, y): (u16, u16),
    text: &str,
    columns: u16,
    style: Style,
) -> u16 {
    let (end, _) = buffer.set_stringn(x, y, text, usize::from(columns), style);
    end - x
}

/// Returns a text of the user in at most so many columns, fit to be shown.
pub(super) fn fit(text: &str, columns: u16) -> String {
    let short = Shortened {
        text,
        width: usize::from(columns),
    };
    short.to_string()
}

fn title(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let theme = scene.theme;
    let (words, style) = match scene.life {
        Life::Reading(share) => (format!("… reading, {share} %"), theme.warning()),
        Life::Running => (String::from("● running"), theme.good()),
        Life::Silent(silence) => (
            format!(
                "◌ nothing new for {}",
                time(Duration::from_secs(silence.as_secs()))
            ),
            theme.warning(),
        ),
        Life::Ended => (String::from("■ ended"), theme.strong()),
        Life::Failed(error) => (format!("▲ failed: {}", line(error)), theme.alarm()),
    };
    let program = scene.facts.program;
    let name = program.name.rsplit(['/', '\\']).next().unwrap_or_default();
    // The mark alone says it where there is no room for the word.
    let columns = if area.width < 24 { 1 } else { area.width / 2 };
    let words = match columns {
        1 => words.chars().take(1).collect(),
        _ => fit(&words, columns),
    };
    let taken = u16::try_from(width(&words))
        .unwrap_or(area.width)
        .min(area.width);
    put(buffer, (area.right() - taken, area.y), &words, taken, style);
    let mut left = (area.width - taken).saturating_sub(1);
    let mut x = area.x;
    for (text, style) in [
        (String::from("sgn top  "), theme.dim()),
        (fit(name, left.saturating_sub(9)), theme.strong()),
        (
            format!("  process {} on {}", program.process, line(&program.host)),
            theme.dim(),
        ),
    ] {
        let taken = put(buffer, (x, area.y), &text, left, style);
        (x, left) = (x + taken, left - taken);
    }
}

fn totals(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let facts = scene.facts;
    let total = facts.total();
    let rates = (0..facts.lines.len()).map(|line| scene.track.rate(line, facts.usage(line)));
    let (bytes, blocks) = rates.fold((0.0, 0.0), |(bytes, blocks), rate| {
        (bytes + rate.bytes, blocks + rate.blocks)
    });
    let mut parts = vec![
        format!("live {}", size(total.live_bytes as f64)),
        format!("in {} blocks", grouped(total.live_blocks)),
        format!("  allocates {}/s", size(bytes)),
        format!("  stride {}", grouped(facts.stride)),
        format!("  {}", time(facts.at)),
        format!("  {} blocks/s", count(blocks)),
    ];
    if let Some(samples) = scene.samples {
        parts.push(format!(
            "  estimated from {} sampled blocks",
            grouped(samples)
        ));
    }
    if let Some(damage) = scene.damage {
        parts.push(format!("  {damage}"));
    }
    let mut x = area.x;
    for part in parts {
        let columns = u16::try_from(width(&part)).unwrap_or(u16::MAX);
        if columns > area.right() - x {
            break;
        }
        x += put(buffer, (x, area.y), &part, columns, scene.theme.plain());
        x = (x + 1).min(area.right());
    }
}

fn table(scene: &Scene<'_>, head: Rect, body: Rect, buffer: &mut Buffer) {
    let longest = scene
        .rows
        .iter()
        .map(|row| width(&row.name) + 2 + 2 * row.depth);
    let longest = u16::try_from(longest.max().unwrap_or(0)).unwrap_or(u16::MAX);
    let columns = Columns::of(body.width, longest);
    if !head.is_empty() {
        table_head(scene, &columns, head, buffer);
    }
    let shown = scene.rows.iter().skip(scene.choice.offset);
    let selected = scene.choice.place(scene.rows);
    for (line, row) in (body.y..body.bottom()).zip(shown) {
        let area = Rect::new(body.x, line, body.width, 1);
        let place = scene.choice.offset + usize::from(line - body.y);
        table_row(scene, &columns, row, place == selected, area, buffer);
    }
    if scene.rows.is_empty() && !body.is_empty() {
        let text = match scene.has_moment {
            true => format!(
                "nothing matches `{}`; Esc drops the filter",
                line(&scene.choice.filter)
            ),
            false => {
                String::from("no numbers yet; the run records the first of them when it starts")
            }
        };
        put(
            buffer,
            (body.x, body.y),
            &text,
            body.width,
            scene.theme.dim(),
        );
    }
}

fn table_head(scene: &Scene<'_>, columns: &Columns, area: Rect, buffer: &mut Buffer) {
    buffer.set_style(area, scene.theme.head());
    let style = |sort: Sort| match scene.choice.sort == sort {
        true => scene.theme.strong(),
        false => scene.theme.plain(),
    };
    let arrow = |sort: Sort| match (scene.choice.sort == sort, scene.choice.is_reversed) {
        (false, _) => "",
        (true, false) => "▼",
        (true, true) => "▲",
    };
    let mut x = area.x + Columns::MARKS.min(area.width);
    let name = format!("ELEMENT{}", arrow(Sort::Name));
    put(
        buffer,
        (x, area.y),
        &name,
        columns.name.min(area.right() - x),
        style(Sort::Name),
    );
    x += columns.name;
    for column in &columns.numbers {
        let (label, sort) = match column {
            Column::Live => ("LIVE", Sort::Live),
            Column::Peak => ("PEAK", Sort::Peak),
            Column::Held => ("HELD", Sort::Held),
            Column::Bytes => ("BYTES/S", Sort::Bytes),
            Column::Blocks => ("BLOCK/S", Sort::Blocks),
        };
        let label = format!("{}{label}", arrow(sort));
        let column_width = usize::from(column.width());
        let label = format!("{label:>column_width$}");
        put(
            buffer,
            (x + columns.gap, area.y),
            &label,
            column.width(),
            style(sort),
        );
        x += columns.gap + column.width();
    }
    if columns.curve > 0 {
        let label = format!("LAST {}", short(scene.track.span()));
        put(
            buffer,
            (x + columns.gap, area.y),
            &label,
            columns.curve,
            scene.theme.plain(),
        );
    }
}

/// Returns a time in at most four columns.
fn short(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        ..0.1 => format!("{:.0}ms", 1000.0 * seconds),
        ..10.0 => format!("{seconds:.1}s"),
        ..60.0 => format!("{seconds:.0}s"),
        _ => format!("{:.0}min", seconds / 60.0),
    }
}

fn table_row(
    scene: &Scene<'_>,
    columns: &Columns,
    row: &Row,
    is_selected: bool,
    area: Rect,
    buffer: &mut Buffer,
) {
    let theme = scene.theme;
    let style = match row.depth {
        0 if !row.is_built_in => theme.strong(),
        0 | 2 => theme.dim(),
        _ => theme.plain(),
    };
    let mark = if row.is_alarm { "▲" } else { " " };
    let arrow = if is_selected { "›" } else { " " };
    put(buffer, (area.x, area.y), arrow, area.width, theme.strong());
    let mut x = area.x + 1.min(area.width);
    put(buffer, (x, area.y), mark, area.right() - x, theme.alarm());
    x = area.x + Columns::MARKS.min(area.width);
    let opener = match row.is_open {
        Some(true) => "▾ ",
        Some(false) => "▸ ",
        None if row.depth == 0 => "  ",
        None => "",
    };
    let indent = 2 * row.depth + width(opener);
    let room = columns
        .name
        .saturating_sub(u16::try_from(indent).unwrap_or(u16::MAX));
    let name = format!(
        "{:depth$}{opener}{}",
        "",
        fit(&row.name, room),
        depth = 2 * row.depth
    );
    put(
        buffer,
        (x, area.y),
        &name,
        columns.name.min(area.right() - x),
        style,
    );
    x += columns.name;
    for column in &columns.numbers {
        let text = number(row, *column);
        let column_width = usize::from(column.width());
        let text = format!("{text:>column_width$}");
        let style = match text.trim() {
            "0" | "0 B" | "-" => theme.dim(),
            _ => theme.plain(),
        };
        put(
            buffer,
            (x + columns.gap, area.y),
            &text,
            column.width(),
            style,
        );
        x += columns.gap + column.width();
    }
    if columns.curve > 0 {
        let at = (x + columns.gap, area.y);
        if !row.owners.is_empty() {
            let wide = columns.curve.min(Columns::CURVE);
            let curve = curve(&scene.track.curve(&row.owners, usize::from(wide)));
            put(buffer, at, &curve, wide, theme.curve());
        } else if !row.text.is_empty() && columns.curve >= 20 {
            let text = fit(&row.text, columns.curve);
            put(buffer, at, &text, columns.curve, theme.dim());
        }
    }
    if is_selected {
        buffer.set_style(area, theme.selected());
    }
}

/// Returns the number of a row in a column; nothing where there is none.
pub(super) fn number(row: &Row, column: Column) -> String {
    let is_field = row.depth == 1 && row.owners.is_empty();
    match column {
        Column::Held => match row.held {
            Some(held) => size(held as f64),
            None if row.depth == 0 => String::from("-"),
            None => String::new(),
        },
        _ if is_field => String::new(),
        Column::Live => size(row.usage.live_bytes as f64),
        Column::Peak => row.peak.map_or_else(String::new, |peak| {
            let bound = if peak.is_exact { "" } else { "≤" };
            format!("{bound}{}", size(peak.bytes as f64))
        }),
        Column::Bytes => size(row.rate.bytes),
        Column::Blocks => count(row.rate.blocks),
    }
}

/// Returns a curve in eighths of a line, from nothing to its greatest value.
fn curve(values: &[Option<u64>]) -> String {
    const PARTS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = values.iter().flatten().max().copied().unwrap_or(0).max(1);
    let part = |value: &Option<u64>| match value {
        None | Some(0) => ' ',
        Some(value) => PARTS[((*value as f64 / most as f64 * 8.0).ceil() as usize).clamp(1, 8)],
    };
    values.iter().map(part).collect()
}

fn detail(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let Some(row) = scene.rows.get(scene.choice.place(scene.rows)) else {
        return;
    };
    if !area.is_empty() {
        let text = fit(&row.detail, area.width);
        put(
            buffer,
            (area.x, area.y),
            &text,
            area.width,
            scene.theme.place(),
        );
    }
}

fn foot(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let theme = scene.theme;
    let mut parts: Vec<(String, Style)> = Vec::new();
    let filter = line(&scene.choice.filter);
    if scene.choice.is_typing {
        parts.push((format!("/{filter}_"), theme.strong()));
        parts.push((String::from("Enter keep  Esc drop"), theme.dim()));
    } else {
        if !scene.choice.filter.is_empty() {
            parts.push((format!("only `{filter}`, Esc all"), theme.warning()));
        }
        let keys = ["q quit", "? help", "/ filter", "Enter open"];
        parts.extend(keys.map(|key| (String::from(key), theme.dim())));
        let taken: usize = parts.iter().map(|(text, _)| width(text) + 2).sum();
        let words = Sort::ALL.map(|sort| format!("{} {}", sort.key().0, sort.key().1));
        let words = format!("sort: {}", words.join(" "));
        let letters = Sort::ALL.map(|sort| sort.key().0.to_string());
        let letters = format!("sort: {}", letters.join(" "));
        let has_room = taken + width(&words) <= usize::from(area.width);
        parts.push((if has_room { words } else { letters }, theme.dim()));
    }
    let mut x = area.x;
    for (place, (text, style)) in parts.iter().enumerate() {
        let gap = if place == 0 { 0 } else { 2 };
        let left = (area.right() - x).saturating_sub(gap);
        let columns = u16::try_from(width(text)).unwrap_or(u16::MAX);
        if place > 0 && columns > left {
            break;
        }
        x += gap + put(buffer, (x + gap, area.y), text, left, *style);
    }
}
