//! Heaps of the simulator that share a budget: its rules of heap sizes are shown what their collections cost, and collections
//! at the sizes that they choose give the load.

use super::super::family::unknown_quantity;
use super::super::parts::part;
use super::super::rows::{Answer, Refusal};
use super::collection::{churn, pause, price, settled};
use super::numbered;
use crate::base::{Bytes, SimSpan, TaskManagerId, Value};
use crate::cluster::view::{HeapView, HeapsView};
use crate::heap::HeapSpec;
use crate::policy::heap::HEAP;

/// Bytes of a megabyte, so that whole bytes are fine enough for a share of any budget.
const FINE: f64 = 1e9;
/// So many times as long as given is everything, for pauses to have all digits in whole nanoseconds.
const SLOWER: f64 = 1000.0;
/// Megabytes of all heaps, and rates and speeds in megabytes a second, that whole bytes and nanoseconds can express.
const RANGE: std::ops::RangeInclusive<f64> = 1e-3..=1e6;

/// Heaps without generations, collected by a price for each live byte.
#[derive(Clone, Debug)]
pub struct Budget {
    /// Megabytes that live for ever in each heap.
    pub live: Vec<f64>,
    /// Megabytes of garbage a second of the mutator's time.
    pub garbage: Vec<f64>,
    /// Live megabytes a second of collecting.
    pub speed: Vec<f64>,
    /// Megabytes beside the live sets, of all heaps together.
    pub extra: f64,
}

impl Budget {
    /// The value of a quantity.
    ///
    /// # Errors
    /// A number is out of range, or there is no such quantity.
    pub fn answer(&self, quantity: &str) -> Result<Answer, Refusal> {
        self.check()?;
        let proportional = || {
            // No heap may reach the multiple before the budget is spent.
            let factor = 2.0 + self.extra / self.live.iter().sum::<f64>();
            self.sizes("multiple-of-live", &[("factor", Value::Number(factor))])
        };
        Ok(Answer::Number(match quantity {
            "gc_load_sqrt_rule" => self.load(&self.sizes("membalancer", &[])?)?,
            "gc_load_proportional_rule" => self.load(&proportional()?)?,
            name => {
                let number = numbered(name).filter(|(name, _)| *name == "extra_").map(|(_, number)| number - 1);
                let number = number.filter(|number| *number < self.live.len());
                let number = number.ok_or_else(|| unknown_quantity(name))?;
                self.sizes("membalancer", &[])?[number].as_f64() / FINE - self.live[number]
            }
        }))
    }

    fn check(&self) -> Result<(), Refusal> {
        let all = [&self.live, &self.garbage, &self.speed].into_iter().flatten().chain([&self.extra]);
        let sum = self.live.iter().sum::<f64>() + self.extra;
        match all.chain([&sum]).find(|number| !RANGE.contains(number)) {
            Some(number) => {
                let (least, most) = (RANGE.start(), RANGE.end());
                Err(Refusal::Parameters(format!("{number} MB or MB a second, expected {least} ..= {most}")))
            }
            None => Ok(()),
        }
    }

    /// What is seen of a heap of this size: one period, with the collection at its end.
    fn seen(&self, number: usize, size: Bytes) -> Result<HeapView, Refusal> {
        let live = self.live[number] * FINE;
        let price = price(&[("marked", 1e9 * SLOWER / (self.speed[number] * FINE))], &[])?;
        let mut heap = settled(HeapSpec::new(size, 1.0), "mark-compact", &[], live)?;
        let allocated = heap.room();
        // It is collected when the next byte comes.
        let out = churn(&mut heap, allocated.as_f64() + 1.0, 0.0)?;
        let collecting = SimSpan::from_secs(pause(&*price, &out));
        let mutator = SimSpan::from_secs(SLOWER * allocated.as_f64() / (self.garbage[number] * FINE));
        Ok(HeapView {
            task_manager: TaskManagerId(number as u32),
            size,
            most: self.all(),
            live: Bytes::from_f64(live),
            allocated,
            span: mutator + collecting,
            collecting,
        })
    }

    fn all(&self) -> Bytes {
        Bytes::from_f64((self.live.iter().sum::<f64>() + self.extra) * FINE)
    }

    /// Sizes by the registered rule `name`, after it has seen a period of each heap at an equal part of what is beside the
    /// live sets.
    fn sizes(&self, name: &str, given: &[(&'static str, Value)]) -> Result<Vec<Bytes>, Refusal> {
        let part_of_all = self.extra / self.live.len() as f64;
        let even = |number: usize| self.seen(number, Bytes::from_f64((self.live[number] + part_of_all) * FINE));
        let heaps = (0..self.live.len()).map(even).collect::<Result<Vec<HeapView>, Refusal>>()?;
        let mut rule = part(HEAP, name, given)?;
        let mut ask = |at| rule.size(&HeapsView { heaps: &heaps, at, budget: Some(self.all()) });
        // A rule knows all heaps once each has been collected.
        (0..heaps.len()).for_each(|at| _ = ask(at));
        Ok((0..heaps.len()).map(ask).collect())
    }

    /// Time in collections for each second of the mutators' time, all heaps together.
    fn load(&self, sizes: &[Bytes]) -> Result<f64, Refusal> {
        let one = |(number, size): (usize, &Bytes)| {
            let HeapView { span, collecting, .. } = self.seen(number, *size)?;
            Ok(collecting.as_secs() / (span.as_secs() - collecting.as_secs()))
        };
        sizes.iter().enumerate().map(one).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heaps(live: &[f64], garbage: f64) -> Budget {
        let all = |value: f64| vec![value; live.len()];
        Budget { live: live.into(), garbage: all(garbage), speed: all(1000.0), extra: 300.0 }
    }

    #[test]
    fn heaps_that_are_alike_share_evenly_and_cost_the_same_by_either_rule() {
        let twins = heaps(&[100.0, 100.0], 50.0);
        let of = |name: &str| twins.answer(name).unwrap().number().unwrap();
        assert!((of("extra_1") - 150.0).abs() < 1e-6 && (of("extra_2") - 150.0).abs() < 1e-6);
        // 100 MB are passed at 1000 MB/s for each 150 MB of garbage at 50 MB/s, in two heaps.
        let load = 2.0 * 0.1 / 3.0;
        assert!((of("gc_load_sqrt_rule") / load - 1.0).abs() < 1e-9);
        assert!((of("gc_load_proportional_rule") / load - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert!(heaps(&[100.0], 50.0).answer("extra_2").is_err());
        assert!(heaps(&[100.0, 0.0], 50.0).answer("extra_1").is_err());
        let refused = heaps(&[100.0], 1e9).answer("extra_1").unwrap_err();
        assert!(refused.reason().contains("1000000000 MB or MB a second, expected 0.001 ..= 1000000"), "{refused:?}");
    }
}
