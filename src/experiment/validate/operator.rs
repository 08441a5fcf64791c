//! A Flink operator that keeps its state on the heap, as a mutator: one entry a key, found or made by every record.
//!
//! Keys follow a power law. An aggregation makes a new value for every record; a cache makes one where it misses, up to a
//! number of entries, and evicts the least recently used one for it. What it holds decides how often it hits (Che's approximation,
//! which also tells how often an aggregation meets a key for the first time). Until the code is compiled records cost more.

use crate::base::Bytes;
use crate::experiment::jvm::{Mutator, Slice, Stretch};
use crate::memory::cache::Eviction;
use crate::memory::heap::Allocation;
use crate::memory::hit_table::hit_ratio;
use crate::price::calibration::Coefficients;

/// What a record does with its key's entry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Access {
    /// Replaces the value.
    Aggregate,
    /// Reads it; makes it after so many nanoseconds of work where it is not among the given number of entries.
    Cache {
        /// Most entries held.
        entries: f64,
        /// Nanoseconds of programmed work on a miss.
        miss: f64,
    },
}

/// The keys and values of a job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Job {
    /// What a record does.
    pub access: Access,
    /// Number of keys and exponent of their power law.
    pub keys: (u64, f64),
    /// Bytes of a value.
    pub value: f64,
}

/// The operator at work.
pub struct Operator<'a> {
    job: Job,
    costs: &'a Coefficients,
    /// Nanoseconds of one core per record, programmed work apart.
    record: f64,
    /// Entries held.
    held: f64,
    /// Seconds worked so far.
    worked: f64,
}

/// Pieces into which a long stretch is cut while the number of entries grows, so that growth sees how often records miss.
const PIECES: f64 = 16.0;

impl<'a> Operator<'a> {
    /// Without state; a record costs `record` nanoseconds of one core.
    pub fn new(job: Job, costs: &'a Coefficients, record: f64) -> Operator<'a> {
        Operator { job, costs, record, held: 0.0, worked: 0.0 }
    }

    /// Bytes that live for ever: the framework, and the part of all entries that outlives their values.
    pub fn pinned(&self) -> Bytes {
        Bytes::from_f64(self.costs.get("base") + self.most() * self.costs.get("entry"))
    }

    fn most(&self) -> f64 {
        let keys = self.job.keys.0 as f64;
        match self.job.access {
            Access::Aggregate => keys,
            Access::Cache { entries, .. } => entries.min(keys),
        }
    }

    /// Share of the records that do not find their key.
    fn misses(&self) -> f64 {
        let (keys, exponent) = self.job.keys;
        // A uniform law hits in proportion; no table is needed for that.
        let hits =
            if exponent == 0.0 { self.held / keys as f64 } else { hit_ratio(self.job.keys, Eviction::Lru, self.held) };
        (1.0 - hits).clamp(0.0, 1.0)
    }

    /// Values made per record.
    fn made(&self) -> f64 {
        match self.job.access {
            Access::Aggregate => 1.0,
            Access::Cache { .. } => self.misses(),
        }
    }

    /// Bytes allocated per record.
    fn allocated(&self) -> f64 {
        let get = |name| self.costs.get(name);
        get("allocated") + self.made() * (get("allocated-on-insert") + self.job.value)
    }

    /// Nanoseconds of one core per record.
    fn nanoseconds(&self) -> f64 {
        let spin = match self.job.access {
            Access::Aggregate => 0.0,
            Access::Cache { miss, .. } => self.costs.get("spin") * miss * self.misses(),
        };
        let cold = self.costs.get("warm-up-cost") * (-self.worked * 1e9 / self.costs.get("warm-up").max(1.0)).exp();
        (self.record + spin) * (1.0 + cold)
    }

    /// Goes on by `records`; answers the values made and the entries that are new.
    fn hold(&mut self, records: f64) -> (f64, f64) {
        let (before, most) = (self.held, self.most());
        let (mut made, pieces) = (0.0, if before < most { PIECES } else { 1.0 });
        for _ in 0..pieces as u32 {
            let piece = records / pieces;
            made += self.made() * piece;
            let absent = self.job.keys.0 as f64 - self.held;
            // Exact for a uniform law: every absent key is as likely as before until it is met.
            let fresh = if absent > 0.0 { -absent * (-piece * self.misses() / absent).exp_m1() } else { 0.0 };
            self.held = (self.held + fresh).min(most);
        }
        (made, self.held - before)
    }
}

impl Mutator for Operator<'_> {
    fn cost(&self) -> f64 {
        1e-9 * self.nanoseconds() / self.allocated()
    }

