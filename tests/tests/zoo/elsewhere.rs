//! Leaks that no field holds: statics, thread-locals, threads, channels, destructors.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use parking_lot::Mutex;
use sgn::prelude::*;

use crate::case::{Case, Source, source};
use crate::parts::{
    Blocks, Count, Reading, centre, gain, greatest, parse, rms, sensors, sum, ticks,
};

const HERE: Source = source!("elsewhere.rs");

pub(crate) const CASES: &[Case] = &[
    // A message of 64 bytes a stride.
    Case::leaks(
        "static_list",
        static_list,
        HERE.leak("warn:snk:number", &["static"], (64.0, 64.0)),
    ),
    // 80 bytes a stride behind a lazily made static.
    Case::leaks(
        "lazy_static_map",
        lazy_static_map,
        HERE.leak("register:src:out", &["static"], (80.0, 80.0)),
    ),
    // 128 bytes a stride.
    Case::leaks(
        "thread_local",
        thread_local,
        HERE.leak("trace:src:out", &["thread", "stack"], (128.0, 128.0)),
    ),
    // 40 bytes a stride, in a vector on the stack of a thread.
    Case::leaks(
        "thread_collects",
        thread_collects,
        HERE.leak("uploads:snk:number", &["thread", "stack"], (40.0, 40.0)),
    ),
    // Two blocks of 16 samples come each stride, one is received.
    Case::leaks(
        "channel_backlog",
        channel_backlog,
        HERE.leak(
            "feed:snk:block",
            &["feed.sender", "drain.receiver"],
            (128.0, 128.0),
        ),
    ),
    // The samples of each frame, which its destructor saves.
    Case::leaks(
        "drop_resurrects",
        drop_resurrects,
        HERE.leak("frames:src:out", &["static"], (200.0, 200.0)),
    ),
    // 32 words for each of the callbacks that a global list has, one in four strides.
    Case::leaks(
        "global_hooks",
        global_hooks,
        HERE.leak("hooks:src:out", &["static"], (64.0, 64.0)),
    ),
];

static WARNINGS: Mutex<Vec<Box<[u8; 64]>>> = Mutex::new(Vec::new());

/// Warns of each number, in a list for the user interface, which is not running.
#[sgn::sink]
fn warn(number: &u64) {
    // leaks: static_list
    let warning = Box::new([*number as u8; 64]);
    WARNINGS.lock().push(warning);
}

fn static_list() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(sensors::builder("sensors"), parse::builder("parse"))?;
    p.connect("parse", warn::builder("warn"))?;
    p.connect("parse", sum::builder("sum"))?;
    Ok(p)
}

type Known = Mutex<HashMap<u64, Vec<u64>>>;

/// Returns the register of all numbers of this process.
fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| Mutex::new(HashMap::with_capacity(8000)))
}

/// Registers numbers with their multiples.
#[sgn::transform]
fn register(number: &u64) -> u64 {
    // leaks: lazy_static_map
    let multiples: Vec<u64> = (1..=10).map(|factor| factor * number).collect();
    let last = multiples[9];
    known().lock().insert(*number, multiples);
    last
}

fn lazy_static_map() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("numbers"), register::builder("register"))?;
    p.connect("register", sum::builder("sum"))?;
    p.connect("numbers", Count::<u64>::builder("count"))?;
    Ok(p)
}

thread_local! {
    static TRACE: RefCell<Vec<Vec<f64>>> = const { RefCell::new(Vec::new()) };
}

/// Traces what passes, for a debugger.
#[sgn::transform]
fn trace(block: Vec<f64>) -> Vec<f64> {
    // leaks: thread_local
    let start = block[..16].to_vec();
    TRACE.with_borrow_mut(|trace| trace.push(start));
    block
}

