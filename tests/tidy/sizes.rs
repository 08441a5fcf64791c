//! Files, functions and traits stay small enough to be read at one sitting.

use syn::visit::{self, Visit};
use syn::{Block, FnArg, ImplItemFn, ItemFn, ItemTrait, Signature, TraitItem, TraitItemFn};

use crate::source::{File, Project};

const FILE_LINES: usize = 600;
const MEDIAN_LINES: usize = 130;
const FUNCTION_LINES: usize = 70;
const USUAL_FUNCTION_LINES: usize = 35;
const PARAMETERS: usize = 4;
const REQUIRED_METHODS: usize = 2;

pub fn long_files(project: &Project) -> Vec<String> {
    let mut sizes: Vec<(usize, &str)> =
        project.files.iter().map(|one| (one.text.lines().count(), &*one.path)).collect();
    sizes.sort();
    let median = sizes[sizes.len() / 2].0;
    let median = (median > MEDIAN_LINES).then(|| format!("the median file has {median} lines"));
    let long = sizes.iter().filter(|(lines, _)| *lines > FILE_LINES);
    long.map(|(lines, path)| format!("{path} has {lines} lines")).chain(median).collect()
}

/// One function.
struct Function {
    place: String,
    lines: usize,
    parameters: usize,
}

/// Functions and traits of a file.
struct Sizes<'a> {
    file: &'a File,
    functions: Vec<Function>,
    /// Place, methods without a body.
    traits: Vec<(String, usize)>,
}

impl Sizes<'_> {
    fn of(file: &File) -> Sizes<'_> {
        let mut sizes = Sizes { file, functions: vec![], traits: vec![] };
        sizes.visit_file(&file.tree);
        sizes
    }

    fn function(&mut self, signature: &Signature, body: Option<&Block>) {
        let begin = signature.fn_token.span.start().line;
        self.functions.push(Function {
            place: format!("{}:{begin} {}", self.file.path, signature.ident),
            lines: body.map_or(1, |body| body.brace_token.span.close().end().line - begin + 1),
            parameters: signature.inputs.iter().filter(|input| matches!(input, FnArg::Typed(_))).count(),
        });
    }
}

impl<'a> Visit<'a> for Sizes<'_> {
    fn visit_item_fn(&mut self, item: &'a ItemFn) {
        self.function(&item.sig, Some(&item.block));
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'a ImplItemFn) {
        self.function(&item.sig, Some(&item.block));
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'a TraitItemFn) {
        self.function(&item.sig, item.default.as_ref());
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_trait(&mut self, item: &'a ItemTrait) {
        let bare = item.items.iter().filter(|one| matches!(one, TraitItem::Fn(method) if method.default.is_none()));
        self.traits.push((format!("{}: {}", self.file.path, item.ident), bare.count()));
        visit::visit_item_trait(self, item);
    }
}

pub fn long_functions(project: &Project) -> Vec<String> {
    let all: Vec<Function> = project.files.iter().flat_map(|file| Sizes::of(file).functions).collect();
    let long = all.iter().filter(|one| one.lines > USUAL_FUNCTION_LINES).count();
    let usual = (long * 20 > all.len()).then(|| format!("{long} of {} functions are long", all.len()));
    let faulty = all.iter().filter(|one| one.lines > FUNCTION_LINES);
    faulty.map(|one| format!("{} has {} lines", one.place, one.lines)).chain(usual).collect()
}

pub fn wide_functions(project: &Project) -> Vec<String> {
    let all = project.sources().filter(|file| !file.is_test).flat_map(|file| Sizes::of(file).functions);
    let faulty = all.filter(|one| one.parameters > PARAMETERS);
    faulty.map(|one| format!("{} takes {}", one.place, one.parameters)).collect()
}

pub fn greedy_traits(project: &Project) -> Vec<String> {
    let all = project.sources().flat_map(|file| Sizes::of(file).traits);
    let greedy = all.filter(|(_, required)| *required > REQUIRED_METHODS);
    greedy.map(|(place, required)| format!("{place} requires {required} methods")).collect()
}
