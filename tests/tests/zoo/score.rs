//! Runs every case, and compares what its last report says with the truth.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use sgn_tests::examples::run;
use sgn_tests::findings::{Finding, Kind, findings, grown_most, has_head, last_report};

use crate::case::{Case, Leak, Verdict};

/// The marks of one leak, or the sums of all of them.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    pad: u32,
    line: u32,
    holder: u32,
    verdict: u32,
    slope: u32,
}

/// The scores of a round of all cases that it must at least have.
struct Bar {
    /// The interval of reports, as the environment says it; the default if there is nothing.
    every: Option<&'static str>,
    /// The number of leaks that must have each mark.
    least: Marks,
    /// The number of healthy pipelines that may be accused.
    false_alarms: usize,
}

const BARS: [Bar; 2] = [
    Bar {
        every: Some("200"),
        least: Marks {
            pad: 43,
            line: 43,
            holder: 0,
            verdict: 0,
            slope: 0,
        },
        false_alarms: 3,
    },
    // The last report is the second one, unless the machine is slow, and compares with the first stride.
    Bar {
        every: None,
        least: Marks {
            pad: 49,
            line: 49,
            holder: 0,
            verdict: 0,
            slope: 0,
        },
        false_alarms: 20,
    },
];

/// The error that a slope may have, relative to the truth.
const TOLERANCE: f64 = 0.2;

/// The line that a report accuses, in the words of the report if it has findings.
struct Accused {
    by: &'static str,
    finding: Finding,
}

/// The first finding that accuses; or, in a report without findings, the line that has grown most.
fn accused(report: &[&str]) -> Option<Accused> {
    if has_head(report) {
        let accuses = |finding: &Finding| finding.kind != Kind::Churn;
        let finding = findings(report).into_iter().find(accuses)?;
        return Some(Accused {
            by: "finding",
            finding,
        });
    }
    let (place, pad) = grown_most(report)?;
    let finding = Finding {
        kind: Kind::Grows,
        pad,
        place,
        slope: None,
        holder: None,
    };
    Some(Accused {
        by: "list",
        finding,
    })
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
fn marks(case: &Case, leak: &Leak, accused: &Accused) -> Marks {
    let finding = &accused.finding;
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
    Marks {
        pad: u32::from(finding.pad == leak.pad),
        line: u32::from(finding.place == place),
        holder: u32::from(finding.holder.as_deref().is_some_and(named)),
        verdict: u32::from(accused.by == "finding" && finding.kind == kind),
        slope: u32::from(finding.slope.is_some_and(is_near)),
    }
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
    println!("{:24} pad line holder verdict slope  says", "case");
    for (case, printed) in cases.iter().zip(all_printed(cases, *every)) {
        amiss.extend(printed.amiss);
        let accused = accused(&last_report(&printed.text));
        let says = accused
            .as_ref()
            .map_or_else(|| "nothing".to_owned(), |accused| said(&accused.finding));
        let Some(leak) = case.leak else {
            println!("{:24} {:30} {says}", case.name, "healthy");
            false_alarms.extend(accused.map(|_| case.name));
            continue;
        };
        let marks = accused.map_or_else(Marks::default, |accused| marks(case, &leak, &accused));
        println!(
            "{:24} {:3} {:4} {:6} {:7} {:5}  {says}",
            case.name, marks.pad, marks.line, marks.holder, marks.verdict, marks.slope
        );
        sums.pad += marks.pad;
        sums.line += marks.line;
        sums.holder += marks.holder;
        sums.verdict += marks.verdict;
        sums.slope += marks.slope;
    }
    let leaks = cases.iter().filter(|case| case.leak.is_some()).count();
    let healthy = cases.len() - leaks;
    println!("of {leaks} leaks: {sums:?}");
    println!("of {healthy} healthy pipelines accused: {false_alarms:?}\n");
    assert!(amiss.is_empty(), "not as is written: {amiss:#?}");
    assert!(leaks >= 30 && healthy >= 15, "the zoo is too small");
    for (what, score, least) in [
        ("pad", sums.pad, least.pad),
        ("line", sums.line, least.line),
        ("holder", sums.holder, least.holder),
        ("verdict", sums.verdict, least.verdict),
        ("slope", sums.slope, least.slope),
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
        holder,
    } = finding;
    let slope = slope.map_or(String::new(), |slope| format!(" {slope:.2} B per stride"));
    let holder = holder
        .as_deref()
        .map_or(String::new(), |holder| format!(" held by {holder}"));
    let place = place.trim_start_matches("tests/tests/zoo/");
    format!("{kind:?} {pad} {place}{slope}{holder}")
}
