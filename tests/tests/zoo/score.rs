//! Runs every case, and compares what its last report says with the truth.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use sgn_tests::examples::run;
use sgn_tests::findings::{Finding, Kind, findings, last_report};

use crate::case::{Case, Leak, Verdict};

/// The marks of one leak, or the sums of all of them.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    pad: u32,
    line: u32,
    holder: u32,
    verdict: u32,
    slope: u32,
    since: u32,
}

/// The scores of a round of all cases that it must at least have.
struct Bar {
    /// The interval of reports, as the environment says it; the default if there is nothing.
    every: Option<&'static str>,
    /// The number of leaks that must have each mark.
    least: Marks,
    /// The number of cases in which an innocent element may be accused.
    false_alarms: usize,
}

const BARS: [Bar; 2] = [
    Bar {
        every: Some("200"),
        least: Marks {
            pad: 51,
            line: 51,
            holder: 50,
            verdict: 50,
            slope: 51,
            since: 50,
        },
        false_alarms: 0,
    },
    // The last report is the second one, unless the machine is slow.
    Bar {
        every: None,
        least: Marks {
            pad: 51,
            line: 51,
            holder: 50,
            verdict: 50,
            slope: 51,
            since: 50,
        },
        false_alarms: 0,
    },
];

/// The error that a slope may have, relative to the truth.
const TOLERANCE: f64 = 0.2;

/// The error that the begin of a leak may have, relative to the strides of a run.
const LATE: f64 = 0.1;

/// Returns the findings of a report that accuse a line, the worst first.
fn accused(report: &[&str]) -> Vec<Finding> {
    let mut findings = findings(report);
    findings.retain(|finding| finding.kind != Kind::Churn);
    findings
}

/// The output of a case, and the difference from its truth if there is one.
struct Printed {
    text: String,
    amiss: Option<String>,
}

/// Runs a case.
fn printed_by(case: &Case, every: Option<&str>) -> Printed {
    let mut child = Command::new(std::env::current_exe().expect("a program has a path"));
    child
        .arg(case.name)
        .env("SGNLOGLEVEL", "pipeline:MEMPROF")
        .env_remove("SGN_MEMPROF_TOP")
        .env_remove("SGN_MEMPROF_SAMPLE")
        .env_remove("RUST_LOG")
        .env_remove("JOURNAL_STREAM");
    match every {
        Some(every) => child.env("SGN_MEMPROF_EVERY", every),
        None => child.env_remove("SGN_MEMPROF_EVERY"),
    };
    let printed = run(&mut child);
    assert_eq!(printed.code, Some(0), "{}: {}", case.name, printed.err);
    let live: f64 = printed.out.trim().parse().expect("the bytes are a number");
    Printed {
        text: printed.err,
        amiss: case.leak.and_then(|leak| differs(case, &leak, live)),
    }
}

/// Compares the slope that is written beside a case with what the case has done.
fn differs(case: &Case, leak: &Leak, live: f64) -> Option<String> {
    let strides = (case.runs * case.strides - leak.since) as f64;
    let (least, most) = (leak.slope.0 * strides, leak.slope.1 * strides);
    let is_right = live > 0.97 * least && live < 1.03 * most;
    (!is_right).then(|| {
        let (name, line, slope) = (case.name, leak.line(case.name), live / strides);
        format!(
            "{name}: {slope} bytes a stride are live in line {line} of {}",
            leak.pad
        )
    })
}

/// The marks for what a report says of a leak.
fn marks(case: &Case, leak: &Leak, finding: &Finding) -> Marks {
    let place = format!("{}:{}", leak.source.file, leak.line(case.name));
    let kind = match leak.verdict() {
        Verdict::Leaks => Kind::Leak,
        Verdict::Grows => Kind::Grows,
    };
    let named = |holder: &str| leak.holders.iter().any(|right| holder.contains(right));
    let is_near = |slope: f64| {
        let (least, most) = leak.slope;
        slope >= (1.0 - TOLERANCE) * least && slope <= (1.0 + TOLERANCE) * most
    };
    let late = LATE * case.strides as f64;
    let is_then = |since: u64| (since as f64 - leak.since as f64).abs() <= late;
    Marks {
        pad: u32::from(finding.pad == leak.pad),
        line: u32::from(finding.place == place),
        holder: u32::from(finding.holder.as_deref().is_some_and(named)),
        verdict: u32::from(finding.kind == kind),
        slope: u32::from(finding.slope.is_some_and(is_near)),
        since: u32::from(finding.since.is_some_and(is_then)),
    }
}

