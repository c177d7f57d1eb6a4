//! The names of owners, and which owner has which number.
//!
//! A number is assigned to one owner after another. The count of earlier assignments is the owner's *generation*, a
//! part of its [`OwnerId`], so an identifier that outlives its owner does not name the next one. All reads are
//! lock-free. A name is kept while an [`OwnerName`] or a snapshot from its time needs it.

#![expect(
    unsafe_code,
    reason = "texts that are freed when their owners have ended"
)]

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::ptr;
use std::sync::atomic::{
    AtomicPtr, AtomicU32, AtomicU64, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
    fence,
};
use std::sync::{Arc, OnceLock};

use crate::memory::id::limits::MAX_OWNERS;
use crate::memory::id::moments::{self, LiveSnapshot};
use crate::memory::id::owner::{BUILT_IN, OwnerId};
use crate::text::line;

/// The name shown for an owner that has ended and whose number may be assigned again.
const ENDED: &str = BUILT_IN[OwnerId::ENDED.index() - 1];

/// The owner is in use, or was released and may be taken over.
const LIVE: u32 = 1 << 16;
/// The owner has ended: nothing is charged to it any more, and its name can still be read.
const CLOSED: u32 = 2 << 16;
/// The bits of the state; zero while the number has no owner.
const STATE: u32 = 3 << 16;

/// The owner that has one number, and its name. Empty before the number is first assigned.
struct Slot {
    /// The generation, and one of the states above.
    state: AtomicU32,
    /// The number of [`OwnerName`]s that read the text. 64 bits wide, so that leaked ones, which are never subtracted,
    /// cannot make it overflow.
    readers: AtomicU64,
    text: AtomicPtr<u8>,
    length: AtomicUsize,
    /// The moments, from [`moments::next_moment`], between which the owner had the number.
    since: AtomicU64,
    until: AtomicU64,
}

impl Slot {
    const fn empty() -> Self {
        Self {
            state: AtomicU32::new(0),
            readers: AtomicU64::new(0),
            text: AtomicPtr::new(ptr::null_mut()),
            length: AtomicUsize::new(0),
            since: AtomicU64::new(0),
            until: AtomicU64::new(0),
        }
    }

    /// # Safety
    ///
    /// The text was set, and is not freed during `'a`, which the caller chooses.
    unsafe fn text<'a>(&self) -> &'a str {
        let (start, length) = (self.text.load(Acquire), self.length.load(Acquire));
        // SAFETY: the caller says that this is a text, which was set as these two numbers.
        let bytes = unsafe { std::slice::from_raw_parts(start, length) };
        // SAFETY: it was set from a `str`.
        unsafe { std::str::from_utf8_unchecked(bytes) }
    }

    fn generation(&self) -> u16 {
        self.state.load(SeqCst) as u16
    }
}

/// Slots per chunk; a chunk is allocated when its first number is assigned.
const SLOTS_PER_CHUNK: usize = 256;
type Slots = [Slot; SLOTS_PER_CHUNK];

static SLOTS: [OnceLock<Box<Slots>>; MAX_OWNERS / SLOTS_PER_CHUNK] =
    [const { OnceLock::new() }; MAX_OWNERS / SLOTS_PER_CHUNK];
static END: AtomicUsize = AtomicUsize::new(BUILT_IN.len() + 1);

fn slot(number: usize) -> Option<&'static Slot> {
    SLOTS[number / SLOTS_PER_CHUNK]
        .get()
        .map(|chunk| &chunk[number % SLOTS_PER_CHUNK])
}

/// Returns one more than the highest number that was assigned.
pub(in crate::memory) fn end() -> usize {
    END.load(Acquire)
}

/// Returns the owner that has `number` now; `None` if there is none.
pub(in crate::memory) fn of_number(number: u16) -> Option<OwnerId> {
    if usize::from(number) <= BUILT_IN.len() {
        return OwnerId::from_number(number, 0);
    }
    let state = slot(usize::from(number))?.state.load(SeqCst);
    let has_name = state & STATE != 0;
    has_name
        .then(|| OwnerId::from_number(number, state as u16))
        .flatten()
}

