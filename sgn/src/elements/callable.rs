//! A transform made of closures.

mod inputs;

use std::collections::{HashMap, HashSet};
use std::fmt;

pub use self::inputs::{Data, Inputs};
use super::Given;
use super::places;
use crate::__private::location;
use crate::__private::registry::StructEntry;
use crate::__private::{Build, Complete, Settings, StructHalf, held, role};
use crate::element::{ElementBuilder, Role};
use crate::error::{Callback, Error, ErrorKind};
use crate::frame::Frame;
use crate::pad::{Direction, Pad};
use crate::registry::Property;

/// The inputs that pass their EOS and gap flags on to an output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum GapEosScope {
    /// All sink pads: if one of them has the flag, every output has it.
    #[default]
    AllInputs,
    /// The inputs of that output's function.
    PerOutput,
}

type Function<T, U> = Box<dyn FnMut(Inputs<'_, T>) -> Option<U> + Send>;

/// Computes outputs from inputs by closures.
///
/// Each output has a closure, and inputs of its choice.
///
/// The sink pads are the inputs of all functions, sorted, unless they are named; the source pads are the
/// outputs, sorted. EOS and gap flags are joined over the inputs that [`GapEosScope`] says. Outputs have no spec
/// and no metadata.
///
/// ```
/// use sgn::elements::{CallableTransform, CollectSink, IterSource};
/// use sgn::prelude::*;
///
/// # fn main() -> sgn::Result<()> {
/// let mut pipeline = Pipeline::new();
/// let source = pipeline.add(IterSource::builder("src").iter("x", [1.0, 2.0]).iter("y", [10.0, 20.0]))?;
/// let sum = pipeline.add(
///     CallableTransform::<f64, f64>::builder("sum")
///         .map("total", ["x", "y"], |data| data[0] + data[1])
///         .map("ratio", ["y", "x"], |data| data[0] / data[1]),
/// )?;
/// let sink = pipeline.add(CollectSink::<f64>::builder("snk").sink_pads(["total", "ratio"]))?;
/// pipeline.connect("src", "sum")?;
/// pipeline.connect("sum", "snk")?;
/// pipeline.run()?;
/// assert_eq!(pipeline.element(&sink)?.data("total"), [11.0, 22.0]);
/// # let _ = (source, sum);
/// # Ok(())
/// # }
/// ```
pub struct CallableTransform<T: Send + 'static, U: Clone + Send + 'static> {
    gap_eos_scope: GapEosScope,
    frames: Vec<Frame<T>>,
    outputs: Vec<Output<T, U>>,
}

struct Output<T, U> {
    function: Function<T, U>,
    places: Vec<usize>,
}

impl<T: Send + 'static, U: Clone + Send + 'static> fmt::Debug for CallableTransform<T, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallableTransform")
            .field("outputs", &self.outputs.len())
            .field("gap_eos_scope", &self.gap_eos_scope)
            .finish_non_exhaustive()
    }
}

impl<T: Send + 'static, U: Clone + Send + 'static> CallableTransform<T, U> {
    /// Starts to build a transform called `name`.
    pub fn builder(name: impl Into<String>) -> CallableTransformBuilder<T, U> {
        CallableTransformBuilder {
            settings: Settings::new(name),
            functions: Vec::new(),
            inputs: Vec::new(),
            gap_eos_scope: GapEosScope::AllInputs,
        }
    }
}

#[sgn::transform]
impl<T: Send + 'static, U: Clone + Send + 'static> CallableTransform<T, U> {
    #[pads(dynamic)]
    fn pull(&mut self, pad: Pad<'_>, frame: Frame<T>) {
        self.frames[pad.index()] = frame;
    }

    #[pads(dynamic)]
    fn new(&mut self, pad: Pad<'_>) -> Frame<U> {
        let Output { function, places } = &mut self.outputs[pad.index()];
        let inputs = Inputs {
            frames: &self.frames,
            places,
        };
        let mut frame = Frame::from_option(function(inputs));
        match self.gap_eos_scope {
            GapEosScope::AllInputs => self.frames.iter().for_each(|input| frame.join_flags(input)),
            GapEosScope::PerOutput => inputs.iter().for_each(|input| frame.join_flags(input)),
        }
        if pad.index() + 1 == self.outputs.len() {
            // Nobody needs the inputs any more; to keep them would hold their memory for one stride longer.
            self.frames.fill_with(Frame::gap);
        }
        frame
    }
}

impl<T: Send + 'static, U: Clone + Send + 'static> StructHalf<role::Transform>
    for CallableTransform<T, U>
{
    const HAS_FIELDS: bool = true;

    fn fields(&self, fields: &mut held::Fields<'_>) {
        use held::*;
        Field::<Of<Of<Leaf>>, _>::of("frames", &self.frames).__sgn_walk(fields);
        Field::<Of<Leaf>, _>::of("closures", &self.outputs).__sgn_walk(fields);
    }
}

