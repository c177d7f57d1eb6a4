//! No two files import each other, not even by way of others.
//!
//! The graph is read off the tokens, without those under `#[cfg(test)]`. A path counts if it begins with `crate`,
//! `$crate`, `self`, `super` or the crate's own name, with a module that its file declares, or with a name that its file
//! imports. It is an import of the file in which the thing is defined: where a module re-exports a name (or imports it
//! for its children), the path is followed to what that names. A `pub use` by itself is no import, unless the same file
//! also uses the name; so a `mod.rs` that only declares and re-exports its children is part of no circle.
//!
//! Not seen are methods called on values, names that come by a glob, and what macros of other crates write.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenTree};

use crate::source::{Module, inside, is_mark, is_word, modules, read, tokens, without_tests};

/// A path and the name under which its file knows it.
#[derive(Debug)]
struct Leaf {
    path: Vec<String>,
    name: String,
    is_public: bool,
    line: usize,
}

/// The paths of one file.
#[derive(Debug, Default)]
struct Source {
    /// The leaves of its `use` items, by the module, of those in the file, that they stand in.
    uses: Vec<(Vec<String>, Leaf)>,
    /// All other paths, as they are written, and the module that they stand in.
    paths: Vec<(Vec<String>, Vec<String>, usize)>,
    /// All identifiers outside of `use` items.
    words: BTreeSet<String>,
    macros: Vec<String>,
}

fn word(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
        _ => None,
    }
}

fn is_followed(tokens: &[TokenTree], at: usize) -> bool {
    is_mark(tokens.get(at + 1), ':') && is_mark(tokens.get(at + 2), ':')
}

impl Source {
    fn of(text: &str, module: &[String]) -> Self {
        let mut this = Self::default();
        this.scan(&without_tests(&tokens(text)), module);
        this
    }

    fn scan(&mut self, tokens: &[TokenTree], module: &[String]) {
        let mut i = 0;
        while i < tokens.len() {
            let token = &tokens[i];
            let is_public = i > 0 && {
                let before = &tokens[i - 1];
                is_word(Some(before), "pub")
                    || inside(Some(before), Delimiter::Parenthesis).is_some()
                        && is_word(tokens.get(i.wrapping_sub(2)), "pub")
            };
            if is_word(Some(token), "pub")
                && inside(tokens.get(i + 1), Delimiter::Parenthesis).is_some()
            {
                i += 2;
            } else if is_word(Some(token), "mod")
                && let Some(name) = word(tokens.get(i + 1))
                && let Some(body) = inside(tokens.get(i + 2), Delimiter::Brace)
            {
                self.scan(&body, &[module, &[name]].concat());
                i += 3;
            } else if is_word(Some(token), "use") {
                let end = tokens[i..]
                    .iter()
                    .position(|token| is_mark(Some(token), ';'));
                let end = end.map_or(tokens.len(), |length| i + length);
                self.tree(&tokens[i + 1..end], Vec::new(), module, is_public);
                i = end + 1;
            } else if let Some(first) = word(Some(token)) {
                if first == "macro_rules" {
                    self.macros.extend(word(tokens.get(i + 2)));
                }
                let is_inside =
                    i > 1 && is_mark(tokens.get(i - 1), ':') && is_mark(tokens.get(i - 2), ':');
                let line = token.span().start().line;
                let mut path = vec![first];
                let mut end = i;
                while is_followed(tokens, end)
                    && let Some(next) = word(tokens.get(end + 3))
                {
                    path.push(next);
                    end += 3;
                }
                self.words.extend(path.iter().cloned());
                // What a macro writes for others is code of another crate.
                let for_others = i > 0
                    && is_mark(tokens.get(i - 1), '$')
                    && path.get(1).is_some_and(|name| name == "__private");
                if path.len() > 1 && !is_inside && !for_others {
                    self.paths.push((module.to_vec(), path, line));
                }
                i = end + 1;
            } else {
                if let TokenTree::Group(group) = token {
                    let body: Vec<_> = group.stream().into_iter().collect();
                    self.scan(&body, module);
                }
                i += 1;
            }
        }
    }

