//! The numbers of all lines and owners, as differences from what the moments before let expect.
//!
//! A pipeline does the same in each stride. So of each line it is expected that it goes on allocating as many blocks a
//! stride as it did, of the same size, and that its live numbers stay. A line of which this is true takes a small part
//! of a bit. For any other line, each number is written as the difference from what is expected: the number of its
//! binary digits, and the digits.

use super::coder::{Coder, EVEN, Probability};
use super::parts::Peak;
use crate::memory::Usage;

/// The number of binary digits of a difference is one of these.
const LENGTHS: usize = 65;

/// The probabilities of one kind of number: that of each digit of the length, by the length of the line's difference
/// before and by the digits of the length that are known.
#[derive(Clone, Debug)]
struct Lengths(Box<[[Probability; 128]; LENGTHS]>);

impl Lengths {
    fn new() -> Self {
        Self(Box::new([[EVEN; 128]; LENGTHS]))
    }

    /// Writes or reads a difference; `length` is that of the one before, and becomes that of this one.
    fn difference(&mut self, coder: &mut impl Coder, length: &mut u8, difference: i64) -> i64 {
        let folded = fold(difference);
        let wanted = (u64::BITS - folded.leading_zeros()) as usize;
        let probabilities = &mut self.0[usize::from(*length).min(LENGTHS - 1)];
        let mut known = 1;
        for digit in (0..7).rev() {
            let bit = coder.bit(&mut probabilities[known], wanted >> digit & 1 == 1);
            known = known << 1 | usize::from(bit);
        }
        // A damaged file may have a length that there is not.
        let found = (known & 0x7f).min(LENGTHS - 1);
        *length = found as u8;
        let mut number = u64::from(found > 0);
        for digit in (0..found.saturating_sub(1)).rev() {
            let bit = coder.bit(&mut EVEN.clone(), folded >> digit & 1 == 1);
            number = number << 1 | u64::from(bit);
        }
        unfold(number)
    }
}

/// Returns a number that is small if `difference` is, of either sign.
fn fold(difference: i64) -> u64 {
    (difference << 1 ^ difference >> 63).cast_unsigned()
}

fn unfold(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// One line, as it is known to writer and reader alike.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    usage: Usage,
    /// The blocks and bytes that it allocated in the last step of which the number of strides was not zero.
    blocks: u64,
    bytes: u64,
    /// Two bits: whether the last two steps were as expected.
    surprises: u8,
    lengths: [u8; 4],
}

impl Line {
    /// Returns the total blocks that are expected after `step`.
    fn expected_blocks(&self, step: Step) -> u64 {
        let blocks = match step.before {
            0 => 0,
            before => u128::from(self.blocks) * u128::from(step.strides) / u128::from(before),
        };
        self.usage.total_blocks.wrapping_add(blocks as u64)
    }

    /// Returns the total bytes that are expected if `total_blocks` is known.
    fn expected_bytes(&self, total_blocks: u64) -> u64 {
        let blocks = u128::from(total_blocks.wrapping_sub(self.usage.total_blocks));
        let bytes = match (self.blocks, self.usage.total_blocks) {
            (0, 0) => 0,
            (0, all) => blocks * u128::from(self.usage.total_bytes) / u128::from(all),
            (before, _) => blocks * u128::from(self.bytes) / u128::from(before),
        };
        self.usage.total_bytes.wrapping_add(bytes as u64)
    }

    /// Returns the live bytes that are expected if `live_blocks` is known: those blocks have the mean size.
    fn expected_live(&self, live_blocks: u64) -> u64 {
        let blocks = i128::from(
            live_blocks
                .wrapping_sub(self.usage.live_blocks)
                .cast_signed(),
        );
        let bytes = match self.usage.total_blocks {
            0 => 0,
            all => (blocks * i128::from(self.usage.total_bytes)).div_euclid(i128::from(all)),
        };
        self.usage.live_bytes.wrapping_add(bytes as u64)
    }

    fn expected(&self, step: Step) -> Usage {
        let total_blocks = self.expected_blocks(step);
        Usage {
            live_bytes: self.usage.live_bytes,
            live_blocks: self.usage.live_blocks,
            total_bytes: self.expected_bytes(total_blocks),
            total_blocks,
        }
    }

