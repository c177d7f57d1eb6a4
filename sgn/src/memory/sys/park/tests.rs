#![cfg_attr(
    all(
        target_os = "linux",
        target_pointer_width = "64",
        any(target_arch = "x86_64", target_arch = "aarch64"),
        not(miri)
    ),
    expect(unsafe_code, reason = "blocks signals, forks, and reads registers")
)]

use std::time::Duration;

use super::*;

/// Long enough for any machine.
const LONG: Duration = Duration::from_secs(60);

#[cfg(not(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    not(miri)
)))]
#[test]
fn a_system_that_cannot_says_so() {
    let parked = park_others(LONG);
    assert_eq!(parked.cannot(), Some(Cannot::System));
    assert_eq!(
        (parked.asked(), parked.parked(), parked.all()),
        (0, 0, false)
    );
    let (mappings, mut stacks) = (Mappings::new(), PageBuffer::new());
    assert!(parked.registers().is_empty() && !parked.stacks(&mappings, &mut stacks));
}

#[cfg(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64"),
    not(miri)
))]
#[cfg(test)]
mod on_linux {
    use std::cell::Cell;
    use std::hint::black_box;
    use std::ptr::{self, from_ref};
    use std::sync::atomic::{
        AtomicBool, AtomicUsize,
        Ordering::{Relaxed, SeqCst},
    };
    use std::sync::mpsc::channel;
    use std::thread;

    use parking_lot::{Mutex, MutexGuard};

    use super::super::super::read::word;
    use super::super::super::regions::{Kind, Regions};
    use super::super::super::signal::signal;
    use super::super::super::statics::Statics;
    use super::*;

    /// One test at a time: a thread that does not park in one would be missed in another one.
    static ONE: Mutex<()> = Mutex::new(());

