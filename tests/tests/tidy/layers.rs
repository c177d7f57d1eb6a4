//! Imports go one way: the layer tables of `ARCHITECTURE.md`, held against the sources.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenTree};

use crate::circles::imports_of_the_library;
use crate::source::{inside, is_mark, is_word, modules, read, tokens, without_tests};

/// What each top module of a crate may import, lowest layer first.
struct Layers {
    rows: Vec<(String, BTreeSet<String>)>,
}

impl Layers {
    /// Reads the table that follows `heading` in `document`: module, imports, and what it is.
    fn parse(document: &str, heading: &str) -> Self {
        let start = document
            .lines()
            .position(|line| line == heading)
            .unwrap_or_else(|| panic!("ARCHITECTURE.md has no heading `{heading}`"));
        let rows: Vec<_> = document
            .lines()
            .skip(start + 1)
            .skip_while(|line| !line.starts_with('|'))
            .take_while(|line| line.starts_with('|'))
            .skip(2)
            .map(|line| {
                let cells: Vec<_> = line.split('|').collect();
                let names = |cell: &str| quoted(cell).map(str::to_owned).collect::<Vec<_>>();
                let module = names(cells[1]).remove(0);
                (module, names(cells[2]).into_iter().collect())
            })
            .collect();
        assert!(!rows.is_empty(), "no table below `{heading}`");
        Self { rows }
    }

    fn imports_of(&self, module: &str) -> Option<&BTreeSet<String>> {
        let row = self.rows.iter().find(|(name, _)| name == module);
        row.map(|(_, imports)| imports)
    }

    /// Rows that permit an import from their own layer or from one below themselves in the table.
    fn upward(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (i, (module, imports)) in self.rows.iter().enumerate() {
            for import in imports {
                if !self.rows[..i].iter().any(|(lower, _)| lower == import) {
                    wrong.push(format!(
                        "`{module}` may import `{import}`, which is no row above it"
                    ));
                }
            }
        }
        wrong
    }
}

/// The words of a table cell that stand between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// One mention of a path within the crate, as seen from its root.
#[derive(Debug, PartialEq)]
struct Mention {
    line: usize,
    path: Vec<String>,
}

/// Finds every path that starts at a known place of the crate: `crate::..`, `$crate::..`, `sgn::..`, `self::..` and
/// `super::..`, in `use` trees and elsewhere. `module` is the place of `tokens`.
fn mentions(tokens: &[TokenTree], module: &[String], found: &mut Vec<Mention>) {
    let mut i = 0;
    while i < tokens.len() {
        let opens_path = ["crate", "super", "self", "sgn"]
            .iter()
            .any(|word| is_word(tokens.get(i), word))
            && is_mark(tokens.get(i + 1), ':')
            && is_mark(tokens.get(i + 2), ':');
        let written_for_others =
            i > 0 && is_mark(tokens.get(i - 1), '$') && is_word(tokens.get(i + 3), "__private");
        if is_word(tokens.get(i), "mod")
            && let Some(TokenTree::Ident(name)) = tokens.get(i + 1)
            && let Some(body) = inside(tokens.get(i + 2), Delimiter::Brace)
        {
            mentions(&body, &[module, &[name.to_string()]].concat(), found);
            i += 3;
        } else if opens_path && written_for_others {
            // what a macro writes is code of another crate, which may name this module and no other
            i += 4;
        } else if opens_path {
            i += path(&tokens[i..], module.to_vec(), found);
        } else {
            if let TokenTree::Group(group) = &tokens[i] {
                let body: Vec<_> = group.stream().into_iter().collect();
                mentions(&body, module, found);
            }
            i += 1;
        }
    }
}

/// Follows one path, and each branch of its tree, from `at`; gives the number of tokens it has.
fn path(tokens: &[TokenTree], mut at: Vec<String>, found: &mut Vec<Mention>) -> usize {
    let mut line = 0;
    let mut i = 0;
    while i < tokens.len() {
        match &tokens[i] {
            TokenTree::Ident(word) => {
                line = word.span().start().line;
                match word.to_string().as_str() {
                    "crate" | "sgn" if i == 0 => at.clear(),
                    "super" => drop(at.pop()),
                    "self" => {}
                    other => at.push(other.to_owned()),
                }
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let body: Vec<_> = group.stream().into_iter().collect();
                for branch in body.split(|token| is_mark(Some(token), ',')) {
                    if !branch.is_empty() {
                        path(branch, at.clone(), found);
                    }
                }
                return i + 1;
            }
            _ => break,
        }
        i += 1;
        if !(is_mark(tokens.get(i), ':') && is_mark(tokens.get(i + 1), ':')) {
            break;
        }
        i += 2;
    }
    if !at.is_empty() {
        found.push(Mention { line, path: at });
    }
    i.max(1)
}

