//! The names of files that this process writes.

use std::path::{Path, PathBuf};

use parking_lot::Mutex;

/// The files that this process has written or is writing.
static CLAIMED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Returns the path of a file for one pipeline, in the place of `path`: each pipeline of the process gets another one.
///
/// `%p` in the name stands for the number of the process. From the second pipeline on the name has a number:
/// `run-2.sgnprof`.
///
/// # Errors
///
/// The path is empty, or there is no current folder.
pub(crate) fn claim(path: &Path) -> Result<PathBuf, String> {
    let name = path.to_string_lossy();
    let path = match name.contains("%p") {
        true => PathBuf::from(name.replace("%p", &std::process::id().to_string())),
        false => path.to_owned(),
    };
    let path = std::path::absolute(path).map_err(|error| error.to_string())?;
    let mut claimed = CLAIMED.lock();
    let mut number = 1;
    let mut free = path.clone();
    while claimed.contains(&free) {
        number += 1;
        free = numbered(&path, number);
    }
    claimed.push(free.clone());
    Ok(free)
}

/// Returns `path` with a number at the end of the name.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pipeline_has_a_file_of_its_own() {
        let name = |path: &str| {
            let claimed = claim(Path::new(path)).expect("there is a current folder");
            claimed
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
        };
        assert_eq!(name("claimed.sgnprof").as_deref(), Some("claimed.sgnprof"));
        assert_eq!(
            name("claimed.sgnprof").as_deref(),
            Some("claimed-2.sgnprof")
        );
        assert_eq!(
            name("./claimed.sgnprof").as_deref(),
            Some("claimed-3.sgnprof")
        );
        let with_number = format!("claimed-{}.sgnprof", std::process::id());
        assert_eq!(name("claimed-%p.sgnprof"), Some(with_number));
        assert!(claim(Path::new("")).is_err());
    }
}
