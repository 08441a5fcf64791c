//! Rules of the sources that a machine can check: layers, pairs, sizes, names, registries.

mod form;
mod imports;
mod layers;
mod names;
mod pairs;
#[cfg(test)]
mod planted;
mod registries;
#[cfg(test)]
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
const WHOLE: &[Rule] = &[
    ("table of pairs", pairs::gone),
    ("table of wide functions", sizes::narrowed),
    ("families", registries::too_few),
    ("pure rooms", names::absent_rooms),
];

/// Every breach of some rules, as the name of the rule and what is said of it.
fn breaches(project: &Project, rules: &[Rule]) -> Vec<(&'static str, String)> {
    let found = rules.iter().flat_map(|(name, rule)| rule(project).into_iter().map(move |fault| (*name, fault)));
    found.collect()
}

/// Every breach of every rule, one line each.
fn all_breaches(project: &Project) -> Vec<String> {
    breaches(project, &[RULES, WHOLE].concat()).iter().map(|(rule, fault)| format!("{rule}: {fault}")).collect()
}

fn main() -> std::process::ExitCode {
    let project = source::project();
    let faults = all_breaches(&project);
    faults.iter().for_each(|fault| println!("{fault}"));
    form::print(&project);
    if faults.is_empty() { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}

#[test]
fn every_rule_is_kept() {
    let faults = all_breaches(&source::project());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
