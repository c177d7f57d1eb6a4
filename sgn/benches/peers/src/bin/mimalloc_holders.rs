//! Who holds each block, on mimalloc.

#[path = "../holders.rs"]
mod holders;

sgn::counting_allocator!(holders, mimalloc::MiMalloc = mimalloc::MiMalloc);

fn main() {
    holders::run("mimalloc");
}
