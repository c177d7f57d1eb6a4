//! Threads and pools that an element starts, by the means of `sgn::thread` and by others.

#![expect(
    clippy::disallowed_methods,
    reason = "threads are started as users start them"
)]
#![expect(clippy::let_and_return, reason = "each binding is a line of its own")]
#![expect(clippy::print_stdout, reason = "the child prints its report")]

use std::process::Command;
use std::thread::JoinHandle;

use parking_lot::Mutex;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use sgn::elements::{CollectSink, IterSource};
use sgn::memory::{OwnerId, Sampling, SiteUsage, Snapshot};
use sgn::prelude::*;
use sgn::report::{Moment, TextReport};
use sgn::testing::Harness;

sgn::counting_allocator!();

const BYTES: usize = 10_000;

/// A helper that nobody marked.
fn table(seed: usize) -> Vec<u8> {
    std::hint::black_box(vec![seed as u8; BYTES])
}

/// A pool that knows whose it is, or one that does not.
fn pool() -> ThreadPool {
    let pool = ThreadPoolBuilder::new().num_threads(2);
    let pool = if is_mended() {
        pool.start_handler(sgn::thread::start_handler())
    } else {
        pool
    };
    pool.build().expect("threads")
}

/// A thread that knows whose it is, or one that does not.
fn start(seed: usize) -> JoinHandle<Vec<u8>> {
    let work = move || table(seed);
    if is_mended() {
        sgn::thread::spawn(work)
    } else {
        std::thread::spawn(work)
    }
}

fn is_mended() -> bool {
    std::env::args().nth(1).is_none_or(|way| way != "unmended")
}

/// A helper that nobody marked, whose closures do not know whose code they are.
fn in_the_pool_of(pool: &ThreadPool, seeds: &[usize]) -> Vec<Vec<u8>> {
    pool.install(|| seeds.par_iter().copied().map(table).collect())
}

#[sgn::transform]
fn by_pool(seeds: &Vec<usize>, #[state(pool())] pool: &mut ThreadPool) -> Vec<Vec<u8>> {
    in_the_pool_of(pool, seeds)
}

#[sgn::transform]
fn by_thread(seeds: &Vec<usize>) -> Vec<Vec<u8>> {
    let threads: Vec<_> = seeds.iter().copied().map(start).collect();
    let tables = threads
        .into_iter()
        .map(|thread| thread.join().expect("no panic"));
    tables.collect()
}

/// Starts threads and uses the pool of all, and says nothing of it.
#[sgn::transform]
struct Unaware {
    #[state]
    kept: Vec<Vec<u8>>,
}

#[sgn::transform]
impl Unaware {
    fn pull(&mut self, seeds: &Frame<Vec<usize>>) {
        let seeds = seeds.data().map_or(&[][..], Vec::as_slice);
        let from_pool: Vec<Vec<u8>> = seeds
            .par_iter()
            .map(|seed| {
                let in_the_pool = table(*seed);
                in_the_pool
            })
            .collect();
        self.kept.extend(from_pool);
        let on_one_line: Vec<_> = seeds.par_iter().map(|seed| table(*seed)).collect();
        self.kept.extend(on_one_line);
    }

    fn new(&mut self) -> Frame<usize> {
        let thread = std::thread::spawn(move || {
            let in_a_thread = table(1);
            Self::nested(in_a_thread)
        });
        self.kept.extend(thread.join().expect("no panic"));
        Frame::new(self.kept.len()).with_eos(true)
    }

    fn nested(first: Vec<u8>) -> [Vec<u8>; 2] {
        let inner = sgn::thread::spawn(|| {
            let in_a_thread_of_a_thread = table(2);
            in_a_thread_of_a_thread
        });
        [first, inner.join().expect("no panic")]
    }
}

fn seeds() -> Vec<usize> {
    (0..50).collect()
}

fn live_at(rows: impl Iterator<Item = SiteUsage>, text: &str) -> Vec<(String, u64)> {
    let rows = rows.filter(|row| row.mark.is_some_and(|mark| mark.text().contains(text)));
    rows.map(|row| (row.owner.name().to_string(), row.usage.live_bytes))
        .collect()
}

/// The coverage of a program that has all its memory from threads, in percent.
fn coverage() -> f64 {
    let mut pipeline = Pipeline::new();
    let frames = [seeds()];
    let source = IterSource::builder("seeds").iter("out", frames);
    let source = pipeline.add(source).expect("a source");
    let pool = pipeline.add(by_pool::builder("pool")).expect("an element");
    let thread = pipeline
        .add(by_thread::builder("thread"))
        .expect("an element");
    let sink = CollectSink::<Vec<Vec<u8>>>::builder("kept").sink_pads(["a", "b"]);
    let sink = pipeline.add(sink).expect("a sink");
    pipeline
        .link(source.out["out"], pool.seeds)
        .expect("a link");
    pipeline
        .link(source.out["out"], thread.seeds)
        .expect("a link");
    pipeline.link(pool.out, sink.frame["a"]).expect("a link");
    pipeline.link(thread.out, sink.frame["b"]).expect("a link");
    pipeline.run().expect("a run");
    let memory = pipeline.memory();
    if is_mended() {
        for name in ["pool", "thread"] {
            let mut elements = memory.elements();
            let element = elements
                .find(|element| element.name == name)
                .expect("an element");
            assert!(element.usage.live_bytes >= 50 * BYTES as u64, "{element:?}");
        }
    }
    memory.of_process().coverage() * 100.0
}

