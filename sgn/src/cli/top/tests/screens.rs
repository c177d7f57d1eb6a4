//! The screen, drawn into a buffer.

use std::time::Duration;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Color;

use super::super::choice::{Action, Choice};
use super::super::facts::made::facts;
use super::super::feed::Life;
use super::super::rows::rows;
use super::super::theme::Theme;
use super::super::view::{Scene, draw, layout};
use super::rows::{run, track};
use crate::recording::run::Run;
use crate::text::hostile::Hostile;
use crate::text::is_unfit;

/// Draws a run on a screen.
fn drawn(run: &Run, choice: &mut Choice, life: &Life, theme: Theme, size: (u16, u16)) -> Buffer {
    let track = track(run);
    let last = facts(run, run.moments.len() - 1);
    let rows = rows(&last, &track, choice);
    choice.scroll(&rows, usize::from(layout(&last, size.1).body));
    let scene = Scene {
        facts: &last,
        track: &track,
        rows: &rows,
        choice,
        life,
        has_moment: true,
        has_report: true,
        samples: None,
        damage: None,
        theme,
    };
    let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
    draw(&scene, &mut buffer);
    buffer
}

fn lines(buffer: &Buffer) -> Vec<String> {
    let width = usize::from(buffer.area().width).max(1);
    let lines = buffer.content().chunks(width);
    lines
        .map(|cells| {
            let text: String = cells.iter().map(|cell| cell.symbol()).collect();
            text.trim_end().to_owned()
        })
        .collect()
}

#[test]
fn a_screen_of_80_columns_has_it_all() {
    let mut choice = Choice::default();
    choice.apply(
        Action::Toggle,
        &rows(&facts(&run(), 2), &track(&run()), &Choice::default()),
        9,
    );
    let theme = Theme::new(true);
    let buffer = drawn(&run(), &mut choice, &Life::Running, theme, (80, 16));
    let expected = [
        "sgn top  program  process 7 on host                                    ● running",
        "live 41.6 KiB in 304 blocks   allocates 18.8 KiB/s   stride 300   3.0 s",
        "▲ GROWS   +128 B/stride    +12.5 KiB/s kept:snk:in main.rs:12 held by kept.all",
        "  ELEMENT                ▼LIVE       PEAK      HELD   BYTES/S  BLOCK/S LAST 3.0s",
        "›▲▾ kept              37.5 KiB   37.5 KiB  37.5 KiB  12.5 KiB      200   ▃▃▃▆▆▆█",
        "    .all                                   37.5 KiB",
        " ▲  snk:in            37.5 KiB   37.5 KiB            12.5 KiB      200   ▃▃▃▆▆▆█",
        " ▲    main.rs:12      37.5 KiB                       12.5 KiB      200",
        "      elsewhere            0 B                            0 B        0",
        "  ▸ src                   64 B      128 B       0 B   6.2 KiB      100   ███████",
        "    (runtime)          4.0 KiB   ≤4.9 KiB         -       0 B        0   ███████",
        "",
        "",
        "",
        "kept: sink keep, live 37.5 KiB in 300 blocks; in all 37.6 KiB in 601",
        "q quit  ? help  / filter  Enter open  sort: n l p h r b",
    ];
    assert_eq!(lines(&buffer), expected);
}

#[test]
fn no_colour_is_used_without_colours() {
    let screen = |theme| {
        drawn(
            &run(),
            &mut Choice::all_open(),
            &Life::Ended,
            theme,
            (120, 30),
        )
    };
    let has_colours = |buffer: &Buffer| {
        let mut cells = buffer.content().iter();
        cells.any(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset)
    };
    let (with, without) = (screen(Theme::new(true)), screen(Theme::new(false)));
    assert!(has_colours(&with) && !has_colours(&without));
    assert_eq!(lines(&with), lines(&without));
}

#[test]
fn every_size_is_drawn() {
    let lives = [
        Life::Reading(7),
        Life::Silent(Duration::from_secs(70)),
        Life::Failed(String::from("stride 3: it broke\nbadly")),
    ];
    for width in (0..130).step_by(if cfg!(miri) { 43 } else { 5 }) {
        for height in [0, 1, 2, 3, 5, 8, 12, 24, 60] {
            let life = &lives[usize::from(width + height) % lives.len()];
            let mut choice = Choice::all_open();
            choice.has_help = width % 2 == 0;
            choice.is_typing = width % 3 == 0;
            drawn(&run(), &mut choice, life, Theme::new(true), (width, height));
        }
    }
}

#[test]
fn hostile_names_stay_in_their_cells() {
    let mut hostile = Hostile::new(11);
    let count = if cfg!(miri) { 2 } else { 60 };
    for _ in 0..count {
        let mut run = run();
        let mut next = || hostile.next_texts(3);
        for element in &mut run.elements {
            element.kind = next();
        }
        run.program.name = next();
        run.program.host = next();
        for owner in &mut run.owners {
            owner.name = format!("{}:src:{}", next(), next());
        }
        for statement in run
            .lines
            .iter_mut()
            .filter_map(|line| line.statement.as_mut())
        {
            (statement.file, statement.text) = (next(), next());
        }
        run.findings[0].verdict = next();
        run.findings[0].holders[0].holder = next();
        run.holders[0].holder = next();
        let mut choice = Choice::all_open();
        choice.filter = String::new();
        let life = Life::Failed(next());
        for size in [(80, 24), (200, 50), (21, 9)] {
            let buffer = drawn(&run, &mut choice, &life, Theme::new(true), size);
            for cell in buffer.content() {
                assert!(!cell.symbol().contains(is_unfit), "{:?}", cell.symbol());
            }
        }
    }
}
