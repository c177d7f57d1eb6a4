//! What building, linking and starting a pipeline costs by its size: `cliffs WORK SIZE` prints the milliseconds of CPU
//! that `WORK` took, the least of some rounds.

#![expect(clippy::print_stdout, reason = "the figure is what it is for")]

use sgn::elements::{
    CallableTransform, CollectFrames, CollectSink, DequeSink, IterSource, NullSink,
    NullSinkBuilder, NullSource, NullSourceBuilder, PassThrough,
};
use sgn::prelude::*;

/// Makes what is needed for a size, and returns the work to be timed.
type Prepare = fn(usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>>;

const WORKS: [(&str, Prepare); 16] = [
    ("build", build),
    ("build_iterators", build_iterators),
    ("build_closures", build_closures),
    ("build_routes", build_routes),
    ("link_by_handle", link_by_handle),
    ("link_by_name", link_by_name),
    ("connect_pads", connect_pads),
    ("connect_by_map", connect_by_map),
    ("connect_selected", connect_selected),
    ("fan_out", fan_out),
    ("fan_out_copies", fan_out_copies),
    ("takers_before_lookers", takers_before_lookers),
    ("run", run),
    ("read", read),
    ("circle", circle),
    ("launch", launch),
];

fn main() -> sgn::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [work, size] = arguments.as_slice() else {
        for (name, _) in WORKS {
            println!("{name}");
        }
        return Ok(());
    };
    let size: usize = size.parse().expect("a size is a number");
    let prepare = WORKS
        .iter()
        .find(|(name, _)| name == work)
        .expect("a work that there is")
        .1;
    let mut least = u64::MAX;
    for _ in 0..5 {
        let work = prepare(size)?;
        let before = cpu_time();
        work()?;
        least = least.min(cpu_time() - before);
    }
    println!("{:.3}", least as f64 / 1e6);
    Ok(())
}

/// Nanoseconds of CPU that this thread has had.
fn cpu_time() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("this is Linux");
    text.split(' ')
        .next()
        .and_then(|first| first.parse().ok())
        .expect("the first number is the time")
}

fn names(size: usize) -> Vec<String> {
    (0..size).map(|pad| format!("p{pad}")).collect()
}

fn source(size: usize) -> NullSourceBuilder<u32> {
    NullSource::<u32>::builder("src")
        .source_pads(names(size))
        .num_frames(1)
}

fn sink(size: usize) -> NullSinkBuilder<u32> {
    NullSink::<u32>::builder("snk").sink_pads(names(size))
}