/// Returns true if the finding is of an element that has no part in the leak.
///
/// A list in a static grows wherever something is added to it.
fn is_innocent(leak: &Leak, finding: &Finding) -> bool {
    let accused = finding.pad.split(':').next();
    let guilty = |name: &str| accused == name.split([':', '.']).next();
    !guilty(leak.pad)
        && !leak.holders.contains(&"static")
        && !leak.holders.iter().any(|holder| guilty(holder))
}

/// Runs all cases, two at a time, and returns what they print in order.
fn all_printed(cases: &[Case], every: Option<&str>) -> Vec<Printed> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(place) else {
                return done;
            };
            done.push((place, printed_by(case, every)));
        }
    };
    let mut done = std::thread::scope(|scope| {
        let other = scope.spawn(work);
        let mut done = work();
        done.extend(other.join().expect("each case is as its truth says"));
        done
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, printed)| printed).collect()
}

/// Prints the scores of all cases.
///
/// # Panics
///
/// If they are worse than they have been.
pub(crate) fn all(cases: &[Case]) {
    for bar in BARS {
        round(cases, &bar);
    }
}

/// Prints the scores of a round of all cases.
fn round(cases: &[Case], bar: &Bar) {
    let Bar {
        every,
        least,
        false_alarms: most,
    } = bar;
    println!(
        "reports {}:",
        every.map_or("each second".to_owned(), |every| format!(
            "every {every} strides"
        ))
    );
    let mut sums = Marks::default();
    let (mut amiss, mut false_alarms) = (Vec::new(), Vec::new());
    println!("{:24} pad line holder verdict slope since  says", "case");
    for (case, printed) in cases.iter().zip(all_printed(cases, *every)) {
        amiss.extend(printed.amiss);
        let accused = accused(&last_report(&printed.text));
        let says = accused.first().map_or_else(|| "nothing".to_owned(), said);
        let innocent = |finding: &Finding| case.leak.is_none_or(|leak| is_innocent(&leak, finding));
        false_alarms.extend(accused.iter().any(innocent).then_some(case.name));
        let Some(leak) = case.leak else {
            println!("{:24} {:36} {says}", case.name, "healthy");
            continue;
        };
        let marks = accused
            .first()
            .map_or_else(Marks::default, |finding| marks(case, &leak, finding));
        let Marks {
            pad,
            line,
            holder,
            verdict,
            slope,
            since,
        } = marks;
        println!(
            "{:24} {pad:3} {line:4} {holder:6} {verdict:7} {slope:5} {since:5}  {says}",
            case.name
        );
        sums.pad += pad;
        sums.line += line;
        sums.holder += holder;
        sums.verdict += verdict;
        sums.slope += slope;
        sums.since += since;
    }
    let leaks = cases.iter().filter(|case| case.leak.is_some()).count();
    let healthy = cases.len() - leaks;
    println!("of {leaks} leaks: {sums:?}");
    println!("of them and of {healthy} healthy pipelines, with false alarms: {false_alarms:?}\n");
    assert!(amiss.is_empty(), "not as is written: {amiss:#?}");
    assert!(leaks >= 30 && healthy >= 15, "the zoo is too small");
    for (what, score, least) in [
        ("pad", sums.pad, least.pad),
        ("line", sums.line, least.line),
        ("holder", sums.holder, least.holder),
        ("verdict", sums.verdict, least.verdict),
        ("slope", sums.slope, least.slope),
        ("since", sums.since, least.since),
    ] {
        assert!(score >= least, "{what}: {score} of {leaks}, not {least}");
    }
    assert!(
        false_alarms.len() <= *most,
        "{} false alarms, not {most}",
        false_alarms.len()
    );
}

/// A finding in one line.
fn said(finding: &Finding) -> String {
    let Finding {
        kind,
        pad,
        place,
        slope,
        since,
        holder,
    } = finding;
    let since = since.map_or(String::new(), |since| format!(" since {since}"));
    let slope = slope.map_or(String::new(), |slope| format!(" {slope:.2} B per stride"));
    let holder = holder
        .as_deref()
        .map_or(String::new(), |holder| format!(" held by {holder}"));
    let place = place.trim_start_matches("tests/tests/zoo/");
    format!("{kind:?} {pad} {place}{slope}{since}{holder}")
}
