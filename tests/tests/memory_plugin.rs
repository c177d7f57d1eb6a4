//! An unloaded library: a plugin with the counting allocator is closed before the thread ends that has
//! allocated in it. The program goes on, and a plugin that is loaded again and again costs no addresses.

#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::Command;

use sgn_tests::programs;

const PLUGIN: &str = r#"
sgn::counting_allocator!();

#[unsafe(no_mangle)]
pub extern "C" fn plugin_run() -> u64 {
    sgn::memory::enable();
    let owner = sgn::memory::register("plugin");
    let kept = sgn::memory::scope(owner, || std::hint::black_box(vec![1_u8; 7000]));
    let live = sgn::memory::Snapshot::take().owner(owner).usage.live_bytes;
    sgn::memory::release(owner);
    drop(kept);
    live
}
"#;

const HOST: &str = r#"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
static const char *library;
static void *work(void *unused) {
  (void)unused;
  void *plugin = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (!plugin) { puts(dlerror()); return 0; }
  unsigned long long (*run)(void) = (unsigned long long (*)(void))dlsym(plugin, "plugin_run");
  unsigned long long live = run();
  dlclose(plugin);
  return (void *)live;
}
int main(int count, char **arguments) {
  (void)count;
  library = arguments[1];
  unsigned long long sum = 0;
  for (int i = 0; i < 200; i++) {
    pthread_t thread;
    void *live = 0;
    pthread_create(&thread, 0, work, 0);
    pthread_join(thread, &live);
    sum += (unsigned long long)live;
  }
  unsigned long pages = 0;
  FILE *told = fopen("/proc/self/statm", "r");
  if (!told || fscanf(told, "%lu", &pages) != 1) return 1;
  printf("%llu %lu\n", sum, pages / 256);
  return 0;
}
"#;

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("the folder can be written");
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("the command starts");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {error}", output.status);
    String::from_utf8(output.stdout).expect("a text")
}

#[test]
fn a_closed_plugin_does_not_crash_the_threads_that_used_it() {
    let sgn = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../sgn"));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("plugin");
    std::fs::create_dir_all(folder.join("src")).expect("a folder");
    let manifest = format!(
        "[package]\nname = \"plugin\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [lib]\ncrate-type = [\"cdylib\"]\n[dependencies]\nsgn = {{ path = {:?}, features = [\"cli\"] }}\n[workspace]\n",
        sgn.display().to_string()
    );
    write(&folder.join("Cargo.toml"), &manifest);
    write(&folder.join("src/lib.rs"), PLUGIN);
    write(&folder.join("host.c"), HOST);
    let lock = std::fs::read_to_string(sgn.join("../Cargo.lock")).expect("a lock file");
    write(&folder.join("Cargo.lock"), &lock);
    run(programs::cargo_outside(&folder)
        .args(["build", "--offline"])
        // a sanitizer of this test is none of the host's
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET"));
    let host = folder.join("host");
    run(Command::new("cc")
        .args(["host.c", "-o", "host", "-ldl", "-lpthread"])
        .current_dir(&folder));
    let told = run(Command::new(host).arg(programs::target().join("debug/libplugin.so")));
    let numbers: Vec<u64> = told
        .split_whitespace()
        .map(|number| number.parse().expect("a number"))
        .collect();
    assert_eq!(numbers[0], 200 * 7000, "each thread had its block");
    assert!(
        numbers[1] < 2000,
        "{} MiB of addresses after two hundred times",
        numbers[1]
    );
}
