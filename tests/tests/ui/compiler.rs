//! The compiler, called for one program at a time.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use parking_lot::Mutex;
use sgn_tests::programs;

use crate::program::{Program, root};

/// `rustc` with `sgn` among the crates that a program can name.
pub(crate) struct Compiler {
    sgn: PathBuf,
    out: PathBuf,
}

impl Compiler {
    pub(crate) fn new() -> Self {
        let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("ui");
        std::fs::create_dir_all(&out).expect("the folder can be made");
        let sgn = programs::examples().library("sgn", "rlib").to_owned();
        Self { sgn, out }
    }

    fn rustc(&self, program: &Program) -> Command {
        let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        let libraries = self.sgn.parent().expect("a library is in a folder");
        rustc
            .args(["--edition=2024", "--crate-type=bin", "--verbose"])
            .args(["--color=never", "--diagnostic-width=140", "-Adead_code"])
            .arg(format!("--extern=sgn={}", self.sgn.display()))
            .arg(format!("-Ldependency={}", libraries.display()))
            .arg(&program.path)
            .current_dir(root())
            .env_remove("SGN_DEBUG_MACRO");
        rustc
    }

    /// Compiles a program as far as there can be errors; what the compiler says of it if there are.
    pub(crate) fn check(&self, program: &Program) -> Result<(), String> {
        let mut rustc = self.rustc(program);
        let out = self.out.join(program.name()).with_extension("rmeta");
        rustc.arg("--emit=metadata").arg("-o").arg(out);
        succeeded(&mut rustc)
    }

    /// Compiles a program and runs it; what was said if either fails.
    pub(crate) fn run(&self, program: &Program) -> Result<(), String> {
        let out = self.out.join(program.name());
        succeeded(self.rustc(program).arg("-o").arg(&out))?;
        succeeded(&mut Command::new(out))
    }
}

fn succeeded(command: &mut Command) -> Result<(), String> {
    let Output { status, stderr, .. } = command.output().expect("the program starts");
    let said = String::from_utf8_lossy(&stderr).into_owned();
    if status.success() { Ok(()) } else { Err(said) }
}

/// What there is to complain of each program, with its path; as many at a time as there are processors.
pub(crate) fn each(
    programs: &[Program],
    complaint: impl Fn(&Program) -> Option<String> + Sync,
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(Vec::new());
    let work = || {
        while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Some(complaint) = complaint(program) {
                let complaint = format!("{}: {complaint}", program.path.display());
                complaints.lock().push(complaint);
            }
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    let mut complaints = complaints.into_inner();
    complaints.sort();
    complaints
}