inventory::submit! {
    StructEntry::new(
        "CallableTransform",
        Role::Transform,
        "Computes outputs from inputs by closures.",
        location!(),
        &[Property::new(
            "gap_eos_scope",
            "GapEosScope",
            "Which inputs hand their EOS and gap flags on to an output.",
            Some("GapEosScope::AllInputs"),
            None,
            false,
        )],
        "<T: Send + 'static, U: Clone + Send + 'static>",
    )
}

/// Builds [`CallableTransform`] elements; made by [`CallableTransform::builder`].
///
/// Functions that want the frames themselves, and inputs that are named apart from their function:
///
/// ```
/// use sgn::elements::{CallableTransform, CollectSink, Data, GapEosScope, Inputs, IterSource};
/// use sgn::prelude::*;
///
/// fn present(frames: Inputs<'_, f64>) -> Option<usize> {
///     Some(frames.iter().filter(|frame| !frame.is_gap()).count())
/// }
/// fn all(data: Data<'_, f64>) -> usize {
///     data.iter().count()
/// }
///
/// # fn main() -> sgn::Result<()> {
/// let mut pipeline = Pipeline::new();
/// pipeline.connect(
///     IterSource::builder("src").iter("x", [1.0, 2.0]).iter("y", [1.0]),
///     CallableTransform::<f64, usize>::builder("counts")
///         .output("present", ["x", "y"], present)
///         .function("same", present)
///         .inputs("same", ["x", "y"])
///         .map("all", ["x", "y"], all)
///         .gap_eos_scope(GapEosScope::PerOutput),
/// )?;
/// let sink = pipeline.add(CollectSink::<usize>::builder("snk").sink_pads(["present", "same", "all"]))?;
/// pipeline.connect("counts", "snk")?;
/// pipeline.run()?;
/// assert_eq!(pipeline.element(&sink)?.data("present")[0], 2);
/// assert_eq!(pipeline.element(&sink)?.data("all"), [2]);
/// # Ok(())
/// # }
/// ```
#[must_use = "a builder does nothing until it is added to a pipeline"]
pub struct CallableTransformBuilder<T, U> {
    settings: Settings,
    functions: Vec<(String, Function<T, U>)>,
    inputs: Vec<(String, Vec<String>)>,
    gap_eos_scope: GapEosScope,
}

impl<T, U> fmt::Debug for CallableTransformBuilder<T, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallableTransformBuilder")
            .field("name", &self.settings.name)
            .finish_non_exhaustive()
    }
}

