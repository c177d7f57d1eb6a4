//! The memory of one pipeline, as a snapshot.

use super::Pipeline;
use crate::graph::{Graph, Node};
use crate::memory::{OwnerId, PageBuffer, Part, Snapshot, Trend, Trends, Usage};
use crate::text::split_pad;
use crate::thread::several;

impl Pipeline {
    /// Takes a snapshot of [all](Snapshot::take_all) counters, as one of the pads of this pipeline.
    ///
    /// It is about the pads, and about the [threads](crate::thread) that work for them;
    /// [`of_process`](Snapshot::of_process) has what the process allocated besides, for the runtime, the profiler and
    /// owners that are not known. Two pads that had one name at different times may be one owner, so what an earlier
    /// pipeline's pad of that name left behind counts here, too.
    ///
    /// All numbers are zero if nothing was counted; [`memory::enable`](crate::memory::enable) starts counting. While
    /// blocks are sampled the numbers are estimates. Taking a snapshot, and reading it, allocates nothing through the
    /// counted allocator, unless its label does.
    ///
    /// ```
    /// use sgn::elements::{CollectSink, IterSource};
    /// use sgn::memory;
    /// use sgn::prelude::*;
    ///
    /// sgn::counting_allocator!();
    ///
    /// #[sgn::transform]
    /// fn window(sample: f64, #[prop(default = 8)] length: usize) -> Vec<f64> {
    ///     vec![sample; length]
    /// }
    ///
    /// fn main() -> sgn::Result<()> {
    ///     memory::enable();
    ///     let mut pipeline = Pipeline::new();
    ///     pipeline.connect(IterSource::builder("src").iter("out", [1.0, 2.0, 3.0]), window::builder("window").length(32))?;
    ///     pipeline.connect("window", CollectSink::<Vec<f64>>::builder("kept").sink_pads(["in"]))?;
    ///
    ///     let before = pipeline.memory().labelled("before the run");
    ///     pipeline.run()?;
    ///     let after = pipeline.memory().labelled("after the run");
    ///
    ///     let made = after.sites().find(|site| site.mark.is_some_and(|mark| mark.text().starts_with("vec!"))).unwrap();
    ///     let mark = made.mark.unwrap();
    ///     assert_eq!((made.owner.name().as_str(), mark.text()), ("window:src:out", "vec![sample; length]"));
    ///     assert_eq!((made.usage.live_blocks, made.usage.live_bytes), (3, 3 * 32 * 8));
    ///     println!("{}:{}: {} bytes", mark.file(), mark.line(), made.usage.live_bytes);
    ///
    ///     let window = after.elements().find(|element| element.name == "window").unwrap();
    ///     assert!(window.usage.live_bytes >= 3 * 32 * 8);
    ///
    ///     let diff = after.diff(&before);
    ///     let grew = diff.sites().max_by_key(|finding| finding.change.live_bytes).unwrap();
    ///     assert_eq!(grew.change.live_bytes, 3 * 32 * 8);
    ///     assert_eq!(diff.to_string(), "from `before the run` to `after the run`");
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the operating system has no pages for the numbers.
    #[must_use]
    pub fn memory(&self) -> Snapshot {
        let several = of_several(&self.graph);
        let pads = self.graph.nodes().iter().flat_map(Node::owners);
        let part = Part::new(pads.chain(several.iter().copied()));
        Snapshot::take_all().of_part(part)
    }

