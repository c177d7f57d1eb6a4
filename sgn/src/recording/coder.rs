//! A binary arithmetic coder: each bit takes the fewer bits, the better its probability was known.
//!
//! The coder keeps an interval of numbers of 32 bits. A bit divides it in proportion to the probabilities of zero and
//! one and chooses a part; bytes that all numbers of the interval begin with are written. Such coders are known from
//! data compression since Rissanen and Langdon (1979); this one propagates no carry.
//!
//! A probability is adapted by each bit that it predicts, in the same way by writer and reader.

/// The probability that the next bit is one, in parts of 65 536.
pub(super) type Probability = u16;

/// Nothing is known: zero and one are equally likely.
pub(super) const EVEN: Probability = 1 << 15;

/// By which part of its error a probability is corrected, as a power of two.
const RATE: u32 = 5;

/// Writes bits, or reads them. So what walks over the numbers is written once, for both directions.
pub(super) trait Coder {
    /// Writes `bit`, or reads one and does not look at `bit`; returns it.
    fn bit(&mut self, probability: &mut Probability, bit: bool) -> bool;
}

/// The interval that the next bit divides.
#[derive(Clone, Copy, Debug)]
struct Interval {
    low: u32,
    high: u32,
}

impl Interval {
    const ALL: Self = Self {
        low: 0,
        high: u32::MAX,
    };

    /// Returns the last number of the lower part, which stands for one.
    fn middle(self, probability: Probability) -> u32 {
        let width = u64::from(self.high - self.low);
        // Both parts have a number at least, also in an interval of two.
        self.low + ((width * u64::from(probability)) >> 16) as u32
    }

    /// Chooses the part of `bit`, and adapts the probability.
    fn choose(&mut self, middle: u32, probability: &mut Probability, bit: bool) {
        if bit {
            self.high = middle;
            *probability += (u16::MAX - *probability) >> RATE;
        } else {
            self.low = middle + 1;
            *probability -= *probability >> RATE;
        }
    }

    /// Removes the first byte if all numbers of the interval have it.
    fn next_byte(&mut self) -> Option<u8> {
        let byte = self.low >> 24;
        (byte == self.high >> 24).then(|| {
            self.low <<= 8;
            self.high = self.high << 8 | 0xff;
            byte as u8
        })
    }
}

/// Writes bits to bytes.
#[derive(Debug)]
pub(super) struct Encoder<'a> {
    interval: Interval,
    bytes: &'a mut Vec<u8>,
}

impl<'a> Encoder<'a> {
    /// Appends to `bytes`.
    pub(super) fn new(bytes: &'a mut Vec<u8>) -> Self {
        Self {
            interval: Interval::ALL,
            bytes,
        }
    }

    /// Writes the bytes that are left: the fewest that make a number of the interval, as the reader appends zeros.
    pub(super) fn finish(self) {
        let Interval { low, high } = self.interval;
        if low == 0 {
            return;
        }
        for length in 1..=4 {
            let rest = u32::MAX.checked_shr(8 * length).unwrap_or(0);
            let (number, overflows) = low.overflowing_add(rest);
            let number = number & !rest;
            if !overflows && number <= high {
                let bytes = number.to_be_bytes();
                self.bytes.extend_from_slice(&bytes[..length as usize]);
                return;
            }
        }
    }
}

impl Coder for Encoder<'_> {
    fn bit(&mut self, probability: &mut Probability, bit: bool) -> bool {
        let middle = self.interval.middle(*probability);
        self.interval.choose(middle, probability, bit);
        while let Some(byte) = self.interval.next_byte() {
            self.bytes.push(byte);
        }
        bit
    }
}

/// Reads bits from bytes; zeros follow their end.
#[derive(Debug)]
pub(super) struct Decoder<'a> {
    interval: Interval,
    number: u32,
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let mut decoder = Self {
            interval: Interval::ALL,
            number: 0,
            bytes: bytes.iter(),
        };
        for _ in 0..4 {
            decoder.shift();
        }
        decoder
    }

    fn shift(&mut self) {
        let next = self.bytes.next().copied().unwrap_or(0);
        self.number = self.number << 8 | u32::from(next);
    }
}

impl Coder for Decoder<'_> {
    fn bit(&mut self, probability: &mut Probability, _: bool) -> bool {
        let middle = self.interval.middle(*probability);
        let bit = self.number <= middle;
        self.interval.choose(middle, probability, bit);
        while self.interval.next_byte().is_some() {
            self.shift();
        }
        bit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(state: &mut u64) -> u64 {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state
    }

    #[test]
    fn bits_come_back_whatever_their_probability() {
        let mut state = 42;
        for share in [0, 1, 50, 500, 999, 1000] {
            for count in [0, 1, 7, 1000] {
                let bits: Vec<bool> = (0..count)
                    .map(|_| random(&mut state) % 1000 < share)
                    .collect();
                let mut bytes = Vec::new();
                let mut encoder = Encoder::new(&mut bytes);
                let mut probabilities = [EVEN; 3];
                for (at, bit) in bits.iter().enumerate() {
                    encoder.bit(&mut probabilities[at % 3], *bit);
                }
                encoder.finish();
                let mut decoder = Decoder::new(&bytes);
                let mut probabilities = [EVEN; 3];
                let read: Vec<bool> = (0..count)
                    .map(|at| decoder.bit(&mut probabilities[at as usize % 3], false))
                    .collect();
                assert_eq!(read, bits, "{share} {count}");
                if share == 0 && count == 1000 {
                    // Three probabilities had to be learned.
                    assert!(bytes.len() < 20, "{}", bytes.len());
                }
            }
        }
    }

    #[test]
    fn a_narrow_interval_still_divides() {
        // The middle of two neighbours is the first.
        let narrow = Interval {
            low: 0x00ff_ffff,
            high: 0x0100_0000,
        };
        for probability in [0, EVEN, u16::MAX] {
            assert_eq!(narrow.middle(probability), narrow.low);
        }
    }
}
