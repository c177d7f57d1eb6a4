//! Marks change nothing but the line: the same functions with and without `#[sgn::profile]`.
//!
//! The functions are written once, by a macro, so their statements' places are those of a macro's tokens too.

#![allow(
    clippy::let_and_return,
    clippy::never_loop,
    clippy::redundant_closure,
    clippy::while_let_on_iterator,
    reason = "every way to write a statement is tried, not only the shortest"
)]
#![forbid(unsafe_op_in_unsafe_fn)]
#![deny(unused, clippy::pedantic)]

use std::cell::RefCell;

/// Writes down when it is made and dropped.
struct Noisy<'a>(&'a RefCell<Vec<String>>, &'static str);

impl<'a> Noisy<'a> {
    fn new(log: &'a RefCell<Vec<String>>, name: &'static str) -> Self {
        log.borrow_mut().push(format!("+{name}"));
        Self(log, name)
    }

    fn value(&self) -> usize {
        self.1.len()
    }
}

impl Drop for Noisy<'_> {
    fn drop(&mut self) {
        self.0.borrow_mut().push(format!("-{}", self.1));
    }
}

macro_rules! push {
    ($log:expr, $($text:tt)*) => {
        $log.borrow_mut().push(format!($($text)*))
    };
}

macro_rules! with_and_without_marks {
    ($($(#[$attribute:meta])* fn $name:ident $signature:tt $(-> $output:ty)? $body:block)*) => {
        mod plain {
            use super::*;
            $($(#[$attribute])* pub(super) fn $name $signature $(-> $output)? $body)*
        }
        mod marked {
            use super::*;
            $($(#[$attribute])* #[sgn::profile] pub(super) fn $name $signature $(-> $output)? $body)*
        }
    };
}

with_and_without_marks! {
    fn temporaries(log: &RefCell<Vec<String>>, seed: u64) -> usize {
        let first = Noisy::new(log, "first");
        let sum = Noisy::new(log, "temporary").value() + first.value();
        let extended = &Noisy::new(log, "extended");
        match Noisy::new(log, "scrutinee").value() {
            9 if seed > 3 => push!(log, "arm {}", extended.value()),
            _ => {
                push!(log, "other arm");
            }
        }
        if let Some(value) = Some(Noisy::new(log, "condition"))
            && value.value() > 3
            && let 0..5 = seed
        {
            push!(log, "chain");
        } else {
            push!(log, "no chain");
        }
        let block = {
            let _inner = Noisy::new(log, "inner");
            Noisy::new(log, "block's tail").value()
        };
        sum + block + Noisy::new(log, "tail").value()
    }

    fn control(log: &RefCell<Vec<String>>, seed: u64) -> usize {
        let mut numbers: Vec<u64> = (0..seed % 17).map(|x| x * seed % 23).collect();
        let mut total = 0;
        let found = 'outer: loop {
            while let Some(number) = numbers.pop() {
                if number == 7 {
                    continue;
                }
                for divisor in 2..number {
                    if number.is_multiple_of(divisor) {
                        push!(log, "{number} = {divisor} x {}", number / divisor);
                        break;
                    }
                    if divisor > 12 {
                        break 'outer Some(number);
                    }
                }
                total += number;
            }
            if numbers.is_empty() {
                break None;
            }
        };
        let labelled = 'block: {
            if seed.is_multiple_of(3) {
                break 'block "three".to_string();
            }
            if seed.is_multiple_of(5) {
                push!(log, "five");
                break 'block String::from("five");
            }
            seed.to_string()
        };
        push!(log, "{labelled}");
        let Some(found) = found else {
            push!(log, "nothing found");
            return usize::try_from(total).unwrap_or(0);
        };
        #[cfg(any())]
        compile_error!("a statement that is not there");
        #[cfg(all())]
        push!(log, "there");
        let found = match found {
            1..10 => "small".len(),
            x if x.to_string().len() == 2 => {
                push!(log, "guarded");
                11
            }
            _ => usize::try_from(found).unwrap_or(0),
        };
        found + labelled.len()
    }

    fn nested(log: &RefCell<Vec<String>>, seed: u64) -> usize {
        const TABLE: [usize; 3] = {
            const fn square(x: usize) -> usize {
                x * x
            }
            [square(1), square(2), square(3)]
        };
        fn recursive<T: std::fmt::Debug>(items: &[T]) -> String {
            match items {
                [] => String::new(),
                [first, rest @ ..] => format!("{first:?}") + &recursive(rest),
            }
        }
        struct Pair<T>(T, T);
        impl<T: Clone> Pair<T> {
            fn both(&self) -> Vec<T> {
                vec![self.0.clone(), self.1.clone()]
            }
        }
        fn parsed(text: &str) -> Result<u64, Box<dyn std::error::Error>> {
            let number: u64 = text.parse()?;
            if number > 50 {
                return Err("too large".into());
            }
            Ok(number)
        }
        let mut calls = 0;
        let mut count = |by: usize| {
            calls += by;
            if calls > 5 {
                return calls;
            }
            push!(log, "call {by}");
            calls + 1
        };
        let a = count(2) + count(3) + count(4);
        let text = recursive(&Pair(seed, seed + 1).both());
        push!(log, "{text}");
        match parsed(&text) {
            Ok(number) => push!(log, "parsed {number}"),
            Err(error) => push!(log, "{error}"),
        }
        let lazy: Box<dyn Fn() -> usize + '_> = Box::new(|| {
            push!(log, "lazy");
            text.len()
        });
        let pending = async {
            push!(log, "never polled");
        };
        drop(pending);
        let words = ["a", "b", "c"].iter().map(|word| {
            let word = word.repeat(2);
            word.len()
        });
        a + lazy() + words.sum::<usize>() + TABLE[usize::try_from(seed % 3).unwrap_or(0)]
    }

    fn unit(log: &RefCell<Vec<String>>, seed: u64) -> usize {
        let mut slots = [String::new(), String::new()];
        slots[usize::try_from(seed % 2).unwrap_or(0)] = if seed > 4 {
            push!(log, "large");
            "large".to_string()
        } else {
            "small".to_string()
        };
        let [first, second] = slots;
        first.len() * 2 + second.len()
    }
}

#[test]
fn results_and_the_order_of_drops_are_the_same() {
    type Function = fn(&RefCell<Vec<String>>, u64) -> usize;
    let pairs: [(Function, Function); 4] = [
        (plain::temporaries, marked::temporaries),
        (plain::control, marked::control),
        (plain::nested, marked::nested),
        (plain::unit, marked::unit),
    ];
    let mut lines = 0;
    for (plain, marked) in pairs {
        for seed in 0..100 {
            let (expected, found) = (RefCell::default(), RefCell::default());
            assert_eq!(marked(&found, seed), plain(&expected, seed), "{seed}");
            assert_eq!(found, expected, "{seed}");
            lines += expected.into_inner().len();
        }
    }
    assert!(lines > 1000, "the functions do something: {lines}");
}

#[sgn::profile]
fn generic<T, const N: usize>(items: [T; N]) -> impl Iterator<Item = String>
where
    T: std::fmt::Debug,
{
    let names = items.map(|item| format!("{item:?}"));
    names.into_iter()
}

#[sgn::profile]
fn borrows<'a>(names: &'a mut Vec<String>, name: &str) -> &'a str {
    if let Some(position) = names.iter().position(|known| known == name) {
        return &names[position];
    }
    names.push(name.to_owned());
    names.last().map_or("", |name| name.as_str())
}