    fn become_now(&mut self, now: Usage, step: Step) {
        if step.strides > 0 {
            self.blocks = now.total_blocks.wrapping_sub(self.usage.total_blocks);
            self.bytes = now.total_bytes.wrapping_sub(self.usage.total_bytes);
        }
        self.usage = now;
    }
}

/// The strides of this step, and of the last one before that had any.
#[derive(Clone, Copy, Debug)]
struct Step {
    strides: u64,
    before: u64,
}

/// One owner.
#[derive(Clone, Copy, Debug, Default)]
struct Owner {
    peak: Peak,
    has_changed: bool,
    length: u8,
}

/// The numbers of all lines and owners at the last moment, and the probabilities of what comes next.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    lines: Vec<Line>,
    owners: Vec<Owner>,
    strides: u64,
    surprise: [Probability; 4],
    kinds: [Lengths; 4],
    peak_changes: [Probability; 2],
    peak_is_exact: Probability,
    peaks: Lengths,
}

impl Numbers {
    /// Returns numbers that are all zero, of which nothing is known: the start of a file, and of each whole moment.
    pub(super) fn new() -> Self {
        Self {
            lines: Vec::new(),
            owners: Vec::new(),
            strides: 0,
            surprise: [EVEN; 4],
            kinds: [(); 4].map(|()| Lengths::new()),
            peak_changes: [EVEN; 2],
            peak_is_exact: EVEN,
            peaks: Lengths::new(),
        }
    }

    /// Adds lines and owners whose numbers are zero, up to so many.
    pub(super) fn grow(&mut self, lines: usize, owners: usize) {
        self.lines
            .resize(lines.max(self.lines.len()), Line::default());
        self.owners
            .resize(owners.max(self.owners.len()), Owner::default());
    }

    /// Returns the numbers of a line; zero if there is no such line.
    pub(super) fn line(&self, index: usize) -> Usage {
        self.lines
            .get(index)
            .map(|line| line.usage)
            .unwrap_or_default()
    }

    /// Returns the numbers of all lines.
    pub(super) fn lines(&self) -> impl ExactSizeIterator<Item = Usage> {
        self.lines.iter().map(|line| line.usage)
    }

    /// Returns the peak of an owner; zero if there is no such owner.
    pub(super) fn peak(&self, index: usize) -> Peak {
        self.owners
            .get(index)
            .map(|owner| owner.peak)
            .unwrap_or_default()
    }

    /// Returns how many lines and owners there are.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.lines.len(), self.owners.len())
    }

    /// Writes or reads one moment, `strides` strides after the one before. A reader ignores what `line` and `peak`
    /// return, and has the numbers of the moment afterwards.
    pub(super) fn step(
        &mut self,
        coder: &mut impl Coder,
        strides: u64,
        line: impl Fn(usize) -> Usage,
        peak: impl Fn(usize) -> Peak,
    ) {
        let step = Step {
            strides,
            before: self.strides,
        };
        if strides > 0 {
            self.strides = strides;
        }
        for (index, known) in self.lines.iter_mut().enumerate() {
            let wanted = line(index);
            let expected = known.expected(step);
            let surprise = &mut self.surprise[usize::from(known.surprises & 3)];
            let is_surprise = coder.bit(surprise, wanted != expected);
            known.surprises = known.surprises << 1 | u8::from(is_surprise);
            let now = match is_surprise {
                true => surprising(coder, &mut self.kinds, known, step, wanted),
                false => expected,
            };
            known.become_now(now, step);
        }
        for (index, known) in self.owners.iter_mut().enumerate() {
            let wanted = peak(index);
            let changes = &mut self.peak_changes[usize::from(known.has_changed)];
            known.has_changed = coder.bit(changes, wanted != known.peak);
            if known.has_changed {
                let difference = wanted.bytes.wrapping_sub(known.peak.bytes).cast_signed();
                let difference = self.peaks.difference(coder, &mut known.length, difference);
                known.peak = Peak {
                    bytes: known.peak.bytes.wrapping_add(difference.cast_unsigned()),
                    is_exact: coder.bit(&mut self.peak_is_exact, wanted.is_exact),
                };
            }
        }
    }
}

