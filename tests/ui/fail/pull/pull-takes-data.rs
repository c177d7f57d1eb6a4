//! mistakes: 1

#[sgn::sink]
struct Print;

#[sgn::sink]
impl Print {
    fn pull(&mut self, text: String) {
        drop(text);
    }
}

fn main() {}
