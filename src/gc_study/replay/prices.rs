//! What collections cost on the JVM of a log, for the collector that it shows and for all others.
//!
//! The collector of the log has its fitted coefficients. Of the others the log shows nothing: they keep those of the bundled
//! description, scaled by how much dearer the fitted ones came out than the bundled ones of the same collector
//! (geometric mean), since processor and objects are the same. How far these ratios differ among each other is the
//! uncertainty of the scaling.

use std::collections::BTreeMap;

use super::program::factor;
use crate::gc_study::calibrate::{Calibrated, STAND_IN, Section, describe};
use crate::heap::Identity;
use crate::jvm::description::{Calibration, Coefficients};
use crate::kernel::Stream;
use crate::scenario;

/// Coefficients by collector.
#[derive(Clone, Debug, PartialEq)]
pub struct Prices {
    sections: BTreeMap<&'static str, Coefficients>,
    /// Collectors whose coefficients are fitted to the logs.
    fitted: Vec<&'static str>,
    /// How much dearer collections are than the bundled description says, and the standard error of that as a share.
    pub scale: (f64, f64),
}

/// Coefficients that are prices of work, and change with processor and objects.
const WORK: [&str; 8] = ["copied", "fresh", "marked", "compacted", "swept", "far", "unordered", "scattered"];

/// What threads share: the key of what each further one adds, and the prices to which it applies.
const SHARED: [(&str, &[&str]); 2] = [
    ("efficiency", &["copied", "far", "fresh", "card"]),
    ("full-efficiency", &["marked", "unordered", "compacted", "scattered", "crowded", "swept"]),
];

/// Standard error of the scaling where fewer than two coefficients tell it, as a share.
const UNKNOWN: f64 = 0.4;

impl Prices {
    /// The prices that logs show.
    ///
    /// # Errors
    /// A description that cannot be read, in words.
    pub fn of(calibrated: &Calibrated) -> Result<Prices, String> {
        let read = |read: Result<Calibration, Vec<_>>| read.map_err(|faults: Vec<scenario::Fault>| words(&faults));
        let bundled = read(scenario::bundled_jvm(STAND_IN))?;
        let own = match describe(calibrated) {
            Some(text) => read(scenario::jvm(&text, "the description of these logs"))?.sections,
            None => BTreeMap::new(),
        };
        let scale = scale(calibrated);
        let mut sections = own.clone();
        let others =
            bundled.sections.iter().filter(|(name, section)| !own.contains_key(*name) && section.price().is_ok());
        for (name, section) in others {
            let mut section = section.clone();
            for key in WORK {
                section.scale(key, scale.0);
                let error = section.errors.get(key).copied().unwrap_or(0.0);
                section.errors.insert(key.to_string(), error.hypot(scale.1));
            }
            sections.insert(name, section);
        }
        Ok(Prices { sections, fitted: own.keys().copied().collect(), scale })
    }

    /// Those of a description, for all collectors that it has.
    ///
    /// # Errors
    /// A description without any collector, in words.
    pub fn described(calibration: &Calibration) -> Result<Prices, String> {
        let priced = calibration.sections.iter().filter(|(_, section)| section.price().is_ok());
        let sections: BTreeMap<&'static str, Coefficients> =
            priced.map(|(name, section)| (*name, section.clone())).collect();
        let fitted: Vec<&'static str> = sections.keys().copied().collect();
        if fitted.is_empty() {
            return Err(format!("the description {} has the costs of no collector", calibration.name));
        }
        Ok(Prices { sections, fitted, scale: (1.0, 0.0) })
    }

    /// Lets further GC threads add `factor` times what is assumed, at most as much as the first, where what was seen on
    /// `threads` threads costs as before. Collectors in `known` keep theirs.
    pub fn share_among(&mut self, factor: f64, threads: f64, known: &[&str]) {
        for (_, section) in self.sections.iter_mut().filter(|(name, _)| !known.contains(name)) {
            for (efficiency, work) in SHARED {
                let before = section.get(efficiency);
                let after = (before * factor).min(1.0);
                let speed = |each: f64| 1.0 + (threads - 1.0) * each;
                section.scale(efficiency, if before > 0.0 { after / before } else { 1.0 });
                work.iter().for_each(|key| section.scale(key, speed(after) / speed(before)));
            }
        }
    }

    /// The coefficients of a collector by its registry name; those of one like it where it has none of its own.
    pub fn section(&self, collector: &str) -> Option<&Coefficients> {
        self.sections.get(Identity::registered(collector)?.section?)
    }

    /// Whether the logs show this collector.
    pub fn is_fitted(&self, collector: &str) -> bool {
        self.fitted.contains(&collector)
    }

    /// Prices that the logs allow as well.
    pub fn drawn(&self, stream: &mut Stream) -> Prices {
        let mut drawn = self.clone();
        for section in drawn.sections.values_mut() {
            for (key, error) in section.errors.clone() {
                section.scale(&key, factor(error, stream));
            }
        }
        drawn
    }
}

fn words(faults: &[scenario::Fault]) -> String {
    faults.iter().map(|fault| fault.to_string()).collect::<Vec<_>>().join("; ")
}

/// Geometric mean of fitted over bundled coefficients, and its standard error as a share.
fn scale(calibrated: &Calibrated) -> (f64, f64) {
    let laws = calibrated.sections.iter().flat_map(|section: &Section| section.laws.iter());
    let ratios: Vec<f64> = laws.flat_map(|law| law.ratios()).map(f64::ln).filter(|ratio| ratio.is_finite()).collect();
    if ratios.is_empty() {
        return (1.0, UNKNOWN);
    }
    let count = ratios.len() as f64;
    let mean = ratios.iter().sum::<f64>() / count;
    let scatter = ratios.iter().map(|ratio| (ratio - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    let error = if ratios.len() < 2 { UNKNOWN } else { (scatter / count).sqrt() };
    (mean.exp(), error)
}
