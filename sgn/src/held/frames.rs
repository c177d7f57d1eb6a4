//! Frames.

use super::{Collector, Of, Of2, Text, Walk};
use crate::frame::{Frame, Value};

impl<W: Walk<T>, T> Walk<Frame<T>> for Of<W> {
    fn walk(frame: &Frame<T>, into: &mut Collector<'_>) {
        if let Some(data) = frame.data() {
            W::walk(data, into);
        }
        if !frame.spec().is_none() {
            into.words_of(frame.spec());
        }
        if let Some(annotations) = frame.metadata().annotations() {
            into.block_of(annotations);
            Of2::<Text, Annotation>::walk(annotations, into);
        }
    }
}

/// Walks the value of an annotation.
struct Annotation;

impl Walk<Value> for Annotation {
    fn walk(value: &Value, into: &mut Collector<'_>) {
        if let Value::Text(text) = value {
            Text::walk(text, into);
        }
    }
}
