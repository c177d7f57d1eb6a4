//! Amounts in few columns.

use std::time::Duration;

/// Returns a size in at most nine columns: `999.9 KiB`.
pub(super) fn size(bytes: f64) -> String {
    scaled(
        bytes,
        1024.0,
        &[" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"],
    )
}

/// Returns a number in at most six columns: `999.9k`.
pub(super) fn count(number: f64) -> String {
    scaled(number, 1000.0, &["", "k", "M", "G", "T", "P", "E"])
}

fn scaled(number: f64, step: f64, units: &[&str]) -> String {
    let (mut number, mut place) = (number, 0);
    // As 999.95 is shown as 1000.0.
    while number >= 999.95 && place + 1 < units.len() {
        number /= step;
        place += 1;
    }
    let unit = units[place];
    match number {
        _ if place == 0 && (number.fract() == 0.0 || number >= 99.95) => {
            format!("{number:.0}{unit}")
        }
        _ => format!("{number:.1}{unit}"),
    }
}

/// Returns a time as it is read at a glance: `0.036 s`, `12.3 s`, `5 min 03 s`, `2 h 05 min`.
pub(super) fn time(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        ..1 => format!("{:.3} s", time.as_secs_f64()),
        1..60 => format!("{:.1} s", time.as_secs_f64()),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} d {:02} h", seconds / 86_400, seconds / 3600 % 24),
    }
}

/// Returns a whole number in groups of three digits.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_fit_their_columns() {
        let sizes = [0.0, 999.0, 1000.0, 1023.0, 1024.0 * 999.9, 1024.0 * 1000.0];
        let texts = ["0 B", "999 B", "1.0 KiB", "1.0 KiB", "999.9 KiB", "1.0 MiB"];
        assert_eq!(sizes.map(size), texts);
        let texts = ["0", "0.5", "999", "1.0k", "12.3M"];
        assert_eq!([0.0, 0.5, 999.0, 1000.0, 12_345_678.0].map(count), texts);
        let mut number = 1.0;
        while number < u64::MAX as f64 {
            assert!(size(number).len() <= 9, "{}", size(number));
            assert!(count(number).len() <= 6, "{}", count(number));
            number *= 1.07;
        }
        assert_eq!(size(u64::MAX as f64), "16.0 EiB");
    }

    #[test]
    fn times_and_long_numbers_are_read_at_a_glance() {
        let texts = [36, 12_300, 303_000, 7_500_000, 180_000_000]
            .map(|milliseconds| time(Duration::from_millis(milliseconds)));
        assert_eq!(
            texts,
            ["0.036 s", "12.3 s", "5 min 03 s", "2 h 05 min", "2 d 02 h"]
        );
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(grouped),
            ["0", "999", "1 000", "1 234 567"]
        );
    }
}
