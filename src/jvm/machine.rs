//! Where a JVM runs, and how its mutator shares the cores with a collector that works beside it.

use crate::jvm::description::Coefficients;

/// Where a JVM runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Machine {
    /// Cores, more than 0.
    pub cores: f64,
    /// Threads of the mutator, at least 1.
    pub threads: f64,
}

impl Machine {
    /// Threads of the mutator that run at once, more than 0.
    pub fn running(self) -> f64 {
        self.threads.min(self.cores)
    }

    /// What one thread gets of a core, 0 ..= 1, while work of `width` threads goes on beside all mutators.
    pub fn share(self, width: f64) -> f64 {
        (self.cores / (self.threads + width)).min(1.0)
    }

    /// Weight of a collector beside busy mutators by which it gets the cores that `section` says; with a core to spare it
    /// gets one.
    pub fn width(self, section: &Coefficients) -> f64 {
        let Machine { cores, threads } = self;
        let share = if cores <= 1.0 { section.get("share-of-one") * cores } else { section.get("share-of-many") };
        let taken = share.max((cores - threads).clamp(0.0, 1.0)).clamp(0.01 * cores, 0.99 * cores);
        if cores - taken >= threads { taken } else { threads * taken / (cores - taken) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Args, Value};

    #[test]
    fn a_cycle_gets_its_share_of_the_cores() {
        let shares = [("share-of-one", Value::Number(0.25)), ("share-of-many", Value::Number(0.5))];
        let section = Coefficients { values: Args::new(shares.to_vec()), ..Coefficients::default() };
        for (cores, threads, taken) in [(1.0, 1.0, 0.25), (1.0, 4.0, 0.25), (2.0, 2.0, 0.5), (4.0, 2.0, 1.0)] {
            let machine = Machine { cores, threads };
            let width = machine.width(&section);
            let got = width * machine.share(width);
            assert!((got - taken).abs() < 1e-12, "{cores} cores, {threads} threads: {got}");
        }
    }
}
