//! A function whose sensitivity is known: sin x1 + a sin^2 x2 + b x3^4 sin x1, all inputs uniform within pi of 0.

use std::f64::consts::PI;

use super::super::trial::{BATCHES, Estimate, RUNS, Sums, Trial, in_runs, jackknife};
use super::numbered;
use crate::kernel::Streams;
use crate::sweep::sensitivity::SobolSums;

/// The function.
#[derive(Clone, Copy, Debug)]
pub struct Ishigami {
    /// Weight of the second input.
    pub a: f64,
    /// Weight of the interaction.
    pub b: f64,
}

impl Sums for SobolSums {
    fn add(&mut self, other: &SobolSums, sign: f64) {
        SobolSums::add(self, other, sign);
    }
}

impl Ishigami {
    /// A trial of the analysis of sensitivity.
    pub fn trial(self) -> impl Trial {
        self
    }

    fn at(&self, x: &[f64]) -> f64 {
        match x {
            [first, second, third] => {
                first.sin() + self.a * second.sin().powi(2) + self.b * third.powi(4) * first.sin()
            }
            _ => 0.0,
        }
    }
}

impl Trial for Ishigami {
    fn run(&self, asked: &[&str], customers: f64, seed: u64) -> Result<Vec<Option<Estimate>>, String> {
        let samples = (customers / RUNS as f64 / BATCHES as f64).ceil() as u64;
        let batches = in_runs(seed, |seed| {
            let mut stream = Streams::new(seed).stream("inputs", 0);
            let mut draw = || (0..3).map(|_| PI * (2.0 * stream.uniform() - 1.0)).collect();
            let mut batch = || {
                let mut sums = SobolSums::new(3);
                (0..samples).for_each(|_| sums.sample(|x| self.at(x), &mut draw));
                sums
            };
            Ok((0..BATCHES).map(|_| batch()).collect())
        })?;
        let quantity = |name: &str, sums: &SobolSums| match numbered(name)? {
            ("S", number) => sums.first(number - 1),
            ("ST", number) => sums.total(number - 1),
            _ => None,
        };
        Ok(asked.iter().map(|name| jackknife(&batches, |sums| quantity(name, sums))).collect())
    }
}
