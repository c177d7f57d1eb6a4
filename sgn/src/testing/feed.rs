//! Frames that wait for their stride.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use crate::frame::Frame;
use crate::pad::generated::Payload;
use crate::pad::{Access, AnySinkPort, Delivery, Slot, Stride};

/// The frames for one sink pad, without their type.
pub(super) trait AnyFeed: Send {
    fn is_empty(&self) -> bool;
    /// Puts the next frame where the sink pad finds it.
    fn feed(&mut self, stride: &Stride);
    /// Drops what an earlier stride left.
    fn clear(&mut self);
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

/// The frames for one sink pad.
pub(super) struct Feed<T> {
    slot: Arc<Slot<T>>,
    waiting: VecDeque<Frame<T>>,
}

impl<T: Payload> Feed<T> {
    /// Stands in for the source pad that would feed `port`.
    pub(super) fn wire(port: &mut dyn AnySinkPort) -> Self {
        let slot = Arc::new(Slot::new());
        let delivery = match port.access() {
            Access::Owned => Delivery::Move,
            Access::Shared => Delivery::LookLast,
        };
        let fits = port.wire(&slot, delivery, None);
        debug_assert!(fits, "a typed pad has the payload of its port");
        Self {
            slot,
            waiting: VecDeque::new(),
        }
    }

    pub(super) fn push(&mut self, frame: Frame<T>) {
        self.waiting.push_back(frame);
    }
}

impl<T: Payload> AnyFeed for Feed<T> {
    fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    fn feed(&mut self, stride: &Stride) {
        if let Some(frame) = self.waiting.pop_front() {
            self.slot.put(stride, frame);
        }
    }

    fn clear(&mut self) {
        self.slot.clear();
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

impl fmt::Debug for dyn AnyFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed")
            .field("is_empty", &self.is_empty())
            .finish()
    }
}