fn thread_local() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(Blocks::builder("adc"), gain::builder("gain"))?;
    p.connect("gain", trace::builder("trace"))?;
    p.connect("trace", rms::builder("rms"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    Ok(p)
}

/// Hands numbers to a thread, which waits for a connection before it sends anything.
#[sgn::sink]
struct Uploads {
    #[state]
    thread: Option<SyncSender<u64>>,
}

#[sgn::sink]
impl Uploads {
    fn pull(&mut self, number: &Frame<u64>) -> Result<(), sgn::BoxError> {
        let Some(&number) = number.data() else {
            return Ok(());
        };
        let thread = self.thread.get_or_insert_with(|| {
            let (sender, receiver) = sync_channel(0);
            sgn::thread::spawn(move || Self::upload(&receiver));
            sender
        });
        Ok(thread.send(number)?)
    }

    fn upload(numbers: &Receiver<u64>) -> usize {
        let mut waiting = Vec::new();
        while let Ok(number) = numbers.recv() {
            // leaks: thread_collects
            let record = Box::new([number; 5]);
            waiting.push(record);
        }
        waiting.len()
    }
}

fn thread_collects() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(ticks::builder("numbers"), Uploads::builder("uploads"))?;
    p.connect("numbers", sum::builder("sum"))?;
    p.connect("numbers", Count::<u64>::builder("count"))?;
    Ok(p)
}

/// Feeds a channel with both halves of each block.
#[sgn::sink]
struct Feed {
    #[prop]
    sender: Sender<Vec<f64>>,
}

#[sgn::sink]
impl Feed {
    fn pull(&mut self, block: &Frame<Vec<f64>>) {
        for half in block.data().into_iter().flat_map(|block| block.chunks(16)) {
            // leaks: channel_backlog
            let half = half.to_vec();
            let _ = self.sender.send(half);
        }
    }
}

/// Receives one block a stride.
#[sgn::source]
struct Drain {
    #[prop]
    receiver: Receiver<Vec<f64>>,
}

#[sgn::source]
impl Drain {
    fn new(&mut self) -> Option<Frame<Vec<f64>>> {
        self.receiver.try_recv().ok().map(Frame::new)
    }
}

fn channel_backlog() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    let (sender, receiver) = channel();
    p.connect(Blocks::builder("adc"), Feed::builder("feed").sender(sender))?;
    p.connect(
        Drain::builder("drain").receiver(receiver),
        centre::builder("centre"),
    )?;
    p.connect("centre", rms::builder("rms"))?;
    p.connect("rms", greatest::builder("greatest"))?;
    Ok(p)
}

static RECYCLED: Mutex<Vec<Vec<u64>>> = Mutex::new(Vec::new());

/// A picture that gives its memory to a list when it is dropped.
struct Picture {
    pixels: Vec<u64>,
}

impl Drop for Picture {
    fn drop(&mut self) {
        let pixels = std::mem::take(&mut self.pixels);
        RECYCLED.lock().push(pixels);
    }
}

/// Makes pictures, and does not know of the list.
#[sgn::source]
fn frames(#[state] number: &mut u64) -> Picture {
    *number += 1;
    // leaks: drop_resurrects
    let pixels = vec![*number; 25];
    Picture { pixels }
}

/// The brightness of a picture.
#[sgn::transform]
fn brightness(picture: Picture) -> u64 {
    picture.pixels.iter().sum()
}

fn drop_resurrects() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(frames::builder("frames"), brightness::builder("brightness"))?;
    p.connect("brightness", sum::builder("sum"))?;
    p.connect("brightness", Count::<u64>::builder("count"))?;
    Ok(p)
}

type Hook = Box<dyn Fn(usize) -> u64 + Send>;

static HOOKS: Mutex<Vec<Hook>> = Mutex::new(Vec::new());

/// Installs a hook for every fourth reading, and calls the newest one.
#[sgn::transform]
struct Hooks {
    #[state]
    readings: u64,
    #[state]
    length: usize,
}

#[sgn::transform]
impl Hooks {
    fn pull(&mut self, reading: &Frame<Reading>) {
        self.length = reading.data().map_or(0, |reading| reading.text.len());
    }

    fn new(&mut self) -> Frame<u64> {
        self.readings += 1;
        let mut hooks = HOOKS.lock();
        if self.readings.is_multiple_of(4) {
            let table = [self.readings; 32];
            // leaks: global_hooks
            let hook: Hook = Box::new(move |length| table[length % 32]);
            hooks.push(hook);
        }
        Frame::from_option(hooks.last().map(|hook| hook(self.length)))
    }
}

fn global_hooks() -> sgn::Result<Pipeline> {
    let mut p = Pipeline::new();
    p.connect(sensors::builder("sensors"), Hooks::builder("hooks"))?;
    p.connect("hooks", sum::builder("sum"))?;
    p.connect("sensors", Count::<Reading>::builder("count"))?;
    Ok(p)
}
