//! What a folder holds is what its registry lists.

use std::collections::BTreeSet;

use proc_macro2::TokenTree;
use syn::{Item, Type};

use crate::source::{File, Project};

/// Members that the `registry!` of a file lists: what follows its last semicolon.
fn listed(file: &File) -> Option<BTreeSet<String>> {
    let macros =
        file.tree.items.iter().filter_map(|item| if let Item::Macro(one) = item { Some(&one.mac) } else { None });
    let registry =
        macros.into_iter().find(|one| one.path.segments.last().is_some_and(|name| name.ident == "registry"))?;
    let tokens: Vec<TokenTree> = registry.tokens.clone().into_iter().collect();
    let members = tokens.rsplit(|token| matches!(token, TokenTree::Punct(one) if one.as_char() == ';')).next()?;
    let names = members.iter().filter(|token| matches!(token, TokenTree::Ident(_)));
    Some(names.map(|name| name.to_string()).collect())
}

/// Whether a file declares an entry of a registry.
fn is_member(file: &File) -> bool {
    file.tree.items.iter().any(|item| match item {
        Item::Const(one) if one.ident == "ENTRY" => {
            matches!(&*one.ty, Type::Path(path) if path.path.segments.last().is_some_and(|name| name.ident == "Entry"))
        }
        _ => false,
    })
}

/// Folders with a registry, each with the members listed and those found.
fn families(project: &Project) -> Vec<(&File, BTreeSet<String>, BTreeSet<String>)> {
    let families = project.sources().filter_map(|file| Some((file, listed(file)?)));
    let found = |registry: &File| {
        let members = project.sources().filter(|file| is_member(file));
        let members =
            members.filter_map(|file| file.module.split_last().filter(|(_, folder)| *folder == registry.module));
        members.map(|(name, _)| name.clone()).collect()
    };
    families.map(|(file, listed)| (file, listed, found(file))).collect()
}

/// Registries whose members and files differ.
pub fn unlisted_members(project: &Project) -> Vec<String> {
    let differ = families(project).into_iter().filter(|(_, listed, found)| listed != found);
    differ.map(|(file, listed, found)| format!("{} lists {listed:?}, but there are {found:?}", file.path)).collect()
}

/// A fault unless there are as many families as were when this was written: else they are no longer found.
pub fn too_few(project: &Project) -> Vec<String> {
    let count = families(project).len();
    (count < 14).then(|| format!("only {count} families are found")).into_iter().collect()
}
