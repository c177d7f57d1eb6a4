//! Elements are held to their budgets: in which stride, by which line, and what follows. Exact while tests run in
//! parallel, as each element has counters of its own.

use std::hint::black_box;
use std::process::Command;

use sgn::elements::{IterSource, NullSink};
use sgn::prelude::*;
use sgn::testing::Harness;
use sgn::{Error, ErrorKind};

sgn::counting_allocator!();

/// Keeps as many bytes of each frame as its number says.
#[sgn::sink]
struct Keep {
    #[state]
    kept: [Vec<u8>; 32],
    #[state]
    strides: usize,
}

#[sgn::sink(budget = "5 kB")]
impl Keep {
    fn pull(&mut self, size: &Frame<usize>) {
        drop(black_box(vec![1_u8; 9000]));
        let size = *size.data().unwrap_or(&0);
        self.kept[self.strides] = vec![7; size];
        self.strides += 1;
    }
}

/// Makes as many blocks as its input says, and frees them.
#[sgn::transform(allocs_per_stride = 1, warm_up = 3)]
fn boxes(count: usize) -> usize {
    drop(black_box(Box::new(count)));
    for _ in 1..count {
        drop(black_box(Box::new([count; 2])));
    }
    count
}

/// Keeps all that it gets.
#[sgn::sink]
fn hoard(count: usize, #[state] kept: &mut Vec<Vec<usize>>) {
    kept.push(vec![count]);
}

fn line_of(text: &str) -> u32 {
    let lines = include_str!("budgets.rs").lines();
    let found = (1..).zip(lines).find(|(_, line)| line.contains(text));
    found.expect("the line is in this file").0
}

/// A source of these numbers, linked to the element.
fn pipeline(element: NewElement, numbers: &[usize]) -> sgn::Result<Pipeline> {
    let mut pipeline = Pipeline::new();
    let name = element.name().to_owned();
    let is_sink = name != "boxes";
    let numbers = IterSource::builder("src").iter("out", numbers.to_vec());
    pipeline.connect(numbers, element)?;
    if !is_sink {
        pipeline.connect(
            name.as_str(),
            NullSink::<usize>::builder("snk").sink_pads(["in"]),
        )?;
    }
    Ok(pipeline)
}

fn run(then: BrokenBudget, element: NewElement, numbers: &[usize]) -> sgn::Result<RunSummary> {
    pipeline(element, numbers)?.run_with(RunOptions::new().broken_budget(then))
}

/// Returns the bytes that an element has before its first run, which count, too.
fn before_the_run(element: NewElement) -> sgn::Result<usize> {
    let name = element.name().to_owned();
    let now = pipeline(element, &[])?.memory();
    let of_element = now.elements().find(|element| element.name == name);
    Ok(of_element.map_or(0, |element| element.usage.live_bytes) as usize)
}

/// The error of a run that fails by a broken budget.
fn broken(element: NewElement, numbers: &[usize]) -> Error {
    let error = run(BrokenBudget::Fail, element, numbers).expect_err("the budget is broken");
    assert_eq!(error.kind(), ErrorKind::Budget, "{error}");
    error
}

#[test]
fn live_bytes_are_held_to_the_last_byte() -> sgn::Result<()> {
    let keep = || NewElement::new(Keep::builder("keep"));
    let rest = 4000 - before_the_run(keep()?)?;
    assert!(run(BrokenBudget::Fail, keep()?, &[1000, rest, 0, 0])?.finished);
    let error = broken(keep()?, &[1000, rest, 0, 1, 0]);
    assert_eq!(
        (error.element(), error.pad(), error.stride()),
        (Some("keep"), Some("keep:snk:size"), Some(4))
    );
    assert_eq!(
        error.to_string(),
        format!(
            "element `keep` (Keep) breaks its budget: 5001 bytes are live after stride 4, 5000 B are allowed; {} B of \
             it by pad `keep:snk:size` at tests/tests/budgets.rs:{} `self.kept[self.strides] = vec![7; size];`",
            1001 + rest,
            line_of("= vec![7;")
        )
    );
    Ok(())
}

#[test]
fn a_builder_says_it_otherwise() -> sgn::Result<()> {
    let keep = || Keep::builder("keep");
    let rest = 4000 - before_the_run(NewElement::new(keep())?)?;
    let numbers = [1000, rest, 0, 1, 0];
    assert!(
        run(
            BrokenBudget::Fail,
            NewElement::new(keep().budget(5001))?,
            &numbers
        )?
        .finished
    );
    let error = broken(NewElement::new(keep().budget("999 B"))?, &numbers);
    assert_eq!(error.stride(), Some(1));
    let error = broken(
        NewElement::new(hoard::builder("hoard").budget("1 KiB"))?,
        &[0; 400],
    );
    assert_eq!(error.pad(), Some("hoard:snk:count"));
    let of_boxes = |warm_up| NewElement::new(boxes::builder("boxes").warm_up(warm_up));
    assert_eq!(broken(of_boxes(0)?, &[2]).stride(), Some(1));
    assert!(run(BrokenBudget::Fail, of_boxes(9)?, &[2; 9])?.finished);
    Ok(())
}

