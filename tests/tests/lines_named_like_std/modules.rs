//! `#[sgn::profile]` on a module marks all functions and methods in it, and in what is in it.

use super::check;

const SOURCE: &str = include_str!("modules.rs");

#[sgn::profile]
mod helpers {
    use super::super::eat;

    pub(super) fn function() {
        fn nested() {
            // @nested
            eat(1);
        }
        // @function
        eat(2);
        nested();
    }

    pub(super) trait Work {
        fn bytes(&self) -> usize;

        fn work(&self) {
            // @default
            eat(self.bytes());
        }
    }

    pub(super) mod inner {
        use super::{Work, eat};

        pub(in super::super) struct Tool;

        impl Tool {
            pub(in super::super) fn method(&self) {
                // @method
                eat(4);
            }

            pub(in super::super) const fn constant(&self) -> usize {
                5
            }
        }

        impl Work for Tool {
            fn bytes(&self) -> usize {
                // @bytes
                eat(6)
            }
        }
    }
}

#[sgn::profile]
trait Greets {
    fn greet(&self) {
        // @greets
        super::eat(7);
    }
}

impl Greets for helpers::inner::Tool {}

#[test]
fn all_functions_and_methods_of_a_module_are_marked() {
    use helpers::Work as _;

    let tool = helpers::inner::Tool;
    let work = || {
        helpers::function();
        tool.method();
        tool.work();
        tool.greet();
        tool.constant()
    };
    let expected = [
        ("nested", 1),
        ("function", 2),
        ("default", 6),
        ("method", 4),
        ("bytes", 6),
        ("greets", 7),
    ];
    check(SOURCE, "modules", work, &expected);
}
