//! A recorded run, as viewers read it.

use std::time::Duration;

pub(crate) use super::parts::{
    Element, Event, Finding, Held, Line, Link, Owner, Peak, Program, Statement,
};
use crate::memory::Usage;
use crate::text::split_pad;

/// A run, as far as its file has it.
///
/// Owners and lines keep their index through the run. The texts are as they were recorded: a viewer escapes them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Run {
    pub(crate) program: Program,
    /// The elements of the pipeline, in the order of the graph.
    pub(crate) elements: Vec<Element>,
    pub(crate) links: Vec<Link>,
    pub(crate) owners: Vec<Owner>,
    pub(crate) lines: Vec<Line>,
    /// The moments that were kept, in the order of time.
    pub(crate) moments: Vec<Moment>,
    /// The findings of the last report before the end of `moments`, worst first.
    pub(crate) findings: Vec<Finding>,
    /// The holders of all blocks at the last census, largest first; empty if there was none.
    pub(crate) holders: Vec<Held>,
    /// The events up to the last moment, in the order of time.
    pub(crate) events: Vec<Event>,
    /// The reason why the file could not be read to its end; `None` if it could.
    pub(crate) cut: Option<String>,
}

/// All numbers at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Moment {
    /// The time since the start.
    pub(crate) at: Duration,
    /// The number of strides of all runs.
    pub(crate) stride: u64,
    /// The numbers of the lines by their index; those of further lines are zero. They add up to the totals exactly.
    pub(crate) lines: Vec<Usage>,
    /// The peaks of the owners by their index; those of further owners are zero.
    pub(crate) peaks: Vec<Peak>,
    /// The number of sampled blocks that were live; `None` if the numbers are counts.
    pub(crate) samples: Option<u64>,
}

/// One line of the source with its names and numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row<'a> {
    /// The index of the line in [`Run::lines`].
    pub(crate) index: usize,
    /// The name of the element; that of the owner if it is no pad.
    pub(crate) element: &'a str,
    /// The pad without the name of its element: `src:out`; empty if the owner is no pad.
    pub(crate) pad: &'a str,
    /// The full name of the owner.
    pub(crate) owner: &'a str,
    pub(crate) statement: Option<&'a Statement>,
    pub(crate) usage: Usage,
}

impl Run {
    /// Returns the lines with their numbers at `moment`, of which the program ever allocated anything.
    pub(crate) fn rows<'a>(&'a self, moment: &'a Moment) -> impl Iterator<Item = Row<'a>> {
        let lines = self.lines.iter().zip(&moment.lines).enumerate();
        lines
            .filter(|(_, (_, usage))| **usage != Usage::default())
            .map(|(index, (line, usage))| {
                let owner = &self.owners[line.owner].name;
                let (element, pad) = split_pad(owner);
                Row {
                    index,
                    element,
                    pad,
                    owner,
                    statement: line.statement.as_ref(),
                    usage: *usage,
                }
            })
    }

    /// Returns the last moment; `None` if there is none.
    pub(crate) fn last(&self) -> Option<&Moment> {
        self.moments.last()
    }
}

impl Moment {
    /// Returns the sum over all lines.
    pub(crate) fn total(&self) -> Usage {
        self.lines.iter().copied().sum()
    }
}

/// Runs that were not recorded, for tests of viewers.
#[cfg(test)]
pub(crate) mod made {
    use super::*;

    /// Returns a run of two elements whose lines have the given file and text, at `moments` moments.
    ///
    /// `kept` grows by 128 bytes a stride; `src` allocates 64 bytes a stride that are freed.
    pub(crate) fn run(file: &str, text: &str, moments: u64) -> Run {
        let statement = |line| {
            Some(Statement {
                file: file.to_owned(),
                line,
                text: text.to_owned(),
                function: String::from("step"),
            })
        };
        let usage = |live, blocks, total| Usage {
            live_bytes: live,
            live_blocks: blocks,
            total_bytes: total,
            total_blocks: total / 64,
        };
        Run {
            program: Program {
                name: String::from("program"),
                arguments: vec![String::from("--fast"), text.to_owned()],
                host: String::from("host"),
                process: 7,
                started: 1_700_000_000_000,
                version: String::from(env!("CARGO_PKG_VERSION")),
                cadence: String::from("1s"),
                sampled: None,
            },
            elements: vec![
                Element {
                    name: String::from("src"),
                    role: String::from("source"),
                    kind: String::from("Counter"),
                    properties: vec![(String::from("rate"), text.to_owned())],
                    pads: vec![String::from("src:src:out")],
                },
                Element {
                    name: String::from("kept"),
                    role: String::from("sink"),
                    kind: String::from("keep"),
                    properties: Vec::new(),
                    pads: vec![String::from("kept:snk:in")],
                },
            ],
            links: vec![Link {
                source: String::from("src:src:out"),
                sink: String::from("kept:snk:in"),
                payload: Some(String::from("Vec<u8>")),
            }],
            owners: [
                ("(runtime)", None),
                ("src:src:out", Some(0)),
                ("kept:snk:in", Some(1)),
            ]
            .map(|(name, element)| Owner {
                name: name.to_owned(),
                element,
            })
            .into(),
            lines: vec![
                Line {
                    owner: 0,
                    statement: None,
                },
                Line {
                    owner: 1,
                    statement: statement(7),
                },
                Line {
                    owner: 2,
                    statement: statement(12),
                },
                Line {
                    owner: 2,
                    statement: None,
                },
            ],
            moments: (1..=moments)
                .map(|moment| Moment {
                    at: Duration::from_secs(moment),
                    stride: 100 * moment,
                    lines: vec![
                        usage(4096, 3, 8192),
                        usage(64, 1, 6400 * moment),
                        usage(12_800 * moment, 100 * moment, 12_800 * moment),
                        usage(0, 0, 64),
                    ],
                    peaks: vec![
                        Peak {
                            bytes: 5000,
                            is_exact: false,
                        },
                        Peak {
                            bytes: 128,
                            is_exact: true,
                        },
                        Peak {
                            bytes: 12_800 * moment,
                            is_exact: true,
                        },
                    ],
                    samples: None,
                })
                .collect(),
            findings: vec![Finding {
                line: 2,
                verdict: String::from("grows"),
                is_alarm: true,
                bytes_per_stride: 128.0,
                slope_error: 0.5,
                blocks_per_stride: 1.0,
                bytes_per_second: 12_800.0,
                since_stride: 1,
                fifths: [1280, 2560, 5120, 7680, 10_240],
                unreachable: (0, 0),
                holders: vec![Held {
                    holder: String::from("kept.all"),
                    bytes: 12_800 * moments,
                    blocks: 100 * moments,
                }],
            }],
            holders: Vec::new(),
            events: vec![
                Event {
                    kind: String::from("start"),
                    ..Event::default()
                },
                Event {
                    at: Duration::from_secs(moments),
                    stride: 100 * moments,
                    kind: String::from("end"),
                    text: text.to_owned(),
                },
            ],
            cut: None,
        }
    }

    #[test]
    fn a_row_has_all_names() {
        let run = run("src/main.rs", "let x = vec![0; 8];", 2);
        let last = run.last().expect("there are two");
        let rows: Vec<_> = run.rows(last).map(|row| (row.element, row.pad)).collect();
        assert_eq!(
            rows,
            [
                ("(runtime)", ""),
                ("src", "src:out"),
                ("kept", "snk:in"),
                ("kept", "snk:in")
            ]
        );
        assert_eq!(last.total().live_bytes, 4096 + 64 + 25_600);
    }
}