    fn alone() -> MutexGuard<'static, ()> {
        ONE.lock()
    }

    /// Parks all others. Nothing may fail until they are released: a message takes locks, which they may hold.
    fn park_all() -> Parked {
        let parked = park_others(LONG);
        if !parked.all() {
            let numbers = (parked.cannot(), parked.asked(), parked.parked());
            drop(parked);
            assert_ne!(numbers.0, Some(Cannot::System));
            panic!("not all threads were parked: {numbers:?}");
        }
        parked
    }

    /// Runs until told to stop, and counts its rounds.
    fn busy(stop: &AtomicBool, rounds: &AtomicUsize, mut one: impl FnMut()) {
        while !stop.load(Relaxed) {
            one();
            rounds.fetch_add(1, SeqCst);
        }
    }

    fn poll_briefly() {
        // SAFETY: without files to wait for, the call waits.
        unsafe { libc::poll(ptr::null_mut(), 0, 1) };
    }

    fn allocate_some(kept: &mut Vec<Vec<u8>>) {
        kept.push(vec![1; 1 + kept.len() % 5000]);
        if kept.len() > 200 {
            kept.clear();
        }
    }

    fn block_all_signals(how: std::ffi::c_int) {
        let mut all = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: fills the set.
        unsafe { libc::sigfillset(all.as_mut_ptr()) };
        // SAFETY: changes which signals this thread receives.
        unsafe { libc::pthread_sigmask(how, all.as_ptr(), ptr::null_mut()) };
    }

    #[test]
    fn no_thread_runs_while_others_are_parked() {
        let _alone = alone();
        let (stop, rounds) = (AtomicBool::new(false), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let mut kept = Vec::new();
                    busy(&stop, &rounds, || allocate_some(&mut kept));
                });
            }
            for _ in 0..2 {
                scope.spawn(|| busy(&stop, &rounds, poll_briefly));
            }
            scope.spawn(|| {
                busy(&stop, &rounds, || {
                    block_all_signals(libc::SIG_BLOCK);
                    poll_briefly();
                    block_all_signals(libc::SIG_UNBLOCK);
                });
            });
            for _ in 0..2 {
                scope.spawn(|| {
                    busy(&stop, &rounds, || {
                        thread::scope(|inner| drop(inner.spawn(|| drop(vec![1; 1000]))));
                    });
                });
            }
            let (mut mappings, mut stacks) = (Mappings::new(), PageBuffer::new());
            for _ in 0..100 {
                let parked = park_others(LONG);
                let before = rounds.load(SeqCst);
                let is_read = mappings.read();
                let is_whole = parked.stacks(&mappings, &mut stacks);
                let numbers = (parked.all(), parked.asked(), parked.parked());
                let is_still = rounds.load(SeqCst) == before;
                drop(parked);
                assert!(is_read && is_whole && is_still && numbers.0, "{numbers:?}");
                assert_eq!(numbers.1, numbers.2);
                // At least the threads above but those that wait for one that ends, and this one.
                assert!(stacks.len() >= 9, "{}", stacks.len());
                thread::yield_now();
            }
            stop.store(true, Relaxed);
        });
        assert!(rounds.load(SeqCst) > 100);
    }

    thread_local! {
        static OWN: Cell<usize> = const { Cell::new(7) };
    }

    #[test]
    fn what_is_on_a_stack_is_in_its_part_that_is_in_use() {
        let _alone = alone();
        let stop = AtomicBool::new(false);
        let (send, receive) = channel();
        thread::scope(|scope| {
            for is_waiting in [false, true] {
                let (send, stop) = (send.clone(), &stop);
                scope.spawn(move || {
                    let local = black_box(7);
                    let own = OWN.with(|own| from_ref(own).addr());
                    let sent = send.send([from_ref(&local).addr(), own]);
                    assert!(sent.is_ok());
                    while !stop.load(Relaxed) {
                        if is_waiting {
                            poll_briefly();
                        }
                    }
                    black_box(&local);
                });
            }
            let others: Vec<_> = receive.iter().take(2).flatten().collect();
            let local = black_box(7);
            let statics = Statics::gather().expect("pages");
            let (mut mappings, mut stacks) = (Mappings::new(), PageBuffer::new());
            let mut regions = Regions::new();
            let parked = park_others(LONG);
            let is_read = mappings.read();
            let is_whole = parked.stacks(&mappings, &mut stacks);
            let is_found = regions.find(&mappings, &statics, &stacks);
            let is_all = parked.all();
            drop(parked);
            stop.store(true, Relaxed);
            assert!(is_all && is_read && is_whole && is_found);
            for address in others.into_iter().chain([from_ref(&local).addr()]) {
                let found = regions.containing(address).expect("a region");
                assert_eq!(found.kind, Kind::Stack);
            }
            // Of the thread that runs this, unlike that of a process without threads.
            let own = OWN.with(|own| from_ref(own).addr());
            assert!(regions.containing(own).is_some());
            assert!(stacks.is_sorted_by_key(|stack| stack.start));
            for stack in stacks.iter() {
                assert!(stack.unused <= stack.start && stack.start < stack.end);
            }
        });
    }

    /// Returns true if the complement of `number` is a word of a stack or in a saved register.
    fn is_on_a_stack(parked: &Parked, stacks: &[Stack], number: usize) -> bool {
        let words = stacks.iter().flat_map(|stack| {
            let first = stack.start.next_multiple_of(size_of::<usize>());
            (first..stack.end & !7).step_by(size_of::<usize>())
        });
        // SAFETY: stacks are mapped, and those that are searched belong to threads that wait, or to this one.
        let mut words = words.map(|address| unsafe { word(address) });
        let mut registers = parked.registers().iter();
        words.any(|word| word == !number) || registers.any(|word| *word == !number)
    }

    fn find(number: usize) -> bool {
        let (mut mappings, mut stacks) = (Mappings::new(), PageBuffer::new());
        let parked = park_others(LONG);
        let is_whole = mappings.read() && parked.stacks(&mappings, &mut stacks);
        is_whole && is_on_a_stack(&parked, &stacks, number)
    }

    #[test]
    fn the_callers_variables_are_found_wherever_they_are() {
        let _alone = alone();
        let number = black_box(0x1234_5678_9abc_def1_usize);
        assert!(!find(number));
        // In a register or on the stack, as the compiler likes.
        let complement = !number;
        assert!(find(number));
        assert_eq!(black_box(complement), !number);
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn what_is_in_a_register_only_is_found() {
        let _alone = alone();
        let number = black_box(0x1234_5678_9abc_def3_usize);
        let (stop, is_ready) = (AtomicBool::new(false), AtomicBool::new(false));
        thread::scope(|scope| {
            assert!(!find(number));
            scope.spawn(|| {
                // SAFETY: reads and writes bytes that are atomic.
                unsafe {
                    std::arch::asm!(
                        "not {number}",
                        "mov byte ptr [{is_ready}], 1",
                        "2:",
                        "pause",
                        "cmp byte ptr [{stop}], 0",
                        "je 2b",
                        "xor {number:e}, {number:e}",
                        number = inout(reg) number => _,
                        is_ready = in(reg) is_ready.as_ptr(),
                        stop = in(reg) stop.as_ptr(),
                        options(nostack),
                    );
                }
            });
            while !is_ready.load(SeqCst) {
                thread::yield_now();
            }
            let is_found = find(number);
            stop.store(true, SeqCst);
            assert!(is_found);
        });
    }

    #[test]
    fn a_thread_that_blocks_signals_is_waited_for_as_long_as_allowed() {
        let _alone = alone();
        let (stop, is_blocked) = (AtomicBool::new(false), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| {
                block_all_signals(libc::SIG_BLOCK);
                is_blocked.store(true, SeqCst);
                while !stop.load(SeqCst) {
                    poll_briefly();
                }
                // The signal comes now, and finds nobody who waits for it.
                block_all_signals(libc::SIG_UNBLOCK);
            });
            while !is_blocked.load(SeqCst) {
                thread::yield_now();
            }
            let parked = park_others(Duration::from_millis(20));
            let numbers = (parked.all(), parked.asked(), parked.parked());
            let cannot = parked.cannot();
            drop(parked);
            stop.store(true, SeqCst);
            assert_eq!(cannot, None);
            assert!(!numbers.0 && numbers.1 > numbers.2, "{numbers:?}");
        });
        drop(park_all());
    }

    /// Takes the signals that wait for this thread, and returns their number.
    fn take_signals(signal: i32) -> usize {
        let mut one = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        let now = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: empties the set.
        unsafe { libc::sigemptyset(one.as_mut_ptr()) };
        // SAFETY: the set was emptied before.
        unsafe { libc::sigaddset(one.as_mut_ptr(), signal) };
        // SAFETY: waits for no time, and writes nothing.
        let take = || unsafe { libc::sigtimedwait(one.as_ptr(), ptr::null_mut(), &raw const now) };
        std::iter::repeat_with(take)
            .take_while(|taken| *taken == signal)
            .count()
    }

    #[test]
    fn a_thread_that_does_not_answer_has_one_signal_however_often_it_is_asked() {
        let _alone = alone();
        drop(park_all());
        let (stop, is_blocked) = (AtomicBool::new(false), AtomicBool::new(false));
        let signal = signal().expect("a signal");
        thread::scope(|scope| {
            let blocking = scope.spawn(|| {
                block_all_signals(libc::SIG_BLOCK);
                is_blocked.store(true, SeqCst);
                while !stop.load(SeqCst) {
                    poll_briefly();
                }
                take_signals(signal)
            });
            while !is_blocked.load(SeqCst) {
                thread::yield_now();
            }
            for _ in 0..3 {
                assert!(!park_others(Duration::from_millis(10)).all());
            }
            stop.store(true, SeqCst);
            assert_eq!(blocking.join().ok(), Some(1));
        });
        drop(park_all());
    }

    #[test]
    fn only_one_thread_parks_the_others() {
        let _alone = alone();
        let parked = park_all();
        let second = park_others(LONG);
        let refused = (second.cannot(), second.all());
        drop(second);
        // The first one still has them, and gives them back.
        let third = park_others(LONG).cannot();
        drop(parked);
        assert_eq!(refused, (Some(Cannot::Busy), false));
        assert_eq!(third, Some(Cannot::Busy));
        drop(park_all());
    }

    /// Forks, and returns true if the child finds that `check` returns true.
    fn in_child(check: impl FnOnce() -> bool) -> bool {
        // SAFETY: the child makes system calls alone, and ends.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let status = if check() { 7 } else { 8 };
            // SAFETY: ends the child without running anything of the parent's.
            unsafe { libc::_exit(status) };
        }
        let mut status = 0;
        // SAFETY: waits for the child.
        let ended = unsafe { libc::waitpid(child, &raw mut status, 0) };
        ended == child && libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 7
    }

    #[test]
    fn a_child_that_is_forked_meanwhile_parks_by_itself() {
        let _alone = alone();
        let parked = park_all();
        let is_right = in_child(|| {
            let own = park_others(LONG);
            own.all() && own.asked() == 0
        });
        drop(parked);
        assert!(is_right);
    }

    #[test]
    fn a_process_that_may_open_no_file_is_told_so() {
        let _alone = alone();
        assert!(in_child(|| {
            let none = libc::rlimit {
                rlim_cur: 0,
                rlim_max: 0,
            };
            // SAFETY: limits what this process may open from now on.
            let answer = unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const none) };
            let parked = park_others(LONG);
            let is_said = parked.cannot() == Some(Cannot::List) && !parked.all();
            let mut mappings = Mappings::new();
            answer == 0 && is_said && !mappings.read() && mappings.all().is_empty()
        }));
    }
}
