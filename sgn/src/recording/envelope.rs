//! The start of a file, and what is around each record.

use super::crc::crc32;

/// The first bytes of a file; the last of them is the version of the format.
pub(super) const START: [u8; 8] = *b"sgnprof\x01";

/// The bytes before a record: its length and its checksum, each of four bytes, lowest first.
pub(super) const HEADER: usize = 8;

/// The most bytes of a record. A million lines take less than half of it.
pub(super) const LONGEST: usize = 1 << 26;

/// Appends a record with its length and its checksum.
pub(super) fn put_record(bytes: &mut Vec<u8>, record: &[u8]) {
    bytes.extend_from_slice(&(record.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&crc32(record).to_le_bytes());
    bytes.extend_from_slice(record);
}

/// The beginning of some bytes, as far as they are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First<'a> {
    /// A record.
    Record(&'a [u8]),
    /// A record of so many bytes with its header, of which there are fewer.
    Incomplete(usize),
    /// Bytes that are no record. `Some` is the length with the header that they claim, which there is.
    Damaged(Option<usize>),
}

/// Returns the record that `bytes` begin with.
pub(super) fn first_record(bytes: &[u8]) -> First<'_> {
    let Some((header, rest)) = bytes.split_at_checked(HEADER) else {
        return First::Incomplete(HEADER);
    };
    let number = |at: usize| {
        let mut four = [0; 4];
        four.copy_from_slice(&header[at..at + 4]);
        u32::from_le_bytes(four)
    };
    let length = number(0) as usize;
    if length == 0 || length > LONGEST {
        return First::Damaged(None);
    }
    match rest.get(..length) {
        None => First::Incomplete(HEADER + length),
        Some(record) if crc32(record) == number(4) => First::Record(record),
        Some(_) => First::Damaged(Some(HEADER + length)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_known_by_its_length_and_its_checksum() {
        let mut bytes = Vec::new();
        put_record(&mut bytes, b"abc");
        assert_eq!(first_record(&bytes), First::Record(b"abc"));
        for length in 0..bytes.len() {
            let wanted = if length < HEADER { HEADER } else { HEADER + 3 };
            assert_eq!(first_record(&bytes[..length]), First::Incomplete(wanted));
        }
        for place in 4..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[place] ^= 0x10;
            assert_eq!(first_record(&flipped), First::Damaged(Some(HEADER + 3)));
        }
        assert_eq!(first_record(&[0; 20]), First::Damaged(None));
        assert_eq!(first_record(&[0xff; 20]), First::Damaged(None));
    }
}
