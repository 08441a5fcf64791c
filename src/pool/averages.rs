//! Fragmentation over time: averages weighted by how long each state lasted, and footprint against live memory.
//!
//! Measures as in `fragmentation`. The four ratios are those of Johnstone & Wilson, ISMM 1998; they compare the
//! footprint (the end of the highest block) with the bytes that live requests asked for.

use super::Pool;
use super::fragmentation::{Gaps, float};
use crate::base::{Bytes, SimTime};

/// Integrals over the states of one pool. Tell it every change, right after it happened.
#[derive(Clone, Debug)]
pub struct Averages {
    probe: Bytes,
    begin: SimTime,
    last: SimTime,
    state: State,
    sums: Sums,
    with_debt: bool,
    ratios: FootprintRatios,
}

/// What the pool has been like since the last change.
#[derive(Clone, Copy, Debug)]
struct State {
    gaps: Gaps,
    allocated: f64,
    waste: f64,
    debt: Option<f64>,
}

/// Measures times seconds.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    external: f64,
    unusable: f64,
    unplaceable: f64,
    index: f64,
    pair: f64,
    internal: f64,
    holes: f64,
    largest: f64,
    free: f64,
    debt: f64,
    /// Seconds in which the probe fitted nowhere, so that its index was defined.
    blocked: f64,
    /// Seconds in which enough was free for the probe, so that moving could help.
    enough: f64,
}

/// Time averages of one pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Means {
    /// Seconds observed.
    pub seconds: f64,
    /// E1, external fragmentation.
    pub external: f64,
    /// E2, share of free bytes in holes too small for the probe.
    pub unusable: f64,
    /// E2', share of free bytes that no probe can take.
    pub unplaceable: f64,
    /// E3, fragmentation index, over the time in which the probe fitted nowhere; `None` where there was no such time.
    pub index: Option<f64>,
    /// Share of time in which the probe fitted nowhere.
    pub blocked: f64,
    /// E4, pair index.
    pub pair: f64,
    /// Internal fragmentation.
    pub internal: f64,
    /// Number of holes.
    pub holes: f64,
    /// Largest hole, bytes.
    pub largest: f64,
    /// Free bytes.
    pub free: f64,
    /// K, bytes to move for the probe, over the time in which enough was free; `None` where it was not asked for.
    pub debt: Option<f64>,
    /// Footprint against live memory.
    pub ratios: FootprintRatios,
}

impl Averages {
    /// Begins with the state of `pool` now, as requests of `probe` see it. Each change then costs O(1).
    pub fn begin(pool: &mut Pool, probe: Bytes, now: SimTime) -> Averages {
        let probe = probe.max(Bytes(1));
        pool.watch(probe);
        let mut ratios = FootprintRatios::default();
        let state = State::of(pool, probe, false, &mut ratios);
        Averages { probe, begin: now, last: now, state, sums: Sums::default(), with_debt: false, ratios }
    }

    /// Averages compaction debt too, which takes a look at every hole at every change.
    pub fn with_debt(mut self, pool: &Pool) -> Averages {
        self.with_debt = true;
        self.observe(pool, self.last);
        self
    }

    /// The pool has just changed. Times do not run backwards: an earlier one counts as the last.
    pub fn observe(&mut self, pool: &Pool, now: SimTime) {
        self.pass(now);
        self.state = State::of(pool, self.probe, self.with_debt, &mut self.ratios);
    }

    /// The means up to `now`.
    pub fn means(&self, now: SimTime) -> Means {
        let mut to_date = self.clone();
        to_date.pass(now);
        let seconds = to_date.last.since(self.begin).as_secs();
        let mean = |sum: f64| if seconds > 0.0 { sum / seconds } else { 0.0 };
        let over = |sum: f64, time: f64| (time > 0.0).then(|| sum / time);
        let sums = to_date.sums;
        Means {
            seconds,
            external: mean(sums.external),
            unusable: mean(sums.unusable),
            unplaceable: mean(sums.unplaceable),
            index: over(sums.index, sums.blocked),
            blocked: mean(sums.blocked),
            pair: mean(sums.pair),
            internal: mean(sums.internal),
            holes: mean(sums.holes),
            largest: mean(sums.largest),
            free: mean(sums.free),
            debt: over(sums.debt, sums.enough).filter(|_| self.with_debt),
            ratios: to_date.ratios,
        }
    }

