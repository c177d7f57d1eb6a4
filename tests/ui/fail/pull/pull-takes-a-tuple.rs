//! mistakes: 1

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, pair: &(u32, u32)) {
        let _ = pair;
    }
}

fn main() {}
