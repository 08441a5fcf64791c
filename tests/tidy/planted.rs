//! Planted faults: each is caught, by the rule that is there for it and by no other.

use crate::source::{File, Project};
use crate::{RULES, breaches};

/// Rule, what is planted, and the files: path, then text below the header.
type Planted<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

fn rules_that_catch(files: &[(&str, &str)]) -> Vec<&'static str> {
    let headed =
        |text: &str| if text.starts_with("// A file") { text.to_string() } else { format!("//! A file.\n{text}") };
    // A long file is to be the exception.
    let files = [("src/base/a.rs", ""), ("src/base/b.rs", "")]
        .iter()
        .chain(files)
        .map(|(path, text)| File::new(path, headed(text)));
    let mut rules: Vec<&str> =
        breaches(&Project::new(files.collect()), RULES).into_iter().map(|(rule, _)| rule).collect();
    rules.dedup();
    rules
}

fn check(planted: &[Planted]) {
    for (rule, what, files) in planted {
        assert_eq!(rules_that_catch(files), [*rule], "{what}");
    }
}

const RUN: (&str, &str) = ("src/sim/mod.rs", "pub fn run() {}");

#[test]
fn imports_that_look_up_are_caught() {
    check(&[
        ("layers", "a plain use", &[RUN, ("src/base/x.rs", "use crate::sim::run;")]),
        ("layers", "a neighbour", &[RUN, ("src/policy/x.rs", "use crate::price::Price;")]),
        ("layers", "a nested tree", &[RUN, ("src/base/x.rs", "use crate::{base::{Bytes, SimTime}, sim::run};")]),
        ("layers", "a chain", &[RUN, ("src/policy/spill/x.rs", "use super::super::super::sim::run;")]),
        ("layers", "a glob", &[RUN, ("src/base/mod.rs", "use super::sim::*;")]),
        ("layers", "a name", &[RUN, ("src/base/x.rs", "use crate::{self as all};\nfn f() {\n    all::sim::run();\n}")]),
        ("layers", "a path in code", &[RUN, ("src/base/x.rs", "fn f() {\n    super::super::sim::run();\n}")]),
        ("layers", "a path in a type", &[RUN, ("src/base/x.rs", "struct X(Vec<crate::sim::World>);")]),
        ("layers", "a path in a macro", &[RUN, ("src/base/x.rs", "fn f() {\n    assert!(0 < crate::sim::run());\n}")]),
        (
            "layers",
            "a path in a nested module",
            &[RUN, ("src/base/x.rs", "mod y {\n    use super::super::super::sim::run;\n}")],
        ),
    ]);
}

#[test]
fn neighbours_that_import_each_other_are_caught() {
    let to_b = ("src/sim/a.rs", "use super::b::B;");
    let folder = ("src/sim/b/mod.rs", "pub struct B;");
    check(&[
        ("pairs", "two files", &[to_b, ("src/sim/b.rs", "fn f(a: crate::sim::a::A) {}")]),
        ("pairs", "a file and a folder", &[to_b, folder, ("src/sim/b/c.rs", "use super::super::a::{A, X as Y};")]),
        ("pairs", "by a parent's name", &[to_b, ("src/sim/b.rs", "use crate::sim;\nfn f(a: sim::a::A) {}")]),
        ("pairs", "by a glob", &[to_b, ("src/sim/b.rs", "use super::*;\nfn f(a: a::A) {}")]),
    ]);
    let tests = "#[cfg(test)]\nmod tests {\n    use super::super::a::A;\n}";
    assert_eq!(rules_that_catch(&[to_b, ("src/sim/b.rs", tests)]), [""; 0], "tests may look at a neighbour");
    let child =
        [("src/sim/a.rs", "mod b;\nfn f(b: b::B) {}"), ("src/sim/a/b.rs", "use super::A;\nuse crate::sim::a::X;")];
    assert_eq!(rules_that_catch(&child), [""; 0], "parent and child may import each other");
}

