//! Takes censuses on mimalloc.

mod holders;

sgn::counting_allocator!(holders, mimalloc::MiMalloc = mimalloc::MiMalloc);

fn main() {
    holders::run("mimalloc");
}
