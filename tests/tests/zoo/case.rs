//! A case of the zoo, and the truth about it.

use std::cell::Cell;

use sgn::memory::Snapshot;
use sgn::prelude::*;

/// A source file of the zoo, in whose text the lines of leaks are found by comments.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    /// The path as the compiler knows it, which is the path in reports.
    pub(crate) file: &'static str,
    pub(crate) text: &'static str,
}

impl Source {
    /// Returns the truth about a leak in this file that begins at once.
    pub(crate) const fn leak(
        self,
        pad: &'static str,
        holders: &'static [&'static str],
        slope: (f64, f64),
    ) -> Leak {
        Leak {
            pad,
            source: self,
            holders,
            slope,
            since: 0,
        }
    }
}

/// The file that calls this, by its name within the folder.
macro_rules! source {
    ($name:literal) => {
        crate::case::Source {
            file: file!(),
            text: include_str!($name),
        }
    };
}
pub(crate) use source;

/// The kind of growth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing refers to the blocks any more.
    Leaks,
    /// Something holds the blocks, and takes ever more of them.
    Grows,
}

/// One planted leak.
#[derive(Clone, Copy)]
pub(crate) struct Leak {
    /// The pad that allocates, in full.
    pub(crate) pad: &'static str,
    /// The file whose line allocates: the one after the comment `// leaks: name`.
    pub(crate) source: Source,
    /// All right answers: `element.field`, `static`, `thread` or `unreachable`.
    pub(crate) holders: &'static [&'static str],
    /// Bytes a stride from the stride in which it begins, at least and at most. The two differ where a container doubles
    /// its capacity: then the bytes in use and the capacity after a doubling.
    pub(crate) slope: (f64, f64),
    /// The stride in which it begins.
    pub(crate) since: u64,
}

impl Leak {
    pub(crate) fn verdict(&self) -> Verdict {
        if self.holders.contains(&"unreachable") {
            Verdict::Leaks
        } else {
            Verdict::Grows
        }
    }

    /// The line of the statement below the comment `// leaks: name`, and below others like it.
    pub(crate) fn line(&self, name: &str) -> u32 {
        let comment = format!("// leaks: {name}");
        let lines: Vec<u32> = (1..)
            .zip(self.source.text.lines())
            .filter(|(_, line)| line.trim() == comment)
            .map(|(line, _)| line)
            .collect();
        let [line] = lines[..] else {
            panic!(
                "{} has not one comment `{comment}`: {lines:?}",
                self.source.file
            );
        };
        // One line may leak in several cases.
        let rest = self.source.text.lines().skip(line as usize);
        let others = rest.take_while(|line| line.trim().starts_with("// leaks: "));
        line + 1 + others.count() as u32
    }

    /// The bytes of the line and pad that live now.
    pub(crate) fn live(&self, name: &str, memory: &Snapshot) -> u64 {
        let line = self.line(name);
        memory
            .sites()
            .filter(|site| memory.name(site.owner) == self.pad)
            .filter(|site| {
                site.mark
                    .is_some_and(|mark| mark.file() == self.source.file && mark.line() == line)
            })
            .map(|site| site.usage.live_bytes)
            .sum()
    }
}

/// One pipeline of the zoo.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) build: fn() -> sgn::Result<Pipeline>,
    pub(crate) strides: u64,
    /// The number of runs, each of all strides.
    pub(crate) runs: u64,
    /// None if it is healthy.
    pub(crate) leak: Option<Leak>,
}

impl Case {
    pub(crate) const fn healthy(name: &'static str, build: fn() -> sgn::Result<Pipeline>) -> Self {
        Self {
            name,
            build,
            strides: 6000,
            runs: 1,
            leak: None,
        }
    }

    pub(crate) const fn leaks(
        name: &'static str,
        build: fn() -> sgn::Result<Pipeline>,
        leak: Leak,
    ) -> Self {
        Self {
            leak: Some(leak),
            ..Self::healthy(name, build)
        }
    }

    pub(crate) const fn strides(mut self, strides: u64) -> Self {
        self.strides = strides;
        self
    }

    pub(crate) const fn runs(mut self, runs: u64) -> Self {
        self.runs = runs;
        self
    }

    /// Runs the pipeline, with reports as the environment asks for them, and returns the live bytes of the leak at its
    /// end.
    pub(crate) fn run(&self) -> sgn::Result<u64> {
        let mut pipeline = (self.build)()?;
        for _ in 0..self.runs {
            let options = RunOptions::new()
                .handle_signals(false)
                .max_strides(self.strides);
            pipeline.run_with(options)?;
        }
        let memory = pipeline.memory();
        Ok(self.leak.map_or(0, |leak| leak.live(self.name, &memory)))
    }
}

/// Numbers that look random and are the same in each run.
#[derive(Clone, Debug)]
pub(crate) struct Dice(Cell<u64>);

impl Default for Dice {
    fn default() -> Self {
        Self(Cell::new(0x9e37_79b9_7f4a_7c15))
    }
}

impl Dice {
    /// The next number below `bound`.
    pub(crate) fn below(&self, bound: u64) -> u64 {
        let mut state = self.0.get();
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        self.0.set(state);
        (state >> 11) % bound
    }
}
