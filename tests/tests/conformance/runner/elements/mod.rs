//! Elements that only the cases need: scripted, failing, or with fixed pads.
//!
//! The stock elements stand wherever a case can be built from them. These stand where it cannot: kinds that are
//! not stock, callbacks that fail on demand, absorbed errors, and types with fixed pads. Fixed pads belong to a
//! type and a type is written before any case is read, so there is one for each combination that can occur, all
//! with the one fixed pad [`FIXED`].

mod keeper;
mod mishap;
mod player;
mod relay;
mod running_sum;

pub(super) use self::keeper::{FixedKeeper, Keep, Keeper, MixedKeeper, Record, Records};
pub(super) use self::mishap::Mishap;
pub(super) use self::player::{FixedPlayer, MixedPlayer, Player, Script};
pub(super) use self::relay::{Change, FixedInputRelay, Relay};
pub(super) use self::running_sum::RunningSum;

/// The name of the fixed pad of the types that have one.
pub(super) const FIXED: &str = "H1";
