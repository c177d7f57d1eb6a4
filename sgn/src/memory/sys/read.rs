//! Reads words of memory that may be uninitialised, or be written to by another thread at the same time.
//!
//! In Rust's own terms both are undefined. On `x86_64` and `aarch64` an instruction reads that the compiler does not
//! see; elsewhere a volatile read has to do. Under Miri nothing is read.

#![expect(
    unsafe_code,
    reason = "reads memory that the compiler knows nothing of"
)]

/// Returns the word at an address; zero under Miri.
///
/// # Safety
///
/// The address is a multiple of the size of a word, and the whole word is readable.
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", not(miri)))]
#[inline(always)]
pub(in crate::memory) unsafe fn word(address: usize) -> usize {
    let word: usize;
    // SAFETY: the caller promises the word; the instruction changes nothing but its register.
    unsafe {
        std::arch::asm!(
            "mov {word}, qword ptr [{address}]",
            address = in(reg) address,
            word = lateout(reg) word,
            options(nostack, preserves_flags, readonly),
        );
    }
    word
}

/// Returns the word at an address; zero under Miri.
///
/// # Safety
///
/// The address is a multiple of the size of a word, and the whole word is readable.
#[cfg(all(target_arch = "aarch64", target_pointer_width = "64", not(miri)))]
#[inline(always)]
pub(in crate::memory) unsafe fn word(address: usize) -> usize {
    let word: usize;
    // SAFETY: the caller promises the word; the instruction changes nothing but its register.
    unsafe {
        std::arch::asm!(
            "ldr {word}, [{address}]",
            address = in(reg) address,
            word = lateout(reg) word,
            options(nostack, preserves_flags, readonly),
        );
    }
    word
}

/// Returns the word at an address; zero under Miri.
///
/// # Safety
///
/// The address is a multiple of the size of a word, and the whole word is readable.
#[cfg(not(all(
    any(target_arch = "x86_64", target_arch = "aarch64"),
    target_pointer_width = "64",
    not(miri)
)))]
#[inline(always)]
pub(in crate::memory) unsafe fn word(address: usize) -> usize {
    if cfg!(miri) {
        return 0;
    }
    let place = std::ptr::with_exposed_provenance::<usize>(address);
    // SAFETY: the caller promises the word.
    unsafe { place.read_volatile() }
}

/// Copies the words from `address` on to `words`, as many as are readable, and returns their number; `None` if the
/// system cannot, or forbids it.
///
/// Unlike [`word`] it may be called with any address. It takes about five times as long a word, and a microsecond a
/// call.
#[cfg(all(target_os = "linux", not(miri)))]
pub(in crate::memory) fn copy(address: usize, words: &mut [usize]) -> Option<usize> {
    let bytes = size_of_val(words);
    let to = libc::iovec {
        iov_base: words.as_mut_ptr().cast(),
        iov_len: bytes,
    };
    let from = libc::iovec {
        iov_base: std::ptr::without_provenance_mut(address),
        iov_len: bytes,
    };
    // SAFETY: returns a number and has no effect.
    let process = unsafe { libc::getpid() };
    // SAFETY: `words` has room for as many bytes, any of which are a word; the system checks what it reads.
    let answer =
        unsafe { libc::process_vm_readv(process, &raw const to, 1, &raw const from, 1, 0) };
    match usize::try_from(answer) {
        Ok(bytes) => Some(bytes / size_of::<usize>()),
        Err(_) if is_unmapped() => Some(0),
        Err(_) => None,
    }
}

/// Returns true if the last call has failed because of the address.
#[cfg(all(target_os = "linux", not(miri)))]
fn is_unmapped() -> bool {
    // SAFETY: returns the place of this thread's number.
    let error = unsafe { libc::__errno_location() };
    // SAFETY: the place exists while the thread does.
    let error = unsafe { error.read() };
    error == libc::EFAULT
}

/// Returns none: this system cannot, or must not be asked.
#[cfg(not(all(target_os = "linux", not(miri))))]
pub(in crate::memory) fn copy(_address: usize, _words: &mut [usize]) -> Option<usize> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read() {
        let words = [3_usize, 5];
        // SAFETY: the array has a second word.
        let second = unsafe { word((&raw const words[1]).addr()) };
        assert_eq!(second, if cfg!(miri) { 0 } else { 5 });
    }

    #[cfg(all(target_os = "linux", not(miri)))]
    #[test]
    fn any_address_may_be_copied_from() {
        let (words, mut copied) = ([3_usize, 5], [0; 2]);
        if let Some(read) = copy(words.as_ptr().addr(), &mut copied) {
            assert_eq!((read, copied), (2, words));
            assert_eq!(copy(8, &mut copied), Some(0));
        }
    }

    #[cfg(not(all(target_os = "linux", not(miri))))]
    #[test]
    fn a_system_that_cannot_copy_says_so() {
        assert_eq!(copy(8, &mut [0]), None);
    }
}
