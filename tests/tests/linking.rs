//! What linking refuses where the recorded cases do not look: payloads, foreign handles, all mistakes at once.

use sgn::ErrorKind;
use sgn::elements::{IterSource, NullSink, PassThrough};
use sgn::prelude::*;

#[test]
fn payloads_that_differ_are_refused_with_both_ends_and_both_types() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.add(IterSource::builder("src").iter("x", 0..3_u8))?;
    p.add(NullSink::<String>::builder("snk").sink_pads(["x"]))?;
    let error = p.connect("src", "snk").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PayloadMismatch);
    for name in ["`src:src:x`", "`snk:snk:x`", "u8", "String"] {
        assert!(error.to_string().contains(name), "{name}: {error}");
    }
    assert_eq!(p.pad_links(), []);
    Ok(())
}

#[test]
fn a_handle_of_another_pipeline_is_refused() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    let mut other = Pipeline::new();
    let src = p.add(IterSource::builder("src").iter("x", 0..3))?;
    let snk = other.add(NullSink::<i32>::builder("snk").sink_pads(["x"]))?;
    let error = p.link(src.out["x"], snk.frame["x"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignHandle);
    Ok(())
}

#[test]
fn check_tells_everything_at_once() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.add(IterSource::builder("src").iter("a", 0..3).iter("b", 0..3))?;
    let pass = |name: &str| {
        PassThrough::<i32>::builder(name)
            .source_pads(["x"])
            .sink_pads(["x"])
    };
    p.connect(pass("hen"), pass("egg"))?;
    p.connect("egg", "hen")?;
    let error = p.check().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Several);
    let kinds: Vec<ErrorKind> = error.problems().iter().map(sgn::Error::kind).collect();
    let unlinked = ErrorKind::UnlinkedSourcePad;
    assert_eq!(
        kinds,
        [ErrorKind::NoSinks, unlinked, unlinked, ErrorKind::Cycle]
    );
    let text = format!("{error:?}");
    for name in ["src:src:a", "src:src:b", "hen", "egg"] {
        assert!(text.contains(name), "{name}: {text}");
    }
    assert_eq!(p.run().unwrap_err().kind(), ErrorKind::Several);
    Ok(())
}

#[test]
fn a_pipeline_that_was_refused_can_be_repaired() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.add(IterSource::builder("src").iter("a", 0..3).iter("b", 0..3))?;
    p.connect(
        select("src", ["a"])?,
        NullSink::<i32>::builder("first").sink_pads(["a"]),
    )?;
    assert!(p.check().unwrap_err().is(ErrorKind::UnlinkedSourcePad));
    // one good link and one bad one: neither is made
    p.add(NullSink::<i32>::builder("second").sink_pads(["b"]))?;
    let error = p
        .insert(
            [],
            [
                ("src:src:b", "second:snk:b"),
                ("src:src:b", "second:snk:bb"),
            ],
        )
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownPad);
    assert!(
        error.to_string().contains("did you mean `second:snk:b`"),
        "{error}"
    );
    assert_eq!(p.pad_links().len(), 1);
    p.link_by_name("src:src:b", "second:snk:b")?;
    p.run()
}

#[test]
fn a_group_with_a_bad_builder_inserts_nobody() -> sgn::Result<()> {
    let mut p = Pipeline::new();
    p.add(IterSource::builder("src").iter("x", 0..3))?;
    let good = NewElement::new(NullSink::<i32>::builder("good").sink_pads(["x"]))?;
    let twin = NewElement::new(NullSink::<i32>::builder("src").sink_pads(["y"]))?;
    let error = p.insert([good, twin], []).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DuplicateElementName);
    assert_eq!(p.elements(), ["src"]);
    Ok(())
}

#[test]
fn two_pipelines_built_alike_run_alike() -> sgn::Result<()> {
    let order = || -> sgn::Result<Vec<String>> {
        let mut p = Pipeline::new();
        p.add(
            IterSource::builder("src")
                .iter("a", 0..3)
                .iter("b", 0..3)
                .iter("c", 0..3),
        )?;
        for name in ["u", "v", "w"] {
            p.connect_by(
                "src",
                PassThrough::<i32>::builder(name)
                    .source_pads([name])
                    .sink_pads(["x"])
                    .routes(vec![(name.into(), "x".into())]),
                [("b", "x")],
            )?;
        }
        p.connect(
            group(["u", "v", "w"])?,
            NullSink::<i32>::builder("snk").sink_pads(["w", "v", "u"]),
        )?;
        p.connect(
            select("src", ["c", "a"])?,
            NullSink::<i32>::builder("rest").sink_pads(["a", "c"]),
        )?;
        p.call_order()
    };
    let first = order()?;
    assert_eq!(first.len(), 20);
    for _ in 0..20 {
        assert_eq!(order()?, first);
    }
    Ok(())
}
