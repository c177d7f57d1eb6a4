//! Recognises the blocks of channels, and tells which of their slots hold messages.
//!
//! std's channels and those of crossbeam have the same layout. A slot whose message was received keeps its bytes, and so
//! pointers to what the receiver has by now.

use std::ops::Range;

use crate::memory::census::words::{Memory, Reader, WORD};

/// The part of a block that has messages, in bytes from its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// These bytes, and no others.
    Within(Range<usize>),
    /// All but these.
    Around(Range<usize>),
}

/// Returns the part of a block of a channel without bounds that has messages.
///
/// The block has 31 slots, each a message and its state, and a pointer to the next block, behind or before them.
/// The slots in front have been read, some behind them have messages, and the last ones are empty.
pub(super) fn unbounded(reader: &mut Reader, start: usize, size: usize) -> Option<Part> {
    const SLOTS: usize = 31;
    let slots = size.checked_sub(WORD)?;
    let slot = slots / SLOTS;
    if !slots.is_multiple_of(SLOTS) || !slot.is_multiple_of(WORD) || slot < 2 * WORD {
        return None;
    }
    let memory = Memory::new(start, size);
    [0, WORD].into_iter().find_map(|first| {
        let states = (1..=SLOTS).map(|number| (first + number * slot) / WORD - 1);
        let read = count_read(states.map_while(|state| reader.word(memory, state)))?;
        (read > 0).then(|| Part::Around(first..first + read * slot))
    })
}

/// Returns the number of slots that were read; `None` if these are not the states of slots.
fn count_read(states: impl Iterator<Item = usize>) -> Option<usize> {
    const EMPTY: usize = 0;
    const FULL: usize = 1;
    const READ: usize = 3;
    let (mut read, mut last) = (0, READ);
    for state in states {
        let may_follow = match last {
            READ => matches!(state, READ | FULL | EMPTY),
            FULL => matches!(state, FULL | EMPTY),
            _ => state == EMPTY,
        };
        if !may_follow {
            return None;
        }
        read += usize::from(state == READ);
        last = state;
    }
    Some(read)
}

/// Returns the part of the block of a channel with bounds that has messages.
///
/// The block has `capacity` slots, each a message and a stamp behind or before it.
/// The stamp of a slot is its number, and one more if it has a message; `lap`, which is greater than `capacity`, is added
/// in each round.
pub(super) fn bounded(
    reader: &mut Reader,
    start: usize,
    size: usize,
    capacity: usize,
    lap: usize,
) -> Option<Part> {
    let slot = size.checked_div(capacity)?;
    if !slot.is_multiple_of(WORD) || slot < 2 * WORD {
        return None;
    }
    let memory = Memory::new(start, size);
    [0, slot - WORD].into_iter().find_map(|stamp| {
        let mut is_full = |number: usize| {
            let stamp = reader.word(memory, (number * slot + stamp) / WORD)?;
            is_full(stamp, number, lap)
        };
        let mut was_full = is_full(capacity - 1)?;
        // The starts of the run of full slots, and of that of the others.
        let (mut full, mut others, mut count) = (None, None, 0);
        for number in 0..capacity {
            let is_full = is_full(number)?;
            count += usize::from(is_full);
            if is_full != was_full {
                let run = if is_full { &mut full } else { &mut others };
                if run.replace(number * slot).is_some() {
                    return None;
                }
            }
            was_full = is_full;
        }
        Some(match (full, others) {
            (Some(full), Some(others)) if others < full => Part::Around(others..full),
            (Some(full), Some(others)) => Part::Within(full..others),
            _ => Part::Within(0..count * slot),
        })
    })
}

/// Returns true if the slot of this number and stamp has a message; `None` if no slot has such a stamp.
fn is_full(stamp: usize, number: usize, lap: usize) -> Option<bool> {
    match (stamp % lap).checked_sub(number)? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}
