//! The sources as syntax trees: files, the modules that they are, and which of their lines are tests.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Attribute, ImplItem, Item};

use crate::imports::{Import, Names, imports};

/// The folder of the project.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// One source file.
pub struct File {
    /// Path below the project.
    pub path: String,
    /// Its whole text.
    pub text: String,
    /// The same, parsed.
    pub tree: syn::File,
    /// Its module: `["crate", "sim", "world"]`.
    pub module: Names,
    /// Whether all of it is test code.
    pub is_test: bool,
    /// What it reaches.
    pub imports: Vec<Import>,
    tests: Tests,
}

/// Code that is compiled for tests only.
#[derive(Default)]
struct Tests {
    lines: Vec<RangeInclusive<usize>>,
    modules: Vec<String>,
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    let condition = |one: &Attribute| one.meta.require_list().map(|list| list.tokens.to_string());
    attributes.iter().any(|one| one.path().is_ident("cfg") && condition(one).is_ok_and(|words| words == "test"))
}

impl Tests {
    fn add(&mut self, attributes: &[Attribute], item: &impl Spanned) -> bool {
        let found = is_for_tests(attributes);
        if found {
            self.lines.push(item.span().start().line..=item.span().end().line);
        }
        found
    }
}

impl<'a> Visit<'a> for Tests {
    fn visit_item(&mut self, item: &'a Item) {
        let attributes = match item {
            Item::Const(one) => &one.attrs,
            Item::Fn(one) => &one.attrs,
            Item::Impl(one) => &one.attrs,
            Item::Macro(one) => &one.attrs,
            Item::Mod(one) => &one.attrs,
            Item::Static(one) => &one.attrs,
            Item::Struct(one) => &one.attrs,
            Item::Use(one) => &one.attrs,
            _ => return syn::visit::visit_item(self, item),
        };
        match (self.add(attributes, item), item) {
            (true, Item::Mod(one)) if one.content.is_none() => self.modules.push(one.ident.to_string()),
            (true, _) => {}
            (false, _) => syn::visit::visit_item(self, item),
        }
    }

    fn visit_impl_item(&mut self, item: &'a ImplItem) {
        if let ImplItem::Fn(one) = item {
            self.add(&one.attrs, item);
        }
    }
}

impl File {
    /// A file at `path` below the project.
    pub fn new(path: &str, text: String) -> File {
        let tree = syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut tests = Tests::default();
        tests.visit_file(&tree);
        let stem = path.trim_start_matches("src/").trim_end_matches(".rs");
        let mut module: Names = ["crate"].into_iter().chain(stem.split('/')).map(str::to_string).collect();
        module.pop_if(|last| ["mod", "lib", "main"].contains(&last.as_str()));
        File { path: path.into(), text, tree, module, is_test: path.starts_with("tests/"), imports: vec![], tests }
    }

    /// Whether the line of that number is compiled for tests only.
    pub fn is_test_line(&self, number: usize) -> bool {
        self.is_test || self.tests.lines.iter().any(|lines| lines.contains(&number))
    }

    /// Shipped lines that are no comments, with their numbers.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        lines.filter(|(number, line)| !self.is_test_line(*number) && !line.trim_start().starts_with("//"))
    }
}

/// All sources that the rules are for.
pub struct Project {
    /// Them, in the order of their paths.
    pub files: Vec<File>,
    /// Modules of the crate that are files.
    pub modules: BTreeSet<Names>,
}

impl Project {
    /// A project of these files.
    pub fn new(mut files: Vec<File>) -> Project {
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let join = |file: &File, name: &String| [&file.module[..], std::slice::from_ref(name)].concat();
        let modules = files.iter().flat_map(|file| file.tests.modules.iter().map(move |name| join(file, name)));
        let tests: Vec<Names> = modules.collect();
        let modules =
            files.iter().filter(|file| file.path.starts_with("src/")).map(|file| file.module.clone()).collect();
        for file in &mut files {
            file.is_test |= tests.iter().any(|module| file.module.starts_with(module));
            file.imports = imports(&file.tree, &file.module, &modules);
        }
        Project { files, modules }
    }

    /// Files of the library and the program.
    pub fn sources(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.starts_with("src/"))
    }
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The project itself, read and parsed.
pub fn project() -> Project {
    let mut paths = Vec::new();
    ["src", "tests", "benches"].iter().for_each(|folder| rust_files(&root().join(folder), &mut paths));
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(root()).expect("below the project").display().to_string();
        File::new(&name, std::fs::read_to_string(path).expect("a source"))
    };
    Project::new(paths.iter().map(read).collect())
}
