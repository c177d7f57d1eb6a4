//! The programs of `sgn_tests::oracle` on the counting allocator.

sgn::counting_allocator!();

fn main() {
    sgn_tests::oracle::run(true);
}
