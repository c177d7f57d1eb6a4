//! The programs of `sgn_tests::oracle` on the system's allocator.

fn main() {
    sgn_tests::oracle::run(false);
}
