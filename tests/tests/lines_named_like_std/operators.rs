//! Operators of the user's own types, destructors, and what is dropped with a function.

use std::ops::{Add, AddAssign, Deref, Index, IndexMut, Neg, Not};

use super::{check, eat};

const SOURCE: &str = include_str!("operators.rs");

/// A number that allocates whenever something is done with it.
struct Big(usize);

impl Add for &Big {
    type Output = usize;
    fn add(self, _: Self) -> usize {
        eat(self.0)
    }
}

impl AddAssign<usize> for Big {
    fn add_assign(&mut self, by: usize) {
        eat(by);
    }
}

impl Neg for &Big {
    type Output = usize;
    fn neg(self) -> usize {
        eat(3)
    }
}

impl Not for &Big {
    type Output = usize;
    fn not(self) -> usize {
        eat(4)
    }
}

impl PartialEq<usize> for Big {
    fn eq(&self, _: &usize) -> bool {
        eat(5) == 5
    }
}

impl PartialOrd<usize> for Big {
    fn partial_cmp(&self, _: &usize) -> Option<std::cmp::Ordering> {
        eat(6);
        None
    }
}

impl Index<usize> for Big {
    type Output = usize;
    fn index(&self, bytes: usize) -> &usize {
        eat(bytes);
        &self.0
    }
}

impl IndexMut<usize> for Big {
    fn index_mut(&mut self, bytes: usize) -> &mut usize {
        eat(bytes);
        &mut self.0
    }
}

impl Deref for Big {
    type Target = usize;
    fn deref(&self) -> &usize {
        eat(9);
        &self.0
    }
}

#[sgn::profile]
fn operators(mut big: Big) -> usize {
    // @add
    let mut sum = &big + &big;
    // @add_assign
    big += 2;
    // @neg
    sum += -&big;
    // @not
    sum += !&big;
    // @eq
    if big == 1 {
        // @lt
        sum += usize::from(big < 3);
    }
    // @index
    sum += big[7];
    // @index_mut
    big[8] = 1;
    // @deref
    sum + *big
}

#[test]
fn operators_of_the_users_own_types_have_their_lines() {
    let expected = [
        ("add", 1),
        ("add_assign", 2),
        ("neg", 3),
        ("not", 4),
        ("eq", 5),
        ("lt", 6),
        ("index", 7),
        ("index_mut", 8),
        ("deref", 9),
    ];
    check(SOURCE, "operators", || operators(Big(1)), &expected);
}

/// Allocates when it is dropped.
struct Noisy(usize);

impl Drop for Noisy {
    fn drop(&mut self) {
        eat(self.0);
    }
}

struct Holder {
    noisy: Option<Noisy>,
}

#[sgn::profile]
impl Holder {
    fn replace(&mut self, noisy: Noisy) {
        // @before_replacing
        eat(100);
        // @replaced
        self.noisy = Some(noisy);
    }
}

#[sgn::profile]
// @function
fn variables(leaves: bool) {
    // @first
    let first = Noisy(eat(1));
    // @if
    if eat(2) == 2 {
        let inner = Noisy(10);
        // @inner
        eat(inner.0);
    }
    // @for
    for noisy in [Noisy(20), Noisy(20)] {
        // @each
        eat(noisy.0 / 10);
    }
    if leaves {
        // @leaves
        return;
    }
    // @last
    eat(first.0 + 2);
}

#[test]
fn destructors_are_at_the_line_of_what_they_end() {
    check(
        SOURCE,
        "replaces",
        || {
            Holder {
                noisy: Some(Noisy(7)),
            }
            .replace(Noisy(0))
        },
        &[("before_replacing", 100), ("replaced", 7)],
    );
    check(
        SOURCE,
        "variables",
        || variables(false),
        &[
            ("first", 1),
            ("if", 2 + 10),
            ("inner", 10),
            ("for", 40),
            ("each", 4),
            ("last", 3),
            ("function", 1),
        ],
    );
    check(
        SOURCE,
        "leaves",
        || variables(true),
        &[
            ("first", 1),
            ("if", 2 + 10),
            ("inner", 10),
            ("for", 40),
            ("each", 4),
            ("leaves", 1),
        ],
    );
}
