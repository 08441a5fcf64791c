//! What a law says of itself, and the checks that follow from it.

use super::{Dist, LAWS};
use crate::base::{Law, did_you_mean};

/// Law, names of its form, values of that form: in range already, one by one.
pub(super) type Build = fn(&Law, &[&str], &[f64]) -> Result<Dist, String>;

/// A law: its name, what it takes, how it is made.
pub struct LawEntry {
    /// The name in scenarios.
    pub name: &'static str,
    /// One line for people.
    pub summary: &'static str,
    /// The sets of numbers that define it; a scenario gives exactly one of the sets.
    pub forms: &'static [&'static [LawNumber]],
    /// What it takes besides numbers.
    pub takes: Takes,
    /// Makes one from the law, the names of the form that was given, and their values.
    pub(super) build: Build,
}

/// What a law takes besides numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    NumbersOnly,
    /// `sample`: a list of values, in the unit of the law.
    Sample,
    /// `parts`: laws with weights.
    Parts,
}

/// A number of a law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LawNumber {
    /// The key in scenarios.
    pub name: &'static str,
    /// Whether it is written in the unit of the law ("4 MiB", "3 ms"); else it is a plain number.
    pub has_unit: bool,
    /// The values allowed.
    pub range: Range,
}

/// The values allowed for a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// Any finite number.
    Any,
    /// Finite and above the bound.
    Above(f64),
    /// Finite and not below the bound.
    AtLeast(f64),
    /// A whole number, not below the bound and not above 2^53.
    WholeFrom(f64),
}

impl Range {
    fn contains(self, value: f64) -> bool {
        value.is_finite()
            && match self {
                Range::Any => true,
                Range::Above(bound) => value > bound,
                Range::AtLeast(bound) => value >= bound,
                Range::WholeFrom(bound) => value >= bound && value <= (1u64 << 53) as f64 && value.fract() == 0.0,
            }
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Range::Any => write!(f, "a finite number"),
            Range::Above(bound) => write!(f, "a number above {bound}"),
            Range::AtLeast(bound) => write!(f, "a number of at least {bound}"),
            Range::WholeFrom(bound) => write!(f, "a whole number of at least {bound}"),
        }
    }
}

/// A number in the unit of the law.
pub(super) const fn scaled(name: &'static str, range: Range) -> LawNumber {
    LawNumber { name, has_unit: true, range }
}

/// A number without a unit.
pub(super) const fn plain(name: &'static str, range: Range) -> LawNumber {
    LawNumber { name, has_unit: false, range }
}

pub(super) fn fault_of(law: &str, fault: &str) -> String {
    format!("law \"{law}\": {fault}")
}

impl LawEntry {
    /// The law called `name`; the text of an error offers the nearest name and lists all.
    pub fn find(name: &str) -> Result<&'static LawEntry, String> {
        let known = || LAWS.iter().map(|entry| entry.name);
        LAWS.iter().find(|entry| entry.name == name).copied().ok_or_else(|| {
            let names = known().collect::<Vec<_>>().join(", ");
            format!("\"{name}\" is not a law{} (laws: {names})", did_you_mean(name, known()))
        })
    }

    /// All numbers of all forms; a name that is in two forms comes twice.
    pub fn numbers(&self) -> impl Iterator<Item = &'static LawNumber> {
        self.forms.iter().flat_map(|form| form.iter())
    }

    /// The number called `name`, if the law has it.
    pub fn number(&self, name: &str) -> Option<&'static LawNumber> {
        self.numbers().find(|number| number.name == name)
    }

    /// "mean and scv, or median and sigma".
    pub fn usage(&self) -> String {
        let form = |form: &&[LawNumber]| form.iter().map(|n| n.name).collect::<Vec<_>>().join(" and ");
        self.forms.iter().map(form).collect::<Vec<_>>().join(", or ")
    }

    /// Finds the form that `law` gives, with every number in its range; or tells all faults at once.
    pub(super) fn check(&self, law: &Law) -> Result<&'static [LawNumber], String> {
        let mut faults = self.faults_of_numbers(law);
        if self.takes != Takes::Sample && !law.sample.is_empty() {
            faults.push("takes no sample".into());
        }
        if self.takes != Takes::Parts && !law.parts.is_empty() {
            faults.push("takes no parts".into());
        }
        let given = |form: &&&[LawNumber]| {
            form.len() == law.numbers.len() && form.iter().all(|number| law.number(number.name).is_some())
        };
        match self.forms.iter().find(given) {
            Some(form) if faults.is_empty() => Ok(form),
            None if faults.is_empty() => {
                let names = law.numbers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>();
                let names = if names.is_empty() { "nothing".into() } else { names.join(" and ") };
                Err(fault_of(self.name, &format!("takes {}; given: {names}", self.usage())))
            }
            _ => Err(fault_of(self.name, &faults.join("; "))),
        }
    }

    fn faults_of_numbers(&self, law: &Law) -> Vec<String> {
        let mut faults = Vec::new();
        for (i, (name, value)) in law.numbers.iter().enumerate() {
            match self.number(name) {
                None => {
                    let hint = did_you_mean(name, self.numbers().map(|number| number.name));
                    let usage = if self.forms[0].is_empty() { "no numbers".into() } else { self.usage() };
                    faults.push(format!("has no number \"{name}\"{hint} (takes {usage})"));
                }
                Some(number) if !number.range.contains(*value) => {
                    faults.push(format!("{name} = {value}: expected {}", number.range));
                }
                Some(_) if law.numbers[..i].iter().any(|(other, _)| other == name) => {
                    faults.push(format!("{name} is given twice"));
                }
                Some(_) => {}
            }
        }
        faults
    }
}