/// The report of a program with threads and a pool of nobody names the lines to change.
fn the_report_names_the_lines_that_start_threads(report: &str) {
    let names = |of: &str| {
        let line = 1 + include_str!("owner_missing_threads.rs")
            .lines()
            .position(|line| line.contains(of))
            .expect("a line");
        let place = format!("owner_missing_threads.rs:{line}   ");
        assert!(report.contains(&place), "no {place} in\n{report}");
    };
    assert!(
        report.contains(" threads of no known element allocated "),
        "{report}"
    );
    names("let threads: Vec<_> = seeds");
    assert!(report.contains("`sgn::thread::spawn`"), "{report}");
    assert!(
        report.contains("`.start_handler(sgn::thread::start_handler())`"),
        "{report}"
    );
    assert!(
        report.lines().all(|line| line.chars().count() <= 70),
        "{report}"
    );
}

/// Runs the same program without owners for threads and pools; returns its coverage in percent, and its report.
fn unmended(how: &str) -> (f64, String) {
    let unmended = Command::new(std::env::current_exe().expect("a path"))
        .args(["unmended", how])
        .output()
        .expect("the program starts");
    let unmended = String::from_utf8_lossy(&unmended.stdout);
    let (coverage, report) = unmended.split_once('\n').expect("two parts");
    let coverage = coverage.trim().parse().expect("a number");
    (coverage, report.to_owned())
}

/// The same program with and without the one line for each thread or pool.
fn one_line_gives_threads_and_pools_to_their_element() {
    for how in ["counted", "sampled"] {
        let (unmended, report) = unmended(how);
        the_report_names_the_lines_that_start_threads(&report);
        assert!(unmended < 30.0, "{how}: {unmended}");
    }
    let mended = coverage();
    TextReport::new().write(Moment::now(1), &mut |line| {
        assert!(!line.contains("no known element"), "{line}")
    });
    assert!(mended >= 95.0, "{mended}");
}

/// Of one thread, hardly ever is a block sampled that was handed to it.
fn the_report_tells_of_a_sampled_thread_without_its_line() {
    let (_, report) = unmended("one");
    let [_, head, remedy] = report
        .lines()
        .skip_while(|line| !line.starts_with("| coverage"))
        .take(3)
        .collect::<Vec<_>>()[..]
    else {
        panic!("no hint in {report}");
    };
    assert!(
        head.starts_with("| 1 thread of no known element allocated "),
        "{head}"
    );
    assert!(
        remedy.starts_with("|   start threads with `sgn::thread::spawn`"),
        "{remedy}"
    );
}

/// Not a line is changed: a closure that was written in a method of the element works for it on any thread.
fn marked_lines_on_threads_of_nobody_are_charged_to_their_element() {
    let mut pipeline = Pipeline::new();
    let source = IterSource::builder("seeds").iter("out", [seeds()]);
    pipeline
        .connect(source, Unaware::builder("unaware"))
        .expect("a link");
    let sink = CollectSink::<usize>::builder("kept").sink_pads(["in"]);
    pipeline.connect("unaware", sink).expect("a link");
    pipeline.run().expect("a run");

    let memory = pipeline.memory();
    let at = |text| live_at(memory.sites(), text);
    let bytes = |count: usize| (count * BYTES) as u64;
    assert_eq!(
        at("let in_the_pool = "),
        [("unaware:snk:seeds".to_owned(), bytes(50))]
    );
    assert_eq!(
        at("let on_one_line"),
        [("unaware:snk:seeds".to_owned(), bytes(50))]
    );
    assert_eq!(
        at("let in_a_thread = "),
        [("unaware:src:out".to_owned(), bytes(1))]
    );
    assert_eq!(
        at("let in_a_thread_of_a_thread = "),
        [("unaware:src:out".to_owned(), bytes(1))]
    );
    let unaware = live_of(&memory, "unaware");
    assert!(unaware >= bytes(102), "{unaware}");
    adds_up(memory);

    // Nothing is left behind on the workers: what they do for others is not the element's.
    let before = Snapshot::take();
    let foreign = rayon::broadcast(|_| table(3)).len();
    let after = Snapshot::take();
    let diff = after.diff(&before);
    let unattributed = diff.owner(OwnerId::UNATTRIBUTED);
    assert!(unattributed.total_bytes >= bytes(foreign));
    let marked = diff.sites().filter(|finding| finding.site.mark.is_some());
    assert_eq!(
        marked
            .map(|finding| finding.change.total_bytes)
            .sum::<u64>(),
        0
    );
}

