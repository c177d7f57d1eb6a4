//! Elements whose tokens come from `macro_rules!`.
use sgn::prelude::*;

macro_rules! counter {
    ($(#[$attribute:meta])* $vis:vis $Name:ident, $field:ident: $ty:ty = $default:expr, $pad:literal) => {
        $(#[$attribute])*
        #[sgn::source]
        $vis struct $Name {
            #[prop(default = $default)]
            $field: $ty,
        }

        #[sgn::source]
        impl $Name {
            #[pad($pad)]
            fn new(&mut self) -> Frame<$ty> {
                Frame::new(self.$field).with_eos(true)
            }
        }
    };
}

macro_rules! scale {
    ($name:ident, $ty:ty, $factor:expr) => {
        #[sgn::transform]
        fn $name(x: $ty) -> $ty {
            x * $factor
        }
    };
}

macro_rules! shows {
    ($($name:ident: $ty:ty),*) => {
        $(
            #[sgn::sink]
            fn $name(x: &$ty) {
                let _ = x;
            }
        )*
    };
}

counter!(
    /// Counts.
    #[derive(Debug)]
    pub Counter, last: u32 = 7, "H1"
);
scale!(double, u32, 2);
shows!(show: u32, show_text: String);

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(Counter::builder("src").last(3))?;
    let double = pipeline.add(double::builder("double"))?;
    let sink = pipeline.add(show::builder("snk"))?;
    pipeline.link(source.H1, double.x)?;
    pipeline.link(double.out, sink.x)?;
    pipeline.run()?;
    let _ = show_text::builder("text");
    Ok(())
}
