//! Reads the findings of a printed memory report: the lines of its head that say what leaks, grows or churns.

/// The kind of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Blocks that nothing holds.
    Leak,
    /// Blocks of which something holds ever more.
    Grows,
    /// Blocks that come and go.
    Churn,
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The first word.
    pub kind: Kind,
    /// The full name of the pad that allocates.
    pub pad: String,
    /// The line that allocates, as `file:line`; empty if the finding names none.
    pub place: String,
    /// Bytes a stride.
    pub slope: Option<f64>,
    /// The stride in which it began.
    pub since: Option<u64>,
    /// The text after `held by`; `unreachable` if it is a leak.
    pub holder: Option<String>,
}

/// The text of the last report that a program printed, without what stands before each line.
pub fn last_report(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("[MEMPROF] "))
        .collect();
    let start = lines.iter().rposition(|line| line.starts_with("-----"));
    let lines = start.map_or(&[][..], |start| &lines[start..]);
    let strip = |line: &&'_ str| line.strip_prefix("| ").map(str::len);
    lines
        .iter()
        .filter_map(|line| strip(line).map(|length| &line[line.len() - length..]))
        .collect()
}

/// The findings of a report, in its order; each is one line, which goes on in the next one.
pub fn findings(report: &[&str]) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for (place, first) in report.iter().enumerate() {
        let kind = match first.split_whitespace().next() {
            Some("LEAK") => Kind::Leak,
            Some("GROWS") => Kind::Grows,
            Some("CHURN") => Kind::Churn,
            Some("Top") => break,
            _ => continue,
        };
        let rest = report
            .get(place + 1)
            .filter(|line| line.starts_with("    "));
        let text = format!("{first} {}", rest.map_or("", |line| line.trim()));
        let words = || {
            let words = text.split_whitespace();
            words.map(|word| word.trim_end_matches([',', ':']))
        };
        let is_pad = |word: &&str| {
            [":src:", ":snk:", ":inl:"]
                .iter()
                .any(|of| word.contains(of))
        };
        let holder = text
            .split_once("held by ")
            .map(|(_, holder)| holder.to_owned());
        let unreachable = (kind == Kind::Leak).then(|| "unreachable".to_owned());
        found.push(Finding {
            kind,
            pad: words().find(is_pad).unwrap_or_default().to_owned(),
            place: words().find(is_place).unwrap_or_default().to_owned(),
            slope: slope(&text),
            since: since(&text),
            holder: unreachable.or(holder),
        });
    }
    found
}

fn is_place(word: &&str) -> bool {
    word.rsplit_once(".rs:").is_some_and(|(_, line)| {
        !line.is_empty() && line.bytes().all(|digit| digit.is_ascii_digit())
    })
}

/// The bytes in `.. 1.5 KiB per stride`.
fn slope(line: &str) -> Option<f64> {
    let end = line.find(" per stride")?;
    let mut words = line[..end].split_whitespace().rev();
    let unit = match words.next()? {
        "B" => 1.0,
        "KiB" => 1024.0,
        "MiB" => 1024.0 * 1024.0,
        "GiB" => 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    let number: f64 = words.next()?.parse().ok()?;
    Some(number * unit)
}

/// The stride in `.. since stride 3`.
fn since(line: &str) -> Option<u64> {
    let (_, rest) = line.split_once("since stride ")?;
    let end = rest.find(|letter: char| !letter.is_ascii_digit());
    rest[..end.unwrap_or(rest.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "\
[MEMPROF] ----------------------------------------------------------------------
[MEMPROF] | GROWS old:src:out
[MEMPROF] ----------------------------------------------------------------------
[MEMPROF] | GROWS adc:src:out: 51.2 B per stride since stride 10
[MEMPROF] |     at src/main.rs:193, held by snapshots.kept
[MEMPROF] | LEAK name:src:out: 2.0 KiB in 2 blocks cannot be reached
[MEMPROF] |     at src/main.rs:7, 1.5 KiB per stride since stride 3
[MEMPROF] |
[MEMPROF] | Top 10 lines of memory usage: cumulative
[MEMPROF] |
[MEMPROF] | GROWS of:no:src:x
";

    #[test]
    fn findings_are_those_of_the_last_report() {
        let report = last_report(REPORT);
        let [grows, leak] = &findings(&report)[..] else {
            panic!("two findings");
        };
        assert_eq!(grows.kind, Kind::Grows);
        assert_eq!(grows.pad, "adc:src:out");
        assert_eq!(grows.place, "src/main.rs:193");
        assert_eq!((grows.slope, grows.since), (Some(51.2), Some(10)));
        assert_eq!(grows.holder.as_deref(), Some("snapshots.kept"));
        assert_eq!((leak.kind, leak.slope), (Kind::Leak, Some(1536.0)));
        assert_eq!(leak.since, Some(3));
        assert_eq!(leak.holder.as_deref(), Some("unreachable"));
    }
}
