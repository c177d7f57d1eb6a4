//! Numbers of bytes as people write them.

/// Parses a whole number of bytes with or without a unit: `4096`, `64KiB`, `1 MiB`, `2GiB`.
pub(crate) fn parse_bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = match unit.trim_start() {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::parse_bytes;

    #[test]
    fn units_are_powers_of_1024() {
        assert_eq!(parse_bytes("4096"), Some(4096));
        assert_eq!(parse_bytes(" 1 MiB "), Some(1 << 20));
        for refused in ["", "MiB", "-1", "1.5MiB", "1MB", "99999999999GiB"] {
            assert_eq!(parse_bytes(refused), None, "{refused}");
        }
    }
}