    /// Follows each branch of the tree of a `use` item.
    fn tree(
        &mut self,
        tokens: &[TokenTree],
        mut path: Vec<String>,
        module: &[String],
        is_public: bool,
    ) {
        let mut i = 0;
        let mut line = 0;
        while let Some(name) = word(tokens.get(i)) {
            line = tokens[i].span().start().line;
            if name != "self" || path.is_empty() {
                path.push(name);
            }
            if !is_followed(tokens, i) {
                i += 1;
                break;
            }
            i += 3;
        }
        if let Some(body) = inside(tokens.get(i), Delimiter::Brace) {
            for branch in body.split(|token| is_mark(Some(token), ',')) {
                if !branch.is_empty() {
                    self.tree(branch, path.clone(), module, is_public);
                }
            }
            return;
        }
        let other = is_word(tokens.get(i), "as")
            .then(|| word(tokens.get(i + 1)))
            .flatten();
        let is_glob = is_mark(tokens.get(i), '*');
        if let Some(name) = other.or_else(|| path.last().cloned()) {
            let name = if is_glob { "*".to_owned() } else { name };
            self.uses.push((
                module.to_vec(),
                Leaf {
                    path,
                    name,
                    is_public,
                    line,
                },
            ));
        }
    }
}

/// The files of a crate, and what each says.
struct Graph {
    own_name: &'static str,
    modules: BTreeMap<Vec<String>, String>,
    sources: BTreeMap<String, Source>,
}

/// One file imports another, in that line.
pub(crate) type Edges = BTreeMap<String, BTreeMap<String, usize>>;

impl Graph {
    fn new(own_name: &'static str, files: Vec<(Module, String)>) -> Self {
        let mut graph = Self {
            own_name,
            modules: BTreeMap::new(),
            sources: BTreeMap::new(),
        };
        for (Module { path, file }, text) in files {
            graph.sources.insert(file.clone(), Source::of(&text, &path));
            graph.modules.insert(path, file);
        }
        graph
    }

    /// A path that is written in `module`, from the root of the crate; `None` if it leads out of the crate.
    fn absolute(&self, module: &[String], path: &[String], in_use: bool) -> Option<Vec<String>> {
        let mut at = match path[0].as_str() {
            "crate" => Vec::new(),
            name if name == self.own_name => Vec::new(),
            "self" => module.to_vec(),
            "super" => module[..module.len().checked_sub(1)?].to_vec(),
            name => {
                let child = [module, &[name.to_owned()]].concat();
                if !self.modules.contains_key(&child) {
                    let leaf = (!in_use).then(|| self.imported(module, name)).flatten()?;
                    let start = self.absolute(module, &leaf.path, true)?;
                    return Some([&start, &path[1..]].concat());
                }
                child
            }
        };
        for name in &path[1..] {
            match name.as_str() {
                "super" => drop(at.pop()),
                "self" => {}
                _ => at.push(name.clone()),
            }
        }
        Some(at)
    }

    /// Returns the item that a module imports under that name.
    fn imported(&self, module: &[String], name: &str) -> Option<&Leaf> {
        let (_, file, _) = self.split(module)?;
        let uses = &self.sources.get(file)?.uses;
        let found = uses
            .iter()
            .find(|(at, leaf)| at == module && leaf.name == name);
        found.map(|(_, leaf)| leaf)
    }

    /// The longest part of a path that is a module in a file, the file, and the rest.
    fn split<'a>(&self, path: &'a [String]) -> Option<(&'a [String], &String, &'a [String])> {
        (0..=path.len()).rev().find_map(|length| {
            let (module, rest) = path.split_at(length);
            Some((module, self.modules.get(module)?, rest))
        })
    }

    /// The file in which that is defined.
    fn definition(&self, mut path: Vec<String>) -> Option<String> {
        // More re-exports of re-exports than anybody writes.
        for _ in 0..16 {
            let (module, file, rest) = self.split(&path)?;
            let Some((name, further)) = rest.split_first() else {
                return Some(file.clone());
            };
            if let Some(leaf) = self.imported(module, name) {
                let start = self.absolute(module, &leaf.path, true)?;
                let next = [&start, further].concat();
                if next != path {
                    path = next;
                    continue;
                }
            }
            let is_macro = |source: &&String| self.sources[*source].macros.contains(name);
            if module.is_empty()
                && let Some(file) = self.sources.keys().find(is_macro)
            {
                return Some(file.clone());
            }
            return Some(file.clone());
        }
        None
    }

    fn edges(&self) -> Edges {
        let mut edges = Edges::new();
        for (file, source) in &self.sources {
            let of = edges.entry(file.clone()).or_default();
            let uses = source
                .uses
                .iter()
                .filter(|(_, leaf)| !leaf.is_public || source.words.contains(&leaf.name));
            let uses =
                uses.map(|(module, leaf)| (self.absolute(module, &leaf.path, true), leaf.line));
            let paths = source.paths.iter();
            let paths =
                paths.map(|(module, path, line)| (self.absolute(module, path, false), *line));
            for (path, line) in uses.chain(paths) {
                if let Some(target) = path.and_then(|path| self.definition(path))
                    && target != *file
                {
                    of.entry(target).or_insert(line);
                }
            }
        }
        edges
    }

    /// The files that can be reached from each other, with the imports between them.
    fn circles(&self) -> Vec<String> {
        let edges = self.edges();
        let reach = |from: &String| {
            let (mut seen, mut next) = (BTreeSet::new(), vec![from.clone()]);
            while let Some(file) = next.pop() {
                for target in edges[&file].keys() {
                    if seen.insert(target.clone()) {
                        next.push(target.clone());
                    }
                }
            }
            seen
        };
        let reached: BTreeMap<_, _> = edges
            .keys()
            .map(|file| (file.clone(), reach(file)))
            .collect();
        let mut found = Vec::new();
        for (file, targets) in &edges {
            let back = targets
                .iter()
                .filter(|(target, _)| reached[*target].contains(file));
            found.extend(back.map(|(target, line)| format!("{file}:{line}: imports {target}")));
        }
        found
    }
}

