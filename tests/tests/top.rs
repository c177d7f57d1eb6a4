//! `sgn top` in a terminal: what is shown, the keys, and the terminal after each way to end.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use sgn_tests::examples::{example, sgn};

/// A terminal of its own server, which ends with it.
struct Terminal {
    socket: PathBuf,
}

impl Terminal {
    /// Opens a terminal with a shell in it; `None`, with a line that says so, where there is no `tmux`.
    fn open(name: &str, (width, height): (u16, u16)) -> Option<Self> {
        if Command::new("tmux").arg("-V").output().is_err() {
            eprintln!("NOT RUN: tmux: it is not installed; `.ci/run viewers` installs it");
            return None;
        }
        let terminal = Self {
            socket: scratch(name).join("tmux"),
        };
        let (width, height) = (width.to_string(), height.to_string());
        terminal.tmux(&[
            "new-session",
            "-d",
            "-x",
            &width,
            "-y",
            &height,
            "env",
            "PS1=prompt> ",
            "LC_ALL=C.UTF-8",
            "sh",
        ]);
        terminal.wait("prompt>");
        Some(terminal)
    }

    fn tmux(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new("tmux");
        command
            .args(["-u", "-f", "/dev/null", "-S"])
            .arg(&self.socket);
        let output = command
            .args(arguments)
            .env_remove("TMUX")
            .env("LC_ALL", "C.UTF-8")
            .output();
        output.expect("tmux starts")
    }

    fn press(&self, keys: &[&str]) {
        self.tmux(&[&["send-keys"], keys].concat());
    }

    /// Types a command for the shell.
    fn type_command(&self, text: &str) {
        self.press(&["-l", text]);
        self.press(&["Enter"]);
    }

