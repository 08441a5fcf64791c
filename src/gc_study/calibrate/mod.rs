//! Coefficients of a JVM from its logs: what a collection costs, how well that is known, and what these logs do not tell.
//!
//! [`read`] takes samples from logs, [`calibrate`] fits the laws of each collector in them ([`laws`]), [`describe`] writes the description that scenarios name. Costs never come out negative, long
//! and short pauses count alike, and what the logs do not tell is kept at a stated default rather than guessed.

mod describe;
mod fit;
mod law;
mod least;
mod observed;
pub(in crate::gc_study) mod pricing;
mod program;
mod sample;
mod settings;

pub use describe::describe;
pub use fit::{Coefficient, Defaults, FEWEST, Fitted, IDENTIFIED, Standing};
pub use law::{Law, Term, laws};
pub use observed::{HeapPoint, Lines, Logs, Observed, read};
pub use program::{Program, Spread};
pub use sample::{Class, Sample, Sampler};
pub use settings::STAND_IN;

use crate::heap::Identity;
use crate::heap::hotspot::CollectorKind;
use crate::kernel::Streams;

/// The laws of one collector, fitted to all its runs.
#[derive(Clone, Debug)]
pub struct Section {
    /// Which collector.
    pub collector: CollectorKind,
    /// Its section in a description; `None` where descriptions have none for it.
    pub name: Option<&'static str>,
    /// Its laws.
    pub laws: Vec<Fitted>,
}

impl Section {
    /// The law of a class.
    pub fn law(&self, class: Class) -> Option<&Fitted> {
        self.laws.iter().find(|law| law.law.class == class)
    }
}

/// What came of calibrating.
#[derive(Clone, Debug, Default)]
pub struct Calibrated {
    /// The runs on which it rests.
    pub runs: Vec<Observed>,
    /// One a collector, in the order in which the logs show them.
    pub sections: Vec<Section>,
    /// The program of each run.
    pub programs: Vec<Program>,
    /// What a reader must know.
    pub remarks: Vec<String>,
}

impl Calibrated {
    /// Seconds that the fit gives for a pause of a run; `None` where no law covers it.
    pub fn predict(&self, run: &Observed, sample: &Sample) -> Option<f64> {
        let class = if sample.class == Class::Mixed { Class::Young } else { sample.class };
        let section = self.sections.iter().find(|section| section.collector == run.collector)?;
        section.law(class).filter(|_| class.is_pause()).map(|law| law.predict(sample))
    }
}

/// Fits what the logs tell; `seed` is that of the draws that give standard errors.
pub fn calibrate(logs: Logs, seed: u64) -> Calibrated {
    let streams = Streams::new(seed);
    let mut sections: Vec<Section> = Vec::new();
    for run in &logs.runs {
        let name = Identity::of(run.collector).own_section();
        if sections.iter().all(|section| section.collector != run.collector) {
            sections.push(fit_section(&logs.runs, (run.collector, name), &streams));
        }
    }
    let programs = logs.runs.iter().map(Program::of).collect();
    Calibrated { sections, programs, remarks: logs.remarks, runs: logs.runs }
}

/// The laws of one run by itself, without anything else.
pub(in crate::gc_study) fn alone(run: &Observed, streams: &Streams) -> Calibrated {
    let name = Identity::of(run.collector).own_section();
    let section = fit_section(std::slice::from_ref(run), (run.collector, name), streams);
    // What has no section of its own is priced as what it resembles.
    let section = Section { name: name.or(Some("parallel")), ..section };
    Calibrated { runs: vec![run.clone()], sections: vec![section], ..Calibrated::default() }
}

fn fit_section(
    runs: &[Observed],
    (collector, name): (CollectorKind, Option<&'static str>),
    streams: &Streams,
) -> Section {
    let of_it = runs.iter().filter(|run| run.collector == collector);
    let samples: Vec<Sample> = of_it.flat_map(|run| run.samples.iter().cloned()).collect();
    // Old collectors without a section of their own stop the world as Serial does.
    let like = name.unwrap_or("serial");
    let laws = laws(like).iter().map(|law| fit::fit(*law, &samples, &settings::defaults(like, law), streams)).collect();
    Section { collector, name, laws }
}
