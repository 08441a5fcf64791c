//! An old generation as a queue of cohorts: bytes that were promoted together and wear out together.
//!
//! Idea: live data is replaced evenly, so what is live of a cohort after R replaced bytes of a live set L is
//! exp(-R / L) of what was live at first; the garbage that a region holds follows from its age alone, and the oldest
//! regions are the emptiest. Source: memoryless replacement, as in log-structured stores (Rosenblum and Ousterhout, TOCS
//! 1992; Menon and Stockmeyer). Departure: a cohort is not cut into regions, all of which would hold the same share;
//! beyond a bound the two smallest neighbours become one, so that a queue stays short.

use std::collections::VecDeque;

use crate::base::Bytes;

/// Most cohorts of a queue.
const BOUND: usize = 64;

/// Bytes promoted together.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cohort {
    bytes: Bytes,
    /// Live bytes when the wear of the whole generation stood at `at`.
    live: f64,
    at: f64,
}

impl Cohort {
    fn live(&self, wear: f64) -> f64 {
        (self.live * (self.at - wear).exp()).min(self.bytes.as_f64())
    }

    fn share(&self, wear: f64) -> f64 {
        self.live(wear) / self.bytes.as_f64().max(1.0)
    }
}

/// What was taken from the queue to be evacuated.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Taken {
    /// Bytes of the regions.
    pub bytes: Bytes,
    /// Live bytes among them, which have to be copied.
    pub live: Bytes,
}

/// How much may be taken at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// Bytes of regions.
    pub bytes: Bytes,
    /// Live bytes in them.
    pub live: Bytes,
}

/// What a marking found worth evacuating.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Found {
    /// Bytes of the regions that qualify.
    pub bytes: Bytes,
    /// Garbage among them as of the start of the marking.
    pub garbage: Bytes,
}

/// The cohorts of an old generation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cohorts {
    /// Minus the logarithm of the share that replacement has left of the first bytes.
    wear: f64,
    /// The wear when the last marking began.
    marked_at: f64,
    /// Cohorts from before the last marking. The first `candidates` of them are to be evacuated, the emptiest first.
    marked: VecDeque<Cohort>,
    recent: VecDeque<Cohort>,
    candidates: usize,
    garbage: f64,
}

impl Cohorts {
    /// A part `share`, 0 ..= 1, of all live bytes became garbage.
    pub fn wear(&mut self, share: f64) {
        // What is released entirely is as good as gone after e^-50.
        self.wear += -(-share.min(1.0)).ln_1p().max(-50.0);
    }

    /// Adds bytes of which `live` are live.
    pub fn promote(&mut self, bytes: Bytes, live: Bytes) {
        if bytes == Bytes::ZERO {
            return;
        }
        let live = live.min(bytes).as_f64();
        self.recent.push_back(Cohort { bytes, live, at: self.wear });
        bound(&mut self.recent, self.wear);
    }

    /// Everything is compacted into one cohort.
    pub fn compact(&mut self, bytes: Bytes, live: Bytes) {
        *self = Cohorts::default();
        self.promote(bytes, live);
    }

    /// A marking begins: it will find what is garbage now.
    pub fn begin_marking(&mut self) {
        self.marked.append(&mut self.recent);
        self.candidates = 0;
        self.garbage = 0.0;
        self.marked_at = self.wear;
        bound(&mut self.marked, self.wear);
    }

    /// The marking is over: lines up the cohorts whose live share was below `limit` when it began, the emptiest first.
    pub fn select(&mut self, limit: f64) -> Found {
        let at = self.marked_at;
        let mut all: Vec<(f64, Cohort)> = self.marked.iter().map(|cohort| (cohort.share(at), *cohort)).collect();
        // Stable: cohorts that qualify come first by their share, the others stay in the order of age.
        all.sort_by(|a, b| a.0.min(limit).total_cmp(&b.0.min(limit)));
        self.candidates = all.partition_point(|(share, _)| *share < limit);
        self.marked = all.iter().map(|(_, cohort)| *cohort).collect();
        let candidates = self.marked.iter().take(self.candidates);
        let (mut bytes, mut garbage) = (Bytes::ZERO, 0.0);
        for cohort in candidates {
            bytes += cohort.bytes;
            garbage += cohort.bytes.as_f64() - cohort.live(at);
        }
        self.garbage = garbage;
        Found { bytes, garbage: Bytes::from_f64(garbage) }
    }

    /// Candidates that are left.
    pub fn left(&self) -> Found {
        if self.candidates == 0 {
            return Found::default();
        }
        let bytes = self.marked.iter().take(self.candidates).map(|cohort| cohort.bytes).sum();
        Found { bytes, garbage: Bytes::from_f64(self.garbage) }
    }

    /// Live share of the emptiest candidate now; 0 without one.
    pub fn next_share(&self) -> f64 {
        self.marked.front().filter(|_| self.candidates > 0).map_or(0.0, |cohort| cohort.share(self.wear))
    }

