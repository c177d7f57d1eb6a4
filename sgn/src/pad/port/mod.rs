//! Ports: the element's ends of its pads, through which frames enter and leave.
//!
//! A port is on the path of every frame, so what that path does not need (names, clone functions, errors) is stored
//! behind a pointer and handled in functions of its own.
//!
//! The functions on that path are always inlined, but only where debug assertions are off: a debug build would compile
//! them once more for each pad of each element, and run no faster.

mod any;
mod delivery;
mod group;
mod internal;
mod list;
mod name;
mod outputs;
mod payload_type;
mod sink;
mod source;
mod step;
mod unwound;

pub(crate) use self::any::{AnyPorts, AnySinkPort, AnySourcePort};
pub use self::delivery::Access;
pub(crate) use self::delivery::Delivery;
pub(crate) use self::internal::InternalPort;
pub use self::list::{PortList, Ports};
pub(crate) use self::name::PortName;
pub(crate) use self::payload_type::PayloadType;
pub use self::step::Step;
