//! The memory numbers of one pipeline, as a value.

use std::borrow::Cow;
use std::fmt;

use super::Pipeline;
use crate::graph::Graph;
use crate::memory::PageBuffer;
use crate::memory::{Change, Finding, OwnerId, OwnerUsage, SiteUsage, Snapshot, Usage};
use crate::thread::several;

impl Pipeline {
    /// The memory of the elements at this moment: rows, pads, elements, totals, and the change from another one.
    ///
    /// All numbers are zero if nothing was counted; [`memory::enable`](crate::memory::enable) switches that on. While
    /// blocks are sampled the numbers are estimates.
    ///
    /// # Panics
    ///
    /// If the operating system has no pages for the numbers.
    #[must_use]
    pub fn memory(&self) -> PipelineMemory {
        PipelineMemory::take(&self.graph)
    }

    /// Has the following reports count their "change from start" from now on.
    ///
    /// Otherwise that is the change from the first report of this pipeline.
    pub fn reset_memory_baseline(&mut self) {
        self.report.reset_baseline(&Snapshot::take_all());
    }
}

/// The memory of a pipeline's elements at one moment; made by [`Pipeline::memory`].
///
/// It keeps to the pads of the pipeline, and to the [threads](crate::thread) that work for them. What the process
/// allocated besides, for the runtime, the profiler and nobody known, is in [`snapshot`](Self::snapshot). Two pads that
/// had one name at different times may be one owner, so what an earlier pipeline's pad of that name left behind counts
/// here, too.
///
/// Taking one, and asking it, allocates nothing through the counted allocator, unless its label does.
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
///     pipeline.connect(IterSource::build("src").iter("out", [1.0, 2.0, 3.0]), window::build("window").length(32))?;
///     pipeline.connect("window", CollectSink::<Vec<f64>>::build("kept").sink_pads(["in"]))?;
///
///     let before = pipeline.memory().labelled("before the run");
///     pipeline.run()?;
///     let after = pipeline.memory().labelled("after the run");
///
///     let row = after.rows().find(|row| row.mark.is_some_and(|mark| mark.text().starts_with("vec!"))).unwrap();
///     let mark = row.mark.unwrap();
///     assert_eq!((row.owner.name().as_str(), mark.text()), ("window:src:out", "vec![sample; length]"));
///     assert_eq!((row.usage.live_blocks, row.usage.live_bytes), (3, 3 * 32 * 8));
///     println!("{}:{}: {} bytes", mark.file(), mark.line(), row.usage.live_bytes);
///
///     let window = after.elements().find(|element| element.name == "window").unwrap();
///     assert!(window.usage.live_bytes >= 3 * 32 * 8);
///
///     let diff = after.diff(&before);
///     let grew = diff.rows().max_by_key(|finding| finding.change.live_bytes).unwrap();
///     assert_eq!(grew.change.live_bytes, 3 * 32 * 8);
///     assert_eq!(diff.to_string(), "from `before the run` to `after the run`");
///     Ok(())
/// }
/// ```
pub struct PipelineMemory {
    snapshot: Snapshot,
    /// In the order of the elements and their pads.
    pads: PageBuffer<PadOwner>,
    /// The same owners, sorted.
    members: PageBuffer<OwnerId>,
}

#[derive(Clone, Copy)]
struct PadOwner {
    owner: OwnerId,
    element: usize,
}

/// The memory of one element: the sum over its pads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ElementUsage<'a> {
    /// The name of the element.
    pub name: &'a str,
    /// The numbers.
    pub usage: Usage,
}

impl PipelineMemory {
    pub(super) fn take(graph: &Graph) -> Self {
        let mut pads = PageBuffer::new();
        let mut members = PageBuffer::new();
        for (element, node) in graph.nodes().iter().enumerate() {
            let sinks = node.sinks.iter().map(|pad| pad.owner);
            let sources = node.sources.iter().map(|pad| pad.owner);
            let internal = std::iter::once(node.internal_owner());
            // A pad for which there was no number left shares a row that is no pipeline's own.
            let own = sinks
                .chain(internal)
                .chain(sources)
                .filter(|owner| !owner.is_built_in());
            for owner in own {
                let ready = pads.push(PadOwner { owner, element }) && members.push(owner);
                assert!(ready, "the operating system has no pages for a snapshot");
            }
        }
        for (place, owner) in (graph.nodes().len()..).zip(of_several(graph).iter()) {
            let pad = PadOwner {
                owner: *owner,
                element: place,
            };
            let ready = pads.push(pad) && members.push(*owner);
            assert!(ready, "the operating system has no pages for a snapshot");
        }
        members.sort_unstable();
        Self {
            snapshot: Snapshot::take_all(),
            pads,
            members,
        }
    }

