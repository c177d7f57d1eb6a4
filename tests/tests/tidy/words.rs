//! What sources may not say, and where.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenTree};

use crate::source::{
    files, flat, inside, is_mark, is_word, read, rust_files, tokens, without_tests,
};

/// The longest a source may be. A longer one holds more than one idea.
const LONGEST: usize = 450;

#[test]
fn no_source_is_longer_than_one_idea() {
    let lines = |path: &String| read(path).lines().count();
    let long: Vec<_> = rust_files()
        .into_iter()
        .filter(|path| lines(path) > LONGEST)
        .collect();
    assert!(long.is_empty(), "over {LONGEST} lines: {long:?}");
}

/// The floors of `memory` that an allocation passes through, as ARCHITECTURE.md has them.
fn floors_on_the_path() -> Vec<String> {
    let document = read("ARCHITECTURE.md");
    let (_, section) = document
        .split_once("### Layers of `memory`\n")
        .expect("ARCHITECTURE.md has the heading `### Layers of `memory``");
    let rows = section
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2);
    let rows = rows.map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    rows.filter(|cells| match cells[3] {
        "yes" => true,
        "no" => false,
        other => panic!("on the path of an allocation: `{other}` is neither `yes` nor `no`"),
    })
    .map(|cells| cells[1].trim_matches('`').to_owned())
    .collect()
}

/// Words that a file has outside of the path, and why.
const EXCEPTIONS: [(&str, &str); 3] = [
    // makes room for the names of more owners when one is registered
    ("id/names.rs", "`Box`"),
    // the built-in owners are numbered by the compiler
    ("id/owner.rs", "`panic`"),
    // asks whether the allocator is installed by allocating a byte
    ("mode.rs", "`Box`"),
];

/// What allocates, locks, logs or panics, by its name.
fn on_the_hot_path(tokens: &[TokenTree]) -> Vec<String> {
    let names = [
        "parking_lot",
        "tracing",
        "String",
        "Vec",
        "Box",
        "format",
        "Mutex",
        "RwLock",
    ];
    let methods = ["unwrap", "expect", "to_owned", "to_string"];
    let macros = [
        "format",
        "panic",
        "vec",
        "print",
        "println",
        "eprintln",
        "unreachable",
    ];
    let mut found = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        let any = |words: &[&str]| words.iter().any(|word| is_word(Some(token), word));
        let called = i > 0 && is_mark(tokens.get(i - 1), '.');
        let expanded = is_mark(tokens.get(i + 1), '!');
        if any(&names) || called && any(&methods) || expanded && any(&macros) {
            found.push(format!("line {}: `{token}`", token.span().start().line));
        }
    }
    found
}

#[test]
fn nothing_on_the_path_of_an_allocation_allocates_locks_or_panics() {
    let floors = floors_on_the_path();
    let hot: Vec<_> = rust_files()
        .into_iter()
        .filter_map(|path| path.strip_prefix("sgn/src/memory/").map(str::to_owned))
        .filter(|name| {
            let floor = name.split(['/', '.']).next().unwrap_or_default();
            floors.iter().any(|on_the_path| on_the_path == floor)
        })
        .collect();
    assert!(
        hot.iter().any(|name| name == "alloc/allocator.rs"),
        "found {hot:?}"
    );
    for floor in floors {
        let is_there = |name: &String| name.split(['/', '.']).next() == Some(&floor);
        assert!(hot.iter().any(is_there), "`{floor}` has no file");
    }
    for name in hot {
        let text = read(format!("sgn/src/memory/{name}"));
        let mut found = on_the_hot_path(&flat(&without_tests(&tokens(&text))));
        let excepted = EXCEPTIONS.iter().filter(|(file, _)| *file == name);
        for (file, word) in excepted {
            let before = found.len();
            found.retain(|found| !found.ends_with(word));
            assert!(
                found.len() < before,
                "{file} does without {word}: strike the exception out"
            );
        }
        assert!(found.is_empty(), "sgn/src/memory/{name}: {found:?}");
    }
}

#[test]
fn the_hot_path_is_known_by_its_words() {
    let found = |text| on_the_hot_path(&flat(&without_tests(&tokens(text)))).len();
    assert_eq!(
        found("fn f() { a.lock().unwrap(); let v: Vec<u8> = vec![]; }"),
        3
    );
    assert_eq!(found("fn f() { panic!(\"x\") } use parking_lot::Mutex;"), 3);
    assert_eq!(
        found("#![expect(unsafe_code, reason = \"panic!\")] /// A Vec.\nfn f() { a.unwrap_or(b) }"),
        0
    );
    assert_eq!(found("#[cfg(test)] mod tests { fn f() { a.unwrap() } }"), 0);
}

/// The lines of `text` where something unsafe starts: whether it is a block or an impl.
fn unsafe_places(tokens: &[TokenTree], found: &mut Vec<(usize, bool)>) {
    for (i, token) in tokens.iter().enumerate() {
        let next = tokens.get(i + 1);
        let proven = inside(next, Delimiter::Brace).is_some() || is_word(next, "impl");
        let declared = is_word(next, "fn") || is_word(next, "extern") || is_word(next, "trait");
        let attribute = inside(next, Delimiter::Parenthesis).is_some();
        if is_word(Some(token), "unsafe") && (proven || declared || attribute) {
            found.push((token.span().start().line, proven));
        }
        if let TokenTree::Group(group) = token {
            let body: Vec<_> = group.stream().into_iter().collect();
            unsafe_places(&body, found);
        }
    }
}

