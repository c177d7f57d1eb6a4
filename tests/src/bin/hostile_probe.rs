//! Shows a million hostile texts in the place that the argument names, and panics if one does harm;
//! `tests/programs/hostile_text.rs` runs it, as a release build because a million is many.

#[path = "../../../sgn/src/text/hostile.rs"]
mod hostile;

use std::cell::RefCell;

use hostile::{Hostile, assert_harmless};
use sgn::element::NewElement;
use sgn::elements::{IterSource, NullSink};
use sgn::log::{self, Level, Levels};
use sgn::memory::{self, Mark, Snapshot};
use sgn::prelude::*;
use sgn::registry::Properties;
use sgn::report::{self, Moment, TextReport};
use sgn::{BoxError, launch, registry};

sgn::counting_allocator!();

const TEXTS: usize = 1_000_000;

fn main() {
    let place = std::env::args().nth(1).unwrap_or_default();
    match place.as_str() {
        "log" => speak(),
        "names" => refused_names(),
        "look-ups" => unknown_names(),
        "properties" => properties(),
        "launch" => launch_strings(),
        "variable" => items_of_the_variable(),
        "errors" => through(70, 200, |text| run(text, false)),
        "panics" => {
            std::panic::set_hook(Box::new(|panic| {
                let harm = panic
                    .payload_as_str()
                    .filter(|text| text.starts_with("harm: "));
                harm.into_iter().for_each(|harm| eprintln!("{harm}"));
            }));
            through(80, 200, |text| run(text, true));
        }
        "report" => memory_report(),
        "labels" => labels(),
        "cli" => command_line(),
        other => panic!("no place is called `{other}`"),
    }
}

/// Says texts in the log, whose lines the test reads.
fn speak() {
    log::init_with("MEMPROF").expect("it is a level");
    let mut hostile = Hostile::new(10);
    for _ in 0..TEXTS / 100 {
        let text = hostile.next_texts(100);
        log::emit(Level::Error, "probe", format_args!("{text}"));
        tracing::error!(logger = "probe", shown = %text, debugged = ?text, text, "fields");
        tracing::error!(logger = %text, "logger");
        tracing::error!("{text}");
        log::memprof_line(&text);
    }
}

/// Shows what `show` makes of a million texts, `together` at a time.
fn through(seed: u64, together: usize, show: impl Fn(&str) -> Vec<String>) {
    let mut hostile = Hostile::new(seed);
    for _ in 0..TEXTS / together {
        let shown = show(&hostile.next_texts(together));
        assert!(!shown.is_empty(), "nothing is shown");
        for shown in shown {
            assert_harmless(&shown, |place, line| {
                (place == 0 || line.starts_with("  ")) && !line.starts_with("  caused by: x")
            });
        }
    }
}

/// As `main` and `{}` show an error.
fn both<T>(outcome: Result<T, sgn::Error>) -> Vec<String> {
    let Err(error) = outcome else {
        panic!("a hostile text was taken");
    };
    vec![error.to_string(), format!("{error:?}")]
}

fn refused_names() {
    through(20, 100, |text| {
        let named = NullSink::<u32>::builder(text).sink_pads(["in"]);
        let padded = NullSink::<u32>::builder("snk").sink_pads([text]);
        [both(NewElement::new(named)), both(NewElement::new(padded))].concat()
    });
}

fn unknown_names() {
    let pipeline = || -> sgn::Result<Pipeline> {
        let mut p = Pipeline::new();
        p.add(IterSource::builder("src").iter("out", [1]))?;
        p.add(NullSink::<u32>::builder("snk").sink_pads(["in"]))?;
        Ok(p)
    };
    let p = RefCell::new(pipeline().expect("it is well"));
    through(30, 100, |text| {
        let mut p = p.borrow_mut();
        let pad = sgn::select("src", [text]).and_then(|group| p.connect(group, "snk"));
        let element = both(p.connect(text, "snk"));
        let link = both(p.link_by_name(text, text));
        let kind = both(registry().get(text));
        [both(pad), element, link, kind].concat()
    });
}

/// Has a property that not every text can be.
#[sgn::sink]
fn tuned(
    _x: &u32,
    #[prop(default = 1)] end: u32,
    #[prop(default = 1.0, range = 0.0..=1.0)] share: f32,
) {
    let _ = (end, share);
}

fn properties() {
    through(40, 100, |text| {
        let info = registry().get("tuned").expect("it is registered");
        let build = |name: &str, value: &str| {
            both(info.build("snk", [(name, value)].into_iter().collect::<Properties>()))
        };
        [build(text, "1"), build("end", text)].concat()
    });
}

