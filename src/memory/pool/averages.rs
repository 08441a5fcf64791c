//! Fragmentation over time: averages weighted by how long each state lasted, and footprint against live memory.
//!
//! Measures as in `fragmentation`. The four ratios are those of Johnstone & Wilson, ISMM 1998; they compare the
//! footprint (the end of the highest block) with the bytes that live requests asked for.

use super::{Fragmentation, Pool};
use crate::base::{Bytes, SimTime};

/// Integrals over the states of one pool. Tell it every change, right after it happened.
#[derive(Clone, Debug)]
pub struct Averages {
    probe: Bytes,
    begin: SimTime,
    last: SimTime,
    state: State,
    sums: State,
    /// Seconds in which the probe fitted nowhere, so that its index was defined.
    blocked: f64,
    /// Seconds in which too little was free for the probe, so that no move could have helped.
    short: f64,
    with_debt: bool,
    ratios: FootprintRatios,
}

/// One number for each measure: a state, or the sum of states times seconds, or their mean.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct State {
    external: f64,
    unusable: f64,
    unplaceable: f64,
    index: Option<f64>,
    pair: f64,
    internal: f64,
    holes: f64,
    largest: f64,
    free: f64,
    debt: Option<f64>,
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
        pool.watch(probe);
        let (state, sums) = (State::default(), State::default());
        let ratios = FootprintRatios::default();
        let mut averages =
            Averages { probe, begin: now, last: now, state, sums, blocked: 0.0, short: 0.0, with_debt: false, ratios };
        averages.observe(pool, now);
        averages
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
        let debt = if self.with_debt { pool.compaction_debt(self.probe) } else { None };
        let view = pool.fragmentation(self.probe);
        self.state = State::of(&view, debt);
        self.ratios.state(pool.extent(), pool.requested());
    }

    /// The means up to `now`.
    pub fn means(&self, now: SimTime) -> Means {
        let mut to_date = self.clone();
        to_date.pass(now);
        let seconds = to_date.last.since(self.begin).as_secs();
        let mean = |sum: f64| if seconds > 0.0 { sum / seconds } else { 0.0 };
        let over = |sum: f64, time: f64| (time > 0.0).then(|| sum / time);
        let State { external, unusable, unplaceable, pair, internal, holes, largest, free, .. } = to_date.sums;
        Means {
            seconds,
            external: mean(external),
            unusable: mean(unusable),
            unplaceable: mean(unplaceable),
            index: over(to_date.sums.index.unwrap_or(0.0), to_date.blocked),
            blocked: mean(to_date.blocked),
            pair: mean(pair),
            internal: mean(internal),
            holes: mean(holes),
            largest: mean(largest),
            free: mean(free),
            debt: over(to_date.sums.debt.unwrap_or(0.0), seconds - to_date.short).filter(|_| self.with_debt),
            ratios: to_date.ratios,
        }
    }

    /// The state has lasted until `now`.
    fn pass(&mut self, now: SimTime) {
        let seconds = now.since(self.last).as_secs();
        if seconds == 0.0 {
            return;
        }
        self.last = now;
        self.ratios.pass(seconds);
        self.blocked += if self.state.index.is_some() { seconds } else { 0.0 };
        self.short += if self.state.debt.is_some() { 0.0 } else { seconds };
        self.sums.add(&self.state, seconds);
    }
}

impl State {
    fn of(view: &Fragmentation, debt: Option<Bytes>) -> State {
        State {
            external: view.external,
            unusable: view.unusable,
            unplaceable: view.unplaceable,
            index: view.index,
            pair: view.pair,
            internal: view.internal,
            holes: view.holes as f64,
            largest: view.largest.as_f64(),
            free: view.free.as_f64(),
            debt: debt.map(Bytes::as_f64),
        }
    }

    fn add(&mut self, state: &State, seconds: f64) {
        self.external += state.external * seconds;
        self.unusable += state.unusable * seconds;
        self.unplaceable += state.unplaceable * seconds;
        self.pair += state.pair * seconds;
        self.internal += state.internal * seconds;
        self.holes += state.holes * seconds;
        self.largest += state.largest * seconds;
        self.free += state.free * seconds;
        for (sum, one) in [(&mut self.index, state.index), (&mut self.debt, state.debt)] {
            if let Some(one) = one {
                *sum = Some(sum.unwrap_or(0.0) + one * seconds);
            }
        }
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
