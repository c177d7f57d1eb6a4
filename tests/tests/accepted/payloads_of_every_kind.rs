//! Payloads that cannot be cloned, closures, trait objects, functions and texts.
use sgn::prelude::*;

struct NotClone;

type Callback = Box<dyn Fn(&str) -> usize + Send>;

type Borrowing = for<'a> fn(&'a str, &'a str) -> &'a str;

#[sgn::sink]
struct Many;

#[sgn::sink]
impl Many {
    fn pull_not_clone(&mut self, _: Frame<NotClone>) {}

    fn pull_callback(&mut self, _: &Frame<Callback>) {}

    fn pull_function(&mut self, _: Frame<for<'a> fn(&'a str) -> &'a str>) {}

    fn pull_alias(&mut self, _: Frame<Borrowing>) {}

    fn pull_aliases(&mut self, _: Frame<Vec<Option<Borrowing>>>) {}

    fn pull_object(&mut self, _: Frame<Box<dyn std::any::Any + Send>>) {}

    fn pull_text(&mut self, _: Frame<&'static str>) {}

    fn pull_static(&mut self, _: Frame<std::borrow::Cow<'static, [u8]>>) {}

    fn pull_nothing(&mut self, _: Frame<()>) {}

    fn pull_frame(&mut self, _: Frame<Frame<u8>>) {}

    fn pull_array(&mut self, _: &Frame<[[f32; 4]; 2]>) {}
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let many = pipeline.add(Many::builder("snk"))?;
    let _: (SinkPad<NotClone>, SinkPad<Callback>) = (many.not_clone, many.callback);
    Ok(())
}
