//! The choice of what is shown: order, filter, what is open, and the selected row.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::row::{Key, Row};

/// The number by which rows are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sort {
    Name,
    #[default]
    Live,
    Peak,
    Held,
    Bytes,
    Blocks,
}

impl Sort {
    pub(super) const ALL: [Self; 6] = [
        Self::Name,
        Self::Live,
        Self::Peak,
        Self::Held,
        Self::Bytes,
        Self::Blocks,
    ];

    /// Returns the key to press, and the word for it.
    pub(super) const fn key(self) -> (char, &'static str) {
        match self {
            Self::Name => ('n', "name"),
            Self::Live => ('l', "live"),
            Self::Peak => ('p', "peak"),
            Self::Held => ('h', "held"),
            Self::Bytes => ('r', "bytes/s"),
            Self::Blocks => ('b', "blocks/s"),
        }
    }
}

/// A command that a key stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Sort(Sort),
    Move(isize),
    Page(isize),
    First,
    Last,
    /// Opens or closes the selected row.
    Toggle,
    Open,
    Close,
    /// Opens all, or closes all.
    ToggleAll,
    Filter,
    Type(char),
    Erase,
    /// Ends the input of the filter.
    Done,
    Help,
    /// Goes back from what is on top: the help, the filter, the program.
    Back,
    Quit,
}

/// The choices of the user.
#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    pub(super) sort: Sort,
    /// True if the order is the opposite of the usual one, which has the greatest first, and names from A.
    pub(super) is_reversed: bool,
    pub(super) filter: String,
    pub(super) is_typing: bool,
    pub(super) has_help: bool,
    pub(super) selected: Option<Key>,
    /// The first row that is shown.
    pub(super) offset: usize,
    open: BTreeSet<Key>,
    is_all_open: bool,
}

impl Choice {
    /// Returns a choice in which every element is open.
    pub(super) fn all_open() -> Self {
        Self {
            is_all_open: true,
            ..Self::default()
        }
    }

    pub(super) fn is_open(&self, key: &Key) -> bool {
        self.is_all_open != self.open.contains(key)
    }

    /// Sorts by what was chosen; rows that are equal keep their order.
    pub(super) fn sort(&self, rows: &mut [Row]) {
        let whole = |number: f64| number as u64;
        match self.sort {
            Sort::Name => rows.sort_by(|one, other| one.name.cmp(&other.name)),
            Sort::Live => rows.sort_by_key(|row| Reverse(row.usage.live_bytes)),
            Sort::Peak => rows.sort_by_key(|row| Reverse(row.peak.map(|peak| peak.bytes))),
            Sort::Held => rows.sort_by_key(|row| Reverse(row.held)),
            Sort::Bytes => rows.sort_by_key(|row| Reverse(whole(row.rate.bytes))),
            Sort::Blocks => rows.sort_by_key(|row| Reverse(whole(1000.0 * row.rate.blocks))),
        }
        if self.is_reversed {
            rows.reverse();
        }
    }

    /// Does what a key stands for, with the rows and the height of a page as they are shown; true to end.
    pub(super) fn apply(&mut self, action: Action, rows: &[Row], page: usize) -> bool {
        match action {
            Action::Quit => return true,
            Action::Back if self.has_help => self.has_help = false,
            Action::Back if self.is_typing || !self.filter.is_empty() => {
                self.is_typing = false;
                self.filter.clear();
            }
            Action::Back => return true,
            Action::Help => self.has_help = !self.has_help,
            Action::Sort(sort) => {
                self.is_reversed = self.sort == sort && !self.is_reversed;
                self.sort = sort;
            }
            Action::Filter => self.is_typing = true,
            Action::Type(letter) => self.filter.push(letter),
            Action::Erase => {
                self.is_typing &= self.filter.pop().is_some();
            }
            Action::Done => self.is_typing = false,
            Action::Move(by) => self.move_by(by, rows),
            Action::Page(pages) => self.move_by(pages * page.max(1).cast_signed(), rows),
            Action::First => self.move_by(isize::MIN, rows),
            Action::Last => self.move_by(isize::MAX, rows),
            Action::ToggleAll => {
                self.is_all_open = !self.is_all_open;
                self.open.clear();
            }
            Action::Toggle | Action::Open | Action::Close => self.turn(action, rows),
        }
        false
    }

    /// Returns the place of the selected row; the first if it is not shown any more.
    pub(super) fn place(&self, rows: &[Row]) -> usize {
        let is_selected = |row: &Row| Some(&row.key) == self.selected.as_ref();
        rows.iter().position(is_selected).unwrap_or(0)
    }

    fn move_by(&mut self, by: isize, rows: &[Row]) {
        let last = rows.len().saturating_sub(1);
        let place = self.place(rows).saturating_add_signed(by).min(last);
        self.selected = rows.get(place).map(|row| row.key.clone());
    }

    fn turn(&mut self, action: Action, rows: &[Row]) {
        let Some(row) = rows.get(self.place(rows)) else {
            return;
        };
        let mut key = row.key.clone();
        if row.depth > 0 {
            // Only elements are opened: a row below one closes its element.
            let above = rows[..self.place(rows)].iter();
            match above.rev().find(|row| row.depth == 0) {
                Some(element) if action == Action::Close => key = element.key.clone(),
                _ => return,
            }
        }
        let is_open = self.is_open(&key);
        let is_wanted = match action {
            Action::Open => true,
            Action::Close => false,
            _ => !is_open,
        };
        if is_open != is_wanted && !self.open.remove(&key) {
            self.open.insert(key.clone());
        }
        self.selected = Some(key);
    }

    /// Moves the part that is shown so that the selected row is in it.
    pub(super) fn scroll(&mut self, rows: &[Row], height: usize) {
        let place = self.place(rows);
        let least = (place + 1).saturating_sub(height);
        let most = rows.len().saturating_sub(height);
        self.offset = self.offset.clamp(least, place.max(least)).min(most);
    }
}
