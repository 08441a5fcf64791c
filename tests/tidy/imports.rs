//! What a file reaches: `use` trees and paths in code, those between the tokens of macros included.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{ItemMod, ItemUse, Macro, UseTree};

/// Segments of a path; within the crate the first is "crate".
pub type Names = Vec<String>;

/// One path in a file.
pub struct Import {
    /// From the root of its crate.
    pub path: Names,
    /// Line in the file.
    pub line: usize,
}

/// What a file reaches, from its beginning to its end.
pub fn imports(file: &syn::File, module: &Names, modules: &BTreeSet<Names>) -> Vec<Import> {
    let mut reader = Reader { module: module.clone(), ..Reader::default() };
    reader.visit_file(file);
    let resolved = reader.paths.iter().map(|(module, path, line)| {
        let path = reader.resolve(module, path, modules).unwrap_or_else(|| path.clone());
        Import { path, line: *line }
    });
    resolved.collect()
}

/// Paths as they are written.
#[derive(Default)]
struct Reader {
    /// The module around what is read.
    module: Names,
    /// Module, path, line.
    paths: Vec<(Names, Names, usize)>,
    /// What the names stand for that `use` brings in.
    names: BTreeMap<String, Names>,
    /// Modules all of whose names `use` brings in.
    globs: Vec<Names>,
}

impl Reader {
    /// `path` from the root, where `super` and the like tell it.
    fn plain(module: &[String], path: &[String]) -> Option<Names> {
        let ups = path.iter().take_while(|name| *name == "super").count();
        match path.first()?.as_str() {
            "crate" => Some(path.to_vec()),
            "self" => Some([module, &path[1..]].concat()),
            "super" => Some([&module[..module.len().saturating_sub(ups).max(1)], &path[ups..]].concat()),
            _ => None,
        }
    }

    /// `path` from the root if it is one of this crate.
    fn resolve(&self, module: &[String], path: &[String], modules: &BTreeSet<Names>) -> Option<Names> {
        let (first, rest) = path.split_first()?;
        let below = |folder: &Names| [&folder[..], std::slice::from_ref(first)].concat();
        let folders = std::iter::once(module.to_vec()).chain(self.globs.iter().cloned());
        let named = || self.names.get(first).map(|path| [path, rest].concat());
        let child = || folders.map(|folder| below(&folder)).find(|path| modules.contains(path));
        Self::plain(module, path).or_else(named).or_else(|| Some([&child()?, rest].concat()))
    }

    fn put(&mut self, path: &[Ident]) {
        if let [first, _, ..] = path {
            let names = path.iter().map(Ident::to_string).collect();
            self.paths.push((self.module.clone(), names, first.span().start().line));
        }
    }

    fn tree(&mut self, tree: &UseTree, before: &[Ident]) {
        let path = |ident: &Ident| [before, std::slice::from_ref(ident)].concat();
        match tree {
            UseTree::Path(one) => self.tree(&one.tree, &path(&one.ident)),
            UseTree::Group(group) => group.items.iter().for_each(|one| self.tree(one, before)),
            UseTree::Glob(_) => {
                self.put(before);
                let names: Names = before.iter().map(Ident::to_string).collect();
                self.globs.extend(Self::plain(&self.module, &names));
            }
            UseTree::Name(one) => self.name(&path(&one.ident), None),
            UseTree::Rename(one) => self.name(&path(&one.ident), Some(&one.rename)),
        }
    }

    fn name(&mut self, path: &[Ident], rename: Option<&Ident>) {
        let path = if path.last().is_some_and(|last| last == "self") { &path[..path.len() - 1] } else { path };
        self.put(path);
        let names: Names = path.iter().map(Ident::to_string).collect();
        if let (Some(path), Some(name)) = (Self::plain(&self.module, &names), rename.or(path.last())) {
            self.names.insert(name.to_string(), path);
        }
    }

    /// Paths in a macro, whose tokens have no syntax.
    fn tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut colons) = (Vec::new(), 0);
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.put(&std::mem::take(&mut path));
                    }
                    path.push(ident);
                    colons = 0;
                }
                other => {
                    self.put(&std::mem::take(&mut path));
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.put(&path);
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_item_mod(&mut self, item: &'a ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'a ItemUse) {
        self.tree(&item.tree, &[]);
    }

    fn visit_macro(&mut self, item: &'a Macro) {
        self.tokens(item.tokens.clone());
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        let segments: Vec<Ident> = path.segments.iter().map(|segment| segment.ident.clone()).collect();
        self.put(&segments);
        visit::visit_path(self, path);
    }
}
