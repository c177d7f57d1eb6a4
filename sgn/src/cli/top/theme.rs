//! Colours and other marks. No meaning is in a colour alone.

use ratatui_core::style::{Color, Modifier, Style};

/// The styles of the parts of the screen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Theme {
    has_colours: bool,
}

impl Theme {
    pub(super) const fn new(has_colours: bool) -> Self {
        Self { has_colours }
    }

    /// Returns the theme that the environment asks for.
    pub(super) fn of_environment() -> Self {
        let is_set = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self::new(!is_set)
    }

    fn colour(self, colour: Color) -> Style {
        match self.has_colours {
            true => Style::new().fg(colour),
            false => Style::new(),
        }
    }

    pub(super) const fn plain(self) -> Style {
        Style::new()
    }

    pub(super) const fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub(super) const fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    pub(super) const fn head(self) -> Style {
        Style::new().add_modifier(Modifier::UNDERLINED)
    }

    pub(super) const fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    pub(super) fn alarm(self) -> Style {
        self.colour(Color::Red).add_modifier(Modifier::BOLD)
    }

    pub(super) fn warning(self) -> Style {
        self.colour(Color::Yellow).add_modifier(Modifier::BOLD)
    }

    pub(super) fn good(self) -> Style {
        self.colour(Color::Green)
    }

    pub(super) fn curve(self) -> Style {
        self.colour(Color::Cyan)
    }

    pub(super) fn place(self) -> Style {
        self.colour(Color::Blue)
    }
}