/// Returns true if allocations may be charged to `owner`.
pub(in crate::memory) fn is_live(owner: OwnerId) -> bool {
    owner.is_built_in()
        || slot(owner.index())
            .is_some_and(|slot| slot.state.load(SeqCst) == LIVE | u32::from(owner.generation()))
}

/// Returns the moments between which `owner` has its number; `None` if the number is another owner's now.
pub(in crate::memory) fn times(owner: OwnerId) -> Option<(u64, u64)> {
    if owner.is_built_in() {
        return Some((0, u64::MAX));
    }
    let slot = slot(owner.index())?;
    let times = (slot.since.load(SeqCst), slot.until.load(SeqCst));
    // Read after the times: if the number is still the owner's, so were they.
    let state = slot.state.load(SeqCst);
    let is_its = state & STATE != 0 && state as u16 == owner.generation();
    is_its.then_some(times)
}

/// Assigns `number`, which is free, to an owner called `text`.
pub(in crate::memory) fn assign(number: u16, text: Arc<str>) -> Option<OwnerId> {
    let index = usize::from(number);
    let chunk = SLOTS[index / SLOTS_PER_CHUNK]
        .get_or_init(|| Box::new([const { Slot::empty() }; SLOTS_PER_CHUNK]));
    let slot = &chunk[index % SLOTS_PER_CHUNK];
    slot.length.store(text.len(), Release);
    let text = Arc::into_raw(text);
    slot.text.store(text.cast::<u8>().cast_mut(), Release);
    slot.until.store(u64::MAX, SeqCst);
    slot.since.store(moments::next_moment(), SeqCst);
    let generation = slot.generation();
    slot.state.store(LIVE | u32::from(generation), SeqCst);
    END.fetch_max(index + 1, Release);
    OwnerId::from_number(number, generation)
}

/// Stops charging to `owner`; [`resume`] undoes it.
pub(in crate::memory) fn suspend(owner: OwnerId) {
    if let Some(slot) = slot(owner.index()) {
        slot.state
            .store(CLOSED | u32::from(owner.generation()), SeqCst);
        fence(SeqCst);
    }
}

/// Undoes [`suspend`], before [`mark_ended`].
pub(in crate::memory) fn resume(owner: OwnerId) {
    if let Some(slot) = slot(owner.index()) {
        slot.state
            .store(LIVE | u32::from(owner.generation()), SeqCst);
    }
}

/// Records that a [suspended](suspend) owner has ended: later snapshots do not cover it.
pub(in crate::memory) fn mark_ended(owner: OwnerId) {
    if let Some(slot) = slot(owner.index()) {
        slot.until.store(moments::next_moment(), SeqCst);
    }
}

/// Reclaims the number of an owner that has ended; `false` if an [`OwnerName`] or a snapshot still needs its name.
///
/// Only one thread may call this at a time.
pub(in crate::memory) fn reclaim(owner: OwnerId) -> bool {
    let Some(slot) = slot(owner.index()) else {
        return false;
    };
    let (since, until) = (slot.since.load(SeqCst), slot.until.load(SeqCst));
    // Checked before the state changes, because a snapshot from the owner's time must be able to read the name until it
    // is dropped. Later snapshots do not cover the owner.
    if moments::is_any_covering(since, until) {
        return false;
    }
    let generation = u32::from(owner.generation());
    // A thread that begins to read the name either sees this state, or is seen by the check below.
    slot.state.store(generation, SeqCst);
    if slot.readers.load(SeqCst) > 0 {
        slot.state.store(CLOSED | generation, SeqCst);
        return false;
    }
    let next = owner.generation().wrapping_add(1);
    slot.state.store(u32::from(next), SeqCst);
    let (start, length) = (slot.text.load(Acquire), slot.length.load(Acquire));
    let text = ptr::slice_from_raw_parts(start, length) as *const str;
    // SAFETY: `assign` made the two from this text; nobody reads it now, and nobody can begin to.
    drop(unsafe { Arc::from_raw(text) });
    true
}

