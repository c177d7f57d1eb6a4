//! The names of owners: who has which number, and since when.
//!
//! A number is given to one owner after the other. How often it was given is the owner's *generation*,
//! a part of its [`OwnerId`]: so one that is kept for too long names nobody, and not the next one.
//! Everything is read without a lock. A name is kept as long as somebody reads it, or has a snapshot
//! of the time when it was in use.

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
use crate::memory::id::moments::{self, Living};
use crate::memory::id::owner::{BUILT_IN, OwnerId};
use crate::text::line;

/// What an owner is called that has ended, and whose number may be another's.
const ENDED: &str = BUILT_IN[OwnerId::ENDED.index() - 1];

/// The owner is in use, or was released and may be taken over.
const LIVE: u32 = 1 << 16;
/// The owner has ended: nothing is charged to it any more, and its name is still known.
const OVER: u32 = 2 << 16;
const STATE: u32 = 3 << 16;

/// What is known of one number. Empty before it is given for the first time.
struct Slot {
    /// The generation, and one of the above.
    state: AtomicU32,
    /// How many [`OwnerName`]s read the text.
    /// Wide, as a reader that is forgotten counts for ever.
    readers: AtomicU64,
    text: AtomicPtr<u8>,
    length: AtomicUsize,
    /// The moments, as told by [`moments::next_moment`], from and to which the owner had the number.
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
    /// The text was set, and nobody frees it for as long as the caller chooses.
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

/// Numbers per block; a block is made when its first number is given.
const BLOCK: usize = 256;
type Slots = [Slot; BLOCK];

static SLOTS: [OnceLock<Box<Slots>>; MAX_OWNERS / BLOCK] =
    [const { OnceLock::new() }; MAX_OWNERS / BLOCK];
static END: AtomicUsize = AtomicUsize::new(BUILT_IN.len() + 1);

fn slot(number: usize) -> Option<&'static Slot> {
    SLOTS[number / BLOCK]
        .get()
        .map(|block| &block[number % BLOCK])
}

/// One more than the highest number that was given.
pub(in crate::memory) fn end() -> usize {
    END.load(Acquire)
}

/// Who has that number now; `None` if nobody has.
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

/// Whether allocations may be charged to `owner`.
pub(in crate::memory) fn is_live(owner: OwnerId) -> bool {
    owner.is_built_in()
        || slot(owner.index())
            .is_some_and(|slot| slot.state.load(SeqCst) == LIVE | u32::from(owner.generation()))
}

/// From which moment on `owner` has had its number, and until when; `None` if it is another's now.
pub(in crate::memory) fn times(owner: OwnerId) -> Option<(u64, u64)> {
    if owner.is_built_in() {
        return Some((0, u64::MAX));
    }
    let slot = slot(owner.index())?;
    let times = (slot.since.load(SeqCst), slot.until.load(SeqCst));
    let state = slot.state.load(SeqCst);
    let is_its = state & STATE != 0 && state as u16 == owner.generation();
    is_its.then_some(times)
}

/// Gives `number`, which nobody has, to an owner called `text`.
pub(in crate::memory) fn give(number: u16, text: Arc<str>) -> Option<OwnerId> {
    let index = usize::from(number);
    let block = SLOTS[index / BLOCK].get_or_init(|| Box::new([const { Slot::empty() }; BLOCK]));
    let slot = &block[index % BLOCK];
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

/// Lets nothing be charged to `owner` from now on; [`go_on`] undoes it.
pub(in crate::memory) fn stop(owner: OwnerId) {
    if let Some(slot) = slot(owner.index()) {
        slot.state
            .store(OVER | u32::from(owner.generation()), SeqCst);
        fence(SeqCst);
    }
}

/// Undoes [`stop`], before [`has_ended`].
pub(in crate::memory) fn go_on(owner: OwnerId) {
    if let Some(slot) = slot(owner.index()) {
        slot.state
            .store(LIVE | u32::from(owner.generation()), SeqCst);
    }
}

/// Notes that an owner that was [stopped](stop) has ended: later snapshots are not of it.
pub(in crate::memory) fn has_ended(owner: OwnerId) {
    if let Some(slot) = slot(owner.index()) {
        slot.until.store(moments::next_moment(), SeqCst);
    }
}

/// Takes the number of an owner that has ended back; `false` if somebody still reads its name, or has a
/// snapshot of it.
///
/// One who calls this at a time.
pub(in crate::memory) fn take_back(owner: OwnerId) -> bool {
    let Some(slot) = slot(owner.index()) else {
        return false;
    };
    let (since, until) = (slot.since.load(SeqCst), slot.until.load(SeqCst));
    // First, as a snapshot of the owner must see it all the time; later ones are not of it.
    if moments::is_any_of(since, until) {
        return false;
    }
    let generation = u32::from(owner.generation());
    // Whoever begins to read the name sees this, or is seen below.
    slot.state.store(generation, SeqCst);
    if slot.readers.load(SeqCst) > 0 {
        slot.state.store(OVER | generation, SeqCst);
        return false;
    }
    let next = owner.generation().wrapping_add(1);
    slot.state.store(u32::from(next), SeqCst);
    let (start, length) = (slot.text.load(Acquire), slot.length.load(Acquire));
    let text = ptr::slice_from_raw_parts(start, length) as *const str;
    // SAFETY: `give` made the two from this text; nobody reads it now, and nobody can begin to.
    drop(unsafe { Arc::from_raw(text) });
    true
}

/// The name of `owner` in a snapshot, if that is of it.
pub(in crate::memory) fn text_in(owner: OwnerId, snapshot: &Living) -> &str {
    if let Some(name) = BUILT_IN.get(owner.index() - 1) {
        return name;
    }
    match slot(owner.index()) {
        // SAFETY: the snapshot is of the owner, whose number is not taken back before it is dropped.
        Some(slot) if times(owner).is_some_and(|times| snapshot.is_of(times)) => unsafe {
            slot.text()
        },
        _ => ENDED,
    }
}

impl OwnerId {
    /// The name given to [`register`](crate::memory::register()), or a word in parentheses for a built-in owner,
    /// and for one that has ended.
    ///
    /// Takes no lock and allocates nothing. The name is kept as long as what is returned.
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

/// All owners that are in use, or were released and may be taken over: the built-in ones, then the
/// others in the order of their numbers, which are given in order and given again.
pub fn owners() -> impl Iterator<Item = OwnerId> {
    (1..end()).filter_map(|number| of_number(u16::try_from(number).ok()?))
}

/// The name of an owner; made by [`OwnerId::name`].
///
/// A text, which is kept as long as this is there.
pub struct OwnerName {
    text: &'static str,
    /// Where the text is said to be in use; `None` for a text that is always there.
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
        // SAFETY: the number was not taken back when the reader was counted, and is not before the
        // reader is dropped.
        let text = unsafe { slot.text() };
        Self {
            text,
            slot: Some(slot),
        }
    }

    /// The text.
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
