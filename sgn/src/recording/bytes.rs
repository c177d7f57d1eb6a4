//! Numbers and texts as bytes.

/// Appends a number, seven bits a byte, lowest first; the top bit says that more follow.
pub(super) fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Appends a text: its length in bytes, and UTF-8.
pub(super) fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_number(bytes, text.len() as u64);
    bytes.extend_from_slice(text.as_bytes());
}

/// Appends a floating-point number, as IEEE 754 has it, lowest byte first.
pub(super) fn put_float(bytes: &mut Vec<u8>, number: f64) {
    bytes.extend_from_slice(&number.to_le_bytes());
}

/// The rest of a record's bytes. Each call returns `None` if they are not what is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    /// Removes a number.
    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return None;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// Removes a number that fits an index.
    pub(super) fn index(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    /// Removes a text.
    pub(super) fn text(&mut self) -> Option<String> {
        let length = self.index()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(std::str::from_utf8(text).ok()?.to_owned())
    }

    /// Removes a floating-point number.
    pub(super) fn float(&mut self) -> Option<f64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(f64::from_le_bytes(*number))
    }

    /// Removes as many items as a number in front of them says.
    ///
    /// An item has at least one byte, so a wrong number reserves no memory for items that cannot be there.
    pub(super) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let count = self.index()?;
        if count > self.0.len() {
            return None;
        }
        (0..count).map(|_| item(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_comes_back() {
        let mut bytes = Vec::new();
        let numbers = [0, 1, 127, 128, 16_384, u64::from(u32::MAX), u64::MAX];
        for number in numbers {
            put_number(&mut bytes, number);
        }
        put_text(&mut bytes, "naïve");
        put_float(&mut bytes, -0.5);
        let mut rest = Bytes(&bytes);
        assert_eq!(numbers.map(|_| rest.number()), numbers.map(Some));
        assert_eq!(rest.text().as_deref(), Some("naïve"));
        assert_eq!(rest.float(), Some(-0.5));
        assert_eq!(
            (rest.number(), rest.text(), rest.float()),
            (None, None, None)
        );
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(Bytes(&[0xff; 20]).number(), None);
        assert_eq!(Bytes(&[2, b'a']).text(), None);
        assert_eq!(Bytes(&[2, 0xff, 0xfe]).text(), None);
        assert_eq!(
            Bytes(&[0xff, 0xff, 0x03, 1]).list(|bytes| bytes.number()),
            None
        );
    }
}
