//! Ways of allocating, run a given number of times; the counting is around them.

#![expect(clippy::print_stdout, reason = "prints a figure")]

#[path = "frames.rs"]
mod frames;
#[path = "loops.rs"]
mod loops;
#[path = "tutorial.rs"]
mod tutorial;

use std::hint::black_box;
use std::sync::Barrier;
use std::thread::Builder;

use sgn::memory::{Mark, mark};

/// What a profiler is to be told by the program that it observes.
pub(crate) trait Profiler {
    /// Observes from now on; `state` is what the command line says.
    fn start(&mut self, state: &str);

    /// Runs one of the [`STEPS`], whose allocations are to be told from those of the others.
    fn within<R>(&mut self, step: usize, work: impl FnOnce() -> R) -> R {
        let _ = step;
        work()
    }

    /// Comes to the statement of this number, below [`LINES`].
    fn line(&self, line: usize) {
        let _ = line;
    }
}

/// The steps of `pipe`: a source, five transforms and a sink.
pub(crate) const STEPS: [&str; 7] = ["src", "a", "b", "c", "d", "e", "snk"];
/// The number of statements of `pipe`.
pub(crate) const LINES: usize = 8;

/// How many threads at once have a table of counters of their own; those after them share one.
const OWN_TABLES: usize = 1024;

static ONE: Mark = Mark::new("workloads.rs", 1, "one");
static TWO: Mark = Mark::new("workloads.rs", 2, "two");

fn pair() {
    drop(black_box(Box::new(black_box([1_u8; 64]))));
}

/// Twice `rounds` pairs of an allocation of 64 bytes and its free.
#[inline(never)]
fn micro(rounds: u64) {
    for _ in 0..rounds {
        pair();
        pair();
    }
}

/// As `micro`, in a new thread beside so many `others`, which have allocated something each and wait.
fn micro_beside(others: usize, rounds: u64) {
    let (all_are_there, is_over) = (Barrier::new(others + 1), Barrier::new(others + 1));
    let wait = || {
        pair();
        all_are_there.wait();
        is_over.wait();
    };
    let small = || Builder::new().stack_size(1 << 16);
    std::thread::scope(|threads| {
        for _ in 0..others {
            small().spawn_scoped(threads, wait).expect("a thread");
        }
        all_are_there.wait();
        let last = small().spawn_scoped(threads, || micro(rounds));
        last.expect("a thread").join().expect("it only allocates");
        is_over.wait();
    });
}

/// As `micro`, each pair a statement with a mark of its own.
#[inline(never)]
fn micro_lines(rounds: u64) {
    for _ in 0..rounds {
        mark(&ONE);
        pair();
        mark(&TWO);
        pair();
    }
}

/// As `micro`, with a hundred and one marks that allocate nothing.
///
/// Nothing can be known of memory between two of them, as after the calls of a statement.
#[inline(never)]
fn marks(rounds: u64) {
    for _ in 0..rounds {
        pair();
        for turn in 0..50 {
            mark(&ONE);
            black_box(turn);
            mark(&TWO);
            black_box(turn);
        }
        mark(&ONE);
        pair();
    }
}

/// The loop of `marks` without the marks.
#[inline(never)]
fn unmarked(rounds: u64) {
    for _ in 0..rounds {
        pair();
        for turn in 0..50 {
            black_box(turn);
            black_box(turn);
        }
        pair();
    }
}

/// Replaces one of a thousand live blocks of 16 to 4096 bytes, twice a round, each time in a statement
/// that `line` marks or not.
#[inline(never)]
fn mixed(rounds: u64, line: impl Fn()) {
    let mut live: Vec<Vec<u8>> = (0..1000).map(|_| Vec::new()).collect();
    let mut random = 12345_u64;
    for _ in 0..2 * rounds {
        random = random
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        let place = (random >> 33) as usize % live.len();
        let size = 16 + (random >> 20) as usize % 4081;
        line();
        live[place] = black_box(Vec::with_capacity(size));
    }
}

struct Frame {
    samples: Vec<f32>,
    names: [String; 3],
}

type Step = Box<dyn FnMut(Frame) -> Frame>;

/// Sends a frame through five steps and a sink.
///
/// Two of the steps amplify: each computes a new vector of 4 KiB from the one that it was given, as a
/// transform does. A mere copy would be cheaper than any work on the samples, and what is added by
/// counting would be compared with too little.
#[inline(never)]
fn pipe(rounds: u64, profiler: &mut impl Profiler) {
    let gain = black_box(0.5_f32);
    let amplify = move |frame: Frame| {
        let samples = frame.samples.iter().map(|sample| sample * gain).collect();
        Frame {
            samples: black_box(samples),
            ..frame
        }
    };
    let same = |frame: Frame| black_box(frame);
    let grow = |mut frame: Frame| {
        frame.names[1].push_str("and some more text than was there");
        frame
    };
    let mut steps: [Step; 5] = [
        Box::new(amplify),
        Box::new(same),
        Box::new(grow),
        Box::new(amplify),
        Box::new(same),
    ];
    for round in 0..rounds {
        profiler.line(0);
        let text = profiler.within(0, || {
            ["name", "unit", "comment"].map(|text| black_box(text).to_owned())
        });
        profiler.line(1);
        let samples = profiler.within(0, || black_box(vec![round as f32; 1024]));
        let mut frame = Frame {
            samples,
            names: text,
        };
        for (index, step) in steps.iter_mut().enumerate() {
            profiler.line(index + 2);
            frame = profiler.within(index + 1, || step(frame));
        }
        profiler.line(LINES - 1);
        profiler.within(STEPS.len() - 1, || drop(black_box(frame)));
    }
}

/// Makes 300,000 blocks of 16 to 4096 bytes, all alive at once and written to.
///
/// Prints the most memory that the process has had, in KiB, where the system tells.
fn resident() {
    let mut random = 12345_u64;
    let mut live: Vec<Vec<u8>> = Vec::with_capacity(300_000);
    for _ in 0..300_000 {
        random = random
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        live.push(vec![1; 16 + (random >> 20) as usize % 4081]);
    }
    black_box(&live);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("{}", peak.unwrap_or("0 kB").trim().trim_end_matches(" kB"));
}

/// Runs what the arguments say: a workload, the number of rounds, and the state of the profiler.
pub(crate) fn run(mut profiler: impl Profiler) {
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench");
    let (Some(workload), Some(rounds), Some(state)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        eprintln!("run `memory.sh`, which says what to measure");
        return;
    };
    let rounds = rounds.parse().unwrap_or(1000);
    profiler.start(&state);
    match workload.as_str() {
        "micro" => micro(rounds),
        "micro_own" => micro_beside(0, rounds),
        // The thread that waits for them is one, too.
        "micro_shared" => micro_beside(OWN_TABLES - 1, rounds),
        "micro_lines" => micro_lines(rounds),
        "marks" => marks(rounds),
        "unmarked" => unmarked(rounds),
        "mixed" => mixed(rounds, || ()),
        "mixed_lines" => mixed(rounds, || mark(&ONE)),
        "pipe" => pipe(rounds, &mut profiler),
        "resident" => resident(),
        other => {
            let known = frames::run(other, rounds)
                || loops::run(other, rounds)
                || tutorial::run(other, rounds);
            assert!(known, "no workload `{other}`");
        }
    }
}
