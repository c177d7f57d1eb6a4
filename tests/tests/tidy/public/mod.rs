//! The public face of `sgn`: what there is, pinned in `tests/public-items.txt`, and that each of it is shown.
//!
//! `SGN_BLESS=1 cargo test -p sgn-tests --test tidy public` rewrites the file, and `just bless` does: read the difference.
//!
//! Listed are items that can be reached by a public path, with public methods and fields, variants, and what traits
//! have. An item with several paths is listed at the shortest one, and the others refer to it. Left out is what
//! `#[doc(hidden)]` hides, and with it `sgn::__private`. Of what the attributes write for the stock elements, builders
//! are listed with their setters; the fields of handles, and implementations of traits, are not.

mod example;
mod line;
mod tree;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use syn::{Attribute, ImplItem, Item, Type, Visibility};

use self::tree::{
    Place, Target, Tree, attributes, feature, is_hidden, is_left_out, leaves, name_of,
};
use crate::source::{read, workspace};

/// The file, by its path from the top folder.
const LIST: &str = "tests/public-items.txt";

/// A path by which something can be named, and what it takes to have it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Path {
    /// Paths through the prelude come last.
    is_second: bool,
    length: usize,
    text: String,
    feature: Option<String>,
}

impl Path {
    fn new(module: &[String], name: &str, feature: Option<String>) -> Self {
        let text = [&[String::from("sgn")], module, &[name.to_owned()]].concat();
        Self {
            is_second: module.first().is_some_and(|first| first == "prelude"),
            length: text.len(),
            text: text.join("::"),
            feature,
        }
    }
}

/// The subject of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Module,
    /// Another path of an item.
    Again,
    Item,
    Method,
    /// A field, a variant, or what an implementation of a trait gives.
    Part,
}

/// A line of the list.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    path: String,
    kind: Kind,
    line: String,
}

impl Entry {
    fn new(path: &str, kind: Kind, line: &str, feature: Option<&String>) -> Self {
        let needs = feature.map_or_else(String::new, |feature| format!(" [feature {feature}]"));
        Self {
            path: path.to_owned(),
            kind,
            line: format!("{line}{needs}"),
        }
    }
}

/// Everything that can be reached, with its paths.
#[derive(Debug, Default)]
struct Face {
    items: BTreeMap<Place, BTreeSet<Path>>,
    foreign: BTreeMap<Vec<String>, BTreeSet<Path>>,
}

impl Face {
    fn walk(&mut self, tree: &Tree, module: &[String], public: &[String], needs: Option<&String>) {
        for (place, item) in tree.items_of(module) {
            let attrs = attributes(item);
            if is_hidden(attrs) || is_left_out(attrs) || !is_public(item) {
                continue;
            }
            let feature = feature(attrs).or_else(|| needs.cloned());
            if let Item::Use(item) = item {
                for (path, name) in leaves(item) {
                    let targets = tree.resolve(module, &path);
                    assert!(!targets.is_empty(), "{module:?}: `{path:?}` is not found");
                    for target in targets {
                        self.take_in(tree, target, public, &name, feature.as_ref());
                    }
                }
            } else if let Item::Mod(item) = item {
                let target = [module, &[item.ident.to_string()]].concat();
                let target = Target::Module(target);
                self.take_in(
                    tree,
                    target,
                    public,
                    &item.ident.to_string(),
                    feature.as_ref(),
                );
                self.items.entry(place).or_default().insert(Path::new(
                    public,
                    &item.ident.to_string(),
                    feature,
                ));
            } else if let Some(name) = name_of(item) {
                self.take_in(tree, Target::Item(place), public, &name, feature.as_ref());
            }
        }
    }

    fn take_in(
        &mut self,
        tree: &Tree,
        target: Target,
        public: &[String],
        name: &str,
        feature: Option<&String>,
    ) {
        let path = Path::new(public, name, feature.cloned());
        match target {
            Target::Module(module) => {
                let public = [public, &[name.to_owned()]].concat();
                self.walk(tree, &module, &public, feature);
            }
            Target::Item(place) => {
                self.items.entry(place).or_default().insert(path);
            }
            Target::Foreign(target) => {
                self.foreign.entry(target).or_default().insert(path);
            }
        }
    }
}