impl<T: Send + 'static, U: Clone + Send + 'static> CallableTransformBuilder<T, U> {
    /// Adds the source pad `output`, whose payload `function` computes from the frames of `inputs`.
    ///
    /// Pads go by their short names or, as in all methods of this builder, by their full ones. The function is
    /// called in every stride, on gaps and EOS frames too; `None` is a frame without payload.
    #[track_caller]
    pub fn output<N: Into<String>>(
        self,
        output: impl Into<String>,
        inputs: impl IntoIterator<Item = N>,
        function: impl FnMut(Inputs<'_, T>) -> Option<U> + Send + 'static,
    ) -> Self {
        let output = output.into();
        self.function(output.clone(), function)
            .inputs(output, inputs)
    }

    /// Adds the source pad `output`, whose payload `function` computes from the payloads of `inputs`.
    ///
    /// The function is called only if every input has a payload and is no gap; otherwise the output has none.
    #[track_caller]
    pub fn map<N: Into<String>>(
        self,
        output: impl Into<String>,
        inputs: impl IntoIterator<Item = N>,
        mut function: impl FnMut(Data<'_, T>) -> U + Send + 'static,
    ) -> Self {
        self.output(output, inputs, move |inputs| {
            inputs.is_complete().then(|| function(Data(inputs)))
        })
    }

    /// Says what computes `output`; its inputs are named with [`inputs`](Self::inputs).
    #[track_caller]
    pub fn function(
        mut self,
        output: impl Into<String>,
        mut function: impl FnMut(Inputs<'_, T>) -> Option<U> + Send + 'static,
    ) -> Self {
        let given = Given::here();
        let function = move |inputs: Inputs<'_, T>| given.call(|| function(inputs));
        self.functions.push((output.into(), Box::new(function)));
        self
    }

    /// Names the inputs of `output`, in the order in which its function is given them.
    pub fn inputs<N: Into<String>>(
        mut self,
        output: impl Into<String>,
        inputs: impl IntoIterator<Item = N>,
    ) -> Self {
        self.inputs
            .push((output.into(), inputs.into_iter().map(Into::into).collect()));
        self
    }

    /// Chooses which inputs hand their EOS and gap flags on to an output.
    pub const fn gap_eos_scope(mut self, scope: GapEosScope) -> Self {
        self.gap_eos_scope = scope;
        self
    }

    fn refuse(&self, message: String) -> Error {
        let name = &self.settings.name;
        Error::new(
            ErrorKind::Configuration,
            format!("element `{name}` (CallableTransform) cannot be built: {message}"),
        )
        .of_element(name)
    }

    /// Turns full names of this element's own pads into short ones.
    fn shorten_names(&mut self) {
        let name = &self.settings.name;
        let shorten = |pad: &mut String, direction: Direction| {
            if let Some(short) = pad.strip_prefix(&direction.full_name(name, "")) {
                *pad = short.to_owned();
            }
        };
        for (output, _) in &mut self.functions {
            shorten(output, Direction::Source);
        }
        for (output, inputs) in &mut self.inputs {
            shorten(output, Direction::Source);
            inputs
                .iter_mut()
                .for_each(|input| shorten(input, Direction::Sink));
        }
    }

    fn check(&self) -> Result<(), Error> {
        if !self.settings.source_pads.is_empty() {
            return Err(self.refuse(format!(
                "its source pads are its outputs; do not name {:?}",
                self.settings.source_pads
            )));
        }
        let functions: Vec<&str> = self
            .functions
            .iter()
            .map(|(output, _)| output.as_str())
            .collect();
        let inputs: Vec<&str> = self
            .inputs
            .iter()
            .map(|(output, _)| output.as_str())
            .collect();
        if functions.is_empty() || inputs.is_empty() {
            return Err(self.refuse(format!(
                "it needs at least one output with a function and inputs; functions are given for {functions:?}, \
                 inputs for {inputs:?}"
            )));
        }
        let mut known = [HashSet::new(), HashSet::new()];
        for (names, known) in [&functions, &inputs].into_iter().zip(&mut known) {
            if let Some(twice) = names.iter().find(|name| !known.insert(**name)) {
                return Err(self.refuse(format!("output `{twice}` is given twice")));
            }
        }
        let [with_function, with_inputs] = known;
        if with_function != with_inputs {
            return Err(self.refuse(format!(
                "every output needs a function and inputs, but functions are given for {functions:?} and inputs for \
                 {inputs:?}"
            )));
        }
        Ok(())
    }
}

impl<T: Send + 'static, U: Clone + Send + 'static> ElementBuilder
    for CallableTransformBuilder<T, U>
{
    type Element = CallableTransform<T, U>;

    fn settings(&mut self) -> &mut Settings {
        &mut self.settings
    }
}

impl<T: Send + 'static, U: Clone + Send + 'static> Build for CallableTransformBuilder<T, U> {
    type Progress = Complete;

    fn finish(mut self) -> Result<(Settings, CallableTransform<T, U>), Error> {
        let _scope = self.settings.scope();
        self.shorten_names();
        self.check()?;
        self.functions.sort_by(|a, b| a.0.cmp(&b.0));
        let Self {
            mut settings,
            functions,
            inputs,
            gap_eos_scope,
        } = self;
        if settings.sink_pads.is_empty() {
            settings.sink_pads = inputs.iter().flat_map(|(_, names)| names.clone()).collect();
            settings.sink_pads.sort_unstable();
            settings.sink_pads.dedup();
        }
        let mut outputs = Vec::new();
        let mut source_pads = Vec::new();
        let mut inputs: HashMap<_, _> = inputs.into_iter().collect();
        let known = places(&settings.sink_pads);
        for (output, function) in functions {
            let names = inputs.remove(&output).unwrap_or_default();
            let place = |name: &String| {
                let place = known.get(name.as_str()).copied();
                place.ok_or_else(|| no_input(name, &output, &settings))
            };
            let places = names.iter().map(place).collect::<Result<_, _>>()?;
            source_pads.push(output);
            outputs.push(Output { function, places });
        }
        settings.source_pads = source_pads;
        let frames = settings.sink_pads.iter().map(|_| Frame::gap()).collect();
        let element = CallableTransform {
            gap_eos_scope,
            frames,
            outputs,
        };
        Ok((settings, element))
    }
}

fn no_input(input: &str, output: &str, settings: &Settings) -> Error {
    let pad = Direction::Source.full_name(&settings.name, output);
    Error::new(
        ErrorKind::MissingInput,
        format!(
            "output `{pad}` needs the input `{input}`, which is no sink pad of element `{}`; its sink pads are {:?}",
            settings.name, settings.sink_pads
        ),
    )
    .of_element(&settings.name)
    .of_pad(&pad)
    .in_callback(Callback::New)
}

#[cfg(test)]
mod tests;
