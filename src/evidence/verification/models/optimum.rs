//! The heap at which a core does best: heaps of the simulator under a collector that marks all that is live.

use super::super::family::unknown_quantity;
use super::super::parts::part;
use super::super::rows::{Answer, Refusal};
use super::collection::{churn, pause, price, settled};
use crate::base::{Bytes, SimSpan, Value};
use crate::cache::{Eviction, Zipf};
use crate::heap::HeapSpec;
use crate::price::collection::CollectionPrice;
use crate::price::state::STATE_PRICES;

/// Bytes of a record: only their product with the price of a byte counts.
const RECORD: f64 = 4000.0;

/// Records a second of a core, with a heap of `size` bytes of which `live` live for ever.
fn throughput(cpu: f64, price: &dyn CollectionPrice, (size, live): (f64, f64)) -> Result<f64, Refusal> {
    let mut heap = settled(HeapSpec::new(Bytes::from_f64(size), 1.0), "mark-compact", &[], live)?;
    let room = heap.room().as_f64();
    let out = churn(&mut heap, room + 1.0, 0.0)?;
    Ok(1.0 / (cpu + pause(price, &out) / (room / RECORD)))
}

/// What cores and memory cost, and what a record does.
#[derive(Clone, Copy, Debug)]
pub struct Prices {
    /// Dollars for an hour of a core, and for one of 10^9 bytes.
    pub core: f64,
    /// See [`Prices::core`].
    pub gigabyte: f64,
    /// Seconds of CPU for a record, and of collecting where there is as much room as is live.
    pub cpu: f64,
    /// See [`Prices::cpu`].
    pub collection: f64,
    /// Live bytes for a core, in 10^9.
    pub live: f64,
}

/// Whole bytes are too coarse for the digits of a real heap: all sizes are so many times as large.
const FINER: f64 = 1e12;

impl Prices {
    /// The value of a quantity at the heap with the most records for a dollar.
    ///
    /// # Errors
    /// There is no such heap, or no such quantity.
    pub fn answer(&self, quantity: &str) -> Result<Answer, Refusal> {
        let price = price(&[("marked", self.collection / RECORD * 1e9)], &[])?;
        let rate = |gb: f64| throughput(self.cpu, &*price, (gb * FINER, self.live * FINER));
        let per_dollar = |gb: f64| Ok(rate(gb)? * 3600.0 / (self.core + self.gigabyte * gb));
        // Where the curve is level; one value next to the other says how it goes on.
        let rises = |gb: f64| Ok(per_dollar(gb * (1.0 + 1e-4))? > per_dollar(gb * (1.0 - 1e-4))?);
        let (mut low, mut high) = (self.live * 1.001, self.live * 2.0);
        while rises(high)? {
            (low, high) = (high, 2.0 * high);
            if high > 1e6 * self.live {
                return Err(Refusal::Parameters("memory is so cheap that no heap is too large".into()));
            }
        }
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if rises(middle)? { low = middle } else { high = middle }
        }
        Ok(Answer::Number(match quantity {
            "optimal_gb_per_core" => low,
            "throughput_per_core" => rate(low)?,
            "records_per_dollar" => per_dollar(low)?,
            _ => return Err(unknown_quantity(quantity)),
        }))
    }
}

/// A cache of the hottest keys that fills all of the heap but a fixed headroom.
#[derive(Clone, Copy, Debug)]
pub struct GreedyCache {
    /// Seconds of CPU for a record, and more for one whose key is not cached.
    pub cpu: f64,
    /// See [`GreedyCache::cpu`].
    pub miss: f64,
    /// Keys, and bytes of each.
    pub keys: u64,
    /// See [`GreedyCache::keys`].
    pub entry: f64,
    /// Room left free, in 10^6 bytes.
    pub headroom: u64,
    /// Bytes of garbage for a record.
    pub garbage: f64,
    /// Seconds of collecting for a live byte.
    pub live_byte: f64,
    /// Exponent of the power law of keys.
    pub skew: f64,
}

impl GreedyCache {
    /// The value of a quantity at the heap with the most records a second, on a grid of 10^6 bytes.
    ///
    /// # Errors
    /// There is no such quantity.
    pub fn answer(&self, quantity: &str) -> Result<Answer, Refusal> {
        // As many bytes a record as there are in the other model, at the price that makes up for it.
        let price = price(&[("marked", self.live_byte * 1e9 * self.garbage / RECORD)], &[])?;
        let miss = SimSpan::from_secs(self.miss);
        let state = part(STATE_PRICES, "spin", &[("miss", Value::Span(miss))])?;
        let zipf = Zipf::new(self.keys, self.skew);
        let at = |mb: u64| {
            let live = (mb - self.headroom) as f64 * 1e6;
            let hit = zipf.hit_ratio(Eviction::Static, (live / self.entry).floor());
            let access = state.access(1_000_000, hit).cpu.as_secs() / 1e6;
            Ok((throughput(self.cpu + access, &*price, (mb as f64 * 1e6, live))?, hit))
        };
        // Beyond that all keys are cached.
        let most = self.headroom + 1 + (self.keys as f64 * self.entry / 1e6).ceil().min(1e5) as u64;
        let (mut best, mut heap) = ((0.0, 0.0), 0);
        for mb in self.headroom + 1..=most {
            let found = at(mb)?;
            if found.0 > best.0 {
                (best, heap) = (found, mb);
            }
        }
        Ok(Answer::Number(match quantity {
            "optimal_heap_mb" => heap as f64,
            "hit_ratio" => best.1,
            "records_per_s" => best.0,
            _ => return Err(unknown_quantity(quantity)),
        }))
    }
}