    /// The state has lasted until `now`.
    fn pass(&mut self, now: SimTime) {
        let nanos = now.since(self.last).0;
        if nanos > 0 {
            let seconds = nanos as f64 * 1e-9;
            self.last = now;
            self.ratios.pass(seconds);
            self.sums.add(&self.state, seconds);
        }
    }
}

impl State {
    #[inline(always)]
    fn of(pool: &Pool, probe: Bytes, with_debt: bool, ratios: &mut FootprintRatios) -> State {
        let debt = if with_debt { pool.compaction_debt(probe).map(Bytes::as_f64) } else { None };
        let (gaps, allocated, extent) = pool.look(probe);
        ratios.state(extent, pool.requested());
        State { gaps, allocated: allocated.as_f64(), waste: (allocated - pool.requested()).as_f64(), debt }
    }
}

impl Sums {
    /// The formulas of [`Gaps`], with one division by the free bytes for all of them.
    fn add(&mut self, state: &State, seconds: f64) {
        let (gaps, free) = (&state.gaps, state.gaps.free as f64);
        if gaps.free > 0 {
            let share = 1.0 / free;
            self.external += seconds * (1.0 - gaps.largest as f64 * share);
            self.pair += seconds * (1.0 - float(gaps.squares) * share * share);
            self.unusable += seconds * gaps.tally.below as f64 * share;
            self.unplaceable += seconds * (1.0 - gaps.tally.size as f64 * gaps.tally.places as f64 * share);
        } else {
            self.unusable += seconds;
            self.unplaceable += seconds;
        }
        if state.waste > 0.0 {
            self.internal += seconds * state.waste / state.allocated;
        }
        if let Some(index) = gaps.index() {
            self.index += seconds * index;
            self.blocked += seconds;
        }
        if let Some(debt) = state.debt {
            self.debt += seconds * debt;
            self.enough += seconds;
        }
        self.holes += seconds * gaps.count as f64;
        self.largest += seconds * gaps.largest as f64;
        self.free += seconds * free;
    }
}

/// Footprint over live memory in four ways, 1 and more; `None` as long as nothing was live.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FootprintRatios {
    footprint: u64,
    live: u64,
    seconds: f64,
    ratio_seconds: f64,
    /// Footprint and live memory when live memory was first at its largest.
    most_live: (u64, u64),
    /// The same when the footprint was first at its largest.
    widest: (u64, u64),
}

impl FootprintRatios {
    /// The pool is in this state from now on.
    pub fn state(&mut self, footprint: Bytes, live: Bytes) {
        (self.footprint, self.live) = (footprint.0, live.0);
        if live.0 > self.most_live.1 {
            self.most_live = (footprint.0, live.0);
        }
        if footprint.0 > self.widest.0 {
            self.widest = (footprint.0, live.0);
        }
    }

    /// The state has lasted for some seconds. Time in which nothing was live does not count.
    pub fn pass(&mut self, seconds: f64) {
        if self.live > 0 {
            self.seconds += seconds;
            self.ratio_seconds += seconds * self.footprint as f64 / self.live as f64;
        }
    }

    /// The ratio averaged over time.
    pub fn average(&self) -> Option<f64> {
        (self.seconds > 0.0).then(|| self.ratio_seconds / self.seconds)
    }

    /// The ratio when live memory was largest.
    pub fn at_most_live(&self) -> Option<f64> {
        ratio(self.most_live.0, self.most_live.1)
    }

    /// The ratio when the footprint was largest.
    pub fn at_widest(&self) -> Option<f64> {
        ratio(self.widest.0, self.widest.1)
    }

    /// The largest footprint over the largest live memory: the cautious number for sizing a memory.
    pub fn of_extremes(&self) -> Option<f64> {
        ratio(self.widest.0, self.most_live.1)
    }
}

fn ratio(footprint: u64, live: u64) -> Option<f64> {
    (live > 0).then(|| footprint as f64 / live as f64)
}