/// The live bytes of the element of that name.
fn live_of(memory: &Snapshot, name: &str) -> u64 {
    let mut elements = memory.elements();
    let element = elements.find(|element| element.name == name);
    element.expect("an element").usage.live_bytes
}

fn adds_up(memory: Snapshot) {
    let rows: u64 = memory.sites().map(|row| row.usage.live_bytes).sum();
    let elements: u64 = memory
        .elements()
        .map(|element| element.usage.live_bytes)
        .sum();
    let total = memory.total().live_bytes;
    assert_eq!((rows, elements), (total, total));
    let snapshot = memory.of_process();
    let owners: u64 = snapshot.owners().map(|owner| owner.usage.live_bytes).sum();
    assert_eq!(owners, snapshot.total().live_bytes);
}

/// Which of several it was is not known: the row is their type's, and in the pipeline that has all of them.
fn lines_of_several_elements_of_a_type_are_charged_to_the_type() {
    let mut pipeline = Pipeline::new();
    let source = IterSource::builder("seeds").iter("out", [seeds()]);
    let source = pipeline.add(source).expect("a source");
    let sink = CollectSink::<usize>::builder("kept").sink_pads(["a", "b"]);
    let sink = pipeline.add(sink).expect("a sink");
    for (name, pad) in [("one", "a"), ("two", "b")] {
        let element = pipeline.add(Unaware::builder(name)).expect("an element");
        pipeline
            .link(source.out["out"], element.seeds)
            .expect("a link");
        pipeline.link(element.out, sink.frame[pad]).expect("a link");
    }
    pipeline.run().expect("a run");
    let memory = pipeline.memory();
    let bytes = (100 * BYTES) as u64;
    assert_eq!(
        live_at(memory.sites(), "let in_the_pool = "),
        [("Unaware (several)".to_owned(), bytes)]
    );
    assert!(live_of(&memory, "Unaware (several)") >= bytes);
    adds_up(memory);

    let other = Harness::new(Unaware::builder("elsewhere")).expect("an element");
    assert_eq!(live_at(pipeline.memory().sites(), "let in_the_pool = "), []);
    drop(other);
    assert_eq!(
        live_at(pipeline.memory().sites(), "let in_the_pool = ").len(),
        1
    );
}

fn a_harness_counts_what_threads_allocate() {
    let mut bench = Harness::new(by_thread::builder("bench")).expect("an element");
    bench.count_allocations().expect("it is counted");
    let (sink, source) = (bench.pads().seeds, bench.pads().out);
    bench.push(sink, Frame::new(seeds()));
    bench.stride().expect("a stride");
    assert!(bench.allocations_of(source).total_bytes >= 50 * BYTES as u64);
    let (sink, mut bench) = {
        let bench = Harness::new(Unaware::builder("bench")).expect("an element");
        (bench.pads().seeds, bench)
    };
    bench.count_allocations().expect("it is counted");
    bench.push(sink, Frame::new(seeds()));
    bench.stride().expect("a stride");
    assert!(bench.allocations_of(sink).total_bytes >= 50 * BYTES as u64);
}

/// A thread that outlives its element goes on under the name that the element had.
fn a_thread_that_outlives_its_pipeline_is_charged_to_no_other() {
    static KEPT: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());
    let (send, go) = std::sync::mpsc::channel::<()>();
    let late = sgn::memory::register("late:src:out");
    let thread = sgn::memory::scope(late, || {
        sgn::thread::spawn(move || {
            go.recv().expect("a word");
            KEPT.lock().push(table(4));
        })
    });
    sgn::memory::release(late);
    let next = sgn::memory::register("late:src:out");
    send.send(()).expect("the thread waits");
    thread.join().expect("no panic");
    let now = Snapshot::take();
    assert_eq!(now.owner(next).usage.total_bytes, 0);
    assert!(now.owner(late).usage.live_bytes >= BYTES as u64);
}

fn main() {
    let sampled = |mean| sgn::memory::enable_sampled(Sampling::every(mean));
    let is_on = match std::env::args().nth(2).as_deref() {
        Some("sampled") => sampled(256),
        Some("one") => sampled(1 << 20),
        _ => sgn::memory::enable(),
    };
    assert!(is_on);
    if !is_mended() {
        let one = std::env::args().nth(2).is_some_and(|how| how == "one");
        let kept = one.then(|| {
            let thread = std::thread::spawn(|| (0..5000).map(table).collect::<Vec<_>>());
            println!("0");
            thread.join().expect("no panic")
        });
        if !one {
            println!("{}", coverage());
        }
        TextReport::new().write(Moment::now(1), &mut |line| println!("{line}"));
        drop(kept);
        return;
    }
    the_report_tells_of_a_sampled_thread_without_its_line();
    one_line_gives_threads_and_pools_to_their_element();
    marked_lines_on_threads_of_nobody_are_charged_to_their_element();
    lines_of_several_elements_of_a_type_are_charged_to_the_type();
    a_harness_counts_what_threads_allocate();
    a_thread_that_outlives_its_pipeline_is_charged_to_no_other();
}
