//! Pads, through which frames enter and leave an element.
//!
//! A pad has a short name, which no other pad of its element and direction has, and a full name that is unique in the
//! pipeline: `element:src:short` gives frames, `element:snk:short` takes them, and `element:inl:inl` is the step
//! between the two. Users refer to pads by typed handles ([`SourcePad`], [`SinkPad`]). An element uses its pads through
//! ports, through which the frames pass.

mod failure;
mod handle;
mod handle_parts;
mod id;
mod name;
mod port;
mod signature;
mod slot;
mod stride;

pub(crate) use self::failure::FailureCause;
pub(crate) use self::generated::{CloneFunction, Failure, HandleParts, PortList, Ports, Step};
pub use self::handle::{SinkPad, SinkPads, SourcePad, SourcePads};
pub use self::id::ElementId;
pub(crate) use self::id::{PadId, next_pipeline};
pub use self::name::{Direction, Pad, PadNames};
pub(crate) use self::name::{INTERNAL, check_short};
pub use self::port::Access;
pub(crate) use self::port::{
    AnyPorts, AnySinkPort, AnySourcePort, Delivery, InternalPort, PayloadType, PortName,
};
pub(crate) use self::slot::Slot;
pub(crate) use self::stride::Stride;

/// Items that only generated code names, through `sgn::__private`.
pub(crate) mod generated {
    pub use super::failure::Failure;
    pub use super::handle_parts::{HandleParts, Of};
    pub use super::port::{PortList, Ports, Step};
    pub use super::signature::{IntoError, IntoFrame, IsFrame, Outcome, Payload};
    pub use super::slot::CloneFunction;
}