/// Names at the root of the crate that belong to a module below: re-exports and exported macros.
fn root_names(root: &str) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let mut exported = Vec::new();
    mentions(&tokens(&read(root)), &[], &mut exported);
    for Mention { path, .. } in exported {
        if let [module, .., name] = path.as_slice() {
            names.insert(name.clone(), module.clone());
        }
    }
    for module in modules(root) {
        let tokens = tokens(&read(&module.file));
        for (i, token) in tokens.iter().enumerate() {
            if is_word(Some(token), "macro_rules")
                && let Some(TokenTree::Ident(name)) = tokens.get(i + 2)
                && let Some(top) = module.path.first()
            {
                names.insert(name.to_string(), top.clone());
            }
        }
    }
    names
}

/// What the attributes write is checked where they are defined.
const ATTRIBUTES: [&str; 3] = ["source", "transform", "sink"];

/// The mentions in `text`, a part of `module`, that `layers` does not allow.
fn offences(
    text: &str,
    module: &[String],
    layers: &Layers,
    names: &BTreeMap<String, String>,
    used: &mut BTreeSet<(String, String)>,
) -> Vec<String> {
    let Some(top) = module.first() else {
        return Vec::new();
    };
    let Some(allowed) = layers.imports_of(top) else {
        return vec![format!("module `{top}` has no row in ARCHITECTURE.md")];
    };
    let mut found = Vec::new();
    mentions(&without_tests(&tokens(text)), module, &mut found);
    let mut offences = Vec::new();
    for Mention { line, path } in found {
        let first = path[0].as_str();
        let target = names.get(first).map_or(first, String::as_str);
        if layers.imports_of(first).is_none() && ATTRIBUTES.contains(&first) || target == top {
            continue;
        }
        used.insert((top.clone(), target.to_owned()));
        if !allowed.contains(target) {
            offences.push(format!(
                "line {line}: `{top}` imports `{}`",
                path.join("::")
            ));
        }
    }
    offences
}

/// Holds the crate at `root` against the table below `heading`.
fn check(root: &str, heading: &str) {
    let layers = Layers::parse(&read("ARCHITECTURE.md"), heading);
    let (names, mut used) = (root_names(root), BTreeSet::new());
    let mut problems = layers.upward();
    for module in modules(root) {
        if module.path.iter().any(|name| name == "tests") {
            continue;
        }
        for offence in offences(
            &read(&module.file),
            &module.path,
            &layers,
            &names,
            &mut used,
        ) {
            problems.push(format!("{}: {offence}", module.file));
        }
    }
    for (module, imports) in &layers.rows {
        for import in imports {
            if !used.contains(&(module.clone(), import.clone())) {
                problems.push(format!(
                    "`{module}` may import `{import}` and does not; strike it out"
                ));
            }
        }
    }
    assert!(
        problems.is_empty(),
        "imports against the table of ARCHITECTURE.md, `{heading}`:\n{}",
        problems.join("\n")
    );
}

#[test]
fn imports_of_the_library_go_one_way() {
    check("sgn/src/lib.rs", "### Layers of `sgn`");
}

#[test]
fn imports_of_the_macros_go_one_way() {
    check("sgn-macros/src/lib.rs", "### Layers of `sgn-macros`");
}

/// The floor of a file below `sgn/src/memory/`; `None` for what only declares the floors.
fn floor_of(file: &str) -> Option<&str> {
    let file = file.strip_prefix("sgn/src/memory/")?;
    let floor = file.split('/').next()?;
    let floor = floor.strip_suffix(".rs").unwrap_or(floor);
    (floor != "mod").then_some(floor)
}

