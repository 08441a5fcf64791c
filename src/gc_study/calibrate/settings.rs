//! Coefficients in place of those that logs do not tell: of the description that travels with the project.

use std::sync::LazyLock;

use super::fit::Defaults;
use super::law::Law;
use super::least::MOST;
use crate::jvm::description::{Calibration, Coefficients};
use crate::scenario::bundled_jvm;

/// Name of the description whose figures stand in for what logs do not tell.
pub const STAND_IN: &str = "openjdk17-flink";

/// What is described of a collector where logs tell nothing; `None` for one without a section.
pub fn stand_in(section: &str) -> Option<&'static Coefficients> {
    static READ: LazyLock<Option<Calibration>> = LazyLock::new(|| bundled_jvm(STAND_IN).ok());
    READ.as_ref()?.section(section)
}

/// The defaults of the laws of a section.
pub fn defaults(section: &str, law: &Law) -> Defaults {
    let section = stand_in(section);
    let get = |key: &str| section.map_or(0.0, |section| section.get(key));
    let mut values = [0.0; MOST];
    values
        .iter_mut()
        .zip(law.terms)
        .for_each(|(value, term)| *value = get(term.key) + term.with.iter().map(|key| get(key)).sum::<f64>());
    Defaults { values, efficiency: law.efficiency.map_or(0.0, get) }
}

/// Cores that a thread of a concurrent cycle gets: of the only core, and of one of many.
pub fn shares(section: Option<&str>) -> (f64, f64) {
    let section = section.and_then(stand_in);
    let get = |key: &str| section.map(|section| section.get(key)).filter(|share| *share > 0.0).unwrap_or(1.0);
    (get("share-of-one"), get("share-of-many"))
}

#[cfg(test)]
mod tests {
    use super::super::law::laws;
    use super::*;
    use crate::heap::Identity;

    #[test]
    fn every_law_has_its_defaults() {
        for section in Identity::described().filter_map(Identity::own_section) {
            for term in laws(section).iter().flat_map(|law| law.terms) {
                assert!(stand_in(section).unwrap().values.get(term.key).is_some(), "{section}.{}", term.key);
            }
        }
        let law = &laws("parallel")[0];
        assert_eq!(defaults("parallel", law).values[0], 12e6);
        assert_eq!(defaults("parallel", law).efficiency, 0.65);
    }
}
