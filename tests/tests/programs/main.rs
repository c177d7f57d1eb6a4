//! Programs, run as their users run them: examples, probes, and cargo itself.
//!
//! They are one program of tests, so that one of them may be compiled or waited for while another runs.

mod catalogue;
#[cfg(target_os = "linux")]
mod cliffs;
mod command_line;
mod dependencies;
mod documentation;
mod examples_refuse;
mod examples_run;
mod hello;
mod hostile_text;
mod lines_stripped;
#[cfg(all(
    target_os = "linux",
    target_env = "gnu",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
mod oracle;
mod own_elements;
