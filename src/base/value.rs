//! Declared parameters: what a plug-in or a section of a scenario takes, in which unit, with which default.
//!
//! A declaration ([`Param`]) is the only place where a name, a unit and a default are written. The scenario
//! parser, `heapwise list` and the error texts read it; the plug-in gets an [`Args`] that was checked against it.

use super::{Bytes, SimSpan};

/// The type and unit of a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A size such as "4 GiB".
    Bytes,
    /// A time such as "250 ms".
    Span,
    /// A bandwidth such as "500 MiB/s", kept as bytes a second.
    Bandwidth,
    /// An event rate such as "1000 /s", kept as events a second.
    Rate,
    /// A plain number within the bounds given (inclusive).
    Number(f64, f64),
    /// A whole number within the bounds given (inclusive).
    Count(u64, u64),
    /// true or false.
    Flag,
    /// Any text.
    Text,
    /// A path, relative to the scenario's file.
    Path,
    /// One of the words given.
    Choice(&'static [&'static str]),
    /// A distribution of sizes: "4 MiB" (constant) or { law = "exponential", mean = "4 MiB" }.
    BytesLaw,
    /// A distribution of times.
    SpanLaw,
    /// A distribution of plain numbers.
    NumberLaw,
    /// A list of any of the kinds above.
    List(&'static Kind),
}

/// What a parameter is when the scenario does not give it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Preset {
    /// It must be given.
    Required,
    /// It may be absent; the getters that end in `_opt` then answer `None`.
    Absent,
    /// This text, in the spelling that a scenario would use: "4 GiB", "0.5", "true", "[1, 2]".
    Is(&'static str),
}

/// One declared parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Param {
    /// The key in the scenario.
    pub name: &'static str,
    /// Type, unit and bounds.
    pub kind: Kind,
    /// The default.
    pub preset: Preset,
    /// One line for people.
    pub about: &'static str,
}

/// Shorthand for a parameter with a default.
pub const fn param(name: &'static str, kind: Kind, preset: &'static str, about: &'static str) -> Param {
    Param { name, kind, preset: Preset::Is(preset), about }
}

/// Shorthand for a parameter that must be given.
pub const fn required(name: &'static str, kind: Kind, about: &'static str) -> Param {
    Param { name, kind, preset: Preset::Required, about }
}

/// Shorthand for a parameter that may be absent.
pub const fn optional(name: &'static str, kind: Kind, about: &'static str) -> Param {
    Param { name, kind, preset: Preset::Absent, about }
}

/// A probability distribution as plain data, in base units (bytes, nanoseconds, or a plain number).
///
/// `kernel::dist` turns it into something to draw from and refuses parameters outside their range.
#[derive(Clone, Debug, PartialEq)]
pub struct Law {
    /// constant, uniform, exponential, gamma, lognormal, weibull, pareto, bounded-pareto, zipf,
    /// hyperexponential, erlang, empirical or mixture.
    pub name: String,
    /// Named numbers, as the law's own documentation lists them.
    pub numbers: Vec<(String, f64)>,
    /// The sample of an empirical law.
    pub sample: Vec<f64>,
    /// Weighted parts of a mixture.
    pub parts: Vec<(f64, Law)>,
}

impl Default for Law {
    fn default() -> Law {
        Law::constant(0.0)
    }
}

impl Law {
    /// The law that always gives `value`.
    pub fn constant(value: f64) -> Law {
        Law { name: "constant".into(), numbers: vec![("value".into(), value)], sample: vec![], parts: vec![] }
    }

    /// The law called `name` with the numbers given.
    pub fn with(name: &str, numbers: &[(&str, f64)]) -> Law {
        let numbers = numbers.iter().map(|(key, value)| (key.to_string(), *value)).collect();
        Law { name: name.into(), numbers, sample: vec![], parts: vec![] }
    }

    /// The number called `key`, if the law has it.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.numbers.iter().find(|(name, _)| name == key).map(|(_, value)| *value)
    }
}

/// A parsed value of one of the [`Kind`]s.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Of [`Kind::Bytes`].
    Bytes(Bytes),
    /// Of [`Kind::Span`].
    Span(SimSpan),
    /// Of [`Kind::Number`], [`Kind::Bandwidth`] (bytes a second) or [`Kind::Rate`] (events a second).
    Number(f64),
    /// Of [`Kind::Count`].
    Count(u64),
    /// Of [`Kind::Flag`].
    Flag(bool),
    /// Of [`Kind::Text`], [`Kind::Path`] or [`Kind::Choice`].
    Text(String),
    /// Of the three kinds of distributions, in bytes, nanoseconds or plain numbers.
    Law(Law),
    /// Of [`Kind::List`].
    List(Vec<Value>),
}

/// Checked parameters of one plug-in or section: every declared name is there, with its default where none was given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Args(Vec<(&'static str, Value)>);

impl Args {
    /// Collects values under their declared names; later ones replace earlier ones.
    pub fn new(values: Vec<(&'static str, Value)>) -> Args {
        let mut args = Args::default();
        for (name, value) in values {
            args.set(name, value);
        }
        args
    }

    /// Puts `value` under `name`, replacing what was there.
    pub fn set(&mut self, name: &'static str, value: Value) {
        match self.0.iter_mut().find(|entry| entry.0 == name) {
            Some(entry) => entry.1 = value,
            None => self.0.push((name, value)),
        }
    }

    /// The value under `name`, if any.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|entry| entry.0 == name).map(|entry| &entry.1)
    }

    /// All names with their values, in the order of declaration.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    fn expect<T>(&self, name: &str, value: Option<T>, kind: &str) -> T {
        // Reached only by a plug-in that reads what it did not declare; tests/engine/conformance.rs builds every one.
        value.unwrap_or_else(|| panic!("parameter `{name}` is not declared as {kind}"))
    }
}

macro_rules! getters {
    ($($plain:ident, $opt:ident, $variant:ident => $out:ty, $read:expr, $doc:literal;)*) => {
        impl Args {
            $(
                #[doc = concat!("The ", $doc, " under `name`, which was declared so and has a value.")]
                pub fn $plain(&self, name: &str) -> $out {
                    self.expect(name, self.$opt(name), $doc)
                }
                #[doc = concat!("The ", $doc, " under `name`, or `None` where the scenario gives none.")]
                pub fn $opt(&self, name: &str) -> Option<$out> {
                    match self.get(name) {
                        Some(Value::$variant(value)) => Some($read(value)),
                        _ => None,
                    }
                }
            )*
        }
    };
}

getters! {
    bytes, bytes_opt, Bytes => Bytes, |v: &Bytes| *v, "size";
    span, span_opt, Span => SimSpan, |v: &SimSpan| *v, "time";
    number, number_opt, Number => f64, |v: &f64| *v, "number";
    count, count_opt, Count => u64, |v: &u64| *v, "count";
    flag, flag_opt, Flag => bool, |v: &bool| *v, "flag";
    text, text_opt, Text => String, |v: &String| v.clone(), "text";
    law, law_opt, Law => Law, |v: &Law| v.clone(), "distribution";
    list, list_opt, List => Vec<Value>, |v: &Vec<Value>| v.clone(), "list";
}
