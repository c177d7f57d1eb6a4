use std::path::PathBuf;

use sgn::prelude::*;

#[sgn::source]
struct Reader {
    #[prop]
    path: PathBuf,
    #[prop]
    rate: u32,
}

#[sgn::source]
impl Reader {
    fn new(&mut self) -> Frame<u32> {
        Frame::new(self.rate + u32::from(self.path.is_dir()))
    }
}

fn main() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    pipeline.add(Reader::build("reader").rate(16))?;
    Ok(())
}
