//! From weights of consumers to bytes and pages of a slot's managed memory.
//!
//! Kinds of consumers share by configured weights, but only those that some operator of the slot declares; operators
//! of one slot then share the operators' part by what each declared. Sizes declared by operators are weights too.

use std::fmt;

use super::keys::task_manager as tm;
use super::options::{Fault, Options, Problem};
use crate::base::Bytes;

/// A kind of consumer of managed memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Consumer {
    /// Sorts, joins and aggregations; shared by operators.
    Operator,
    /// RocksDB; one share for the slot. Not present where state lives on the heap.
    StateBackend,
    /// Python workers; one share for the slot.
    Python,
}

/// The weights of the three kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsumerWeights {
    /// Of [`Consumer::Operator`].
    pub operator: u32,
    /// Of [`Consumer::StateBackend`].
    pub state_backend: u32,
    /// Of [`Consumer::Python`].
    pub python: u32,
}

/// A fraction of managed memory that is not above 0 and at most 1: mostly a consumer without a weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightError(pub f64);

impl fmt::Display for WeightError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = tm::CONSUMER_WEIGHTS.name;
        write!(f, "a consumer gets the fraction {} of managed memory, expected above 0 and at most 1: ", self.0)?;
        write!(f, "every kind of consumer of the job needs a weight in `{key}`")
    }
}

impl std::error::Error for WeightError {}

impl ConsumerWeights {
    /// Reads `taskmanager.memory.managed.consumer-weights`; a kind that is not named weighs 0.
    ///
    /// # Errors
    /// An entry is not `NAME:weight`, names no kind of consumer, or has a weight outside 0 ..= 2^31-1.
    pub fn read(options: &Options) -> Result<ConsumerWeights, Fault> {
        let key = &tm::CONSUMER_WEIGHTS;
        let text = options.text(key)?;
        let mut weights = ConsumerWeights { operator: 0, state_backend: 0, python: 0 };
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            weights.set(entry).map_err(|reason| {
                options.fault(key, Problem::Unreadable(text.into(), format!("\"{entry}\": {reason}")))
            })?;
        }
        Ok(weights)
    }

    fn set(&mut self, entry: &str) -> Result<(), &'static str> {
        let (name, weight) = entry.split_once(':').ok_or("expected NAME:weight")?;
        let weight = weight.trim().parse::<u32>().ok().filter(|weight| *weight <= i32::MAX as u32);
        let weight = weight.ok_or("expected a whole weight of at least 0")?;
        match name.trim() {
            "OPERATOR" => self.operator = weight,
            "STATE_BACKEND" => self.state_backend = weight,
            "PYTHON" => self.python = weight,
            _ => return Err("expected OPERATOR, STATE_BACKEND or PYTHON"),
        }
        Ok(())
    }

    /// The weight of `consumer`.
    pub fn of(&self, consumer: Consumer) -> u32 {
        match consumer {
            Consumer::Operator => self.operator,
            Consumer::StateBackend => self.state_backend,
            Consumer::Python => self.python,
        }
    }

    /// The share of `consumer` among the kinds `present` (each named once), 0 ..= 1; 0 where it is not among them.
    pub fn share(&self, consumer: Consumer, present: &[Consumer]) -> f64 {
        if !present.contains(&consumer) {
            return 0.0;
        }
        let total = present.iter().map(|kind| u64::from(self.of(*kind))).sum();
        decimal_share(u64::from(self.of(consumer)), total)
    }
}

/// `part / total` with sixteen decimals, cut; 0 where the total is 0.
fn decimal_share(part: u64, total: u64) -> f64 {
    const PLACES: u128 = 10_000_000_000_000_000;
    let Some(units) = (u128::from(part) * PLACES).checked_div(u128::from(total)) else { return 0.0 };
    // Through text, as dividing by 10^16 would round twice.
    format!("{}.{:016}", units / PLACES, units % PLACES).parse().unwrap_or(0.0)
}

/// The bytes that a consumer with `fraction` may reserve of a slot's `managed` memory.
///
/// # Errors
/// The fraction is not above 0 and at most 1.
pub fn managed_bytes(managed: Bytes, fraction: f64) -> Result<Bytes, WeightError> {
    if !(fraction > 0.0 && fraction <= 1.0) {
        return Err(WeightError(fraction));
    }
    Ok(Bytes((managed.0 as f64 * fraction).floor() as u64))
}

/// The pages of `page` bytes that a consumer with `fraction` may allocate of a slot's `managed` memory.
///
/// # Errors
/// The fraction is not above 0 and at most 1.
pub fn managed_pages(managed: Bytes, page: Bytes, fraction: f64) -> Result<u64, WeightError> {
    managed_bytes(Bytes(managed.0 / page.0.max(1)), fraction).map(|pages| pages.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(text: &str) -> Result<ConsumerWeights, Fault> {
        ConsumerWeights::read(&Options::from_iter([(tm::CONSUMER_WEIGHTS.name, text)]))
    }

    #[test]
    fn only_present_consumers_share() {
        use Consumer::{Operator, Python, StateBackend};
        let weights = ConsumerWeights::read(&Options::new()).unwrap();
        assert_eq!(weights.share(StateBackend, &[StateBackend]), 1.0);
        assert_eq!(weights.share(StateBackend, &[StateBackend, Python]), 0.7);
        assert_eq!(weights.share(Python, &[StateBackend, Python]), 0.3);
        assert_eq!(weights.share(Operator, &[Operator, StateBackend]), 0.5);
        assert_eq!(weights.share(Operator, &[Operator, StateBackend, Python]), 0.411_764_705_882_352_9);
        assert_eq!(weights.share(Python, &[Operator, StateBackend, Python]), 0.176_470_588_235_294_1);
        assert_eq!(weights.share(Python, &[Operator]), 0.0);
    }

    #[test]
    fn shares_become_bytes_and_pages() {
        let (slot, page) = (Bytes(719_407_031), Bytes(32768));
        let expected = [(0.7, 503_584_921, 15367), (0.5, 359_703_515, 10977), (0.3, 215_822_109, 6586)];
        for (fraction, bytes, pages) in expected {
            assert_eq!(managed_bytes(slot, fraction), Ok(Bytes(bytes)));
            assert_eq!(managed_pages(slot, page, fraction), Ok(pages));
        }
        let largest = 0.411_764_705_882_352_9;
        assert_eq!(managed_bytes(slot, largest), Ok(Bytes(296_226_424)));
        assert_eq!(managed_pages(slot, page, largest), Ok(9039));
        assert_eq!(managed_bytes(slot, 0.0), Err(WeightError(0.0)));
    }

    #[test]
    fn weights_are_read_with_their_faults() {
        let read = weights(" PYTHON : 3 , OPERATOR:1").unwrap();
        assert_eq!(read, ConsumerWeights { operator: 1, state_backend: 0, python: 3 });
        for text in ["OPERATOR", "OPERATOR:-1", "OPERATOR:x", "SQL:1"] {
            assert!(weights(text).is_err(), "{text}");
        }
        let none = weights("OPERATOR:0").unwrap();
        assert_eq!(none.share(Consumer::Operator, &[Consumer::Operator]), 0.0);
    }
}
