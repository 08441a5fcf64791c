//! Rules of the sources that a machine can check: layers, pairs, sizes, names, registries.

mod imports;
mod layers;
mod names;
mod pairs;
mod planted;
mod registries;
mod scenarios;
mod sizes;
mod source;

use source::Project;

/// A rule: its name, and what answers all breaches of it, one line each.
type Rule = (&'static str, fn(&Project) -> Vec<String>);

const RULES: &[Rule] = &[
    ("layers", layers::upward),
    ("pairs", pairs::unlisted),
    ("file length", sizes::long_files),
    ("function length", sizes::long_functions),
    ("parameters", sizes::wide_functions),
    ("required methods", sizes::greedy_traits),
    ("purity", names::impure),
    ("panics", names::panics),
    ("leftovers", names::leftovers),
    ("header", names::bare_files),
    ("skips", names::silent_skips),
    ("registry", registries::unlisted_members),
];

/// Rules that only the whole project can keep.
const WHOLE: &[Rule] =
    &[("table of pairs", pairs::gone), ("table of wide functions", sizes::narrowed), ("families", registries::too_few)];

/// Every breach of some rules, as the name of the rule and what is said of it.
fn breaches(project: &Project, rules: &[Rule]) -> Vec<(&'static str, String)> {
    let found = rules.iter().flat_map(|(name, rule)| rule(project).into_iter().map(move |fault| (*name, fault)));
    found.collect()
}

#[test]
fn every_rule_is_kept() {
    let faults = breaches(&source::project(), &[RULES, WHOLE].concat());
    let faults: Vec<String> = faults.iter().map(|(rule, fault)| format!("{rule}: {fault}")).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
