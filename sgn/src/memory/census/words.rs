//! Reads words of memory that may be uninitialised, or that another thread may write at the same time.

#![expect(
    unsafe_code,
    reason = "reads memory by its address, hidden from the compiler"
)]

use std::ops::Range;
use std::ptr;

use crate::memory::sys::arch;
use crate::memory::sys::pages::PageBuffer;
use crate::memory::sys::read;

/// The bytes of a word.
pub(super) const WORD: usize = size_of::<usize>();

/// True where memory can be read word by word: not under Miri, and where a word has eight bytes.
pub(super) const CAN_READ: bool = cfg!(all(target_pointer_width = "64", not(miri)));

/// A number of whole words in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Memory {
    start: usize,
    words: usize,
}

impl Memory {
    /// Returns the whole words among the `bytes` bytes at `start`.
    pub(super) fn new(start: usize, bytes: usize) -> Self {
        let skip = start.wrapping_neg() % WORD;
        Self {
            start: start + skip,
            words: bytes.saturating_sub(skip) / WORD,
        }
    }

    /// Returns the address of the word with this number.
    #[inline(always)]
    pub(super) fn address(self, number: usize) -> usize {
        self.start + number * WORD
    }

    /// Returns the number of words.
    #[inline(always)]
    pub(super) fn len(self) -> usize {
        self.words
    }
}

/// Reads the words of [`Memory`].
pub(super) struct Reader {
    /// True if no thread unmaps the memory that is read.
    is_direct: bool,
    /// The words that were copied last, and the address of the first of them. Used if `is_direct` is false.
    copied: PageBuffer<usize>,
    start: usize,
    /// The second word of a block that C's allocator keeps for the next request.
    kept: Option<usize>,
}

impl Reader {
    /// The words that the system copies at once.
    const COPIED: usize = 8192;

    /// Returns a reader that loads words from memory.
    ///
    /// # Safety
    ///
    /// All memory that it is given is mapped for reading, and stays so as long as the reader exists.
    pub(super) unsafe fn direct() -> Self {
        Self {
            is_direct: true,
            copied: PageBuffer::new(),
            start: 0,
            kept: None,
        }
    }

    /// Returns a reader that lets the system copy the words; where it cannot, there are none.
    pub(super) const fn by_system() -> Self {
        Self {
            is_direct: false,
            copied: PageBuffer::new(),
            start: 0,
            kept: None,
        }
    }

    /// Sets the word that [`kept_word`](Self::kept_word) returns.
    pub(super) fn set_kept_word(&mut self, kept: Option<usize>) {
        self.kept = kept;
    }

    /// Returns the second word of a block that C's allocator keeps for the next request, if it is known.
    pub(super) fn kept_word(&self) -> Option<usize> {
        self.kept
    }

    /// Returns the word with this number; `None` outside of `memory`, and where nothing can be read.
    #[inline(always)]
    pub(super) fn word(&mut self, memory: Memory, number: usize) -> Option<usize> {
        if number >= memory.words || !CAN_READ {
            return None;
        }
        if !self.is_direct {
            return self.copy(memory, number);
        }
        // SAFETY: the word is aligned, and lies in memory that is mapped for reading, as `direct` was promised.
        Some(unsafe { read::word(memory.address(number)) })
    }

    /// Returns the first of the words with these numbers whose value is in `values`, and its number.
    #[inline]
    pub(super) fn find(
        &mut self,
        memory: Memory,
        numbers: Range<usize>,
        values: &Range<usize>,
    ) -> Option<(usize, usize)> {
        let end = numbers.end.min(memory.words);
        let length = values.end - values.start;
        let is_wanted = |word: usize| word.wrapping_sub(values.start) < length;
        if !self.is_direct || !CAN_READ {
            return (numbers.start..end)
                .filter_map(|number| Some((number, self.word(memory, number)?)))
                .find(|(_, word)| is_wanted(*word));
        }
        for number in numbers.start..end {
            // SAFETY: the word is aligned, and lies in memory that is mapped for reading, as `direct` was promised.
            let word = unsafe { read::word(memory.address(number)) };
            if is_wanted(word) {
                return Some((number, word));
            }
        }
        None
    }

    /// Returns a byte of memory; `None` where nothing can be read.
    pub(super) fn byte(&mut self, address: usize) -> Option<u8> {
        let word = self.word(Memory::new(address / WORD * WORD, WORD), 0)?;
        word.to_ne_bytes().get(address % WORD).copied()
    }

    /// Returns the eight bytes at an address of any alignment; `None` where nothing can be read.
    pub(super) fn bits(&mut self, address: usize) -> Option<u64> {
        if !self.is_direct || !CAN_READ {
            let mut bytes = [0; size_of::<u64>()];
            for (place, byte) in bytes.iter_mut().enumerate() {
                *byte = self.byte(address + place)?;
            }
            return Some(u64::from_ne_bytes(bytes));
        }
        let start = ptr::with_exposed_provenance_mut::<u8>(address);
        // SAFETY: the bytes are mapped for reading, as `direct` was promised; the access needs no alignment.
        Some(unsafe { arch::read_past(start, 0) })
    }

    #[cold]
    fn copy(&mut self, memory: Memory, number: usize) -> Option<usize> {
        let address = memory.address(number);
        let place = address.wrapping_sub(self.start) / WORD;
        if address >= self.start && place < self.copied.len() {
            return Some(self.copied[place]);
        }
        let words = (memory.words - number).min(Self::COPIED);
        self.copied.clear();
        self.start = address;
        if !self.copied.reset(words) {
            return None;
        }
        let read = read::copy(address, &mut self.copied).unwrap_or(0);
        self.copied.truncate(read);
        self.copied.first().copied()
    }
}

/// Returns the words of a value; `None` if it has another size, or if nothing can be read here.
pub(super) fn of_value<T, const WORDS: usize>(value: &T) -> Option<[usize; WORDS]> {
    if size_of::<T>() != WORDS * WORD {
        return None;
    }
    let memory = Memory::new(ptr::from_ref(value).expose_provenance(), size_of::<T>());
    // SAFETY: nothing but the value is read, which is borrowed.
    let mut reader = unsafe { Reader::direct() };
    let mut words = [0; WORDS];
    for (number, word) in words.iter_mut().enumerate() {
        *word = reader.word(memory, number)?;
    }
    Some(words)
}