    /// The same numbers under a label.
    #[must_use]
    pub fn labelled(self, label: impl Into<Cow<'static, str>>) -> Self {
        Self {
            snapshot: self.snapshot.labelled(label),
            ..self
        }
    }

    /// What [`labelled`](Self::labelled) was given; empty without a label.
    #[must_use]
    pub fn label(&self) -> &str {
        self.snapshot.label()
    }

    /// The numbers of the whole process at that moment, of which these are a part.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The source lines at which the elements allocated, in the order of their first allocation.
    ///
    /// Each is a line and a pad: a line that two elements run is two rows. A row without a
    /// [`mark`](SiteUsage::mark) is what the pad allocated outside of marked statements.
    pub fn rows(&self) -> impl Iterator<Item = SiteUsage> + '_ {
        self.snapshot.sites().filter(|row| self.owns(row.owner))
    }

    /// The pads, element by element, also those that allocated nothing: sink pads, the internal pad, source pads.
    ///
    /// After them, as `Type (several)`, what [threads](crate::thread) allocated for one of several elements of a type.
    pub fn pads(&self) -> impl Iterator<Item = OwnerUsage> + '_ {
        self.pads.iter().map(|pad| self.snapshot.owner(pad.owner))
    }

    /// The elements, in the order in which they came into the pipeline; after them, as `Type (several)`, what
    /// [threads](crate::thread) allocated for one of several elements of a type.
    pub fn elements(&self) -> impl Iterator<Item = ElementUsage<'_>> {
        let same = |one: &PadOwner, other: &PadOwner| one.element == other.element;
        self.pads.chunk_by(same).map(|pads| ElementUsage {
            name: element_of(self.snapshot.name(pads[0].owner)),
            usage: pads
                .iter()
                .map(|pad| self.snapshot.owner(pad.owner).usage)
                .sum(),
        })
    }

    /// The sum over all pads.
    #[must_use]
    pub fn total(&self) -> Usage {
        self.pads().map(|pad| pad.usage).sum()
    }

    /// What changed since `earlier`, which may be of another pipeline: pads that it did not have count from zero.
    #[must_use]
    pub fn diff<'a>(&'a self, earlier: &'a Self) -> PipelineDiff<'a> {
        PipelineDiff {
            later: self,
            earlier,
        }
    }

    fn owns(&self, owner: OwnerId) -> bool {
        self.members.binary_search(&owner).is_ok()
    }
}

/// The owners of what threads allocated for one of several elements of a type, where all of these are in this graph.
fn of_several(graph: &Graph) -> PageBuffer<OwnerId> {
    let (mut places, mut owners) = (PageBuffer::new(), PageBuffer::new());
    let mut ready = true;
    for node in graph.nodes() {
        ready &= places.push(node.code());
    }
    places.sort_unstable();
    for same in places.chunk_by(|one, other| one == other) {
        match several(same[0]) {
            Some((owner, count)) if count == same.len() && !owner.is_built_in() => {
                ready &= owners.push(owner);
            }
            _ => {}
        }
    }
    assert!(ready, "the operating system has no pages for a snapshot");
    owners
}

/// The name of the element in the full name of a pad: all but the last two parts.
fn element_of(pad: &str) -> &str {
    pad.rsplitn(3, ':').nth(2).unwrap_or(pad)
}

impl fmt::Debug for PipelineMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PipelineMemory")
            .field("label", &self.label())
            .field("total", &self.total())
            .finish_non_exhaustive()
    }
}

/// What changed in the memory of a pipeline; made by [`PipelineMemory::diff`].
///
/// Printed, it names the labels of both.
#[derive(Clone, Copy, Debug)]
pub struct PipelineDiff<'a> {
    later: &'a PipelineMemory,
    earlier: &'a PipelineMemory,
}

impl<'a> PipelineDiff<'a> {
    /// The source lines at which anything was allocated or freed in between.
    pub fn rows(&self) -> impl Iterator<Item = Finding> + use<'a> {
        let later = self.later;
        let all = later.snapshot.diff(&self.earlier.snapshot).sites();
        all.filter(|finding| later.owns(finding.site.owner))
    }

    /// The pads for which anything changed.
    pub fn pads(&self) -> impl Iterator<Item = (OwnerId, Change)> + use<'a> {
        let all = self.later.snapshot.diff(&self.earlier.snapshot);
        let pads = self
            .later
            .pads
            .iter()
            .map(move |pad| (pad.owner, all.owner(pad.owner)));
        pads.filter(|(_, change)| *change != Change::default())
    }

    /// What changed in all.
    #[must_use]
    pub fn total(&self) -> Change {
        let before = |pad: OwnerUsage| self.earlier.snapshot.owner(pad.owner).usage;
        self.later
            .total()
            .since(self.later.pads().map(before).sum())
    }
}

impl fmt::Display for PipelineDiff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.later.snapshot.diff(&self.earlier.snapshot), f)
    }
}
