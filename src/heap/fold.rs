//! Skips collections that would only repeat what has just been seen.
//!
//! State is whole numbers, so a steady load soon repeats itself exactly. Two repetitions are known: young collections that
//! differ by constant steps of the old generation and of a few counters alone, and whole periods between full collections. The result is the
//! same as that of one-by-one simulation, but for the order of entries within a skipped stretch.

use super::{CollectionKind, Collector, Generations, Touched};
use crate::base::{Bytes, SimSpan};

/// What was seen after the last collections of one call of `allocate`.
#[derive(Default)]
pub struct Rhythm {
    young: Option<Generations>,
    full: Option<Beat>,
}

/// What grows alike from one young collection to the next.
struct Stride {
    old: u64,
    peak: u64,
    order: u64,
    since_full: u64,
}

impl Stride {
    fn between(from: &Generations, to: &Generations) -> Stride {
        Stride {
            old: to.old_used.0.saturating_sub(from.old_used.0),
            peak: to.peak.0.saturating_sub(from.peak.0),
            order: to.order.since(from.order),
            since_full: to.adaptive.since_full.0.saturating_sub(from.adaptive.since_full.0),
        }
    }

    fn walk(&self, state: &mut Generations, times: u64) {
        state.old_used += Bytes(times.saturating_mul(self.old));
        state.peak += Bytes(times.saturating_mul(self.peak));
        state.order.advance(self.order, times);
        state.adaptive.since_full += SimSpan(times.saturating_mul(self.since_full));
    }

    /// How often it can be repeated while the old generation grows by `growth` at most and stays on its side of its high-water mark.
    fn most(&self, state: &Generations, growth: Bytes) -> u64 {
        let below = match self.peak {
            0 => state.peak.saturating_sub(state.old_used),
            whole if whole == self.old => growth,
            // This very step has passed the mark.
            _ => return 0,
        };
        growth.min(below).0.checked_div(self.old).unwrap_or(u64::MAX)
    }
}

/// The state right after a full collection.
struct Beat {
    state: Generations,
    left: Bytes,
    entries: usize,
    /// Count of the last of these entries: equal collections that follow are added to it.
    count: u64,
}

impl Rhythm {
    /// Looks at the state after a collection that began at entry `from` of `out`, and skips repetitions.
    /// `left` is what remains to be allocated; returns what remains after the skip.
    pub fn skip(&mut self, heap: (&mut Generations, &dyn Collector), left: Bytes, out: &mut [Touched]) -> Bytes {
        let (state, collector) = heap;
        match out.last().map(|last| last.kind) {
            Some(CollectionKind::Young) => self.skip_young(state, collector, left, out),
            Some(CollectionKind::Full) => {
                self.young = None;
                self.skip_period(state, left, out)
            }
            _ => {
                self.forget_young();
                left
            }
        }
    }

    /// Something other than a full eden came between: young collections have to be compared afresh.
    pub fn forget_young(&mut self) {
        self.young = None;
    }

    fn skip_young(
        &mut self,
        state: &mut Generations,
        collector: &dyn Collector,
        left: Bytes,
        out: &mut [Touched],
    ) -> Bytes {
        let mut skipped = 0;
        if let Some(previous) = &mut self.young {
            let stride = Stride::between(previous, state);
            stride.walk(previous, 1);
            if previous == state && state.room() > Bytes::ZERO {
                let by_growth = stride.most(state, collector.steady_growth(state));
                skipped = by_growth.min(left.0.saturating_sub(1) / state.room().0);
                stride.walk(state, skipped);
            }
        }
        if let Some(last) = out.last_mut().filter(|_| skipped > 0) {
            last.count += skipped;
            last.before = state.used() + state.room() - last.promoted.min(state.old_used);
            last.after = state.used();
        }
        self.young = Some(state.clone());
        Bytes(left.0 - skipped * state.room().0)
    }

    fn skip_period(&mut self, state: &mut Generations, left: Bytes, out: &mut [Touched]) -> Bytes {
        let mut rest = left;
        if let Some(beat) = self.full.as_mut().filter(|beat| beat.left > left) {
            let stride = Stride::between(&beat.state, state);
            stride.walk(&mut beat.state, 1);
            if &beat.state == state && stride.old == 0 && stride.peak == 0 {
                let period = beat.left.0 - left.0;
                // What is out of order costs more, so that a new step of the order ends the repetition.
                let times = (left.0.saturating_sub(1) / period).min(state.order.steady(stride.order));
                if times > 0 {
                    out[beat.entries..].iter_mut().for_each(|entry| entry.count += times * entry.count);
                    let merged = &mut out[beat.entries - 1].count;
                    *merged += times * (*merged - beat.count);
                    rest = Bytes(left.0 - times * period);
                    stride.walk(state, times);
                }
            }
        }
        let count = out.last().map_or(0, |last| last.count);
        self.full = Some(Beat { state: state.clone(), left: rest, entries: out.len(), count });
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::{HeapSpec, Spaces};

    #[test]
    fn a_step_across_the_high_water_mark_is_not_repeated() {
        let spaces = Spaces { eden: Bytes(100), survivor: Bytes(10), old: Bytes(1000) };
        let mut heap = Generations::new(HeapSpec::new(Bytes(1120), 1.0), spaces, 15);
        (heap.old_used, heap.peak) = (Bytes(110), Bytes(110));
        let stride = |peak| Stride { old: 10, peak, order: 0, since_full: 0 };
        assert_eq!([0, 5, 10].map(|peak| stride(peak).most(&heap, Bytes(500))), [0, 0, 50]);
        heap.peak = Bytes(200);
        assert_eq!([0, 5, 10].map(|peak| stride(peak).most(&heap, Bytes(500))), [9, 0, 50]);
    }
}
