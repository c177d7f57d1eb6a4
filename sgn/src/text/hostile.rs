//! Texts that try what a terminal and a reader can be made to do; for tests.
//!
//! `tests/tests/programs/hostile_text.rs` includes this file, too.

/// The pieces that the texts consist of.
const PIECES: [&str; 36] = [
    "\u{1b}[2J",
    "\u{1b}]0;title\u{7}",
    "\u{1b}]8;;http://x\u{1b}\\",
    "\u{1b}P",
    "\u{9b}31m",
    "\u{9d}0;t\u{9c}",
    "\0",
    "\u{8}\u{8}",
    "\u{c}",
    "\u{7f}",
    "\u{85}",
    "\r",
    "\n",
    "\r\n",
    "\t",
    "\n\n",
    "\n2026-01-01T00:00:00.000Z CRITICAL x",
    "\n[MEMPROF] | x",
    "\n<0>ERROR x",
    "\nerror: x",
    "\n  caused by: x",
    "\n  | ",
    "\u{2028}ERROR x",
    "\u{2029}",
    "\u{202e}txt.exe",
    "\u{2066}\u{2067}\u{2068}\u{2069}",
    "\u{200e}\u{200f}\u{61c}",
    "\u{200b}\u{200d}\u{feff}\u{2060}",
    "\u{ad}\u{34f}\u{e0041}",
    "日本",
    "🎉👍🏽",
    "e\u{301}",
    "`\"'\\",
    "a ",
    "x=1",
    "! . : ",
];

/// The texts of one seed, which are the same in every run.
#[derive(Clone, Debug)]
pub(crate) struct Hostile(u64);

impl Hostile {
    /// Returns the texts of `seed`.
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, end: usize) -> usize {
        // Knuth's generator; its high bits are the good ones.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    /// Returns the next text: one or two pieces.
    pub(crate) fn next_text(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..=self.below(2) {
            text.push_str(PIECES[self.below(PIECES.len())]);
        }
        text
    }

    /// Returns the next `count` texts as one.
    pub(crate) fn next_texts(&mut self, count: usize) -> String {
        let mut texts = String::new();
        for _ in 0..count {
            texts.push_str(&self.next_text());
        }
        texts
    }
}

/// Asserts that nothing in `shown` acts on a terminal or hides, and that no line but those which `is_ours` knows
/// begins as it likes.
#[track_caller]
pub(crate) fn assert_harmless(shown: &str, is_ours: impl Fn(usize, &str) -> bool) {
    let harmful = |letter: char| {
        letter < ' ' && letter != '\n'
            || letter > '~'
                && (letter.is_control()
                    || matches!(
                        letter,
                        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
                            | '\u{61c}' | '\u{feff}' | '\u{ad}' | '\u{34f}' | '\u{e0000}'..='\u{e007f}'
                    ))
    };
    if let Some(letter) = shown.chars().find(|letter| harmful(*letter)) {
        panic!("harm: {letter:?} is shown in {shown:?}");
    }
    for (place, line) in shown.lines().enumerate() {
        assert!(
            is_ours(place, line),
            "harm: line {place} is not ours: {shown}"
        );
    }
}
