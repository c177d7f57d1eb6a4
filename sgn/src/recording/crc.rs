//! The checksum of a record: CRC-32 as zlib and PNG have it (polynomial 0xEDB88320, reflected).

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut rest = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            rest = (rest >> 1) ^ (if rest & 1 == 1 { 0xedb8_8320 } else { 0 });
            bit += 1;
        }
        table[byte] = rest;
        byte += 1;
    }
    table
};

/// Returns the checksum of `bytes`.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let rest = bytes.iter().fold(u32::MAX, |rest, byte| {
        (rest >> 8) ^ TABLE[((rest ^ u32::from(*byte)) & 0xff) as usize]
    });
    !rest
}

#[cfg(test)]
mod tests {
    use super::crc32;

    #[test]
    fn it_is_that_of_zlib() {
        // The check value of the catalogue of checksums.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }
}