fn is_public(item: &Item) -> bool {
    let vis = match item {
        Item::Const(item) => &item.vis,
        Item::Enum(item) => &item.vis,
        Item::Fn(item) => &item.vis,
        Item::Mod(item) => &item.vis,
        Item::Static(item) => &item.vis,
        Item::Struct(item) => &item.vis,
        Item::Trait(item) => &item.vis,
        Item::Type(item) => &item.vis,
        Item::Union(item) => &item.vis,
        Item::Use(item) => &item.vis,
        _ => return false,
    };
    matches!(vis, Visibility::Public(_))
}

/// Returns the items of a crate, in the order of their paths.
fn entries(tree: &Tree) -> Vec<Entry> {
    let mut face = Face::default();
    face.walk(tree, &[], &[], None);
    for (place, item) in tree.items() {
        let attrs = attributes(item);
        let is_exported = attrs
            .iter()
            .any(|attribute| attribute.path().is_ident("macro_export"));
        if let (Item::Macro(item), true, false) = (item, is_exported, is_hidden(attrs)) {
            let name = format!(
                "{}!",
                item.ident.as_ref().expect("an exported macro has a name")
            );
            let path = Path::new(&[], &name, feature(attrs));
            face.items.insert(place, BTreeSet::from([path]));
        }
    }
    let mut entries = Vec::new();
    for (place, paths) in &face.items {
        let item = tree.item(place);
        let path = paths.first().expect("it was reached");
        let needs = path.feature.as_ref();
        let kind = match item {
            Item::Mod(_) => Kind::Module,
            _ => Kind::Item,
        };
        entries.push(Entry::new(&path.text, kind, &line::of_item(item), needs));
        let part = match item {
            Item::Trait(_) => Kind::Method,
            _ => Kind::Part,
        };
        for (name, line) in line::of_parts(item) {
            let kind = if line.contains("fn ") {
                part
            } else {
                Kind::Part
            };
            let path = format!("{}::{name}", path.text);
            entries.push(Entry::new(&path, kind, &line, needs));
        }
        again(paths, &mut entries);
    }
    for paths in face.foreign.values() {
        let path = paths.first().expect("it was reached");
        let line = format!("#[{}]", path.text);
        entries.push(Entry::new(
            &path.text,
            Kind::Item,
            &line,
            path.feature.as_ref(),
        ));
        again(paths, &mut entries);
    }
    for (place, item) in tree.items() {
        if let Item::Impl(item) = item
            && item.trait_.is_none()
            && !is_left_out(&item.attrs)
        {
            methods(tree, &face, &place.0, item, &mut entries);
        }
    }
    entries.sort();
    entries
}

/// Adds the paths of an item after the first.
fn again(paths: &BTreeSet<Path>, entries: &mut Vec<Entry>) {
    let first = &paths.first().expect("it was reached").text;
    for path in paths.iter().skip(1) {
        let line = format!("use {first}");
        entries.push(Entry::new(
            &path.text,
            Kind::Again,
            &line,
            path.feature.as_ref(),
        ));
    }
}

/// Adds the public methods and constants of an `impl` block, if its type is public.
fn methods(
    tree: &Tree,
    face: &Face,
    module: &[String],
    item: &syn::ItemImpl,
    entries: &mut Vec<Entry>,
) {
    let Type::Path(ty) = &*item.self_ty else {
        return;
    };
    let names = ty.path.segments.iter().map(|part| part.ident.to_string());
    let targets = tree.resolve(module, &names.collect::<Vec<_>>());
    let of_type = targets.into_iter().find_map(|target| match target {
        Target::Item(place) => face.items.get(&place)?.first(),
        _ => None,
    });
    let Some(of_type) = of_type else { return };
    for part in &item.items {
        let (attrs, vis, name, line): (&[Attribute], _, _, _) = match part {
            ImplItem::Fn(method) => {
                let line = line::of_function(&method.sig);
                (&method.attrs, &method.vis, &method.sig.ident, line)
            }
            ImplItem::Const(constant) => {
                let line = line::of_constant(&constant.ident, &constant.ty);
                (&constant.attrs, &constant.vis, &constant.ident, line)
            }
            _ => continue,
        };
        if matches!(vis, Visibility::Public(_)) && !is_hidden(attrs) && !is_left_out(attrs) {
            let needs = feature(attrs)
                .or_else(|| feature(&item.attrs))
                .or_else(|| of_type.feature.clone());
            let path = format!("{}::{name}", of_type.text);
            entries.push(Entry::new(&path, Kind::Method, &line, needs.as_ref()));
        }
    }
}

/// Returns the entries of `sgn`.
fn entries_of_sgn() -> Vec<Entry> {
    entries(&Tree::read("sgn/src/lib.rs"))
}

