//! The sources of the workspace: files, tokens, and the module tree.
//!
//! Rules look at tokens rather than at text, so that a comment or a string never breaks one.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The top folder of the workspace.
pub(crate) fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent()
        .expect("the tests are a folder of the workspace")
        .to_owned()
}

/// The text of a file, by its path from the top folder.
pub(crate) fn read(path: impl AsRef<Path>) -> String {
    let path = workspace().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files of the project by their paths from the top folder, in order.
pub(crate) fn files() -> Vec<String> {
    let (top, mut found) = (workspace(), Vec::new());
    collect(&top, &top, &mut found);
    found.sort();
    assert!(!found.is_empty(), "no files below {}", top.display());
    found
}

fn collect(top: &Path, folder: &Path, found: &mut Vec<String>) {
    let entries = fs::read_dir(folder).expect("a folder of the project can be read");
    for entry in entries.map(|entry| entry.expect("an entry can be read")) {
        let (path, name) = (entry.path(), entry.file_name());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if name != "target" && name != ".git" {
                collect(top, &path, found);
            }
        } else if name != ".git" {
            // In a second work tree this is a file.
            let path = path.strip_prefix(top).expect("the path is below the top");
            found.push(path.to_string_lossy().replace('\\', "/"));
        }
    }
}

/// All Rust sources, without the inputs of the compile tests, which are wrong on purpose.
pub(crate) fn rust_files() -> Vec<String> {
    let mut files = files();
    files.retain(|path| path.ends_with(".rs") && !path.starts_with("tests/ui/"));
    files
}

/// The tokens of a Rust source.
pub(crate) fn tokens(text: &str) -> Vec<TokenTree> {
    let stream: TokenStream = text.parse().expect("the source is made of tokens");
    stream.into_iter().collect()
}

/// Whether this is the identifier `word`.
pub(crate) fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == word)
}

/// Whether this is the punctuation mark `mark`.
pub(crate) fn is_mark(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

/// The tokens between the brackets of `token`, if it is such a group.
pub(crate) fn inside(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<Vec<TokenTree>> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => {
            Some(group.stream().into_iter().collect())
        }
        _ => None,
    }
}

/// The tokens without the items under `#[cfg(test)]`, at any depth.
pub(crate) fn without_tests(tokens: &[TokenTree]) -> Vec<TokenTree> {
    let (mut kept, mut i) = (Vec::new(), 0);
    while i < tokens.len() {
        let attribute = inside(tokens.get(i + 1), Delimiter::Bracket)
            .filter(|_| is_mark(tokens.get(i), '#'))
            .unwrap_or_default();
        let arguments = inside(attribute.get(1), Delimiter::Parenthesis).unwrap_or_default();
        if is_word(attribute.first(), "cfg") && is_word(arguments.first(), "test") {
            let body = |token: &TokenTree| {
                inside(Some(token), Delimiter::Brace).is_some() || is_mark(Some(token), ';')
            };
            let length = tokens[i..].iter().position(body);
            i += length.map_or(tokens.len(), |length| length + 1);
            continue;
        }
        kept.push(match &tokens[i] {
            TokenTree::Group(group) => {
                let body: Vec<_> = group.stream().into_iter().collect();
                let body = without_tests(&body).into_iter().collect();
                TokenTree::Group(Group::new(group.delimiter(), body))
            }
            other => other.clone(),
        });
        i += 1;
    }
    kept
}

/// The tokens one after the other, with those of every group in its place.
pub(crate) fn flat(tokens: &[TokenTree]) -> Vec<TokenTree> {
    let mut opened = Vec::new();
    for token in tokens {
        if let TokenTree::Group(group) = token {
            let body: Vec<_> = group.stream().into_iter().collect();
            opened.extend(flat(&body));
        } else {
            opened.push(token.clone());
        }
    }
    opened
}

/// A module in a file of its own.
#[derive(Debug)]
pub(crate) struct Module {
    /// The names from the crate's root down; empty for the root.
    pub(crate) path: Vec<String>,
    /// The file, by its path from the top folder.
    pub(crate) file: String,
}

/// The modules of the crate whose root is `root`, the root first.
pub(crate) fn modules(root: &str) -> Vec<Module> {
    let mut found = vec![Module {
        path: Vec::new(),
        file: root.to_owned(),
    }];
    let mut next = 0;
    while next < found.len() {
        let Module { path, file } = &found[next];
        let parent = Path::new(file).parent().unwrap_or(Path::new(""));
        let stem = Path::new(file).file_stem().unwrap_or_default();
        let folder = if path.is_empty() || stem == "mod" {
            parent.to_owned()
        } else {
            parent.join(stem)
        };
        let mut children = Vec::new();
        declarations(&tokens(&read(file)), path, parent, &folder, &mut children);
        found.extend(children);
        next += 1;
    }
    found
}

/// Finds `mod name;`, also within `mod outer { .. }`.
fn declarations(
    tokens: &[TokenTree],
    path: &[String],
    parent: &Path,
    folder: &Path,
    found: &mut Vec<Module>,
) {
    let mut elsewhere = None;
    for i in 0..tokens.len() {
        let attribute = inside(tokens.get(i), Delimiter::Bracket).unwrap_or_default();
        if is_word(attribute.first(), "path") {
            let literal = attribute.last().map(ToString::to_string);
            elsewhere = literal.map(|text| parent.join(text.trim_matches('"')));
        }
        let (true, Some(TokenTree::Ident(name))) =
            (is_word(tokens.get(i), "mod"), tokens.get(i + 1))
        else {
            continue;
        };
        let name = name.to_string();
        let path = [path, std::slice::from_ref(&name)].concat();
        if let Some(body) = inside(tokens.get(i + 2), Delimiter::Brace) {
            declarations(&body, &path, parent, &folder.join(&name), found);
        } else if is_mark(tokens.get(i + 2), ';') {
            let flat = folder.join(format!("{name}.rs"));
            let file = elsewhere.take().unwrap_or_else(|| {
                if workspace().join(&flat).exists() {
                    flat
                } else {
                    folder.join(&name).join("mod.rs")
                }
            });
            let file = file.to_string_lossy().replace('\\', "/");
            found.push(Module { path, file });
        }
    }
}

#[test]
fn modules_are_found_with_their_names() {
    let modules = modules("sgn/src/lib.rs");
    let file_of = |path: &str| {
        let module = modules.iter().find(|module| module.path.join("::") == path);
        module.map(|module| module.file.as_str())
    };
    assert_eq!(file_of(""), Some("sgn/src/lib.rs"));
    assert_eq!(file_of("__private"), Some("sgn/src/private.rs"));
    assert_eq!(file_of("memory::id::tag"), Some("sgn/src/memory/id/tag.rs"));
    assert_eq!(file_of("nowhere"), None);
}

#[test]
fn test_modules_are_left_out() {
    let kept = flat(&without_tests(&tokens(
        "fn a() { b() } #[cfg(test)] mod tests { fn c() {} } #[cfg(unix)] fn d() {}",
    )));
    let has = |word| kept.iter().any(|token| is_word(Some(token), word));
    assert!(has("a") && has("b") && has("d") && !has("c"));
}
