//! Fields that own memory, of types by whatever name.
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use sgn::prelude::*;

type Ring<T> = VecDeque<T>;
type Names = HashMap<String, Vec<u8>>;

mod own {
    pub struct Vec<T>(pub std::vec::Vec<T>);

    impl<T> Default for Vec<T> {
        fn default() -> Self {
            Self(std::vec::Vec::new())
        }
    }

    /// As many parameters as that of the library.
    #[derive(Default)]
    pub struct HashMap<A, B>(A, B);

    #[derive(Default)]
    pub struct String;

    pub struct Option<T: Copy>(T);

    impl<T: Copy + Default> Default for Option<T> {
        fn default() -> Self {
            Self(T::default())
        }
    }
}

/// A method of each type, by a name that the library might have.
trait Walk {
    fn walk(&self) -> u8 {
        0
    }

    fn leaf(&self) -> u8 {
        0
    }
}

impl<T> Walk for T {}

struct Field;
struct Fields;
struct Leaf;
struct Text;

/// The parameters are called like walkers.
#[sgn::transform]
struct Hold<Of, Of2, const N: usize>
where
    Of: Clone + Send + 'static,
    Of2: Iterator<Item = Of> + Send + 'static,
{
    #[prop(default)]
    r#type: Option<Of2>,
    #[state]
    r#match: Vec<Of>,
    #[state(std::array::from_fn(|_| Vec::new()))]
    rows: [Vec<Of2::Item>; N],
    #[state]
    ring: Ring<Of>,
    #[state]
    names: Names,
    #[state]
    nested: BTreeMap<String, Vec<(Option<Frame<Of>>, Arc<str>)>>,
    #[state]
    lock: Mutex<Vec<Of>>,
    #[state]
    own: (
        own::Vec<Of>,
        own::HashMap<u8, Vec<Of>>,
        own::String,
        own::Option<u8>,
    ),
    #[state]
    own_vec: Vec<own::Vec<Vec<Of>>>,
    #[state]
    dynamic: Option<Box<dyn Fn(&Of) -> bool + Send>>,
    #[state]
    boxed: Box<[Vec<Of>]>,
    #[state(Ok(Vec::new()))]
    result: Result<Vec<Of>, Box<dyn std::error::Error + Send + Sync>>,
    #[prop(default = "label")]
    label: &'static str,
    #[cfg(test)]
    #[state]
    seen: Vec<u8>,
    #[cfg(not(test))]
    #[state]
    seen: Vec<NoSuchType>,
}

#[sgn::transform]
impl<Of, Of2, const N: usize> Hold<Of, Of2, N>
where
    Of: Clone + Send + 'static,
    Of2: Iterator<Item = Of> + Send + 'static,
{
    fn pull(&mut self, value: Frame<Of>) {
        self.r#match.extend(value.into_data());
    }

    fn new(&mut self) -> Option<Frame<Of>> {
        self.r#match.pop().map(Frame::new)
    }
}

#[sgn::source]
#[repr(C, packed)]
struct Packed {
    #[state]
    history: Vec<u8>,
}

#[sgn::source]
impl Packed {
    fn new(&mut self) -> Frame<u8> {
        Frame::eos()
    }
}

#[sgn::sink]
fn keep<T: Send + 'static>(
    item: T,
    #[state] r#in: &mut Vec<T>,
    #[prop(default)] names: Vec<String>,
    #[state] last: &mut Option<Box<T>>,
) {
    assert!(names.is_empty());
    r#in.extend(last.take().map(|last| *last));
    *last = Some(Box::new(item));
}

macro_rules! wide {
    ($($field:ident)*) => {
        #[sgn::source]
        struct Wide {
            $(#[state] $field: Vec<Option<String>>,)*
        }

        #[sgn::source]
        impl Wide {
            fn new(&mut self) -> Frame<usize> {
                let sizes = [$(self.$field.len()),*];
                Frame::new(sizes.len()).with_eos(true)
            }
        }
    };
}

wide! {
    f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19
    f20 f21 f22 f23 f24 f25 f26 f27 f28 f29 f30 f31 f32 f33 f34 f35 f36 f37 f38 f39
    f40 f41 f42 f43 f44 f45 f46 f47 f48 f49 f50 f51 f52 f53 f54 f55 f56 f57 f58 f59
    f60 f61 f62 f63 f64 f65 f66 f67 f68 f69 f70 f71 f72 f73 f74 f75 f76 f77 f78 f79
    f80 f81 f82 f83 f84 f85 f86 f87 f88 f89 f90 f91 f92 f93 f94 f95 f96 f97 f98 f99
    f100 f101 f102 f103 f104 f105 f106 f107 f108 f109 f110 f111 f112 f113 f114 f115 f116 f117 f118 f119
    f120 f121 f122 f123 f124 f125 f126 f127 f128 f129 f130 f131 f132 f133 f134 f135 f136 f137 f138 f139
    f140 f141 f142 f143 f144 f145 f146 f147 f148 f149 f150 f151 f152 f153 f154 f155 f156 f157 f158 f159
    f160 f161 f162 f163 f164 f165 f166 f167 f168 f169 f170 f171 f172 f173 f174 f175 f176 f177 f178 f179
    f180 f181 f182 f183 f184 f185 f186 f187 f188 f189 f190 f191 f192 f193 f194 f195 f196 f197 f198 f199
}

#[test]
fn it_runs() -> sgn::Result<()> {
    let mut pipeline = Pipeline::new();
    let source = pipeline.add(Wide::builder("src"))?;
    let hold = pipeline.add(Hold::<usize, std::ops::Range<usize>, 2>::builder("hold"))?;
    let sink = pipeline.add(keep::<usize>::builder("snk"))?;
    pipeline.link(source.out, hold.value)?;
    pipeline.link(hold.out, sink.item)?;
    pipeline.run()?;
    assert_eq!(pipeline.element(&sink)?.last.as_deref(), Some(&200));
    NewElement::new(Packed::builder("packed"))?;
    Ok(())
}
