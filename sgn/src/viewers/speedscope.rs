//! A file of speedscope: <https://www.speedscope.app/file-format-schema.json>.
//!
//! One profile has all lines with their live bytes at the last moment, the next one all lines with the bytes that they
//! ever allocated. Then each element, and each other owner, has a profile of its live bytes. They are of the type
//! `sampled`, with a sample for each line of the source, weighed in bytes, and the frames element, pad, statement, which
//! has its file and line.

use std::collections::HashMap;
use std::io::{self, Write};

use super::place;
use crate::json::{Json, Object};
use crate::memory::Usage;
use crate::recording::run::{Row, Run, Statement};

const SCHEMA: &str = "https://www.speedscope.app/file-format-schema.json";

/// Writes the numbers of the last moment.
pub(super) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let mut frames = Frames::default();
    let samples: Vec<Sample<'_>> = place::rows(run).map(|row| frames.sample(row)).collect();
    let mut profiles = vec![
        profile("all elements: live bytes", &samples, live),
        profile("all elements: allocated bytes", &samples, allocated),
    ];
    for (element, own) in by_element(&samples) {
        profiles.push(profile(&format!("{element}: live bytes"), own, live));
    }
    let mut object = Object::begin(out)?;
    object.member("$schema", SCHEMA)?;
    object.member("name", place::command(&run.program))?;
    object.member("exporter", format!("sgn@{}", run.program.version))?;
    object.member("activeProfileIndex", 0_u64)?;
    let shared = Json::Object(vec![("frames", Json::List(frames.all))]);
    object.member("shared", shared)?;
    object.list("profiles", profiles)?;
    object.end()
}

/// A line of the source with its frames, the outermost first.
struct Sample<'a> {
    element: &'a str,
    frames: Vec<usize>,
    usage: Usage,
}

/// The frames of all profiles, each once.
#[derive(Default)]
struct Frames<'a> {
    all: Vec<Json<'static>>,
    by_name: HashMap<(&'a str, Option<&'a Statement>), usize>,
}

impl<'a> Frames<'a> {
    fn sample(&mut self, row: Row<'a>) -> Sample<'a> {
        // An element and its pad have different names: that of the pad has colons.
        let names = [Some(row.element), place::pad(&row)];
        let mut frames: Vec<usize> = names
            .into_iter()
            .flatten()
            .map(|name| self.index(name, None))
            .collect();
        frames.extend(
            row.statement
                .map(|statement| self.index("", Some(statement))),
        );
        Sample {
            element: row.element,
            frames,
            usage: row.usage,
        }
    }

    fn index(&mut self, name: &'a str, statement: Option<&'a Statement>) -> usize {
        *self.by_name.entry((name, statement)).or_insert_with(|| {
            self.all.push(Json::Object(match statement {
                None => vec![("name", name.into())],
                Some(statement) => vec![
                    ("name", place::statement(statement).into()),
                    ("file", (&statement.file).into()),
                    ("line", statement.line.into()),
                ],
            }));
            self.all.len() - 1
        })
    }
}

/// Returns the samples of each element, in the order in which the elements come first.
fn by_element<'a>(samples: &'a [Sample<'a>]) -> Vec<(&'a str, Vec<&'a Sample<'a>>)> {
    let (mut elements, mut places) = (Vec::new(), HashMap::new());
    for sample in samples {
        let place = *places.entry(sample.element).or_insert_with(|| {
            elements.push((sample.element, Vec::new()));
            elements.len() - 1
        });
        elements[place].1.push(sample);
    }
    elements
}

const fn live(usage: &Usage) -> u64 {
    usage.live_bytes
}

const fn allocated(usage: &Usage) -> u64 {
    usage.total_bytes
}

/// Returns a profile of the samples with bytes.
fn profile<'a>(
    name: &str,
    samples: impl IntoIterator<Item = &'a Sample<'a>>,
    bytes: fn(&Usage) -> u64,
) -> Json<'static> {
    let samples = samples
        .into_iter()
        .filter(|sample| bytes(&sample.usage) > 0);
    let (stacks, weights): (Vec<_>, Vec<_>) = samples
        .map(|sample| {
            (
                Json::list(sample.frames.iter().copied()),
                bytes(&sample.usage),
            )
        })
        .unzip();
    Json::Object(vec![
        ("type", "sampled".into()),
        ("name", name.into()),
        ("unit", "bytes".into()),
        ("startValue", 0_u64.into()),
        ("endValue", weights.iter().sum::<u64>().into()),
        ("samples", Json::List(stacks)),
        ("weights", Json::list(weights)),
    ])
}