#[test]
fn a_budget_that_cannot_be_read_is_an_error_at_construction() {
    for text in ["1 MiB??", "-1", "99999999999 TiB", "", "1 MiB 1"] {
        let error = NewElement::new(hoard::builder("hoard").budget(text)).unwrap_err();
        assert_eq!(
            (error.kind(), error.element()),
            (ErrorKind::Budget, Some("hoard"))
        );
        let start = format!("the budget {text:?} of element `hoard` is ");
        assert!(error.to_string().starts_with(&start), "{error}");
    }
    let negative = NewElement::new(hoard::builder("hoard").budget(-1)).unwrap_err();
    assert_eq!(
        negative.to_string(),
        "the budget \"-1\" of element `hoard` is no number of bytes; write a whole number and a unit, one of B, kB, MB, \
         GB, TB, KiB, MiB, GiB and TiB: `1 MiB`"
    );
}

#[test]
fn blocks_are_counted_stride_by_stride_after_the_warm_up() -> sgn::Result<()> {
    let of_boxes = || NewElement::new(boxes::builder("boxes"));
    assert!(run(BrokenBudget::Fail, of_boxes()?, &[7, 5, 3, 1, 1])?.finished);
    let error = broken(of_boxes()?, &[7, 5, 3, 1, 5, 1]);
    assert_eq!(
        error.to_string(),
        format!(
            "element `boxes` (boxes) breaks its budget: 5 blocks were allocated in stride 5, 1 are allowed; 4 of them by \
             pad `boxes:src:out` at tests/tests/budgets.rs:{} `drop(black_box(Box::new([count; 2])));`",
            line_of("Box::new([count; 2])")
        )
    );
    Ok(())
}

#[test]
fn what_was_allocated_before_the_run_is_in_no_stride() -> sgn::Result<()> {
    let element = NewElement::new(boxes::builder("boxes").warm_up(0))?;
    let mut pipeline = pipeline(element, &[1; 40])?;
    let options = RunOptions::new().broken_budget(BrokenBudget::Fail);
    // Each run begins anew.
    for _ in 0..3 {
        pipeline.run_with(options.clone().max_strides(10))?;
    }
    assert!(pipeline.run_with(options)?.finished);
    Ok(())
}

#[test]
fn a_broken_budget_stops_the_streams() -> sgn::Result<()> {
    let keep = NewElement::new(Keep::builder("keep"))?;
    let summary = run(BrokenBudget::Stop, keep, &[1000, 4001, 9, 9, 9, 9])?;
    assert_eq!((summary.strides, summary.finished), (3, true));
    assert_eq!(summary.stopped_by, Some(StopCause::Budget));
    Ok(())
}

#[test]
fn the_run_goes_on_after_a_warning() -> sgn::Result<()> {
    let keep = NewElement::new(Keep::builder("keep"))?;
    let summary = run(BrokenBudget::Warn, keep, &[1000, 4001, 9, 9, 9, 9])?;
    assert_eq!((summary.strides, summary.stopped), (7, false));
    Ok(())
}

#[test]
fn all_broken_budgets_of_a_stride_are_told() -> sgn::Result<()> {
    let mut pipeline = pipeline(
        NewElement::new(boxes::builder("boxes").budget(0))?,
        &[1, 1, 1, 3],
    )?;
    pipeline.connect(
        "boxes",
        hoard::builder("hoard")
            .budget(0)
            .allocs_per_stride(0)
            .warm_up(0),
    )?;
    let error = pipeline
        .run_with(RunOptions::new().broken_budget(BrokenBudget::Fail))
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.stride()),
        (ErrorKind::Several, Some(1))
    );
    assert!(error.is(ErrorKind::Budget));
    let elements: Vec<_> = error.problems().iter().map(Error::element).collect();
    assert_eq!(elements, [Some("boxes"), Some("hoard"), Some("hoard")]);
    Ok(())
}

#[test]
fn one_element_on_the_bench_is_held_to_its_budget() -> sgn::Result<()> {
    let mut boxes = Harness::new(boxes::builder("boxes").warm_up(1))?;
    let pad = boxes.pads().count;
    for count in [3, 1, 1] {
        boxes.push(pad, Frame::new(count)).stride()?;
    }
    let error = boxes.push(pad, Frame::new(2)).stride().unwrap_err();
    assert_eq!((error.kind(), error.stride()), (ErrorKind::Budget, Some(4)));
    Ok(())
}

#[test]
fn two_elements_of_one_name_at_a_time_have_a_budget_each() -> sgn::Result<()> {
    let rest = 5000 - before_the_run(NewElement::new(Keep::builder("keep"))?)?;
    let mut both = [
        Harness::new(Keep::builder("keep"))?,
        Harness::new(Keep::builder("keep"))?,
    ];
    for keep in &mut both {
        let pad = keep.pads().size;
        keep.push(pad, Frame::new(rest)).stride()?;
    }
    let pad = both[1].pads().size;
    assert!(both[1].push(pad, Frame::new(1)).stride().is_err());
    let pad = both[0].pads().size;
    both[0].push(pad, Frame::new(0)).stride()
}

/// The lines on standard error, the times cut off.
fn said(arguments: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_budget_probe"))
        .args(arguments)
        .env_remove("SGNLOGLEVEL")
        .env_remove("JOURNAL_STREAM")
        .output()
        .expect("the probe starts");
    let text = String::from_utf8(output.stderr).expect("lines are UTF-8");
    assert!(output.status.success(), "{text}");
    text.lines()
        .map(|line| {
            line.split_once("Z ")
                .map_or(line, |(_, rest)| rest)
                .to_owned()
        })
        .collect()
}

#[test]
fn a_program_without_the_allocator_is_told_which_line_to_add() {
    assert_eq!(
        said(&["hoard"]),
        [
            "WARNING pipeline: the budget of element `hoard` is not checked, because this program does not count its \
             memory; add the line `sgn::counting_allocator!();` next to its `main` function"
        ]
    );
    assert_eq!(said(&[]), [""; 0]);
}
