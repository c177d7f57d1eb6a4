//! Has this package alone compiled with `cfg(loom)`.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(loom)");
    println!("cargo::rustc-check-cfg=cfg(sgn_volatile_trailer)");
    println!("cargo::rustc-cfg=loom");
}