#[test]
fn imports_within_the_memory_layer_go_one_way() {
    let layers = Layers::parse(&read("ARCHITECTURE.md"), "### Layers of `memory`");
    let (mut problems, mut used) = (layers.upward(), BTreeSet::new());
    for (file, targets) in imports_of_the_library() {
        for (target, line) in targets {
            let (Some(floor), Some(other)) = (floor_of(&file), floor_of(&target)) else {
                continue;
            };
            used.insert((floor.to_owned(), other.to_owned()));
            let allowed = layers.imports_of(floor);
            if floor != other && !allowed.is_some_and(|imports| imports.contains(other)) {
                problems.push(format!("{file}:{line}: `{floor}` imports `{target}`"));
            }
        }
    }
    for (floor, imports) in &layers.rows {
        for import in imports {
            if !used.contains(&(floor.clone(), import.clone())) {
                problems.push(format!(
                    "`{floor}` may import `{import}` and does not; strike it out"
                ));
            }
        }
    }
    assert!(
        problems.is_empty(),
        "imports against the table of ARCHITECTURE.md, `### Layers of `memory``:\n{}",
        problems.join("\n")
    );
}

#[test]
fn a_file_of_the_memory_layer_has_a_floor() {
    assert_eq!(floor_of("sgn/src/memory/id/tag.rs"), Some("id"));
    assert_eq!(floor_of("sgn/src/memory/mode.rs"), Some("mode"));
    assert_eq!(floor_of("sgn/src/memory/mod.rs"), None);
    assert_eq!(floor_of("sgn/src/pad/mod.rs"), None);
}

const TABLE: &str =
    "### T\n\n| module | imports | |\n|---|---|---|\n| `low` | nothing | |\n| `high` | `low` | |\n";

fn offences_in(text: &str, module: &[&str]) -> Vec<String> {
    let module: Vec<_> = module.iter().map(|name| (*name).to_owned()).collect();
    let names = BTreeMap::from([("Thing".to_owned(), "high".to_owned())]);
    let layers = Layers::parse(TABLE, "### T");
    offences(text, &module, &layers, &names, &mut BTreeSet::new())
}

#[test]
fn an_import_from_above_is_an_offence() {
    let found = |text| offences_in(text, &["low", "part"]);
    assert_eq!(
        found("use crate::high::A;"),
        ["line 1: `low` imports `high::A`"]
    );
    assert_eq!(
        found("use crate::{\n    low::B,\n    high::{C, d::E},\n};"),
        [
            "line 3: `low` imports `high::C`",
            "line 3: `low` imports `high::d::E`"
        ]
    );
    assert_eq!(
        found("use super::super::high;"),
        ["line 1: `low` imports `high`"]
    );
    assert_eq!(
        found("use super::{super::high::A, x};"),
        ["line 1: `low` imports `high::A`"]
    );
    assert_eq!(
        found("mod m { use super::super::super::high; }"),
        ["line 1: `low` imports `high`"]
    );
    assert_eq!(
        found("fn f() { crate::high::g() }"),
        ["line 1: `low` imports `high::g`"]
    );
    assert_eq!(
        found("macro_rules! m { () => { $crate::high::g() } }"),
        ["line 1: `low` imports `high::g`"]
    );
    assert_eq!(
        found("use crate::Thing;"),
        ["line 1: `low` imports `Thing`"]
    );
    assert_eq!(found("use sgn::high;"), ["line 1: `low` imports `high`"]);
    assert_eq!(
        found("use crate::nowhere;"),
        ["line 1: `low` imports `nowhere`"]
    );
    assert_eq!(
        offences_in("", &["new"]),
        ["module `new` has no row in ARCHITECTURE.md"]
    );
}

#[test]
fn everything_else_is_none() {
    let low = "// use crate::high;\nuse super::other; use self::x; use std::high;\n\
               /// [`crate::high`]\npub(crate) fn f(a: &str) { let _ = \"crate::high\"; }\n\
               pub(in super::super) fn g() { crate::low::h(); super::part::i() }";
    assert_eq!(offences_in(low, &["low", "part"]), [""; 0]);
    let high =
        "use crate::{Thing, low}; use super::super::low::{self, a}; #[sgn::source] struct S;";
    assert_eq!(offences_in(high, &["high", "part"]), [""; 0]);
}

#[test]
fn a_table_that_leads_upwards_is_an_offence() {
    let table = TABLE.replace("nothing", "`high`");
    let wrong = Layers::parse(&table, "### T").upward();
    assert_eq!(wrong, ["`low` may import `high`, which is no row above it"]);
}
