//! MemBalancer: what a budget leaves beside the live sets goes to the heaps by the square root of what collecting costs them.
//!
//! Idea: with extra room E a heap of live set L and garbage rate g, collected at speed s, spends L g / (s E) of its time in
//! collections; the sum over all heaps is least at E_i proportional to sqrt(L_i g_i / s_i). Source: Kirisame, Shenoy and
//! Panchekha, "Optimal heap limits for reducing browser memory use", OOPSLA 2022. Departures: the budget is given, where
//! their c trades memory for time; means run over a window of time, not over heartbeats and major collections. The speed is
//! that of an equal heap without generations: the one that would have spent the measured time on the measured garbage.

use std::collections::BTreeMap;

use super::{HeapPolicy, beside_live, divide};
use crate::base::{Build, Bytes, Entry, Kind, SimSpan, TaskManagerId, param};
use crate::cluster::view::{HeapView, HeapsView};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn HeapPolicy>> = Entry {
    name: "membalancer",
    summary: "divides the group's heap budget by the square root of live set times garbage rate over collection speed",
    source: "Kirisame, Shenoy & Panchekha, OOPSLA 2022 (MemBalancer)",
    params: &[param("window", Kind::Span, "30 s", "time in which a past measurement falls to 37 % of its weight")],
    traits: &[],
    build: |args| Ok(Box::new(MemBalancer { window: args.span("window"), heaps: BTreeMap::new() })),
};

struct MemBalancer {
    window: SimSpan,
    heaps: BTreeMap<TaskManagerId, Measured>,
}

/// Sums over the past, the older the lighter.
#[derive(Clone, Copy, Debug, Default)]
struct Measured {
    mutator: f64,
    allocated: f64,
    collecting: f64,
    /// Live bytes that a heap without generations would have passed.
    passed: f64,
}

impl Measured {
    fn add(&mut self, heap: &HeapView, window: SimSpan) {
        let keep = (-heap.span.as_secs() / window.as_secs().max(1e-9)).exp();
        let room = heap.size.saturating_sub(heap.live).as_f64().max(1.0);
        self.mutator = keep * self.mutator + (heap.span.as_secs() - heap.collecting.as_secs()).max(0.0);
        self.allocated = keep * self.allocated + heap.allocated.as_f64();
        self.collecting = keep * self.collecting + heap.collecting.as_secs();
        self.passed = keep * self.passed + heap.live.as_f64() * heap.allocated.as_f64() / room;
    }

    fn load(&self, live: f64) -> f64 {
        if self.mutator <= 0.0 || self.passed <= 0.0 || self.collecting <= 0.0 {
            return 0.0;
        }
        load(live, self.allocated / self.mutator, self.passed / self.collecting)
    }
}

/// Share of the mutator's time that collections take, times the bytes of extra room: L g / s, in bytes.
///
/// `live` in bytes, `garbage` in bytes a second, `speed` in live bytes a second of collecting, above 0.
pub fn load(live: f64, garbage: f64, speed: f64) -> f64 {
    live * garbage / speed
}

/// Divides `extra` bytes between heaps of these loads so that the sum of load / extra is least.
pub fn split(extra: f64, loads: &[f64]) -> Vec<f64> {
    divide(extra, &loads.iter().map(|load| load.max(0.0).sqrt()).collect::<Vec<_>>())
}

impl HeapPolicy for MemBalancer {
    fn size(&mut self, view: &HeapsView) -> Bytes {
        let heap = &view.heaps[view.at];
        self.heaps.entry(heap.task_manager).or_default().add(heap, self.window);
        let Some(budget) = view.budget else { return heap.most };
        let (live, left) = beside_live(view, budget);
        let loads = view.heaps.iter().zip(&live).map(|(heap, live)| {
            let known = self.heaps.get(&heap.task_manager);
            known.map_or(0.0, |measured| measured.load(*live))
        });
        let mut loads: Vec<f64> = loads.collect();
        // Who has not been measured yet counts as the others do on average.
        let known: Vec<f64> = loads.iter().copied().filter(|load| *load > 0.0).collect();
        let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
        loads.iter_mut().filter(|load| **load <= 0.0).for_each(|load| *load = mean);
        let share = split(left, &loads).get(view.at).copied().unwrap_or(0.0);
        heap.live + Bytes(share as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::heap::tests::heap;

    #[test]
    fn extra_room_follows_the_square_root_of_the_load() {
        let mut policy = MemBalancer { window: SimSpan::from_secs(30.0), heaps: BTreeMap::new() };
        // A room of 100 MiB at a ratio of 1/4 and one of 100 MiB at 4/4: loads of 25 and 400 MiB, up to a constant.
        let ratio = |ratio: f64| ratio / (1.0 + ratio);
        let heaps = [heap(0, 200, 100, ratio(0.25)), heap(1, 500, 400, ratio(4.0))];
        let mut sizes = || {
            let at = |at| HeapsView { heaps: &heaps, at, budget: Some(Bytes::mib(1000)) };
            [0, 1].map(|index| policy.size(&at(index)).as_mib())
        };
        sizes();
        let [first, second] = sizes();
        assert!((first - (100.0 + 500.0 * 0.2)).abs() < 0.01, "{first}");
        assert!((second - (400.0 + 500.0 * 0.8)).abs() < 0.01, "{second}");
    }

    #[test]
    fn without_a_budget_there_is_nothing_to_divide() {
        let mut policy = MemBalancer { window: SimSpan::ZERO, heaps: BTreeMap::new() };
        let heaps = [heap(0, 200, 100, 0.1)];
        assert_eq!(policy.size(&HeapsView { heaps: &heaps, at: 0, budget: None }), heaps[0].most);
    }
}
