//! The meaning of keys.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::choice::{Action, Sort};

/// Returns what a key stands for, where a filter is typed or not.
pub(super) fn action(key: KeyEvent, is_typing: bool) -> Option<Action> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let has_control = key.modifiers.contains(KeyModifiers::CONTROL);
    if has_control || key.modifiers.contains(KeyModifiers::ALT) {
        return match key.code {
            KeyCode::Char('c') if has_control => Some(Action::Quit),
            _ => None,
        };
    }
    let everywhere = match key.code {
        KeyCode::Esc => Some(Action::Back),
        KeyCode::Up => Some(Action::Move(-1)),
        KeyCode::Down => Some(Action::Move(1)),
        KeyCode::PageUp => Some(Action::Page(-1)),
        KeyCode::PageDown => Some(Action::Page(1)),
        KeyCode::Home => Some(Action::First),
        KeyCode::End => Some(Action::Last),
        KeyCode::F(1) => Some(Action::Help),
        _ => None,
    };
    if everywhere.is_some() {
        return everywhere;
    }
    if is_typing {
        return match key.code {
            KeyCode::Enter => Some(Action::Done),
            KeyCode::Backspace => Some(Action::Erase),
            KeyCode::Char(letter) => Some(Action::Type(letter)),
            _ => None,
        };
    }
    match key.code {
        KeyCode::Enter => Some(Action::Toggle),
        KeyCode::Right => Some(Action::Open),
        KeyCode::Left => Some(Action::Close),
        KeyCode::Char(letter) => match letter {
            'q' => Some(Action::Quit),
            '?' => Some(Action::Help),
            '/' => Some(Action::Filter),
            'e' => Some(Action::ToggleAll),
            ' ' => Some(Action::Toggle),
            'j' => Some(Action::Move(1)),
            'k' => Some(Action::Move(-1)),
            'g' => Some(Action::First),
            'G' => Some(Action::Last),
            _ => Sort::ALL
                .into_iter()
                .find(|sort| sort.key().0 == letter)
                .map(Action::Sort),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_commands_until_a_filter_is_typed() {
        let key = |code| KeyEvent::new(code, KeyModifiers::NONE);
        let letter = |letter| key(KeyCode::Char(letter));
        assert_eq!(action(letter('q'), false), Some(Action::Quit));
        assert_eq!(action(letter('q'), true), Some(Action::Type('q')));
        assert_eq!(action(letter('p'), false), Some(Action::Sort(Sort::Peak)));
        assert_eq!(action(letter('x'), false), None);
        assert_eq!(action(key(KeyCode::Enter), true), Some(Action::Done));
        assert_eq!(action(key(KeyCode::Down), true), Some(Action::Move(1)));
        let control = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        for is_typing in [false, true] {
            assert_eq!(action(control, is_typing), Some(Action::Quit));
        }
        // No letter has two meanings.
        let mut letters: Vec<char> = Sort::ALL.iter().map(|sort| sort.key().0).collect();
        letters.extend("q?/e jkgG".chars());
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), 15);
    }
}