fn build(size: usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>> {
    let (source, sink, collect) = (
        source(size),
        sink(size),
        CollectSink::<u32>::builder("all").sink_pads(names(size)),
    );
    Ok(Box::new(move || {
        let mut pipeline = Pipeline::new();
        pipeline.add(source)?;
        pipeline.add(sink)?;
        pipeline.add(collect)?;
        Ok(())
    }))
}

fn build_iterators(size: usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>> {
    let source = names(size)
        .into_iter()
        .fold(IterSource::<u32>::builder("src"), |source, pad| {
            source.iter(pad, [1])
        });
    Ok(Box::new(move || NewElement::new(source).map(drop)))
}

fn build_closures(size: usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>> {
    let transform = names(size).into_iter().fold(
        CallableTransform::<u32, u32>::builder("all"),
        |transform, pad| transform.map(pad.clone(), [pad], |data| data[0]),
    );
    Ok(Box::new(move || NewElement::new(transform).map(drop)))
}

fn build_routes(size: usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>> {
    let routes = names(size)
        .into_iter()
        .map(|pad| (pad.clone(), pad))
        .collect();
    let pass = PassThrough::<u32>::builder("pass")
        .source_pads(names(size))
        .sink_pads(names(size))
        .routes(routes);
    Ok(Box::new(move || NewElement::new(pass).map(drop)))
}

fn link_by_handle(size: usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>> {
    let mut pipeline = Pipeline::new();
    let (source, sink, names) = (
        pipeline.add(source(size))?,
        pipeline.add(sink(size))?,
        names(size),
    );
    Ok(Box::new(move || {
        for pad in &names {
            pipeline.link(source.out[pad.as_str()], sink.frame[pad.as_str()])?;
        }
        pipeline.check()
    }))
}

fn link_by_name(size: usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>> {
    let mut pipeline = Pipeline::new();
    pipeline.add(source(size))?;
    pipeline.add(sink(size))?;
    let links: Vec<(String, String)> = names(size)
        .into_iter()
        .map(|pad| (format!("src:src:{pad}"), format!("snk:snk:{pad}")))
        .collect();
    Ok(Box::new(move || {
        let links: Vec<(&str, &str)> = links
            .iter()
            .map(|(from, to)| (from.as_str(), to.as_str()))
            .collect();
        pipeline.insert([], links)
    }))
}

fn connect_pads(size: usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>> {
    let mut pipeline = Pipeline::new();
    pipeline.add(source(size))?;
    pipeline.add(sink(size))?;
    Ok(Box::new(move || pipeline.connect("src", "snk")))
}

fn connect_by_map(size: usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>> {
    let mut pipeline = Pipeline::new();
    pipeline.add(source(size))?;
    pipeline.add(sink(size))?;
    let names = names(size);
    Ok(Box::new(move || {
        let map: Vec<(&str, &str)> = names
            .iter()
            .map(String::as_str)
            .zip(names.iter().rev().map(String::as_str))
            .collect();
        pipeline.connect_by("src", "snk", map)
    }))
}

fn connect_selected(size: usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>> {
    let mut pipeline = Pipeline::new();
    pipeline.add(source(size))?;
    pipeline.add(sink(size))?;
    Ok(Box::new(move || {
        pipeline.connect(select("src", names(size))?.select(names(size))?, "snk")
    }))
}

#[sgn::sink]
struct Look;

#[sgn::sink]
impl Look {
    fn pull(&mut self, frame: &Frame<u32>) {
        let _ = frame;
    }
}

fn fan_out(size: usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(source(1))?.out["p0"];
    let sinks = names(size)
        .into_iter()
        .map(|name| pipeline.add(Look::builder(name)).map(|look| look.frame))
        .collect::<sgn::Result<Vec<_>>>()?;
    Ok(Box::new(move || {
        sinks
            .into_iter()
            .try_for_each(|sink| pipeline.link(source, sink))
    }))
}

fn fan_out_copies(size: usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>> {
    let mut pipeline = Pipeline::new();
    let source = pipeline
        .add(IterSource::<u32>::builder("src").iter("x", [1]))?
        .out["x"];
    let sinks = names(size)
        .into_iter()
        .map(|name| {
            pipeline
                .add(NullSink::<u32>::builder(name).sink_pads(["x"]))
                .map(|sink| sink.frame["x"])
        })
        .collect::<sgn::Result<Vec<_>>>()?;
    Ok(Box::new(move || {
        sinks
            .into_iter()
            .try_for_each(|sink| pipeline.link(source, sink))?;
        pipeline.check()
    }))
}

#[sgn::sink]
struct Take;

#[sgn::sink]
impl Take {
    fn pull(&mut self, frame: Frame<u32>) {
        drop(frame);
    }
}

/// Each source pad feeds one that takes and one that looks, and all that take came first.
fn takers_before_lookers(size: usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>> {
    let mut pipeline = Pipeline::new();
    let names = names(size);
    let source = pipeline.add(source(size))?;
    for name in &names {
        let take = pipeline.add(Take::builder(format!("take_{name}")))?;
        pipeline.link(source.out[name.as_str()], take.frame)?;
    }
    for name in &names {
        let look = pipeline.add(Look::builder(format!("look_{name}")))?;
        pipeline.link(source.out[name.as_str()], look.frame)?;
    }
    Ok(Box::new(move || pipeline.check()))
}

fn run(size: usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>> {
    let mut pipeline = Pipeline::new();
    pipeline.add(source(size))?;
    pipeline.add(sink(size))?;
    pipeline.connect("src", "snk")?;
    Ok(Box::new(move || {
        let options = RunOptions::new().handle_signals(false).max_strides(1);
        pipeline.run_with(options).map(drop)
    }))
}

/// Reads what each pad of the collecting sinks has taken.
fn read(size: usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>> {
    let mut pipeline = Pipeline::new();
    let names = names(size);
    let all = pipeline.add(CollectSink::<u32>::builder("all").sink_pads(names.clone()))?;
    let frames = pipeline.add(CollectFrames::<u32>::builder("frames").sink_pads(names.clone()))?;
    let latest = pipeline.add(DequeSink::<u32>::builder("latest").sink_pads(names.clone()))?;
    Ok(Box::new(move || {
        for pad in &names {
            let all = pipeline.element_mut(&all)?;
            assert!(all.data(pad).is_empty() && all.take(pad).is_empty());
            assert!(pipeline.element(&frames)?.frames(pad).is_empty());
            let latest = pipeline.element_mut(&latest)?;
            assert!(latest.data(pad).next().is_none() && latest.pop(pad).is_none());
        }
        Ok(())
    }))
}

/// The names of all elements of a circle.
fn circle(size: usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>> {
    let mut pipeline = Pipeline::new();
    let pass = |name: &String| {
        let pass = PassThrough::<u32>::builder(name.as_str());
        pass.source_pads(["x"]).sink_pads(["x"])
    };
    let names = names(size);
    for name in &names {
        pipeline.add(pass(name))?;
    }
    for (from, to) in names.iter().zip(names.iter().cycle().skip(1)) {
        pipeline.link_by_name(&format!("{from}:src:x"), &format!("{to}:snk:x"))?;
    }
    Ok(Box::new(move || {
        let error = pipeline.check().expect_err("it is a circle");
        assert!(error.is(sgn::ErrorKind::Cycle), "{error}");
        Ok(())
    }))
}

/// Elements whose payloads are those of their neighbours.
fn launch(size: usize) -> sgn::Result<Box<dyn FnOnce() -> sgn::Result<()>>> {
    let text = "null_source payload=u32 num_frames=1 ! null_sink ".repeat(size / 16);
    Ok(Box::new(move || {
        sgn::launch::pipeline(&text)?;
        Ok(())
    }))
}