    /// Takes candidates away, the emptiest first, up to `limit`.
    pub fn take(&mut self, limit: Limit) -> Taken {
        let (mut bytes, mut live) = (Bytes::ZERO, 0.0);
        while self.candidates > 0 {
            let Some(front) = self.marked.front_mut() else { break };
            let share = front.share(self.wear);
            let by_live = Bytes::from_f64((limit.live.as_f64() - live) / share.max(1e-9));
            let part = front.bytes.min(limit.bytes - bytes).min(by_live);
            let cut = part.as_f64() / front.bytes.as_f64().max(1.0);
            bytes += part;
            live += front.live(self.wear) * cut;
            self.garbage = (self.garbage - cut * (front.bytes.as_f64() - front.live(self.marked_at))).max(0.0);
            if part < front.bytes {
                front.bytes -= part;
                front.live *= 1.0 - cut;
                break;
            }
            self.marked.pop_front();
            self.candidates -= 1;
        }
        Taken { bytes, live: Bytes::from_f64(live).min(bytes) }
    }

    /// Nothing more is to be evacuated before the next marking.
    pub fn forget_candidates(&mut self) {
        self.candidates = 0;
        bound(&mut self.marked, self.wear);
    }

    /// All bytes.
    #[cfg(test)]
    pub fn total(&self) -> Bytes {
        self.marked.iter().chain(&self.recent).map(|cohort| cohort.bytes).sum()
    }

    /// Bytes that are live now.
    #[cfg(test)]
    pub fn live(&self) -> f64 {
        self.marked.iter().chain(&self.recent).map(|cohort| cohort.live(self.wear)).sum()
    }
}

/// Merges neighbours until the queue is within its bound, those that hold the least bytes before others.
fn bound(queue: &mut VecDeque<Cohort>, wear: f64) {
    while queue.len() > BOUND {
        let pair = |index: usize| queue[index].bytes + queue[index + 1].bytes;
        let Some(least) = (0..queue.len() - 1).min_by_key(|&index| pair(index)) else { return };
        let (older, newer) = (queue[least], queue[least + 1]);
        queue[least] = Cohort { bytes: older.bytes + newer.bytes, live: older.live(wear) + newer.live(wear), at: wear };
        queue.remove(least + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NO_LIMIT: Limit = Limit { bytes: Bytes(u64::MAX / 4), live: Bytes(u64::MAX / 4) };

    #[test]
    fn cohorts_wear_by_the_exponential_law() {
        let mut cohorts = Cohorts::default();
        cohorts.promote(Bytes(1000), Bytes(1000));
        for _ in 0..10 {
            cohorts.wear(0.1);
        }
        assert!((cohorts.live() - 1000.0 * 0.9_f64.powi(10)).abs() < 1e-9);
        cohorts.promote(Bytes(500), Bytes(400));
        cohorts.wear(1.0);
        assert!(cohorts.live() < 1e-9);
        assert_eq!(cohorts.total(), Bytes(1500));
    }

    #[test]
    fn marking_knows_what_was_garbage_at_its_start() {
        let mut cohorts = Cohorts::default();
        cohorts.promote(Bytes(1000), Bytes(1000));
        cohorts.wear(0.5);
        cohorts.promote(Bytes(1000), Bytes(1000));
        cohorts.begin_marking();
        cohorts.promote(Bytes(1000), Bytes(0));
        cohorts.wear(0.5);
        // The second is half empty by now, but was full when the marking began; the third came too late.
        assert_eq!(cohorts.select(0.85), Found { bytes: Bytes(1000), garbage: Bytes(500) });
        assert!((cohorts.next_share() - 0.25).abs() < 1e-12);
        let half = cohorts.take(Limit { bytes: Bytes(500), ..NO_LIMIT });
        assert_eq!(half, Taken { bytes: Bytes(500), live: Bytes(125) });
        assert_eq!(cohorts.left(), Found { bytes: Bytes(500), garbage: Bytes(250) });
        assert_eq!(cohorts.take(Limit { live: Bytes(100), ..NO_LIMIT }).live, Bytes(100));
        assert_eq!(cohorts.take(NO_LIMIT), Taken { bytes: Bytes(100), live: Bytes(25) });
        assert_eq!((cohorts.take(NO_LIMIT), cohorts.left()), (Taken::default(), Found::default()));
        assert_eq!(cohorts.total(), Bytes(2000));
    }

    proptest! {
        /// Whatever happens, no byte is lost, and the queues stay short.
        #[test]
        fn bytes_are_conserved(steps in prop::collection::vec((0_u64..1 << 40, 0.0..1.0_f64, 0_u8..6), 0..400)) {
            let (mut cohorts, mut total) = (Cohorts::default(), Bytes::ZERO);
            for (bytes, share, what) in steps {
                match what {
                    0 => cohorts.begin_marking(),
                    1 => {
                        cohorts.select(share);
                    }
                    2 => {
                        let taken = cohorts.take(Limit { bytes: Bytes(bytes), live: Bytes(bytes / 3) });
                        prop_assert!(taken.live <= taken.bytes && taken.bytes <= Bytes(bytes));
                        total -= taken.bytes;
                    }
                    3 => cohorts.wear(share),
                    _ => {
                        cohorts.promote(Bytes(bytes), Bytes(bytes).scale(share));
                        total += Bytes(bytes);
                    }
                }
                prop_assert_eq!(cohorts.total(), total);
                prop_assert!(cohorts.marked.len() <= BOUND && cohorts.recent.len() <= BOUND);
                prop_assert!(cohorts.live() <= total.as_f64() * (1.0 + 1e-9));
            }
        }
    }
}