/// Writes or reads the numbers of a line that are not as expected.
fn surprising(
    coder: &mut impl Coder,
    kinds: &mut [Lengths; 4],
    line: &mut Line,
    step: Step,
    wanted: Usage,
) -> Usage {
    let mut lengths = line.lengths;
    let mut number = |kind: usize, expected: u64, wanted: u64| {
        let difference = wanted.wrapping_sub(expected).cast_signed();
        let difference = kinds[kind].difference(coder, &mut lengths[kind], difference);
        expected.wrapping_add(difference.cast_unsigned())
    };
    let total_blocks = number(0, line.expected_blocks(step), wanted.total_blocks);
    let total_bytes = number(1, line.expected_bytes(total_blocks), wanted.total_bytes);
    let live_blocks = number(2, line.usage.live_blocks, wanted.live_blocks);
    let live_bytes = number(3, line.expected_live(live_blocks), wanted.live_bytes);
    line.lengths = lengths;
    Usage {
        live_bytes,
        live_blocks,
        total_bytes,
        total_blocks,
    }
}

#[cfg(test)]
mod tests {
    use super::super::coder::{Decoder, Encoder};
    use super::*;

    fn usage(numbers: [u64; 4]) -> Usage {
        Usage {
            live_bytes: numbers[0],
            live_blocks: numbers[1],
            total_bytes: numbers[2],
            total_blocks: numbers[3],
        }
    }

    /// Writes a step, reads it by `reader`, and returns how many bytes it took.
    fn step(writer: &mut Numbers, reader: &mut Numbers, strides: u64, lines: &[Usage]) -> usize {
        let mut bytes = Vec::new();
        let peak = |index: usize| Peak {
            bytes: lines[index].live_bytes,
            is_exact: index.is_multiple_of(2),
        };
        for numbers in [&mut *writer, &mut *reader] {
            numbers.grow(lines.len(), lines.len());
        }
        let mut encoder = Encoder::new(&mut bytes);
        writer.step(&mut encoder, strides, |index| lines[index], peak);
        encoder.finish();
        let nothing = |_| Usage::default();
        reader.step(&mut Decoder::new(&bytes), strides, nothing, |_| {
            Peak::default()
        });
        assert!(reader.lines().eq(lines.iter().copied()));
        assert!((0..lines.len()).all(|index| reader.peak(index) == peak(index)));
        bytes.len()
    }

    #[test]
    fn folding_keeps_small_numbers_small() {
        assert_eq!([0, -1, 1, -2, 2].map(fold), [0, 1, 2, 3, 4]);
        for number in [0, -1, 1, i64::MIN, i64::MAX] {
            assert_eq!(unfold(fold(number)), number);
        }
    }

    #[test]
    fn a_thousand_steady_lines_take_a_few_bytes() {
        let (mut writer, mut reader) = (Numbers::new(), Numbers::new());
        let mut strides = 0;
        let mut last = 0;
        for moment in 1..=100 {
            let step_strides = 15 + moment % 3;
            strides += step_strides;
            let lines: Vec<_> = (0..1000)
                .map(|line| usage([64 * line, line, 64 * line * strides, line * strides]))
                .collect();
            last = step(&mut writer, &mut reader, step_strides, &lines);
        }
        assert!(last <= 8, "{last}");
    }

    /// Numbers that look random, of any size, and are the same in each run.
    struct Random(u64);

    impl Random {
        fn next(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            let digits = self.0 % 65;
            self.0
                .rotate_left(29)
                .checked_shr(64 - digits as u32)
                .unwrap_or(0)
        }
    }

    const ROUNDS: usize = if cfg!(miri) { 3 } else { 500 };

    #[test]
    fn any_numbers_come_back() {
        let mut random = Random(1);
        for round in 0..ROUNDS {
            let (mut writer, mut reader) = (Numbers::new(), Numbers::new());
            for moment in 0..8 {
                let lines: Vec<_> = (0..3 + moment + round % 5)
                    .map(|_| usage([(); 4].map(|()| random.next())))
                    .collect();
                step(&mut writer, &mut reader, random.next(), &lines);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_as_some_numbers() {
        let mut random = Random(2);
        for length in 0..ROUNDS {
            let bytes: Vec<u8> = (0..length % 200).map(|_| random.next() as u8).collect();
            let mut reader = Numbers::new();
            reader.grow(20, 5);
            let mut decoder = Decoder::new(&bytes);
            for strides in [0, 1, u64::MAX] {
                reader.step(
                    &mut decoder,
                    strides,
                    |_| Usage::default(),
                    |_| Peak::default(),
                );
            }
        }
    }
}
