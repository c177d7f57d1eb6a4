//! Nothing; the tests of this package are crates of edition 2021 whose manifest calls `sgn` by another name.
