//! Shared parts of the examples.

use std::path::{Path, PathBuf};

/// The folder `name` of the data that is shipped with the examples.
///
/// ```
/// assert!(sgn_examples::data_folder("strain").join("H1.f64").is_file());
/// ```
#[must_use]
pub fn data_folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(name)
}
