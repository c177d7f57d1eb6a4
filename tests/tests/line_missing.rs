//! What the library calls or makes for the user is at the user's line: copies at links, closures given to stock elements,
//! parameters that are dropped.
//!
//! The line below a comment `@name` is the one that a check calls by that name.

#![allow(
    clippy::needless_pass_by_value,
    reason = "what is dropped is the point"
)]

use std::hint::black_box;

use sgn::elements::{CallableTransform, IterSource, NullSink};
use sgn::memory::{self, Mark, Snapshot};
use sgn::prelude::*;

sgn::counting_allocator!();

const SOURCE: &str = include_str!("line_missing.rs");
const FRAMES: u64 = 10;

/// The number of the line below the comment `@name`.
#[track_caller]
fn line_of(name: &str) -> u32 {
    let comment = format!("// @{name}");
    let mut lines = (2..)
        .zip(SOURCE.lines())
        .filter(|(_, line)| line.trim() == comment);
    let (number, _) = lines.next().expect("the line exists");
    assert!(lines.next().is_none(), "`{comment}` is there twice");
    number
}

/// The lines at which a pad allocated: file, line, text and bytes.
fn lines_of(pad: &str) -> Vec<(&'static str, u32, &'static str, u64)> {
    let snapshot = Snapshot::take();
    let rows = snapshot.sites().filter(|site| site.owner.name() == pad);
    rows.filter(|site| site.usage.total_bytes > 0)
        .map(|site| {
            let mark = |get: fn(&'static Mark) -> &'static str| site.mark.map_or("", get);
            let line = site.mark.map_or(0, Mark::line);
            (
                mark(Mark::file),
                line,
                mark(Mark::text),
                site.usage.total_bytes,
            )
        })
        .collect()
}

/// A pad allocated that many bytes at the line called `name`.
#[track_caller]
fn assert_line(pad: &str, name: &str, bytes: u64) {
    let lines = lines_of(pad);
    let (file, line) = (file!(), line_of(name));
    let found = lines.iter().find(|row| (row.0, row.1) == (file, line));
    assert_eq!(
        found.map(|row| row.3),
        Some(bytes),
        "{pad} at line {line}: {lines:?}"
    );
}

#[sgn::source]
fn blocks(#[state] given: &mut u64) -> Frame<Vec<u8>> {
    *given += 1;
    Frame::new(vec![1; 100]).with_eos(*given == FRAMES)
}

#[sgn::sink]
fn keep(block: Vec<u8>, #[state] kept: &mut Vec<Vec<u8>>) {
    kept.push(block);
}

fn copies() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    let src = p.add(blocks::builder("copies"))?;
    let one = p.add(keep::builder("one"))?;
    // @link
    p.link(src.out, one.block)?;
    p.add(keep::builder("two"))?;
    // @link_by_name
    p.link_by_name("copies:src:out", "two:snk:block")?;
    // @connect
    p.connect("copies", keep::builder("three"))?;
    p.run()?;
    assert_line("one:snk:block", "link", FRAMES * 100);
    assert_line("two:snk:block", "link_by_name", FRAMES * 100);
    // The last one is given the frame.
    assert!(
        lines_of("three:snk:block")
            .iter()
            .all(|row| row.1 != line_of("connect"))
    );
    Ok(())
}

fn copies_of_a_launch_string() -> sgn::Result<()> {
    let text = "blocks name=launched ! keep name=first\nlaunched. ! keep name=second";
    let mut p = sgn::launch::pipeline(text).expect("the text is right");
    p.run()?;
    let lines = lines_of("first:snk:block");
    let copy = lines.iter().find(|row| row.0 == "(launch string)");
    assert_eq!(
        copy.map(|row| (row.1, row.3)),
        Some((1, FRAMES * 100)),
        "{lines:?}"
    );
    Ok(())
}

