//! The memory of the process besides its blocks.

use crate::memory::sys::mappings::Mappings;
use crate::memory::sys::pages::PageBuffer;
use crate::memory::sys::park::Parked;
use crate::memory::sys::regions::Regions;
use crate::memory::sys::statics::Statics;

/// The memory of the process besides its blocks.
pub(super) struct System {
    /// All regions, or none if the system does not list them.
    pub(super) regions: Regions,
    pub(super) is_listed: bool,
    /// The registers of the calling thread.
    pub(super) registers: [usize; REGISTERS],
}

const REGISTERS: usize = 16;

impl System {
    /// Lists the memory. To be called while the threads are parked.
    pub(super) fn list(parked: &Parked, statics: Option<&Statics>) -> Self {
        let (mut mappings, mut stacks) = (Mappings::new(), PageBuffer::new());
        let mut regions = Regions::new();
        let is_listed = mappings.read()
            && parked.stacks(&mappings, &mut stacks)
            && statics.is_some_and(|statics| regions.find(&mappings, statics, &stacks));
        let mut registers = [0; REGISTERS];
        for (register, value) in registers.iter_mut().zip(parked.registers()) {
            *register = *value;
        }
        Self {
            regions,
            is_listed,
            registers,
        }
    }
}