    fn screen(&self) -> String {
        let output = self.tmux(&["capture-pane", "-p"]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Waits until the screen is as it should be, and returns it.
    fn until(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let screen = self.screen();
            if is_so(&screen) {
                return screen;
            }
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "no {what} in:\n{screen}"
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn wait(&self, text: &str) -> String {
        self.until(text, |screen| screen.contains(text))
    }

    /// Holds that the shell is back: no second screen, a cursor, and an echo of what is typed.
    fn assert_restored(&self) {
        self.until("prompt", |screen| {
            screen.contains("prompt>") && !screen.contains("ELEMENT")
        });
        let shown = self.tmux(&["display-message", "-p", "#{alternate_on} #{cursor_flag}"]);
        assert_eq!(String::from_utf8_lossy(&shown.stdout).trim(), "0 1");
        self.type_command("stty -a | tr ' ' '\\n' | grep -cx -e icanon -e echo -e isig");
        self.until("settings of a terminal", |screen| {
            screen.lines().any(|line| line == "3")
        });
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("sgn-top-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

/// Records a run of `leak_hunt`.
fn recorded(name: &str) -> PathBuf {
    let file = scratch(name).join("run.sgnprof");
    let mut program = example("leak_hunt");
    let output = program.env("SGN_MEMPROF_FILE", &file).output();
    assert!(output.expect("the example starts").status.success());
    file
}

/// Starts a slow run that is recorded.
fn running(file: &Path, strides: &str) -> Child {
    let mut probe = Command::new(env!("CARGO_BIN_EXE_top_probe"));
    probe.args([strides, "20"]).env("SGN_MEMPROF_FILE", file);
    let probe = probe
        .env("SGN_MEMPROF_EVERY", "500ms")
        .stderr(Stdio::null());
    let child = probe.spawn().expect("the probe starts");
    let start = Instant::now();
    while fs::metadata(file).map_or(0, |file| file.len()) == 0 {
        assert!(start.elapsed() < Duration::from_secs(60), "no file");
        thread::sleep(Duration::from_millis(20));
    }
    child
}

fn top(file: &Path) -> String {
    let command = sgn();
    let program = command.get_program().to_string_lossy().into_owned();
    format!("clear; {program} top {}", file.display())
}

fn place(screen: &str, text: &str) -> usize {
    screen
        .find(text)
        .unwrap_or_else(|| panic!("no {text} in:\n{screen}"))
}

#[test]
fn keys_sort_filter_open_and_help() {
    let file = recorded("keys");
    for size in [(80, 24), (200, 50)] {
        let Some(terminal) = Terminal::open(&format!("keys{}", size.0), size) else {
            return;
        };
        terminal.type_command(&top(&file));
        let screen = terminal.wait("■ ended");
        assert!(
            screen.contains("▲ GROWS") && screen.contains("held by count.sessions"),
            "{screen}"
        );
        assert!(
            place(&screen, "▸ count") < place(&screen, "▸ requests"),
            "{screen}"
        );
        assert_eq!(screen.lines().count(), usize::from(size.1), "{screen}");

        terminal.press(&["r"]);
        terminal.wait("▼BYTES/S");
        terminal.press(&["n"]);
        terminal.wait("ELEMENT▼");
        terminal.press(&["n"]);
        let screen = terminal.wait("ELEMENT▲");
        assert!(
            place(&screen, "▸ requests") < place(&screen, "▸ count"),
            "{screen}"
        );

        terminal.press(&["/"]);
        terminal.press(&["-l", "main.rs:50"]);
        let screen = terminal.until("only count", |screen| {
            screen.contains("main.rs:50_") && !screen.contains("requests")
        });
        assert!(screen.contains("▾ count"), "{screen}");
        terminal.press(&["Enter", "Down", "Down"]);
        terminal.wait("leak_hunt/main.rs:50  let pages = Vec::with_capacity(64);");
        terminal.press(&["Escape"]);
        terminal.wait("▸ requests");
        terminal.press(&["?"]);
        terminal.wait("sort by name, live, peak, held");
        terminal.press(&["?"]);
        terminal.until("no help", |screen| !screen.contains("sort by name"));
        terminal.press(&["q"]);
        terminal.assert_restored();
    }
}

#[test]
fn a_run_is_followed_and_the_terminal_is_restored() {
    let file = scratch("live").join("run.sgnprof");
    let Some(terminal) = Terminal::open("live", (80, 24)) else {
        return;
    };
    let mut child = running(&file, "100000");
    terminal.type_command(&top(&file));
    terminal.wait("● running");
    let first = terminal.wait("an_el");
    terminal.until("news", |screen| {
        screen.lines().nth(1) != first.lines().nth(1)
    });
    terminal.press(&["C-c"]);
    terminal.assert_restored();

    terminal.type_command(&top(&file));
    terminal.wait("● running");
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    terminal.wait("◌ nothing new for");
    terminal.press(&["q"]);
    terminal.assert_restored();
}

#[test]
fn a_signal_and_a_panic_leave_the_terminal_as_it_was() {
    let file = recorded("ends");
    let Some(terminal) = Terminal::open("ends", (80, 24)) else {
        return;
    };
    let pid = scratch("ends").join("pid");
    let command = top(&file);
    let command = command.trim_start_matches("clear; ");
    terminal.type_command(&format!(
        "clear; sh -c 'echo $$ >{}; exec {command}'; echo status $?",
        pid.display()
    ));
    terminal.wait("■ ended");
    let number = fs::read_to_string(&pid).expect("the shell wrote it");
    let killed = Command::new("kill").args(["-TERM", number.trim()]).status();
    assert!(killed.expect("kill starts").success());
    terminal.wait("status 143");
    terminal.assert_restored();

    let flag = scratch("ends").join("flag");
    let probe = env!("CARGO_BIN_EXE_top_probe");
    terminal.type_command(&format!(
        "clear; TOP_PROBE_FLAG={} {probe} top {}",
        flag.display(),
        file.display()
    ));
    terminal.wait("■ ended");
    fs::write(&flag, "").expect("it can be written");
    terminal.wait("the flag is there");
    terminal.assert_restored();
}

#[test]
fn without_a_terminal_a_table_or_json_is_printed() {
    let file = recorded("pipe");
    let table = sgn().arg("top").arg(&file).output().expect("it starts");
    let text = String::from_utf8(table.stdout).expect("it is UTF-8");
    assert!(table.status.success() && !text.contains('\u{1b}'), "{text}");
    assert!(
        text.contains("\ncount ") && text.contains("\n    main.rs:50 "),
        "{text}"
    );

    let lines = sgn()
        .args(["top", "--json"])
        .arg(&file)
        .output()
        .expect("it starts");
    let text = String::from_utf8(lines.stdout).expect("it is UTF-8");
    let moments: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect();
    let last = moments.last().expect("there are some");
    assert!(moments.len() > 3 && last["stride"] == 20_000, "{last}");
    let sum: u64 = last["elements"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|element| element["live_bytes"].as_u64())
        .sum();
    assert_eq!(last["live_bytes"], sum);
    assert_eq!(last["findings"][0]["holder"], "count.sessions");

    let none = sgn()
        .args(["top", "no-such.sgnprof"])
        .output()
        .expect("it starts");
    let text = String::from_utf8_lossy(&none.stderr).into_owned();
    assert_eq!(none.status.code(), Some(1));
    assert!(
        text.starts_with("error: `no-such.sgnprof` cannot be read: "),
        "{text}"
    );
}

#[test]
fn a_terminal_that_goes_away_ends_it() {
    let file = recorded("gone");
    let Some(terminal) = Terminal::open("gone", (80, 24)) else {
        return;
    };
    let pid = scratch("gone").join("pid");
    let command = top(&file);
    let command = command.trim_start_matches("clear; ");
    terminal.type_command(&format!(
        "clear; sh -c 'echo $$ >{}; exec {command}'",
        pid.display()
    ));
    terminal.wait("■ ended");
    let number = fs::read_to_string(&pid).expect("the shell wrote it");
    drop(terminal);
    let process = Path::new("/proc").join(number.trim()).join("exe");
    let start = Instant::now();
    while fs::read_link(&process).is_ok() {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "it runs without a terminal"
        );
        thread::sleep(Duration::from_millis(50));
    }
}