    /// Returns the verdict on each line of the program, worst first: whether it grows, how fast, and since when.
    ///
    /// It needs samples of the lines through the run, which a run takes while it makes
    /// [memory reports](crate::MemoryReport): those of up to 128 strides that are spread evenly over all its strides,
    /// those of the last 16 seconds, and of the time before fewer and fewer the longer ago it is. The 1024 largest
    /// lines have samples, and a line takes 4 KiB for them, however long the run is. The verdicts change as there are
    /// more samples; with fewer than 32 each is [`TooEarly`](crate::memory::Verdict::TooEarly).
    ///
    /// Allocates nothing through the counted allocator.
    ///
    /// ```
    /// use sgn::elements::IterSource;
    /// use sgn::memory::{Trend, Verdict};
    /// use sgn::prelude::*;
    ///
    /// sgn::counting_allocator!();
    ///
    /// #[sgn::sink]
    /// fn keep(text: String, #[state] kept: &mut std::collections::BTreeMap<u64, String>) {
    ///     let number = kept.len() as u64;
    ///     kept.insert(number, text);
    /// }
    ///
    /// fn main() -> sgn::Result<()> {
    ///     let texts = (0..1000).map(|number| format!("text number {number:08}"));
    ///     let mut pipeline = Pipeline::new();
    ///     pipeline.connect(IterSource::builder("src").iter("out", texts), keep::builder("snk"))?;
    ///     pipeline.run_with(RunOptions::new().memory_report(MemoryReport::on()))?;
    ///
    ///     let trends = pipeline.trends();
    ///     let worst: &Trend = &trends[0];
    ///     assert_eq!(worst.verdict, Verdict::Grows);
    ///     assert!(worst.verdict.is_alarm() && !worst.is_estimate());
    ///     assert!(worst.bytes_per_stride > 0.0 && worst.slope_error < worst.bytes_per_stride);
    ///     assert!(worst.fifths.is_sorted() && worst.since_stride < 100);
    ///     assert!(worst.bytes_per_second > 0.0 && worst.time_until(1 << 40).is_some());
    ///     assert_eq!(worst.unreachable.blocks, 0);
    ///     println!("{} {}", worst.site.owner.name(), worst.verdict);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the operating system has no pages for the numbers.
    pub fn trends(&mut self) -> impl std::ops::Deref<Target = [Trend]> + use<> {
        Trends::find(&mut self.past.history, &Snapshot::take_all(), None)
    }

    /// Counts the "change from start" of the following reports from now on.
    ///
    /// Otherwise that is the change from the first report of this pipeline.
    pub fn reset_memory_baseline(&mut self) {
        self.past.text.reset_baseline(&Snapshot::take_all());
    }
}

/// The memory of one element in a [`Snapshot`]: the sum over its pads.
///
/// ```
/// use sgn::ElementUsage;
/// use sgn::memory::Snapshot;
///
/// fn share(of: &ElementUsage<'_>, all: &Snapshot) -> f64 {
///     of.usage.live_bytes as f64 / all.total().live_bytes.max(1) as f64
/// }
/// let now = Snapshot::take();
/// assert!(now.elements().all(|element| share(&element, &now) <= 1.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ElementUsage<'a> {
    /// The name of the element.
    pub name: &'a str,
    /// The numbers.
    pub usage: Usage,
}

impl Snapshot {
    /// Returns the elements: owners next to each other, in the order of [`owners`](Self::owners), whose names are pads of
    /// one element.
    ///
    /// An owner whose name is not that of a pad is an element by itself, such as `(runtime)` in a snapshot of the process,
    /// and `Type (several)` in one of a pipeline.
    pub fn elements(&self) -> impl Iterator<Item = ElementUsage<'_>> {
        let mut owners = self.owners().peekable();
        std::iter::from_fn(move || {
            let first = owners.next()?;
            let name = split_pad(self.name(first.owner)).0;
            let mut usage = first.usage;
            while let Some(next) = owners.next_if(|next| split_pad(self.name(next.owner)).0 == name)
            {
                usage += next.usage;
            }
            Some(ElementUsage { name, usage })
        })
    }
}

/// Returns the owners of what threads allocated for one of several elements of a type, where all of these are in this
/// graph.
fn of_several(graph: &Graph) -> PageBuffer<OwnerId> {
    let (mut places, mut owners) = (PageBuffer::new(), PageBuffer::new());
    let mut ready = true;
    for node in graph.nodes() {
        ready &= places.push(node.code());
    }
    places.sort_unstable();
    for same in places.chunk_by(|one, other| one == other) {
        match several(same[0]) {
            Some((owner, count)) if count == same.len() => ready &= owners.push(owner),
            _ => {}
        }
    }
    assert!(ready, "the operating system has no pages for a snapshot");
    owners
}
