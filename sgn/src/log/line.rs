//! Formats a message as lines of text.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Level;
use crate::text::{line, lines};

/// The reader of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// A person or a file: with the time.
    Plain,
    /// The systemd journal: with a `<priority>` on every line and no time, which the journal adds.
    Journal,
}

/// Returns the text of one message, ending in a line break.
///
/// * plain: `2026-11-22T17:21:43.123Z WARNING pipeline: message`, in UTC because the local time
///   zone needs a date library;
/// * journal: `<4>WARNING pipeline: message`, each line of the message with its own priority;
/// * `MEMPROF`: `[MEMPROF] message` on each line without time and logger, in either style, so that a
///   table stays a table.
///
/// Messages and loggers are texts of others: what a terminal acts on is escaped, and the lines of a message after its
/// first begin with a mark.
pub(super) fn render(
    style: Style,
    now: SystemTime,
    level: Level,
    logger: &str,
    message: &str,
) -> String {
    let priority = match style {
        Style::Plain => String::new(),
        Style::Journal => format!("<{}>", level.journal_priority()),
    };
    let mut text = String::with_capacity(message.len() + 64);
    // writing to a String cannot fail
    let _ = if level == Level::MemProf {
        let message = message.strip_suffix('\n').unwrap_or(message);
        message
            .split('\n')
            .try_for_each(|said| writeln!(text, "{priority}[MEMPROF] {}", line(said)))
    } else {
        if style == Style::Plain {
            push_time(&mut text, now);
            text.push(' ');
        }
        let said = format!("{level} {}: {}", line(logger), lines(message));
        said.split('\n')
            .try_for_each(|said| writeln!(text, "{priority}{said}"))
    };
    text
}

/// Appends `now` as `2026-11-22T17:21:43.123Z`; a clock before 1970 shows the start of 1970.
fn push_time(text: &mut String, now: SystemTime) {
    let since: Duration = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = since.as_secs();
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let millisecond = since.subsec_millis();
    // writing to a String cannot fail
    let _ = write!(
        text,
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z"
    );
}

/// Returns year, month and day of the Gregorian calendar, `days` after the first of January 1970.
///
/// Years are counted from March, so that the leap day is the last of a year and months follow a
/// linear rule; eras of 400 years have 146097 days each.
fn date(days: u64) -> (u64, u64, u64) {
    const FROM_MARCH_OF_YEAR_0: u64 = 719_468;
    let days = days + FROM_MARCH_OF_YEAR_0;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = 400 * era + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(milliseconds)
    }

    #[test]
    fn plain_lines_have_the_time_in_utc() {
        // `date -u -d @1795368103`
        let text = render(
            Style::Plain,
            at(1_795_368_103_045),
            Level::Warning,
            "pipeline",
            "odd",
        );
        assert_eq!(text, "2026-11-22T17:21:43.045Z WARNING pipeline: odd\n");
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_calendar() {
        let is_leap = |year: u64| {
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
        };
        let mut days = 0;
        for year in 1970..2370 {
            for month in 1..=12 {
                let length = match month {
                    2 => 28 + u64::from(is_leap(year)),
                    4 | 6 | 9 | 11 => 30,
                    _ => 31,
                };
                for day in 1..=length {
                    assert_eq!(date(days), (year, month, day));
                    days += 1;
                }
            }
        }
    }

    #[test]
    fn journal_lines_have_a_priority_each_and_no_time() {
        let text = render(
            Style::Journal,
            at(0),
            Level::Error,
            "src",
            "first\nsecond\n",
        );
        assert_eq!(text, "<3>ERROR src: first\n<3>  | second\n");
    }

    #[test]
    fn memprof_lines_are_bare() {
        let render = |style| render(style, at(0), Level::MemProf, "pipeline", "| a\n|\n| b");
        assert_eq!(
            render(Style::Plain),
            "[MEMPROF] | a\n[MEMPROF] |\n[MEMPROF] | b\n"
        );
        assert!(render(Style::Journal).starts_with("<7>[MEMPROF] | a\n<7>[MEMPROF] |\n"));
    }

    #[test]
    fn a_message_forges_no_line() {
        let forged = "login\n2026-01-01T00:00:00.000Z CRITICAL pipeline: \u{1b}[2J\u{202e}";
        assert_eq!(
            render(Style::Plain, at(0), Level::Info, "a\nb", forged),
            "1970-01-01T00:00:00.000Z INFO a\\nb: login\n  | 2026-01-01T00:00:00.000Z CRITICAL pipeline: \\u{1b}[2J\\u{202e}\n"
        );
        assert_eq!(
            render(
                Style::Plain,
                at(0),
                Level::MemProf,
                "pipeline",
                "| a\r\u{7}"
            ),
            "[MEMPROF] | a\\r\\u{7}\n"
        );
    }

    #[test]
    fn an_empty_message_is_a_line() {
        let text = render(Style::Journal, at(0), Level::Info, "sgn", "");
        assert_eq!(text, "<6>INFO sgn: \n");
    }
}
