//! Where a size came from, in words: set by the user and where, a fraction of what, kept within which bound, or the rest.

use super::sheet::Provenance;
use crate::base::Bytes;
use crate::flink::layout::keys::{Key, KeyKind, ProcessKeys, RangeKeys};
use crate::flink::layout::memory_size::multiply;
use crate::flink::layout::{Component, Derivation, Layout, Lead, Options, Origin};

/// What the sizes of one process were derived from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// What the user set.
    pub options: &'a Options,
    /// The options of the totals.
    pub keys: &'static ProcessKeys,
    /// Which of them led.
    pub lead: Lead,
}

/// Where a size came from, for people and for programs.
pub struct From {
    /// In words.
    pub text: String,
    /// In terms.
    pub provenance: Option<Provenance>,
}

impl From {
    /// A size that no single option decided.
    pub fn plain(how: &'static str, text: String) -> From {
        From { text, provenance: Some(Provenance { how, option: None, place: String::new() }) }
    }
}

/// A fraction with its bounds, and the total that it is a fraction of.
pub struct Portion {
    /// The fraction.
    pub fraction: &'static Key,
    /// Its bounds, where it has any.
    pub range: Option<&'static RangeKeys>,
    /// The total, or `None` where the total was not known yet and followed from the other parts.
    pub total: Option<Bytes>,
    /// What the total is called.
    pub of: &'static str,
}

impl Source<'_> {
    /// "set in FILE:LINE (managed.size)" or "default (framework.heap.size)".
    pub fn stated(&self, key: &'static Key) -> String {
        format!("{} ({})", self.place(key), short(key))
    }

    /// "set in FILE:LINE", "set by -D", "set" or "default".
    fn place(&self, key: &'static Key) -> String {
        match self.options.origin(key) {
            _ if !self.options.is_set(key) => "default".into(),
            Origin::Unstated => "set".into(),
            Origin::CommandLine => "set by -D".into(),
            origin => format!("set in {origin}"),
        }
    }

    /// Total process memory: set, or what its parts add up to.
    pub fn process(&self) -> From {
        self.total(self.keys.process, None)
    }

    /// Total Flink memory: set, the rest, or what its parts add up to.
    pub fn flink(&self) -> From {
        let rest = (self.lead == Lead::Process).then(|| From::plain("rest", "rest of total process memory".into()));
        self.total(self.keys.flink, rest)
    }

    fn total(&self, key: &'static Key, otherwise: Option<From>) -> From {
        match otherwise {
            _ if self.options.is_set(key) => self.by(key, "set", self.stated(key)),
            Some(otherwise) => otherwise,
            None => From::plain("sum", "sum of its parts".into()),
        }
    }

    /// A component that has a size of its own, or else is a portion or the rest of a total.
    pub fn component(&self, how: Derivation, size: Option<&'static Key>, portion: Option<Portion>) -> From {
        match (how, size, portion) {
            (Derivation::Given, Some(key), _) => self.by(key, "set", self.stated(key)),
            (Derivation::Preset, Some(key), _) => self.by(key, "default", self.stated(key)),
            (Derivation::Fraction | Derivation::AtMin | Derivation::AtMax, _, Some(portion)) => {
                let text = self.portion(how, &portion);
                match (how, portion.range) {
                    (Derivation::AtMin, Some(range)) => self.by(range.min, "minimum", text),
                    (Derivation::AtMax, Some(range)) => self.by(range.max, "maximum", text),
                    _ => self.by(portion.fraction, "fraction", text),
                }
            }
            (_, _, Some(portion)) => From::plain("rest", format!("rest of {}", portion.of)),
            _ => From::plain("rest", "rest of total Flink memory".into()),
        }
    }

    fn by(&self, key: &'static Key, how: &'static str, text: String) -> From {
        let place = self.options.origin(key).to_string();
        From { text, provenance: Some(Provenance { how, option: Some(key.name), place }) }
    }

    fn portion(&self, how: Derivation, portion: &Portion) -> String {
        let fraction = self.options.text(portion.fraction).unwrap_or_default().trim();
        let origin = self.place(portion.fraction);
        let beside = if portion.total.is_some() { "" } else { ", which follows from the other parts" };
        let share = format!("fraction {fraction} of {}{beside}", portion.of);
        let raw = portion.total.and_then(|total| multiply(total, self.options.fraction(portion.fraction).ok()?));
        let would = raw.map(|raw| format!(" would be {raw}")).unwrap_or_default();
        match (how, portion.range) {
            (Derivation::AtMin, Some(range)) => {
                format!("raised to its minimum, {}: {share}{would}", self.stated(range.min))
            }
            (Derivation::AtMax, Some(range)) => {
                format!("cut to its maximum, {}: {share}{would}", self.stated(range.max))
            }
            _ => format!("{share}, {origin} ({})", short(portion.fraction)),
        }
    }
}

/// Where the size of a TaskManager's component came from, in a few words.
pub fn brief(options: &Options, layout: &Layout, component: Component) -> String {
    let set = component.keys().iter().find(|key| options.is_set(key)).map(|key| options.origin(key).to_string());
    match (layout.derivation(component), set) {
        (Derivation::Given, Some(place)) if !place.is_empty() => format!("set in {place}"),
        (Derivation::Fraction, _) => {
            let fraction = component.keys().iter().find(|key| key.kind == KeyKind::Fraction);
            let text = fraction.and_then(|key| options.text(key).ok()).unwrap_or_default();
            format!("fraction {}", text.trim())
        }
        (how, _) => brief_how(how).into(),
    }
}

/// How a size came about, in a few words.
pub fn brief_how(how: Derivation) -> &'static str {
    match how {
        Derivation::Given => "set",
        Derivation::Preset => "default",
        Derivation::Fraction => "a fraction",
        Derivation::AtMin => "raised to its minimum",
        Derivation::AtMax => "cut to its maximum",
        Derivation::Rest => "the rest",
    }
}

/// A key without what all keys of its process have in common.
pub fn short(key: &Key) -> &'static str {
    ["taskmanager.memory.", "jobmanager.memory."]
        .iter()
        .find_map(|head| key.name.strip_prefix(head))
        .unwrap_or(key.name)
}
