//! Decides when to give a run up that does not come to its end; [`RunOptions`](super::RunOptions) has the rule.

use std::time::{Duration, Instant};

use super::options::Grace;
use crate::element::Role;
use crate::graph::Node;

/// The strides that a transform may always take, however few frames the sources gave: it may make several of one.
const FEW: u64 = 16;

/// The time between the end of all sources and the end of the run.
pub(super) struct Ending {
    grace: Grace,
    /// The number of strides when the sources had ended.
    streams: u64,
    stopped: bool,
    warned: bool,
    /// The time since which no stride brought the end nearer; if the run was stopped, the time of the stop.
    since: Instant,
    strides: u64,
}

/// The decision about a run that is ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    GoOn,
    /// Say what the run waits for, once.
    Warn,
    GiveUp,
}

impl Ending {
    /// Watches a run whose sources have all ended after `streams` strides.
    pub(super) fn new(grace: Grace, streams: u64, stopped: bool) -> Self {
        Self {
            grace,
            streams,
            stopped,
            warned: false,
            since: Instant::now(),
            strides: 0,
        }
    }

    /// Records that the run was stopped, after the sources had ended by themselves.
    pub(super) fn stop(&mut self) {
        if !self.stopped {
            self.stopped = true;
            self.since = Instant::now();
            self.strides = 0;
        }
    }

    /// Records that some pad saw its first EOS.
    pub(super) fn came_nearer(&mut self) {
        self.strides = 0;
        // After a stop the time is that of the whole way to the end, however many elements are on it.
        if !self.stopped {
            self.since = Instant::now();
        }
    }

    /// Counts a stride.
    pub(super) fn after_stride(&mut self) -> Verdict {
        self.strides += 1;
        let verdict = self.verdict(self.since.elapsed());
        self.warned |= verdict == Verdict::Warn;
        verdict
    }

    fn verdict(&self, waited: Duration) -> Verdict {
        let late = waited >= self.grace.time;
        let fair = if self.stopped {
            1
        } else {
            self.streams.max(FEW)
        };
        if self.strides >= self.grace.strides || (late && self.strides >= fair) {
            Verdict::GiveUp
        } else if late && !self.warned {
            Verdict::Warn
        } else {
            Verdict::GoOn
        }
    }

    pub(super) const fn strides(&self) -> u64 {
        self.strides
    }

    pub(super) fn waited(&self) -> Duration {
        self.since.elapsed()
    }

    /// Returns the number of strides after which the run is given up if its time is over.
    pub(super) fn limit(&self) -> u64 {
        self.streams.max(FEW).min(self.grace.strides)
    }
}

/// The pads that have seen EOS, by index of the element and of its sink pad.
pub(super) struct Seen(Vec<Vec<bool>>);

impl Seen {
    pub(super) fn look(nodes: &mut [&mut Node]) -> Self {
        let mut seen = vec![Vec::new(); nodes.len()];
        for node in nodes {
            let pads = &mut seen[node.position()];
            node.object.sinks(&mut |port| pads.push(port.has_eos()));
        }
        Self(seen)
    }

    /// Returns true if every source pad of every source has given EOS.
    pub(super) fn all_sources_ended(&self, nodes: &[&mut Node]) -> bool {
        nodes
            .iter()
            .filter(|node| node.role() == Role::Source)
            .all(|node| (0..node.sources.len()).all(|pad| self.gave(node, pad)))
    }

    /// Returns the first source pad of `node` that has given EOS.
    pub(super) fn first_to_give<'a>(&self, node: &'a Node) -> Option<&'a str> {
        let pad = (0..node.sources.len()).find(|pad| self.gave(node, *pad))?;
        Some(&node.sources[pad].full)
    }

    /// Returns the first element downstream whose inputs have all ended and that has a pad which has not: its place in
    /// `nodes`, which are in the order of the plan, and the pad's.
    pub(super) fn held_back_by(&self, nodes: &[&mut Node]) -> Option<(usize, usize)> {
        let mut transforms = nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.role() == Role::Transform);
        transforms.find_map(|(step, node)| {
            let inputs = &self.0[node.position()];
            let mut outputs = 0..node.sources.len();
            let pad = outputs.find(|pad| !self.gave(node, *pad))?;
            inputs.iter().all(|ended| *ended).then_some((step, pad))
        })
    }

    fn gave(&self, node: &Node, pad: usize) -> bool {
        let mut feeds = node.sources[pad].feeds.iter();
        feeds.any(|sink| self.0[sink.node as usize][sink.index as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn after(strides: u64, waited: Duration, ending: &mut Ending) -> Verdict {
        ending.strides = strides;
        ending.verdict(waited)
    }

    fn ending(streams: u64, stopped: bool) -> Ending {
        let grace = Grace {
            strides: 1000,
            time: SECOND,
        };
        Ending::new(grace, streams, stopped)
    }

    #[test]
    fn a_run_has_its_strides_while_they_are_quick() {
        for stopped in [false, true] {
            let mut ending = ending(3, stopped);
            assert_eq!(after(999, SECOND / 2, &mut ending), Verdict::GoOn);
            assert_eq!(after(1000, SECOND / 2, &mut ending), Verdict::GiveUp);
        }
    }

    #[test]
    fn slow_strides_are_as_many_as_the_streams_had() {
        for (streams, fair) in [(3, 16), (40, 40), (5000, 1000)] {
            let mut ending = ending(streams, false);
            assert_eq!(ending.limit(), fair);
            assert_eq!(after(fair - 1, 9 * SECOND, &mut ending), Verdict::Warn);
            ending.warned = true;
            assert_eq!(after(fair - 1, 9 * SECOND, &mut ending), Verdict::GoOn);
            assert_eq!(after(fair, 9 * SECOND, &mut ending), Verdict::GiveUp);
        }
    }

    #[test]
    fn after_a_stop_the_time_decides() {
        let mut ending = ending(5000, true);
        assert_eq!(after(1, SECOND / 2, &mut ending), Verdict::GoOn);
        ending.came_nearer();
        assert_eq!(after(1, SECOND, &mut ending), Verdict::GiveUp);
    }

    #[test]
    fn a_grace_of_nothing_is_one_stride() {
        let grace = Grace {
            strides: 0,
            time: Duration::ZERO,
        };
        let mut ending = Ending::new(grace, 3, true);
        assert_eq!(ending.after_stride(), Verdict::GiveUp);
    }
}