/// Whether a comment `// SAFETY:` stands above that line, or above the statement that it is a part of.
fn has_safety_comment(text: &str, line: usize) -> bool {
    let above: Vec<_> = text.lines().take(line.saturating_sub(1)).collect();
    for line in above.iter().rev().map(|line| line.trim()) {
        if line.contains("SAFETY:") {
            return true;
        }
        let other_statement = line.is_empty() || line.ends_with([';', '}']);
        if other_statement && !line.starts_with("//") {
            return false;
        }
    }
    false
}

#[test]
fn unsafe_code_is_where_the_architecture_lists_it_and_says_why_it_is_sound() {
    let document = read("ARCHITECTURE.md");
    let (_, section) = document
        .split_once("### Unsafe code\n")
        .expect("ARCHITECTURE.md has the heading `### Unsafe code`");
    let listed: BTreeSet<_> = section
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.split('`').nth(1))
        .map(str::to_owned)
        .collect();
    let mut found = BTreeSet::new();
    for path in rust_files() {
        let (text, mut places) = (read(&path), Vec::new());
        unsafe_places(&tokens(&text), &mut places);
        for (line, proven) in places {
            let commented = !proven || has_safety_comment(&text, line);
            assert!(commented, "{path}:{line}: no `// SAFETY:` comment");
            found.insert(path.clone());
        }
    }
    assert_eq!(
        found, listed,
        "found (left), listed in ARCHITECTURE.md (right)"
    );
}

#[test]
fn unsafe_code_is_recognised() {
    let places = |text: &str| {
        let mut found = Vec::new();
        unsafe_places(&tokens(text), &mut found);
        found
    };
    assert_eq!(places("fn f() {\n unsafe { g() } }"), [(2, true)]);
    assert_eq!(places("unsafe impl Send for A {}"), [(1, true)]);
    assert_eq!(places("unsafe fn f() {}"), [(1, false)]);
    assert_eq!(places("// unsafe { }\ntype A = Token![unsafe];"), []);
    assert!(has_safety_comment(
        "// SAFETY: so.\nlet a =\n    unsafe { b() };",
        3
    ));
    assert!(!has_safety_comment(
        "// SAFETY: so.\nlet a = b;\nunsafe { b() };",
        3
    ));
    assert!(!has_safety_comment("let a = 1;", 1));
}

/// Tests that never run, and work that is put off.
fn put_off(tokens: &[TokenTree], found: &mut Vec<usize>) {
    for (i, token) in tokens.iter().enumerate() {
        let attribute = inside(tokens.get(i + 1), Delimiter::Bracket).unwrap_or_default();
        let ignored = is_mark(Some(token), '#') && is_word(attribute.first(), "ignore");
        let stub = ["todo", "unimplemented"]
            .iter()
            .any(|word| is_word(Some(token), word))
            && is_mark(tokens.get(i + 1), '!');
        if ignored || stub {
            found.push(token.span().start().line);
        }
        if let TokenTree::Group(group) = token {
            let body: Vec<_> = group.stream().into_iter().collect();
            put_off(&body, found);
        }
    }
}

#[test]
fn nothing_is_ignored_or_put_off() {
    let lines = |text: &str| {
        let mut found = Vec::new();
        put_off(&tokens(text), &mut found);
        found
    };
    assert_eq!(lines("#[test] #[ignore] fn f() {\n todo!() }"), [1, 2]);
    assert_eq!(lines("#[ignore = \"slow\"] fn f() {}"), [1]);
    for path in rust_files() {
        let found = lines(&read(&path));
        assert!(found.is_empty(), "{path}: lines {found:?}");
    }
}

#[test]
fn no_file_names_a_place_of_one_machine() {
    let folders = ["work", "root", "farm", "tmp", "home"];
    for path in files() {
        let text = std::fs::read(crate::source::workspace().join(&path)).expect("it can be read");
        let text = String::from_utf8_lossy(&text);
        for folder in folders {
            let place = format!("/{folder}/");
            for (at, _) in text.match_indices(&place) {
                let before = text[..at].chars().next_back();
                let inside_a_path = before
                    .is_some_and(|letter| letter.is_alphanumeric() || "_.-}>".contains(letter));
                assert!(inside_a_path, "{path} names the folder `{place}`");
            }
        }
    }
}

/// Words that begin a question, where a doc comment needs a verb or the noun that it describes.
const QUESTIONS: [&str; 11] = [
    "How", "What", "When", "Where", "Whether", "Which", "Who", "Whoever", "Whom", "Whose", "Why",
];

/// The lines of `text` with a doc comment that begins with one of [`QUESTIONS`].
fn questions(text: &str) -> Vec<usize> {
    let documentation = |line: &str| {
        let line = line.trim_start();
        let line = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"));
        line.map(|line| line.trim_start().to_owned())
    };
    let (mut found, mut goes_on) = (Vec::new(), false);
    for (line, text) in (1..).zip(text.lines().map(documentation)) {
        let first = text
            .as_deref()
            .and_then(|text| text.split(|letter: char| !letter.is_alphabetic()).next());
        if !goes_on && first.is_some_and(|first| QUESTIONS.contains(&first)) {
            found.push(line);
        }
        goes_on = text.is_some();
    }
    found
}

#[test]
fn no_doc_comment_begins_as_a_question() {
    assert_eq!(
        questions("//! What.\n\n/// A.\n/// How.\nfn f() {\n    /// Which way.\n"),
        [1, 6]
    );
    for path in rust_files() {
        if path.starts_with("sgn/src/") {
            let found = questions(&read(&path));
            assert!(
                found.is_empty(),
                "{path}: lines {found:?} begin with one of {QUESTIONS:?}; begin with a verb, or with the noun"
            );
        }
    }
}
