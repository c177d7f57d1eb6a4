//! Takes censuses on jemalloc.

mod holders;

sgn::counting_allocator!(
    holders,
    tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc
);

fn main() {
    holders::run("jemalloc");
}