fn count(entries: &[Entry], kinds: &[Kind]) -> usize {
    let counted = entries.iter().filter(|entry| kinds.contains(&entry.kind));
    counted.count()
}

#[test]
fn the_public_items_are_those_of_the_list() {
    let entries = entries_of_sgn();
    let lines = entries
        .iter()
        .map(|entry| format!("{}: {}\n", entry.path, entry.line));
    let found: String = lines.collect();
    eprintln!(
        "{} items in {} modules, with {} methods and {} fields, variants and the like",
        count(&entries, &[Kind::Item]),
        count(&entries, &[Kind::Module]),
        count(&entries, &[Kind::Method]),
        count(&entries, &[Kind::Part]),
    );
    if std::env::var_os("SGN_BLESS").is_some() {
        std::fs::write(workspace().join(LIST), &found).expect("the list can be written");
    }
    let listed = read(LIST);
    let (found, listed): (BTreeSet<_>, BTreeSet<_>) =
        (found.lines().collect(), listed.lines().collect());
    let new: Vec<_> = found.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "new: {new:#?}, gone: {gone:#?}; if that is meant, `just bless` writes it to {LIST}"
    );
}

#[test]
fn each_public_item_is_shown_by_an_example() {
    let words = example::Words::of_the_project();
    let entries = entries_of_sgn();
    let is_item = |name: &str| {
        let mut items = entries.iter().filter(|entry| entry.kind == Kind::Item);
        items.any(|entry| entry.path.rsplit("::").next() == Some(name))
    };
    let missing: Vec<_> = entries
        .iter()
        .filter(|entry| {
            let name = entry.path.rsplit("::").next().unwrap_or_default();
            // A builder is shown where its element is built.
            let name = name
                .strip_suffix("Builder")
                .filter(|of| is_item(of))
                .unwrap_or(name);
            match entry.kind {
                Kind::Item => !words.has(name.trim_end_matches('!')),
                Kind::Method => !words.has(name),
                Kind::Module | Kind::Again | Kind::Part => false,
            }
        })
        .map(|entry| &entry.path)
        .collect();
    assert!(
        missing.is_empty(),
        "no example, no page of the guide and no doc test has these {}: {missing:#?}",
        missing.len()
    );
}

#[test]
fn items_are_found_by_the_paths_that_users_have() {
    let tree = Tree::of(&[
        (
            "",
            "mod a; pub mod b; #[doc(hidden)] pub mod __private { pub struct Hidden; } pub use crate::a::{A, f};
             pub use other::m; #[cfg(test)] pub mod tests {}",
        ),
        (
            "a",
            "pub struct A<T> { pub x: Vec<T>, y: u8 } pub(crate) struct C; pub fn f<T: Clone>(x: &T) -> T { x }
             impl<T> A<T> { pub const fn g(&self) {} fn h() {} #[doc(hidden)] pub fn i() {} } impl C { pub fn j() {} }",
        ),
        (
            "b",
            "pub use super::A; #[cfg(feature = \"cli\")] pub fn run() {}
             #[non_exhaustive] pub enum E { One, Two(u8) }
             pub trait T { const C: u8 = 1; fn f(&self) -> u8; fn g() {} #[doc(hidden)] fn h(); }
             #[macro_export] macro_rules! m { ($a:ty) => {}; (@x) => {}; }",
        ),
    ]);
    let entries = entries(&tree);
    let lines: Vec<_> = entries
        .iter()
        .map(|entry| format!("{}: {}", entry.path, entry.line))
        .collect();
    assert_eq!(
        lines,
        [
            "sgn::A: struct A<T>",
            "sgn::A::g: const fn g(&self)",
            "sgn::A::x: field: Vec<T>",
            "sgn::b: mod b",
            "sgn::b::A: use sgn::A",
            "sgn::b::E: #[non_exhaustive] enum E",
            "sgn::b::E::One: variant One",
            "sgn::b::E::Two: variant Two(u8)",
            "sgn::b::T: trait T",
            "sgn::b::T::C: const C: u8 { .. }",
            "sgn::b::T::f: fn f(&self) -> u8",
            "sgn::b::T::g: fn g() { .. }",
            "sgn::b::run: fn run() [feature cli]",
            "sgn::f: fn f<T: Clone>(x: &T) -> T",
            "sgn::m: #[sgn::m]",
            "sgn::m!: macro ($a:ty)",
        ]
    );
}
