//! The modules of `sgn` with their items, and what a path in one of them names.

use std::collections::BTreeMap;

use syn::{Attribute, Item, ItemUse, UseTree};

use super::written;
use crate::source::{modules, read};

/// Where an item is defined: its module, and its place there.
pub(super) type Place = (Vec<String>, usize);

/// The item that a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Module(Vec<String>),
    Item(Place),
    /// An item of another crate, by its path.
    Foreign(Vec<String>),
}

/// The crate.
pub(super) struct Tree {
    modules: BTreeMap<Vec<String>, Vec<Item>>,
}

impl Tree {
    /// Reads the crate whose root is that file.
    pub(super) fn read(root: &str) -> Self {
        let mut tree = Self {
            modules: BTreeMap::new(),
        };
        for module in modules(root) {
            let text = read(&module.file);
            let file =
                syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", module.file));
            tree.take_in(module.path, file.items);
        }
        tree
    }

    /// Makes a crate of modules that are given as text.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let mut tree = Self {
            modules: BTreeMap::new(),
        };
        for (path, text) in files {
            let path = path.split("::").filter(|name| !name.is_empty());
            let file = syn::parse_file(text).expect("the text is Rust");
            tree.take_in(path.map(str::to_owned).collect(), file.items);
        }
        tree
    }

    fn take_in(&mut self, path: Vec<String>, items: Vec<Item>) {
        let items = written::with_what_macros_write(items);
        for item in &items {
            if let Item::Mod(inner) = item
                && let Some((_, items)) = &inner.content
                && !is_left_out(&inner.attrs)
            {
                let path = [path.clone(), vec![inner.ident.to_string()]].concat();
                self.take_in(path, items.clone());
            }
        }
        self.modules.insert(path, items);
    }

    /// Returns all items with their places.
    pub(super) fn items(&self) -> impl Iterator<Item = (Place, &Item)> {
        self.modules.iter().flat_map(|(module, items)| {
            let places = items.iter().enumerate();
            places.map(move |(at, item)| ((module.clone(), at), item))
        })
    }

    /// Returns the items of a module with their places.
    pub(super) fn items_of(&self, module: &[String]) -> Vec<(Place, &Item)> {
        let items = self.modules.get(module).into_iter().flatten().enumerate();
        items
            .map(|(at, item)| ((module.to_vec(), at), item))
            .collect()
    }

    /// Returns the item at a place.
    pub(super) fn item(&self, (module, at): &Place) -> &Item {
        &self.modules[module][*at]
    }

    /// Returns what `path` names in `module`; several where a name means several kinds of things.
    pub(super) fn resolve(&self, module: &[String], path: &[String]) -> Vec<Target> {
        let Some((first, rest)) = path.split_first() else {
            return vec![Target::Module(module.to_vec())];
        };
        let start = match first.as_str() {
            "crate" | "sgn" => Some(Vec::new()),
            "self" => Some(module.to_vec()),
            "super" => Some(module[..module.len().saturating_sub(1)].to_vec()),
            _ => None,
        };
        if let Some(start) = start {
            return self.resolve_in(&start, rest);
        }
        let found = self.resolve_in(module, path);
        if found.is_empty() && self.module(module, first).is_none() {
            return vec![Target::Foreign(path.to_vec())];
        }
        found
    }

    /// Follows `path` from `module` downwards.
    fn resolve_in(&self, module: &[String], path: &[String]) -> Vec<Target> {
        match path {
            [] => vec![Target::Module(module.to_vec())],
            [first, ..] if first == "super" => self.resolve(module, path),
            [name] => self.named(module, name),
            [first, rest @ ..] => match self.module(module, first) {
                Some(inner) => self.resolve_in(&inner, rest),
                None => Vec::new(),
            },
        }
    }

    /// Returns the module that `name` is in `module`.
    fn module(&self, module: &[String], name: &str) -> Option<Vec<String>> {
        let own = [module, &[name.to_owned()]].concat();
        if self.modules.contains_key(&own) {
            return Some(own);
        }

        self.items_of(module).into_iter().find_map(|(_, item)| {
            let Item::Use(item) = item else { return None };
            let leaves = leaves(item).into_iter();
            let mut leaves = leaves.filter(|(path, known)| known == name && path.len() > 1);
            leaves.find_map(|(path, _)| {
                let targets = self.resolve(module, &path);
                targets.into_iter().find_map(|target| match target {
                    Target::Module(path) => Some(path),
                    _ => None,
                })
            })
        })
    }

    fn named(&self, module: &[String], name: &str) -> Vec<Target> {
        let mut found = Vec::new();
        for (place, item) in self.items_of(module) {
            match item {
                Item::Use(item) => {
                    for (path, _) in leaves(item).into_iter().filter(|(_, known)| known == name) {
                        found.extend(self.resolve(module, &path));
                    }
                }
                Item::Mod(item) if item.ident == name => {
                    found.push(Target::Module([module, &[name.to_owned()]].concat()));
                }
                item if name_of(item).as_deref() == Some(name) => found.push(Target::Item(place)),
                _ => {}
            }
        }
        found
    }
}

/// Returns each path of a `use` item and the name that it gets.
pub(super) fn leaves(item: &ItemUse) -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    branch(&item.tree, Vec::new(), &mut found);
    found
}

fn branch(tree: &UseTree, mut path: Vec<String>, found: &mut Vec<(Vec<String>, String)>) {
    let known = |path: &[String], ident: &syn::Ident| match path.last() {
        Some(last) if ident == "self" => (path.to_vec(), last.clone()),
        _ => ([path, &[ident.to_string()]].concat(), ident.to_string()),
    };
    match tree {
        UseTree::Path(inner) => {
            path.push(inner.ident.to_string());
            branch(&inner.tree, path, found);
        }
        UseTree::Name(leaf) => found.push(known(&path, &leaf.ident)),
        UseTree::Rename(leaf) => {
            let (path, _) = known(&path, &leaf.ident);
            found.push((path, leaf.rename.to_string()));
        }
        UseTree::Glob(_) => {}
        UseTree::Group(group) => {
            for tree in &group.items {
                branch(tree, path.clone(), found);
            }
        }
    }
}

/// Returns the name of an item that can be public.
pub(super) fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Mod(item) => &item.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

/// Returns the attributes of an item.
pub(super) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// The arguments of the attributes called `name`, as text without spaces.
fn arguments(attributes: &[Attribute], name: &str) -> Vec<String> {
    let named = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(name));
    let lists = named.filter_map(|attribute| attribute.meta.require_list().ok());
    lists
        .map(|list| list.tokens.to_string().replace(' ', ""))
        .collect()
}

/// Returns true if the documentation leaves it out.
pub(super) fn is_hidden(attributes: &[Attribute]) -> bool {
    arguments(attributes, "doc").contains(&String::from("hidden"))
}

/// Returns true if no build of a user contains it: tests, and stand-ins for the documentation.
pub(super) fn is_left_out(attributes: &[Attribute]) -> bool {
    let conditions = arguments(attributes, "cfg");
    conditions
        .iter()
        .any(|condition| condition == "test" || condition.contains("doc,"))
}

/// Returns the feature that it needs, if it needs one.
pub(super) fn feature(attributes: &[Attribute]) -> Option<String> {
    arguments(attributes, "cfg").iter().find_map(|condition| {
        let feature = condition.strip_prefix("feature=\"")?;
        Some(feature.trim_end_matches('"').to_owned())
    })
}
