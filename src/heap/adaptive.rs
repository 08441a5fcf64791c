//! What Parallel learns while it runs: the size of the survivor spaces, and when to promote.
//!
//! Source: HotSpot (`PSAdaptiveSizePolicy::compute_survivor_space_size_and_threshold`, `psScavenge.cpp`). From the fifth
//! young collection on the survivor spaces follow the padded average of what survives, up to a third of the young
//! generation, and eden takes the rest. Promotion comes one collection earlier where survivors crowd or young
//! collections take more of the time than full ones, and later where full ones do. Departures: eden and the generations
//! do not shrink to save memory, since the throughput goal is never met; the cost of a full collection counts where it follows a young one at once.

use super::tenuring::PaddedAverage;
use super::{CollectionKind, Generations, Touched};
use crate::base::{Bytes, SimSpan};

/// Learned state of Parallel. Shares of time are in parts per million, so that they settle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Adaptive {
    /// What young collections left alive, promoted bytes among them where the survivor space overflowed.
    pub survived: PaddedAverage,
    youngs: u8,
    crowded: bool,
    young_cost: u32,
    full_cost: u32,
    since_young: SimSpan,
    pub(super) since_full: SimSpan,
}

/// Young collections before sizes begin to change (`AdaptiveSizePolicyReadyThreshold`).
const READY: u8 = 5;

/// How much dearer one sort of collection must be to move the threshold (`ThresholdTolerance` 10 %).
const TOLERANCE: f64 = 1.1;

/// Limits of the spaces.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Size of the young generation.
    pub young: Bytes,
    /// Largest survivor space.
    pub survivor: Bytes,
    /// Multiple of which spaces are.
    pub grain: u64,
}

impl Adaptive {
    /// Sizes survivor spaces and eden after a young collection that ended with the survivor space as it is in `heap`.
    pub fn resize(heap: &mut Generations, limits: Limits, overflow: Option<Bytes>) {
        heap.adaptive.survived.sample(heap.survivor_used() + overflow.unwrap_or_default());
        heap.adaptive.youngs = (heap.adaptive.youngs + 1).min(READY);
        heap.adaptive.crowded = false;
        if heap.adaptive.youngs < READY {
            return;
        }
        let padded = heap.adaptive.survived.padded().0;
        let wanted = Bytes(padded.div_ceil(limits.grain).max(1) * limits.grain);
        heap.adaptive.crowded = overflow.is_some() || wanted > limits.survivor;
        heap.spaces.survivor = wanted.min(limits.survivor);
        let eden = limits.young.saturating_sub(heap.spaces.survivor + heap.spaces.survivor);
        heap.spaces.eden = eden.max(Bytes(limits.grain));
        if heap.adaptive.crowded {
            heap.threshold = heap.threshold.saturating_sub(1).max(1);
        }
    }

    /// Learns that a collection paused for `pause` after the mutator had run for `mutator`.
    pub fn paused(heap: &mut Generations, touched: &Touched, pause: SimSpan, mutator: SimSpan) {
        let state = &mut heap.adaptive;
        state.since_young += pause + mutator;
        state.since_full += pause + mutator;
        match touched.kind {
            CollectionKind::Young => {
                state.young_cost = cost(state.young_cost, pause, state.since_young);
                state.since_young = SimSpan::ZERO;
                if state.youngs == READY && !state.crowded {
                    heap.balance();
                }
            }
            CollectionKind::Full if mutator == SimSpan::ZERO => {
                state.full_cost = cost(state.full_cost, pause, state.since_full);
                state.since_full = SimSpan::ZERO;
            }
            _ => {}
        }
    }
}

impl Generations {
    fn balance(&mut self) {
        let (young, full) = (f64::from(self.adaptive.young_cost), f64::from(self.adaptive.full_cost));
        if young > full * TOLERANCE {
            self.threshold = self.threshold.saturating_sub(1).max(1);
        } else if full > young * TOLERANCE {
            self.threshold = (self.threshold + 1).min(self.tenuring);
        }
    }
}

/// A quarter of the new share of time, three of the old one (`AdaptiveTimeWeight` 25).
fn cost(old: u32, pause: SimSpan, interval: SimSpan) -> u32 {
    let share = pause.as_secs() / interval.as_secs().max(1e-9);
    (0.75 * f64::from(old) + 0.25e6 * share.min(1.0)).round() as u32
}
