//! User names that generated code might use.
use sgn::prelude::*;

use sgn::element::Handle as _;

struct Ports;
struct Handle;
struct Settings;

#[sgn::transform]
struct Element {
    #[prop(default = 1)]
    name: u32,
    #[prop]
    value: u32,
    #[prop(default)]
    settings: u32,
    #[state]
    stride: Option<Handle>,
    #[state]
    frame: Option<Settings>,
}

#[sgn::transform]
impl Element {
    fn pull(&mut self, ports: Frame<Ports>) {
        drop(ports);
        self.stride = Some(Handle);
    }

    fn pull_stride(&mut self, pad: &Frame<u8>) {
        let _ = pad;
    }

    fn new(&mut self) -> Frame<Handle> {
        self.frame = Some(Settings);
        drop(self.frame.take());
        let _ = (self.name, self.value, self.settings);
        Frame::from_option(self.stride.take())
    }

    fn new_id(&mut self) -> Frame<u8> {
        Frame::new(1)
    }
}

#[sgn::transform]
fn stride(
    ports: u32,
    stride: u32,
    frame_0: &u32,
    data_0: &u32,
    envelope: u32,
    #[state] value: &mut u32,
) -> u32 {
    *value += ports + stride + *frame_0 + *data_0 + envelope;
    *value
}

#[sgn::sink]
fn outcome(error: &u32, outcome: &u32) -> Result<(), std::fmt::Error> {
    let _ = (error, outcome);
    Ok(())
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let element = pipeline.add(Element::builder("e").value(1).name(2).settings(3))?;
    let _ = (
        element.ports,
        element.stride,
        element.out,
        element.id,
        element.id(),
    );
    let function = pipeline.add(stride::builder("f"))?;
    let sink = pipeline.add(outcome::builder("g"))?;
    pipeline.link(function.out, sink.error)?;
    Ok(())
}
