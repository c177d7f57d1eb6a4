//! The loop of the live table: keys, news of the file, and drawing.

use std::io;
use std::time::{Duration, Instant};

use crossterm::event::{self, Event};
use ratatui_core::buffer::Buffer;

use super::choice::Choice;
use super::feed::{Feed, Life};
use super::keys::action;
use super::rows::rows;
use super::screen::Screen;
use super::signals::Signals;
use super::theme::Theme;
use super::view::{Scene, draw, layout};
use crate::recording::read::ReadError;

/// The least time between two drawings that no key asked for.
const EVERY: Duration = Duration::from_millis(250);

/// The most time that is spent on reading before keys are looked at.
const READING: Duration = Duration::from_millis(100);

/// The reason why the loop ended, other than that the user quit.
#[derive(Debug)]
pub(super) enum Stopped {
    Terminal(io::Error),
    File(ReadError),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Terminal(error)
    }
}

impl From<ReadError> for Stopped {
    fn from(error: ReadError) -> Self {
        Self::File(error)
    }
}

/// Shows the table until the user quits, or a signal asks for it.
pub(super) fn run(mut feed: Feed) -> Result<(), Stopped> {
    let signals = Signals::catch()?;
    let mut screen = Screen::take()?;
    let mut choice = Choice::default();
    let theme = Theme::of_environment();
    let mut drawn: Option<(Instant, Life)> = None;
    let mut has_news = true;
    loop {
        if signals.is_any() || screen.is_lost() {
            break;
        }
        has_news |= feed.advance(READING, &mut |_, _| {})?;
        let life = feed.life();
        let is_due = drawn.as_ref().is_none_or(|(at, _)| at.elapsed() >= EVERY);
        let is_told = drawn.as_ref().is_some_and(|(_, told)| *told == life);
        if is_due && (has_news || !is_told) {
            paint(&feed, &mut choice, theme, &mut screen)?;
            (drawn, has_news) = (Some((Instant::now(), life)), false);
        }
        let wait = match feed.is_caught_up() {
            true => EVERY,
            false => Duration::ZERO,
        };
        let mut has_input = false;
        let mut wait = wait;
        // All that was typed is heeded before the next drawing.
        while event::poll(wait)? {
            wait = Duration::ZERO;
            has_input = true;
            match event::read()? {
                Event::Key(key) => {
                    let Some(action) = action(key, choice.is_typing) else {
                        continue;
                    };
                    let facts = feed.facts();
                    let rows = rows(&facts, feed.track(), &choice);
                    let height = screen.blank()?.area().height;
                    let page = layout(&facts, height).body;
                    if choice.apply(action, &rows, usize::from(page)) {
                        return Ok(());
                    }
                }
                Event::Resize(..) => screen.forget(),
                _ => {}
            }
        }
        if has_input && !screen.is_lost() {
            paint(&feed, &mut choice, theme, &mut screen)?;
            drawn = Some((Instant::now(), feed.life()));
            has_news = false;
        }
    }
    drop(screen);
    signals.obey()?;
    Ok(())
}

fn paint(feed: &Feed, choice: &mut Choice, theme: Theme, screen: &mut Screen) -> io::Result<()> {
    let mut buffer = screen.blank()?;
    fill(feed, choice, theme, &mut buffer);
    screen.show(buffer)
}

/// Draws what the file tells now.
pub(super) fn fill(feed: &Feed, choice: &mut Choice, theme: Theme, buffer: &mut Buffer) {
    let facts = feed.facts();
    let rows = match feed.has_moment() {
        true => rows(&facts, feed.track(), choice),
        false => Vec::new(),
    };
    let body = layout(&facts, buffer.area().height).body;
    choice.scroll(&rows, usize::from(body));
    let damage = feed.damage();
    let scene = Scene {
        facts: &facts,
        track: feed.track(),
        rows: &rows,
        choice,
        life: &feed.life(),
        has_moment: feed.has_moment(),
        has_report: feed.has_report(),
        samples: feed.state().samples,
        damage: damage.as_deref(),
        theme,
    };
    draw(&scene, buffer);
}