fn launch_strings() {
    through(50, 100, |text| {
        let quoted = text.replace('\'', "");
        let launched = |text: &str| {
            let error = launch::pipeline(text).expect_err("a hostile text makes a pipeline");
            let alone = error.to_string();
            // Each problem is a sentence of its own, and begins a line.
            assert_harmless(&alone, |_, line| !line.starts_with(['2', '<', '[', 'x']));
            both::<()>(Err(error.into()))
        };
        [launched(text), launched(&format!("tuned end='{quoted}'"))].concat()
    });
}

fn items_of_the_variable() {
    through(60, 100, |text| {
        let refused = Levels::parse(text).err().map(|error| error.to_string());
        let named: String = text.split_whitespace().collect();
        let levels = Levels::parse(&format!("{named}:INFO")).expect("the level is one");
        let unknown = levels.unknown(["src"]);
        let unknown = unknown.iter().map(ToString::to_string);
        refused.into_iter().chain(unknown).collect()
    });
}

/// What one of these fails with.
#[derive(Debug)]
struct Bad(String, Option<BoxError>);

impl std::fmt::Display for Bad {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "bad: {}", self.0)
    }
}

impl std::error::Error for Bad {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.1.as_deref().map(|error| error as _)
    }
}

#[sgn::source]
fn once() -> Frame<u32> {
    Frame::new(1).with_eos(true)
}

/// Fails as it is told.
#[sgn::sink]
fn fail(
    _x: &u32,
    #[prop(into)] text: String,
    #[prop(default)] panics: bool,
) -> Result<(), BoxError> {
    assert!(!panics, "{text}");
    let cause = Bad(text.clone(), None);
    Err(Bad(text.clone(), Some(Box::new(cause))).into())
}

fn run(text: &str, panics: bool) -> Vec<String> {
    let outcome = || -> sgn::Result<()> {
        let mut p = Pipeline::new();
        let src = p.add(once::builder("src"))?;
        let snk = p.add(fail::builder("snk").text(text).panics(panics))?;
        p.link(src.out, snk.x)?;
        p.run()
    };
    both(outcome())
}

/// Whole reports, of fewer texts than a million, as marks live as long as the process; the rows are tested with a million
/// where they are written, in `sgn/src/report`.
fn memory_report() {
    memory::enable();
    let mut hostile = Hostile::new(90);
    let mut kept = Vec::new();
    for number in 1..=2000 {
        let mut text = || -> &'static str { hostile.next_texts(2).leak() };
        let mark: &'static Mark = Box::leak(Box::new(Mark::new(text(), number, text())));
        let owner = memory::register(text());
        kept.push(memory::scope(owner, || {
            memory::mark(mark);
            vec![0_u8; 100 + number as usize]
        }));
    }
    let mut shown = Vec::new();
    let mut line = |line: &str| shown.push(line.to_owned());
    let mut report = TextReport::new().top(1000).rows(2000);
    report.write(Moment::now(1), &mut line);
    kept.truncate(1000);
    report.write(Moment::now(1), &mut line);
    assert!(shown.len() > 6000, "{}", shown.len());
    for line in shown {
        let rule = line.starts_with("----");
        assert_harmless(&line, |place, line| {
            place == 0 && (rule || line.starts_with('|'))
        });
    }
}

fn labels() {
    through(100, 4, |text| {
        let cut = text.char_indices().nth(text.chars().count() / 2);
        let (one, other) = text.split_at(cut.map_or(0, |(place, _)| place));
        let earlier = Snapshot::take_labelled(one.to_owned());
        let later = Snapshot::take_labelled(other.to_owned());
        let diff = later.diff(&earlier);
        let mut shown = vec![diff.to_string()];
        report::diff(&diff, 1, &mut |line| {
            assert!(line.starts_with('|'), "{line}");
            shown.push(line.to_owned());
        });
        shown
    });
}

fn command_line() {
    through(110, 100, |text| {
        let text = text.replace('\0', "");
        let launch = format!("once ! {text}");
        let commands: [&[&str]; 5] = [
            &["inspect", &text],
            &["inspect", &text, "--json"],
            &["launch", &launch],
            &["launch", &launch, "--json"],
            &[&text],
        ];
        let said = commands.map(|arguments| {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let arguments = ["probe"].iter().chain(arguments);
            sgn::cli::run_from(arguments, &mut out, &mut err);
            out.extend(err);
            String::from_utf8(out).expect("it says text")
        });
        for said in &said {
            assert_harmless(said, |_, line| !line.starts_with(['2', '<', '[', 'x']));
        }
        // Sentences of a launch string begin lines; these are looked at above.
        said.map(|said| said.lines().next().unwrap_or_default().to_owned())
            .to_vec()
    });
}
