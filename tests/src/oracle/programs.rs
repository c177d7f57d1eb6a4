//! The programs. Each asks for the same blocks in every run, and leaves some of them alive.

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, realloc};
use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;
use std::rc::Rc;
use std::thread::Builder;

use sgn::prelude::*;

/// What a program leaves alive.
type Kept = Box<dyn Any>;

/// The programs by name, and how many threads each starts.
pub const PROGRAMS: [(&str, u64); 6] = [
    ("collections", 0),
    ("resize", 0),
    ("aligned", 0),
    ("large", 0),
    ("threads", (GENERATIONS * THREADS) as u64),
    ("pipeline", 0),
];

pub(super) fn run(name: &str) -> Kept {
    match name {
        "collections" => collections(),
        "resize" => resize(),
        "aligned" => aligned(),
        "large" => large(),
        "threads" => threads(),
        "pipeline" => pipeline(),
        "one_thread" => one_thread(),
        other => panic!("no program `{other}`; there are {PROGRAMS:?} and `one_thread`"),
    }
}

/// Maps, strings and shared values on one thread.
fn collections() -> Kept {
    let mut words = BTreeMap::new();
    for number in 0..2000_u32 {
        words.insert(format!("word {number}"), Rc::new([number; 5]));
    }
    let shared: Vec<_> = words.values().step_by(7).cloned().collect();
    words.retain(|word, _| word.len() % 2 == 0);
    let by_length: HashMap<usize, Vec<String>> =
        words.into_keys().fold(HashMap::new(), |mut map, word| {
            map.entry(word.len()).or_default().push(word);
            map
        });
    Box::new((shared, by_length))
}

/// Vectors that grow and shrink, over the border of small and large blocks in both directions.
fn resize() -> Kept {
    let mut kept = Vec::new();
    for end in [
        1, 10, 1000, 1016, 1017, 1023, 1024, 1025, 1032, 5000, 70_000,
    ] {
        let mut bytes = Vec::new();
        for byte in 0..end {
            bytes.push(byte as u8);
        }
        bytes.shrink_to_fit();
        for length in [end / 2, end / 3, 0] {
            bytes.truncate(length);
            bytes.shrink_to(length + 1);
        }
        bytes.reserve_exact(end);
        kept.push(bytes);
    }
    Box::new(kept)
}

/// Blocks of every alignment up to two pages, made, zeroed, grown and shrunk.
fn aligned() -> Kept {
    let mut kept = Vec::new();
    for align in (0..=13).map(|bits| 1_usize << bits) {
        for size in [1, 8, 24, 1000, 1023, 1024, 4096, 9000] {
            let layout = Layout::from_size_align(size, align).expect("a layout");
            // SAFETY: the size is not zero.
            let first = unsafe { alloc(layout) };
            // SAFETY: the size is not zero.
            let second = unsafe { alloc_zeroed(layout) };
            assert!(!first.is_null() && !second.is_null());
            assert_eq!(first.addr() % align, 0);
            // SAFETY: the block is live and has this layout; the new size is not zero.
            let first = unsafe { realloc(first, layout, 3 * size) };
            // SAFETY: the block is live and has this layout; the new size is not zero.
            let first = unsafe { realloc(first, grown(layout, 3 * size), size / 2 + 1) };
            assert!(!first.is_null());
            // SAFETY: the block is live and has this layout.
            unsafe { dealloc(first, grown(layout, size / 2 + 1)) };
            kept.push((second.expose_provenance(), layout));
        }
    }
    Box::new(kept)
}

fn grown(layout: Layout, size: usize) -> Layout {
    Layout::from_size_align(size, layout.align()).expect("a layout")
}

/// Blocks that the system maps one by one, zeroed and not, moved and shrunk.
fn large() -> Kept {
    let mut kept = Vec::new();
    for power in 10..26 {
        let mut zeroed = vec![0_u8; (1 << power) - power];
        zeroed.extend_from_slice(&[1; 2000]);
        zeroed.truncate(1 << (power - 1));
        zeroed.shrink_to_fit();
        let written = black_box(vec![power as u8; 3 << (power - 3)]);
        if power % 3 == 0 {
            kept.push(zeroed);
        } else {
            kept.push(written);
        }
    }
    Box::new(kept)
}

/// A thread that does nothing.
fn one_thread() -> Kept {
    let thread = Builder::new().spawn(|| ()).expect("a thread");
    thread.join().expect("it does not panic");
    Box::new(())
}

const GENERATIONS: usize = 3;
const THREADS: usize = 4;

/// Threads that make blocks, free some, hand some to the next and leak some.
fn threads() -> Kept {
    let mut inherited: Vec<Vec<u8>> = Vec::new();
    for generation in 0..GENERATIONS {
        let mut estates = Vec::new();
        let mut workers = Vec::new();
        for number in 0..THREADS {
            let estate = std::mem::take(&mut inherited);
            let builder = Builder::new().name(format!("worker {generation} {number}"));
            let work = move || live(generation + number, estate);
            workers.push(builder.spawn(work).expect("a thread"));
        }
        for worker in workers {
            estates.push(worker.join().expect("no worker panics"));
        }
        inherited = estates.into_iter().flatten().collect();
    }
    Box::new(inherited)
}

fn live(seed: usize, mut blocks: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    for step in 0..3000 {
        let size = 1 + (seed * 7919 + step * 104_729) % 3000;
        blocks.push(black_box(vec![0; size]));
        if step % 4 != 0 {
            let place = (step * 31) % blocks.len();
            drop(blocks.swap_remove(place));
        }
        if step % 500 == 0 {
            std::mem::forget(black_box(Box::new([step; 3])));
        }
    }
    blocks
}

/// Emits the words of a sentence, over and over, `rounds` words in all.
#[sgn::source]
struct Words {
    #[prop]
    rounds: usize,
    #[state]
    spoken: usize,
}

#[sgn::source]
impl Words {
    fn new(&mut self) -> Frame<Vec<String>> {
        self.spoken += 1;
        let words = (0..self.spoken % 20).map(|number| format!("word {number}"));
        Frame::new(words.collect()).with_eos(self.spoken >= self.rounds)
    }
}

#[sgn::transform]
fn join(words: &Vec<String>) -> String {
    words.join(" ")
}

#[sgn::sink]
struct Keep {
    #[state]
    kept: Vec<String>,
}

#[sgn::sink]
impl Keep {
    fn pull(&mut self, text: Frame<String>) {
        if let Some(text) = text.into_data()
            && text.len() % 3 == 0
        {
            self.kept.push(text);
        }
    }
}

/// A pipeline whose sink keeps every third text, kept alive with all that it has.
fn pipeline() -> Kept {
    let mut pipeline = Pipeline::new();
    let words = Words::builder("words").rounds(1000);
    let words = pipeline.add(words).expect("the name is free");
    let join = pipeline
        .add(join::builder("join"))
        .expect("the name is free");
    let keep = pipeline
        .add(Keep::builder("keep"))
        .expect("the name is free");
    pipeline.link(words.out, join.words).expect("a link");
    pipeline.link(join.out, keep.text).expect("a link");
    pipeline.run().expect("nothing fails");
    Box::new(pipeline)
}