#[sgn::profile]
#[expect(unsafe_code, reason = "an unsafe block is entered like any other")]
fn raw(numbers: &[u8]) -> Vec<u8> {
    // SAFETY: the pointer and the length are those of a slice.
    let same = unsafe {
        let (start, length) = (numbers.as_ptr(), numbers.len());
        std::slice::from_raw_parts(start, length)
    };
    same.to_vec()
}

#[sgn::profile]
fn never(code: Option<u8>) -> ! {
    let code = code.map(|code| code.to_string());
    match code {
        Some(code) => panic!("{code}"),
        None => std::panic::resume_unwind(Box::new(())),
    }
}

/// Names that generated code must not be caught by.
mod shadowed {
    #![allow(dead_code, unused_macros, reason = "they are there to shadow")]

    mod core {}
    mod std {}
    mod sgn {}
    struct Option;
    struct Vec;
    macro_rules! file {
        () => {
            compile_error!("the user's own")
        };
    }

    #[::sgn::profile(owner = "shadowed")]
    pub(super) fn length(text: &str) -> usize {
        let file = text.to_owned();
        let mark = |text: &str| {
            let text = text.to_owned();
            text.len()
        };
        mark(&file)
    }
}

#[test]
fn all_sorts_of_functions_take_the_attribute() {
    assert_eq!(generic([1, 2]).collect::<Vec<_>>(), ["1", "2"]);
    let mut names = vec![];
    assert_eq!(borrows(&mut names, "a"), "a");
    assert_eq!(borrows(&mut names, "a"), "a");
    assert_eq!(names, ["a"]);
    assert_eq!(raw(&[1, 2]), [1, 2]);
    assert!(std::panic::catch_unwind(|| never(None)).is_err());
    assert_eq!(shadowed::length("four"), 4);
}
