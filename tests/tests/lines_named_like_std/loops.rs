//! In loops: each allocation is at the line of its statement or at that of its loop, never at another one.

use super::{Pool, bytes_by_line, line_of, mem, with_names};

const SOURCE: &str = include_str!("loops.rs");

macro_rules! loops {
    ($($name:ident)*) => {
        const NAMES: &[(&str, fn(&Pool))] = &[$((stringify!($name), $name::loops)),*];

        $(mod $name {
            use super::*;

            #[sgn::profile]
            pub(super) fn loops(pool: &Pool) {
                // @before
                pool.$name(1000);
                let mut sum = 0;
                // @alone
                for _ in 0..3 {
                    // @alone_body
                    sum += pool.$name(1);
                }
                // @between
                pool.$name(2000);
                // @mixed
                for number in 0..3_usize {
                    // @mixed_name
                    sum += mem::$name(pool, 10);
                    // @mixed_other
                    sum += super::other(20);
                    // @mixed_last
                    if number < 2 { pool.$name(30); }
                }
                let mut left = 3;
                // @while
                while pool.$name(100) > 0 {
                    // @while_body
                    sum += super::other(1);
                    left -= 1;
                    if left == 0 {
                        break;
                    }
                    // @while_last
                    pool.$name(4);
                }
                // @chain
                sum += (0..3).map(|bytes| pool.$name(bytes + 1)).sum::<usize>();
                // @long_chain
                sum += (0..3)
                    // @long_chain_body
                    .map(|bytes| pool.$name(bytes + 1))
                    .filter(|bytes| *bytes > 0)
                    .sum::<usize>();
                // @outer
                for _ in 0..2 {
                    // @inner
                    for _ in 0..2 {
                        // @inner_body
                        sum += pool.$name(5);
                    }
                    // @outer_body
                    sum += super::other(6);
                }
                // @after
                super::super::eat(3000 + 0 * sum);
            }
        })*
    };
}
with_names!(loops);

fn other(bytes: usize) -> usize {
    super::eat(bytes)
}

/// The bytes of a statement, and the names of its line and of the line of its loop.
const EXPECTED: [(u64, &str, &str); 14] = [
    (1000, "before", "before"),
    (3, "alone_body", "alone"),
    (2000, "between", "between"),
    (30, "mixed_name", "mixed"),
    (60, "mixed_other", "mixed"),
    (60, "mixed_last", "mixed"),
    (300, "while", "while"),
    (3, "while_body", "while"),
    (8, "while_last", "while"),
    (6, "chain", "chain"),
    (6, "long_chain_body", "long_chain"),
    (20, "inner_body", "inner"),
    (12, "outer_body", "outer"),
    (3000, "after", "after"),
];

#[test]
fn each_allocation_is_at_its_own_line_or_at_its_loops() {
    for (name, loops) in NAMES {
        let mut found = bytes_by_line(&format!("loops:{name}"), || loops(&Pool));
        for (bytes, own, head) in EXPECTED {
            let own = line_of(SOURCE, own);
            let line = if found.contains_key(&own) {
                own
            } else {
                line_of(SOURCE, head)
            };
            let row = found.get_mut(&line);
            let row = row.unwrap_or_else(|| panic!("{name}: no row of line {own}"));
            assert!(
                *row >= bytes,
                "{name}: {row} bytes at line {line}, not {bytes}"
            );
            *row -= bytes;
        }
        found.retain(|_, bytes| *bytes > 0);
        assert!(
            found.is_empty(),
            "{name}: allocated at no line of theirs: {found:?}"
        );
    }
}
