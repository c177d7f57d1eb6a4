//! The memory of the process besides its blocks.

use crate::memory::sys::mappings::Mappings;
use crate::memory::sys::pages::PageBuffer;
use crate::memory::sys::park::Parked;
use crate::memory::sys::regions::{Kind, Region, Regions};
use crate::memory::sys::statics::Statics;

/// The memory of the process besides its blocks.
pub(super) struct System {
    /// All regions, or none if the system does not list them.
    pub(super) regions: Regions,
    pub(super) is_listed: bool,
    /// The address next to which the calling thread has its own variables.
    thread_pointer: usize,
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
            thread_pointer: parked.thread_pointer(),
            registers,
        }
    }

    /// Returns the memory in which the calling thread has its own variables, if that is no part of its stack, as it is
    /// with the main thread.
    pub(super) fn thread_locals(&self) -> Option<Region> {
        /// More than the variables of most programs take. What else lies there is found as memory outside of Rust.
        const MOST: usize = 1 << 14;
        let regions = self.regions.all().iter();
        let mut regions = regions.filter(|region| region.kind == Kind::Private);
        let region =
            regions.find(|region| (region.start..region.end).contains(&self.thread_pointer))?;
        Some(Region {
            start: region.start.max(self.thread_pointer.saturating_sub(MOST)),
            end: region.end.min(self.thread_pointer + MOST),
            kind: Kind::Stack,
        })
    }
}
