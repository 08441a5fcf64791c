//! Files, functions and traits stay small enough to be read at one sitting.

use syn::visit::{self, Visit};
use syn::{Block, FnArg, ImplItemFn, ItemFn, ItemTrait, Pat, Signature, TraitItem, TraitItemFn, Type};

use crate::source::{File, Project};

const FILE_LINES: usize = 600;
const MEDIAN_LINES: usize = 130;
const FUNCTION_LINES: usize = 70;
const USUAL_FUNCTION_LINES: usize = 35;
const PARAMETERS: usize = 4;
const REQUIRED_METHODS: usize = 2;

/// Functions that take more than [`PARAMETERS`] values today: file and name. One that no longer does leaves the table.
const WIDE: &[(&str, &str)] = &[("src/evidence/validation/flink_runs/curves.rs", "told")];

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

/// Values that a parameter takes: a tuple is as many as it holds, `self` is none.
fn values(input: &FnArg) -> usize {
    match input {
        FnArg::Receiver(_) => 0,
        FnArg::Typed(one) => values_of_type(&one.ty).max(values_of_pattern(&one.pat)),
    }
}

fn values_of_type(kind: &Type) -> usize {
    match kind {
        Type::Tuple(tuple) => tuple.elems.iter().map(values_of_type).sum(),
        Type::Reference(one) => values_of_type(&one.elem),
        Type::Paren(one) => values_of_type(&one.elem),
        _ => 1,
    }
}

fn values_of_pattern(pattern: &Pat) -> usize {
    match pattern {
        Pat::Tuple(tuple) => tuple.elems.iter().map(values_of_pattern).sum(),
        Pat::Reference(one) => values_of_pattern(&one.pat),
        Pat::Paren(one) => values_of_pattern(&one.pat),
        _ => 1,
    }
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
            parameters: signature.inputs.iter().map(values).sum(),
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

/// Functions of the library that take too much.
fn wide(project: &Project) -> impl Iterator<Item = Function> {
    let all = project.sources().filter(|file| !file.is_test).flat_map(|file| Sizes::of(file).functions);
    all.filter(|one| one.parameters > PARAMETERS)
}

fn is_listed(one: &Function, (path, name): &(&str, &str)) -> bool {
    one.place.starts_with(path) && one.place.ends_with(&format!(" {name}"))
}

pub fn wide_functions(project: &Project) -> Vec<String> {
    let faulty = wide(project).filter(|one| !WIDE.iter().any(|listed| is_listed(one, listed)));
    faulty.map(|one| format!("{} takes {}", one.place, one.parameters)).collect()
}

/// Lines of [`WIDE`] without a function.
pub fn narrowed(project: &Project) -> Vec<String> {
    let all: Vec<Function> = wide(project).collect();
    let gone = WIDE.iter().filter(|listed| !all.iter().any(|one| is_listed(one, listed)));
    gone.map(|(path, name)| format!("{name} of {path} is listed and takes no more than {PARAMETERS}")).collect()
}

pub fn greedy_traits(project: &Project) -> Vec<String> {
    let all = project.sources().flat_map(|file| Sizes::of(file).traits);
    let greedy = all.filter(|(_, required)| *required > REQUIRED_METHODS);
    greedy.map(|(place, required)| format!("{place} requires {required} methods")).collect()
}

/// Lines of every function of the library.
pub fn function_lines(project: &Project) -> Vec<usize> {
    let shipped = project.sources().filter(|file| !file.is_test);
    shipped.flat_map(|file| Sizes::of(file).functions).map(|one| one.lines).collect()
}

/// The widest traits and functions.
pub fn interfaces(project: &Project) -> String {
    let traits = project.sources().flat_map(|file| Sizes::of(file).traits);
    let most = traits.map(|(_, required)| required).max().unwrap_or(0);
    let wide = wide(project).count();
    format!("traits require up to {most} methods, {wide} functions take more than {PARAMETERS} values")
}