#[sgn::profile]
fn with_marks() -> impl FnMut(sgn::elements::Data<'_, u64>) -> Vec<u8> + Send + 'static {
    |data| {
        let size = usize::try_from(data[0]).expect("small");
        // @own_mark
        vec![1; size]
    }
}

fn closures() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    let numbers = (0..FRAMES)
        .map(|number| black_box(vec![1_u8; 30 + (number / FRAMES) as usize]).len() as u64);
    p.connect(
        IterSource::builder("numbers")
            // @iter
            .iter("x", numbers),
        CallableTransform::<u64, Vec<u8>>::builder("made")
            // @map
            .map("a", ["x"], |data| {
                vec![1; usize::try_from(data[0]).expect("small")]
            })
            .map("b", ["x"], with_marks()),
    )?;
    p.connect(
        "made",
        NullSink::<Vec<u8>>::builder("end").sink_pads(["a", "b"]),
    )?;
    p.run()?;
    assert_line("numbers:src:x", "iter", FRAMES * 30);
    assert_line("made:src:a", "map", FRAMES * 30);
    assert_line("made:src:b", "own_mark", FRAMES * 30);
    for pad in ["numbers:src:x", "made:src:a", "made:src:b"] {
        let inside = lines_of(pad).into_iter().filter(|row| row.0 != file!());
        assert_eq!(
            inside.map(|row| row.3).sum::<u64>(),
            0,
            "{pad}: {:?}",
            lines_of(pad)
        );
    }
    Ok(())
}

/// Allocates when it is dropped.
struct Noisy(usize);

impl Drop for Noisy {
    fn drop(&mut self) {
        black_box(vec![1_u8; self.0]);
    }
}

#[sgn::source]
fn noise(#[state] given: &mut u64) -> Frame<Noisy> {
    *given += 1;
    Frame::new(Noisy(70)).with_eos(*given == FRAMES)
}

#[sgn::sink]
// @function
fn hear(noisy: Noisy) {
    // @before
    black_box(vec![1_u8; 5]);
    let _ = &noisy;
}

#[sgn::sink]
struct Listen {}

#[sgn::sink]
impl Listen {
    // @method
    fn pull(&mut self, noisy: Frame<Noisy>) {
        // @before_the_methods_end
        black_box(vec![1_u8; 6]);
        let _ = &noisy;
    }
}

#[sgn::sink]
struct Ignore {}

#[sgn::sink]
impl Ignore {
    // @empty
    fn pull(&mut self, _noisy: Frame<Noisy>) {}
}

fn parameters() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.connect(noise::builder("noise1"), hear::builder("hear"))?;
    p.connect(noise::builder("noise2"), Listen::builder("listen"))?;
    p.connect(noise::builder("noise3"), Ignore::builder("ignore"))?;
    p.run()?;
    assert_line("hear:snk:noisy", "function", FRAMES * 70);
    assert_line("hear:snk:noisy", "before", FRAMES * 5);
    assert_line("listen:snk:noisy", "method", FRAMES * 70);
    assert_line("listen:snk:noisy", "before_the_methods_end", FRAMES * 6);
    assert_line("ignore:snk:noisy", "empty", FRAMES * 70);
    Ok(())
}

/// Makes room when it is built.
#[sgn::sink]
struct Reserve {
    #[state]
    room: Vec<u8>,
}

#[sgn::sink]
impl Reserve {
    fn on_build(&mut self) {
        // @room
        self.room = vec![1; 40];
    }

    fn pull(&mut self, x: &Frame<u64>) {
        let _ = (x, &self.room);
    }
}

/// Allocations of the library for an element that has been built are at no line of the element.
fn building() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.add(Reserve::builder("reserve"))?;
    assert_line("reserve:inl:inl", "room", 40);
    let marked = lines_of("reserve:inl:inl").into_iter();
    let marked = marked.filter(|row| row.1 > 0);
    assert_eq!(marked.count(), 1, "{:?}", lines_of("reserve:inl:inl"));
    Ok(())
}

#[test]
fn what_is_done_for_the_user_is_at_the_users_line() -> sgn::Result<()> {
    assert!(memory::enable());
    copies()?;
    copies_of_a_launch_string()?;
    closures()?;
    building()?;
    parameters()
}
