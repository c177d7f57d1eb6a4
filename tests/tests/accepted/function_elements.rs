//! Functions in every form that makes an element.
use sgn::prelude::*;

#[sgn::source]
fn plain(#[state] n: &mut u32) -> u32 {
    *n += 1;
    *n
}

#[sgn::source]
fn ends(#[state(3)] left: &mut u32, #[prop(default = 1, range = 1..9)] step: u32) -> Frame<u32> {
    *left = left.saturating_sub(step);
    Frame::new(*left).with_eos(*left == 0)
}

#[sgn::source]
fn gaps(#[prop] text: &String) -> Result<Option<String>, std::fmt::Error> {
    Ok(Some(text.clone()))
}

#[sgn::transform]
fn join(left: u32, right: &u32) -> Option<(u32, u32)> {
    Some((left, *right))
}

#[sgn::transform]
fn whole(mut left: Frame<u32>, right: &Frame<u32>) -> Result<Frame<u32>, String> {
    left.join_flags(right);
    Ok(left)
}

#[sgn::sink(eos = all)]
fn show(pair: &(u32, u32), other: u32) -> sgn::Result<()> {
    let _ = (pair, other);
    Ok(())
}

#[sgn::sink]
fn ignore(_text: &String, static_text: &'static str) {
    let _ = static_text;
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let a = pipeline.add(plain::builder("a"))?;
    let b = pipeline.add(ends::builder("b").step(2))?;
    let c = pipeline.add(gaps::builder("c").text("x".to_owned()))?;
    let join = pipeline.add(join::builder("join"))?;
    let whole = pipeline.add(whole::builder("whole"))?;
    let show = pipeline.add(show::builder("show"))?;
    let ignore = pipeline.add(ignore::builder("ignore"))?;
    pipeline.link(a.out, join.left)?;
    pipeline.link(b.out, join.right)?;
    pipeline.link(a.out, whole.left)?;
    pipeline.link(b.out, whole.right)?;
    pipeline.link(join.out, show.pair)?;
    pipeline.link(whole.out, show.other)?;
    pipeline.link(c.out, ignore.text)?;
    let _: SinkPad<&'static str> = ignore.static_text;
    assert_eq!(plain(&mut 4), 5);
    Ok(())
}
