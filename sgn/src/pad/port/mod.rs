//! The element's end of a pad: how frames come in and go out.
//!
//! A port is on the path of every frame, so what that path does not need (names, clone functions, errors) is kept
//! out of its way, in functions of its own and behind a pointer.

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
