//! Outside of loops: each allocation is at the line of its statement, arm, guard or closure.

use super::{Pool, check, mem, with_names};

const SOURCE: &str = include_str!("places.rs");

fn call<R>(work: impl FnOnce() -> R) -> R {
    work()
}

fn add(one: usize, other: usize) -> usize {
    one + other
}

macro_rules! places {
    ($($name:ident)*) => {
        const NAMES: &[(&str, fn(&Pool) -> usize)] = &[$((stringify!($name), $name::everywhere)),*];

        $(mod $name {
            use super::*;

            #[sgn::profile]
            pub(super) fn everywhere(pool: &Pool) -> usize {
                // @statement
                pool.$name(1);
                // @function
                mem::$name(pool, 2);
                // @let
                let mut number = pool.$name(3);
                number += 1;
                // @argument
                add(pool.$name(4), mem::$name(pool, 4));
                // @condition
                if pool.$name(5) == 0 {
                    // @never
                    pool.$name(1000);
                // @else_if
                } else if pool.$name(6) == 6 {
                    // @branch
                    pool.$name(7);
                }
                match number {
                    0 => number = 1,
                    // @guard
                    other if pool.$name(8) == other => {}
                    // @guarded
                    4 if pool.$name(9) == 9 => { number = pool.$name(9) }
                    _ => {}
                }
                // @scrutinee
                match pool.$name(10) {
                    0 => {}
                    // @arm
                    _ => number += pool.$name(11),
                }
                // @let_else
                let Some(_) = Some(pool.$name(12)) else {
                    return 0;
                };
                let None = Some(number) else {
                    // @else
                    pool.$name(13);
                    // @nested
                    return nested(pool);
                };
                0
            }

            #[sgn::profile]
            fn nested(pool: &Pool) -> usize {
                // @by_closure
                let by_closure = |bytes| pool.$name(bytes);
                // @to_be_called
                let to_be_called = || pool.$name(15);
                let block = || {
                    // @in_closure
                    pool.$name(16);
                    // @closures_tail
                    pool.$name(17)
                };
                by_closure(14);
                to_be_called();
                // @calls
                let number = call(block) + call(|| pool.$name(18)) + call(|| { pool.$name(18) });
                let unfinished = [19].iter()
                    // @adaptor
                    .map(|bytes| call(|| pool.$name(*bytes)));
                // @finished
                unfinished.for_each(|_| _ = pool.$name(20));
                // @chain
                let text = Some(pool.$name(21))
                    .filter(|bytes| *bytes > 0)
                    .map_or(0, |bytes| bytes);
                // @macro
                assert_eq!(pool.$name(22), 22);
                // @boxed
                let boxed: [&dyn Fn() -> usize; 1] = [&|| pool.$name(23)];
                boxed[0]();
                // @value
                let held = Held { bytes: pool.$name(24) };
                // @block
                { pool.$name(25) };
                // @tail
                if text < number { pool.$name(26) } else { held.bytes }
            }
        })*
    };
}
with_names!(places);

struct Held {
    bytes: usize,
}

#[test]
fn each_allocation_is_at_its_own_line() {
    assert!(NAMES.len() >= 60, "{}", NAMES.len());
    for (name, everywhere) in NAMES {
        let expected = [
            ("statement", 1),
            ("function", 2),
            ("let", 3),
            ("argument", 8),
            ("condition", 5),
            ("else_if", 6),
            ("branch", 7),
            ("guard", 8),
            ("guarded", 18),
            ("scrutinee", 10),
            ("arm", 11),
            ("let_else", 12),
            ("else", 13),
            ("by_closure", 14),
            ("to_be_called", 15),
            ("in_closure", 16),
            ("closures_tail", 17),
            ("calls", 36),
            ("adaptor", 19),
            ("finished", 20),
            ("chain", 21),
            ("macro", 22),
            ("boxed", 23),
            ("value", 24),
            ("block", 25),
            ("tail", 26),
        ];
        check(
            SOURCE,
            &format!("places:{name}"),
            || everywhere(&Pool),
            &expected,
        );
    }
}
