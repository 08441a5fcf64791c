//! Which coefficients a kind of collection has, and what each is multiplied by.

use super::least::{MOST, Row};
use super::sample::{Class, Sample};
use crate::gc_log::Kind;
use crate::heap::{Cycles, Identity};

/// A coefficient of a law.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// Its name: the first of its keys.
    pub key: &'static str,
    /// Keys in the description of a JVM that are multiplied by the same feature, so that logs tell only their sum.
    pub with: &'static [&'static str],
    /// What it is multiplied by; `None` where a log does not say.
    pub feature: fn(&Sample) -> Option<f64>,
    /// The feature in words.
    pub meaning: &'static str,
    /// Whether it is a time; else nanoseconds a byte.
    pub is_time: bool,
}

/// How long a kind of collection takes: the sum of its terms over the speed-up of the threads.
#[derive(Clone, Copy, Debug)]
pub struct Law {
    /// The kind.
    pub class: Class,
    /// At most `MOST`.
    pub terms: &'static [Term],
    /// Key of what each further thread adds; `None` where one thread works or the work is not divided.
    pub efficiency: Option<&'static str>,
}

const fn fixed(key: &'static str) -> Term {
    Term { key, with: &[], feature: |_| Some(1.0), meaning: "each", is_time: true }
}

const fn per_byte(
    key: &'static str,
    with: &'static [&'static str],
    feature: fn(&Sample) -> Option<f64>,
    meaning: &'static str,
) -> Term {
    Term { key, with, feature, meaning, is_time: false }
}

const YOUNG: Law = Law {
    class: Class::Young,
    terms: &[
        fixed("young-fixed"),
        per_byte("copied", &[], |sample| sample.copied, "bytes copied"),
        per_byte("fresh", &[], |sample| sample.fresh, "bytes by which the old generation outgrew all that it had been"),
    ],
    efficiency: Some("efficiency"),
};

const FULL: Law = Law {
    class: Class::Full,
    terms: &[
        fixed("full-fixed"),
        per_byte("marked", &["compacted"], |sample| sample.live, "live bytes"),
        per_byte("swept", &[], |sample| sample.before, "bytes in use before"),
    ],
    efficiency: Some("full-efficiency"),
};

/// Of the short pauses of G1 only the remark has a price; the cleanup is short and hardly varies.
const REMARK: Law = Law {
    class: Class::Short,
    terms: &[Term { feature: |sample| (sample.kind == Kind::Remark).then_some(1.0), ..fixed("remark") }],
    efficiency: None,
};
const STEP: Law = Law { class: Class::Short, terms: &[fixed("remark")], efficiency: None };

const CYCLE: Law = Law {
    class: Class::Cycle,
    terms: &[fixed("cycle-fixed"), per_byte("marked", &[], |sample| sample.live, "live bytes")],
    efficiency: None,
};

/// The laws of the section called `section` in a description of a JVM; those of stop-the-world collectors for any other name.
pub fn laws(section: &str) -> &'static [Law] {
    match Identity::registered(section).map_or(Cycles::Never, |identity| identity.cycles) {
        Cycles::Beside => &[YOUNG, FULL, REMARK, CYCLE],
        Cycles::Alone => &[STEP, CYCLE],
        Cycles::Never => &[YOUNG, FULL],
    }
}

/// What `threads` threads do in the time of one, where each further one adds `efficiency`.
pub fn speed_up(threads: f64, efficiency: f64) -> f64 {
    1.0 + (threads.max(1.0) - 1.0) * efficiency.clamp(0.0, 1.0)
}

impl Law {
    /// The equation of a sample, nanoseconds; `None` where the log does not say one of the features in `known`.
    pub fn row(&self, sample: &Sample, known: &[usize], efficiency: f64) -> Option<Row> {
        let speed = if self.efficiency.is_some() { speed_up(sample.threads, efficiency) } else { 1.0 };
        let mut x = [0.0; MOST];
        for (at, (term, x)) in self.terms.iter().zip(&mut x).enumerate() {
            if known.contains(&at) {
                *x = (term.feature)(sample)? / speed;
            }
        }
        Some(Row { x, y: sample.duration_s * sample.cores * 1e9 })
    }
}
