//! Three ways of allocating, run a given number of times; the counting is around them.

use std::hint::black_box;

use sgn::memory::{Mark, OwnerId, Scope, mark, register};

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

/// As `micro`, each pair a statement with a mark of its own.
#[inline(never)]
fn lines(rounds: u64) {
    for _ in 0..rounds {
        mark(&ONE);
        pair();
        mark(&TWO);
        pair();
    }
}

/// As `micro`, with a hundred marks that allocate nothing.
#[inline(never)]
fn marks(rounds: u64) {
    for _ in 0..rounds {
        pair();
        for _ in 0..50 {
            mark(black_box(&ONE));
            mark(black_box(&TWO));
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
        for _ in 0..50 {
            black_box(&ONE);
            black_box(&TWO);
        }
        pair();
    }
}

/// Replaces one of a thousand live blocks of 16 to 4096 bytes, twice a round.
#[inline(never)]
fn mixed(rounds: u64) {
    let mut live: Vec<Vec<u8>> = (0..1000).map(|_| Vec::new()).collect();
    let mut random = 12345_u64;
    for _ in 0..2 * rounds {
        random = random
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        let place = (random >> 33) as usize % live.len();
        let size = 16 + (random >> 20) as usize % 4081;
        live[place] = black_box(Vec::with_capacity(size));
    }
}

struct Frame {
    samples: Vec<f32>,
    names: [String; 3],
}

type Step = Box<dyn FnMut(Frame) -> Frame>;

/// Sends a frame through five steps and a sink, a scope around each.
#[inline(never)]
fn pipe(rounds: u64, scopes: bool) {
    let fresh = |frame: Frame| Frame {
        samples: black_box(frame.samples.clone()),
        ..frame
    };
    let same = |frame: Frame| black_box(frame);
    let grow = |mut frame: Frame| {
        frame.names[1].push_str("and some more text than was there");
        frame
    };
    let mut steps: [Step; 5] = [
        Box::new(fresh),
        Box::new(same),
        Box::new(grow),
        Box::new(fresh),
        Box::new(same),
    ];
    let owners: [OwnerId; 7] = if scopes {
        ["src", "a", "b", "c", "d", "e", "snk"].map(register)
    } else {
        [OwnerId::RUNTIME; 7]
    };
    let enter = |step: usize| scopes.then(|| Scope::enter(owners[step]));
    for round in 0..rounds {
        let source = enter(0);
        let text = ["name", "unit", "comment"].map(|text| black_box(text).to_owned());
        let mut frame = Frame {
            samples: black_box(vec![round as f32; 1024]),
            names: text,
        };
        drop(source);
        for (index, step) in steps.iter_mut().enumerate() {
            let _scope = enter(index + 1);
            frame = step(frame);
        }
        let _scope = enter(6);
        drop(black_box(frame));
    }
}

/// Runs what the arguments say: a workload, the number of rounds, and `on` or `off`.
pub(crate) fn run(counted: bool) {
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
    if counted && state == "on" {
        assert!(sgn::memory::enable());
    }
    match workload.as_str() {
        "micro" => micro(rounds),
        "lines" => lines(rounds),
        "marks" => marks(rounds),
        "unmarked" => unmarked(rounds),
        "mixed" => mixed(rounds),
        "pipe" => pipe(rounds, counted),
        other => panic!("no workload `{other}`"),
    }
}
