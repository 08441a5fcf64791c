//! Coefficients in place of those that logs do not tell: of the description that travels with the project.

use toml_edit::{DocumentMut, Item};

use super::fit::Defaults;
use super::law::Law;
use super::least::MOST;
use crate::base::SimSpan;

/// What is described where logs tell nothing.
pub const DEFAULTS: &str = include_str!("../../../scenarios/jvm/openjdk17-flink.toml");

/// The defaults of the laws of a section.
pub fn defaults(section: &str, law: &Law) -> Defaults {
    let document = DEFAULTS.parse::<DocumentMut>().unwrap_or_default();
    let get = |key: &str| document.get(section).and_then(|table| table.get(key)).and_then(number).unwrap_or(0.0);
    let mut values = [0.0; MOST];
    values
        .iter_mut()
        .zip(law.terms)
        .for_each(|(value, term)| *value = get(term.key) + term.with.iter().map(|key| get(key)).sum::<f64>());
    Defaults { values, efficiency: law.efficiency.map_or(0.0, get) }
}

/// Cores that a thread of a concurrent cycle gets: of the only core, and of one of many.
pub fn shares(section: Option<&str>) -> (f64, f64) {
    let document = DEFAULTS.parse::<DocumentMut>().unwrap_or_default();
    let table = section.and_then(|section| document.get(section));
    let get =
        |key: &str| table.and_then(|table| table.get(key)).and_then(number).filter(|share| *share > 0.0).unwrap_or(1.0);
    (get("share-of-one"), get("share-of-many"))
}

/// A number, or a time in nanoseconds.
fn number(item: &Item) -> Option<f64> {
    if let Some(text) = item.as_str() {
        return text.parse::<SimSpan>().ok().map(|span| span.as_nanos());
    }
    item.as_float().or(item.as_integer().map(|number| number as f64))
}

#[cfg(test)]
mod tests {
    use super::super::law::laws;
    use super::*;

    #[test]
    fn every_law_has_its_defaults() {
        let document = DEFAULTS.parse::<DocumentMut>().unwrap();
        for section in ["serial", "parallel", "g1", "z", "shenandoah"] {
            for term in laws(section).iter().flat_map(|law| law.terms) {
                assert!(document[section].get(term.key).and_then(number).is_some(), "{section}.{}", term.key);
            }
        }
        let law = &laws("parallel")[0];
        assert_eq!(defaults("parallel", law).values[0], 12e6);
        assert_eq!(defaults("parallel", law).efficiency, 0.65);
    }
}