fn graph(own_name: &'static str, root: &str) -> Graph {
    let files = modules(root)
        .into_iter()
        .filter(|module| module.path.iter().all(|name| name != "tests"));
    let files = files.map(|module| {
        let text = read(&module.file);
        (module, text)
    });
    Graph::new(own_name, files.collect())
}

/// The imports of the library, by file.
pub(crate) fn imports_of_the_library() -> Edges {
    graph("sgn", "sgn/src/lib.rs").edges()
}

fn assert_no_circle(own_name: &'static str, root: &str) {
    let circles = graph(own_name, root).circles();
    assert!(
        circles.is_empty(),
        "imports in circles:\n{}",
        circles.join("\n")
    );
}

#[test]
fn files_of_the_library_do_not_import_each_other_in_circles() {
    assert_no_circle("sgn", "sgn/src/lib.rs");
}

#[test]
fn files_of_the_macros_do_not_import_each_other_in_circles() {
    assert_no_circle("sgn_macros", "sgn-macros/src/lib.rs");
}

fn circles_in(files: &[(&str, &str)]) -> Vec<String> {
    let files = files.iter().map(|(path, text)| {
        let names = path.split("::").filter(|name| !name.is_empty());
        let path = names.map(str::to_owned).collect();
        let file = if Vec::is_empty(&path) {
            "lib".to_owned()
        } else {
            path.join("/")
        };
        (Module { path, file }, (*text).to_owned())
    });
    Graph::new("it", files.collect()).circles()
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let rooted = [
        ("", "mod a; mod b;"),
        ("a", "use crate::b::B;"),
        ("b", "fn f() { super::a::g() }"),
    ];
    assert_eq!(circles_in(&rooted), ["a:1: imports b", "b:1: imports a"]);
    let exported = [
        (
            "",
            "mod a; mod b; pub use b::B; pub(crate) use a::{c::C as D, self as e};",
        ),
        ("a", "mod c;"),
        ("a::c", "use crate::B;"),
        ("b", "struct B(crate::D);"),
    ];
    assert_eq!(
        circles_in(&exported),
        ["a/c:1: imports b", "b:1: imports a/c"]
    );
    let by_name = [
        ("", "mod a; mod b;"),
        ("a", "pub use crate::b;"),
        ("b", "use it::a; fn f() { a::b::g(); a::h() }"),
    ];
    assert_eq!(circles_in(&by_name), [""; 0]);
    let used = [
        ("", "mod a; mod b;"),
        ("a", "pub use crate::b::B; struct A(B);"),
        ("b", "use crate::a::A;"),
    ];
    assert_eq!(circles_in(&used), ["a:1: imports b", "b:1: imports a"]);
    let child = [
        ("", "mod a;"),
        ("a", "mod b; fn f() { b::g() }"),
        ("a::b", "fn g() { super::f() }"),
    ];
    assert_eq!(circles_in(&child), ["a:1: imports a/b", "a/b:1: imports a"]);
}

#[test]
fn re_exports_tests_and_visibilities_are_no_imports() {
    let files = [
        ("", "mod a;"),
        (
            "a",
            "mod b; pub use b::B; pub(crate) fn f() {} #[cfg(test)] mod tests { use super::b::g; }",
        ),
        ("a::b", "pub(in crate::a) struct B; fn g() { super::f() }"),
    ];
    assert_eq!(circles_in(&files), [""; 0]);
}