/// Returns the name of `owner` in a snapshot, or that of [`OwnerId::ENDED`] if the snapshot does not cover it.
pub(in crate::memory) fn text_in(owner: OwnerId, snapshot: &LiveSnapshot) -> &str {
    if let Some(name) = BUILT_IN.get(owner.index() - 1) {
        return name;
    }
    match slot(owner.index()) {
        // SAFETY: the snapshot covers the owner, whose number is not reclaimed before the snapshot is dropped.
        Some(slot) if times(owner).is_some_and(|times| snapshot.covers(times)) => unsafe {
            slot.text()
        },
        _ => ENDED,
    }
}

impl OwnerId {
    /// Returns the name given to [`register`](crate::memory::register()), or a word in parentheses for a built-in owner
    /// and for one that has ended.
    ///
    /// Takes no lock and allocates nothing. The text is kept as long as the returned value.
    ///
    /// ```
    /// use sgn::memory::{OwnerId, register};
    ///
    /// assert_eq!(register("src:src:H1").name(), "src:src:H1");
    /// assert_eq!(OwnerId::RUNTIME.name(), "(runtime)");
    /// ```
    #[must_use]
    pub fn name(self) -> OwnerName {
        OwnerName::of(self)
    }
}

impl fmt::Debug for OwnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OwnerId({}, `{}`)", self.number(), line(&self.name()))
    }
}

/// Returns all owners that are in use, or were released and may be taken over.
///
/// The built-in ones come first, then the others by number. Numbers are assigned in ascending order, and those of ended
/// owners are reused.
pub fn owners() -> impl Iterator<Item = OwnerId> {
    (1..end()).filter_map(|number| of_number(u16::try_from(number).ok()?))
}

/// The name of an owner; made by [`OwnerId::name`].
///
/// Keeps the text alive until it is dropped.
pub struct OwnerName {
    text: &'static str,
    /// The slot in which this reader is counted; `None` for a text that is never freed.
    slot: Option<&'static Slot>,
}

impl OwnerName {
    pub(super) fn of(owner: OwnerId) -> Self {
        let always = |text| Self { text, slot: None };
        if let Some(name) = BUILT_IN.get(owner.index() - 1) {
            return always(name);
        }
        let Some(slot) = slot(owner.index()) else {
            return always(ENDED);
        };
        slot.readers.fetch_add(1, SeqCst);
        let state = slot.state.load(SeqCst);
        if state & STATE == 0 || state as u16 != owner.generation() {
            slot.readers.fetch_sub(1, SeqCst);
            return always(ENDED);
        }
        // SAFETY: the number was not reclaimed when the reader was counted, and is not before the reader is dropped.
        let text = unsafe { slot.text() };
        Self {
            text,
            slot: Some(slot),
        }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text
    }
}

impl Clone for OwnerName {
    fn clone(&self) -> Self {
        if let Some(slot) = self.slot {
            slot.readers.fetch_add(1, Relaxed);
        }
        Self { ..*self }
    }
}

impl Drop for OwnerName {
    fn drop(&mut self) {
        if let Some(slot) = self.slot {
            slot.readers.fetch_sub(1, Release);
        }
    }
}

impl Deref for OwnerName {
    type Target = str;

    fn deref(&self) -> &str {
        self.text
    }
}

impl AsRef<str> for OwnerName {
    fn as_ref(&self) -> &str {
        self.text
    }
}

impl Borrow<str> for OwnerName {
    fn borrow(&self) -> &str {
        self.text
    }
}

impl fmt::Display for OwnerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.text, f)
    }
}

impl fmt::Debug for OwnerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.text, f)
    }
}

impl PartialEq for OwnerName {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for OwnerName {}

impl PartialEq<str> for OwnerName {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for OwnerName {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl PartialOrd for OwnerName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for OwnerName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(other.text)
    }
}

impl Hash for OwnerName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}