#[test]
fn what_is_too_large_is_caught() {
    let long = |line: &str| format!("fn f(out: &mut Vec<u8>) {{\n{}}}", line.repeat(200));
    let file = "const A: u8 = 0;\n".repeat(601);
    let methods = |head: &str| format!("{head} trait T {{\n{}}}", "    fn f();\n".repeat(9));
    let (calls, sums) = (long("    out.push(1);\n"), long("    out[0] += 1;\n"));
    let method = format!("struct S;\nimpl S {{\n{calls}\n}}");
    check(&[
        ("file length", "a long file", &[("src/sim/x.rs", &file)]),
        ("function length", "lines that end as a call does", &[("src/sim/x.rs", &calls)]),
        ("function length", "other lines", &[("src/sim/x.rs", &sums)]),
        ("function length", "a method", &[("tests/x.rs", &method)]),
        ("parameters", "five parameters", &[("src/sim/x.rs", "fn f(a: u8, b: u8, c: u8, d: u8, e: u8) {}")]),
        (
            "parameters",
            "seven values in three",
            &[("src/sim/x.rs", "fn f(a: (u8, u8), b: &(u8, u8), c: ((u8, u8), u8)) {}")],
        ),
        ("parameters", "a pattern", &[("src/sim/x.rs", "fn f(x: u8, y: u8, (a, b, c): Triple) {}")]),
        ("required methods", "a private trait", &[("src/sim/x.rs", &methods(""))]),
        ("required methods", "a trait of the folder", &[("src/sim/x.rs", &methods("pub(super)"))]),
        ("required methods", "a trait of the crate", &[("src/sim/x.rs", &methods("pub(crate)"))]),
        ("required methods", "a public trait", &[("src/sim/x.rs", &methods("pub"))]),
    ]);
}

#[test]
fn names_that_do_not_belong_are_caught() {
    let skip = format!("fn f() {{\n    {}\n}}", concat!("println!(\"", "skipped\");"));
    let named = format!("{}measurements\"]\nfn f() {{}}", concat!("#[ignore = \"needs the ", "shared data: "));
    let mark = concat!("// TO", "DO: later\n");
    let registry = ("src/policy/mod.rs", "registry! {\n    /// All.\n    pub static ALL: Build<dyn P>;\n    one,\n}");
    let entry = "pub const ENTRY: Entry<Build<dyn P>> = Entry {};";
    check(&[
        ("purity", "a hash map", &[("src/sim/x.rs", "use std::{fmt, collections::{BTreeMap, HashMap as Map}};")]),
        ("purity", "a clock", &[("src/sim/x.rs", "use std::time;\nfn f() {\n    time::Instant::now();\n}")]),
        ("purity", "the environment", &[("src/base/x.rs", "fn f() {\n    println!(\"{:?}\", std::env::args());\n}")]),
        ("panics", "an unwrap", &[("src/sim/x.rs", "fn f(a: Option<u8>) {\n    a.unwrap();\n}")]),
        ("panics", "a macro", &[("src/sim/x.rs", "fn f() {\n    unreachable!(\"never\")\n}")]),
        ("leftovers", "a note", &[("benches/x.rs", &format!("{}fn f() {{}}", mark))]),
        ("leftovers", "code in a comment", &[("src/sim/x.rs", "fn f() {\n    // drop(self);\n}")]),
        ("skips", "a test that passes unread", &[("src/sim/x.rs", &skip)]),
        ("skips", "a test without its prefix", &[("src/sim/x.rs", &named)]),
        ("header", "no header", &[("src/sim/x.rs", "// A file.")]),
        (
            "registry",
            "a file without its line",
            &[registry, ("src/policy/one.rs", entry), ("src/policy/two.rs", entry)],
        ),
        ("registry", "a line without its file", &[registry]),
    ]);
}