    fn advance(&mut self, slice: Slice) -> Stretch {
        let records = slice.bytes.as_f64() / self.allocated();
        let misses = self.misses();
        self.worked += slice.seconds;
        let before = self.held;
        let (made, fresh) = self.hold(records);
        let unit = self.job.value + self.costs.get("unit");
        let growth = Bytes::from_f64(fresh * unit).min(slice.bytes);
        let bytes = slice.bytes - growth;
        let replaced = (made - fresh).max(0.0).min(PIECES * before.max(fresh)) * unit;
        let cards =
            records * (self.costs.get("cards-on-hit") * (1.0 - misses) + self.costs.get("cards-on-miss") * misses);
        let (updates, targets) = match self.job.access {
            Access::Aggregate => (cards, self.held),
            // Links between entries are spread so widely that no card is hit twice.
            Access::Cache { .. } => (cards * slice.old_share, SPREAD),
        };
        let turnover = if bytes > Bytes::ZERO { replaced / bytes.as_f64() } else { 0.0 };
        let allocation = Allocation { bytes, survival: 0.0, turnover, updates, targets };
        Stretch { allocation, growth, released: Bytes::ZERO, units: records }
    }
}

/// So many cards that no two updates hit the same.
const SPREAD: f64 = 1e12;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::bundled_jvm;

    fn slice(mib: u64) -> Slice {
        Slice { bytes: Bytes::mib(mib), seconds: 1.0, old_share: 1.0 }
    }

    #[test]
    fn an_aggregation_meets_its_keys_and_then_only_replaces() {
        let jvm = bundled_jvm("openjdk17-flink").expect("sound");
        let costs = jvm.section("agg").expect("a section");
        let job = Job { access: Access::Aggregate, keys: (1_000_000, 0.0), value: 200.0 };
        let mut operator = Operator::new(job, costs, 870.0);
        assert_eq!(operator.pinned(), Bytes((18 << 20) + 73_000_000));
        let cold = operator.cost();
        let first = operator.advance(slice(558));
        assert_eq!(first.units, 1048576.0);
        let expected = 1e6 * (1.0 - (-1.048576_f64).exp()) * 216.0;
        assert!((first.growth.as_f64() / expected - 1.0).abs() < 1e-6, "{} {expected}", first.growth);
        for _ in 0..20 {
            operator.advance(slice(558));
        }
        let last = operator.advance(slice(558));
        assert!(last.growth < Bytes(1000) && operator.cost() < 0.51 * cold);
        assert!((last.allocation.turnover - 216.0 / 558.0).abs() < 1e-6, "{last:?}");
    }

    #[test]
    fn a_cache_fills_to_its_entries_and_misses_as_the_law_says() {
        let jvm = bundled_jvm("openjdk17-flink").expect("sound");
        let costs = jvm.section("cache").expect("a section");
        let access = Access::Cache { entries: 500_000.0, miss: 5000.0 };
        let mut operator = Operator::new(Job { access, keys: (5_000_000, 0.6), value: 200.0 }, costs, 1450.0);
        assert_eq!(operator.misses(), 1.0);
        for _ in 0..10 {
            operator.advance(slice(200));
        }
        assert_eq!(operator.held, 500_000.0);
        // Measured jobs of this kind missed 74 % of the time.
        assert!((operator.misses() - 0.743).abs() < 0.002, "{}", operator.misses());
        assert_eq!(operator.advance(slice(10)).growth, Bytes::ZERO);
    }
}
