//! mistakes: 1

struct Chunk;

#[sgn::source]
struct Counter;

#[sgn::source]
impl Counter {
    fn new(&mut self) -> Chunk {
        Chunk
    }
}

fn main() {}
