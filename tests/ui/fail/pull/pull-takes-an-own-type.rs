//! mistakes: 1

struct Chunk;

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, chunk: Chunk) {
        drop(chunk);
    }
}

fn main() {}
