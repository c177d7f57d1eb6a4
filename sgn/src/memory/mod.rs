//! placeholder until the memory layer lands
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OwnerId(u32);
impl OwnerId {
    pub const RUNTIME: OwnerId = OwnerId(2);
    pub fn register(_name: &str) -> OwnerId { use std::sync::atomic::*; static N: AtomicU32 = AtomicU32::new(10); OwnerId(N.fetch_add(1, Ordering::Relaxed)) }
}
thread_local! { static CURRENT: std::cell::Cell<OwnerId> = const { std::cell::Cell::new(OwnerId(1)) } }
#[inline] pub fn set_owner(owner: OwnerId) { CURRENT.with(|c| c.set(owner)) }
#[inline] pub fn owner() -> OwnerId { CURRENT.with(|c| c.get()) }
#[inline] pub fn set_stride(_: u32) {}
