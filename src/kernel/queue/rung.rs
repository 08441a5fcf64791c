//! A stretch of the future, cut into buckets of equal width.

use super::entry::{Entry, sequence};

/// A bucket should hold about this many events when its turn comes.
const BUCKET_AIM: u64 = 14;

/// More buckets than this would be written all over the cache.
const BUCKETS_MAX: u64 = 2048;

/// The buckets reach so many times further than the events that are known, so that most events to come find a
/// bucket.
const AHEAD: u64 = 3;

/// How many times are looked at to guess how dense the events lie.
const SAMPLES: usize = 33;

/// Buckets in the order of time, each in the order of scheduling, and what lies beyond the last bucket.
#[derive(Debug)]
pub(super) struct Rung<E> {
    start: u64,
    shift: u32,
    /// The next bucket to open.
    current: usize,
    /// The number of buckets in use.
    used: usize,
    /// Everything before this time has been taken out; later events belong here (or to an outer rung).
    pub(super) opened: u64,
    buckets: Vec<Vec<Entry<E>>>,
    pub(super) rest: Vec<Entry<E>>,
    /// Always empty: the storage that `rest` had before, kept for the next time.
    spare: Vec<Entry<E>>,
}

impl<E> Rung<E> {
    pub(super) fn new() -> Self {
        Rung {
            start: 0,
            shift: 0,
            current: 0,
            used: 0,
            opened: 0,
            buckets: Vec::new(),
            rest: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// Adds an event at or after `opened`.
    #[inline]
    pub(super) fn push(&mut self, entry: Entry<E>) {
        self.home(entry.at).push(entry);
    }

    #[inline]
    fn home(&mut self, at: u64) -> &mut Vec<Entry<E>> {
        let index = (at - self.start) >> self.shift;
        if index < self.used as u64 { &mut self.buckets[index as usize] } else { &mut self.rest }
    }

    /// Marks the event of this time and rank as cancelled; true if it was here and pending.
    pub(super) fn cancel(&mut self, at: u64, rank: u64) -> bool {
        let home = self.home(at);
        let found = home.binary_search_by_key(&sequence(rank), |entry| sequence(entry.rank));
        found.is_ok_and(|index| home[index].cancel())
    }

    /// Swaps the next bucket that is not empty with `into`, which is; false if there is none.
    #[inline]
    pub(super) fn open(&mut self, into: &mut Vec<Entry<E>>) -> bool {
        let buckets = &mut self.buckets[self.current..self.used];
        let Some(ahead) = buckets.iter().position(|bucket| !bucket.is_empty()) else {
            // Events may still come to these buckets, so they remain closed.
            return false;
        };
        std::mem::swap(&mut buckets[ahead], into);
        self.current += ahead + 1;
        self.opened = self.start + ((self.current as u64) << self.shift);
        true
    }

    /// Cuts what lies beyond the last bucket into buckets, once all others are done.
    pub(super) fn rebuild(&mut self, limit: u64) {
        let mut entries = std::mem::replace(&mut self.rest, std::mem::take(&mut self.spare));
        self.build(&mut entries, 0, limit);
        self.spare = entries;
    }

    /// Takes all of `entries`, which are in the order of scheduling, none before `floor` and none after
    /// `limit`, where the part of the future ends that this rung has to cover.
    pub(super) fn build(&mut self, entries: &mut Vec<Entry<E>>, floor: u64, limit: u64) {
        let (min, max) = span(entries).unwrap_or((floor, floor));
        let (start, n) = (min, entries.len() as u64);
        let density = density(entries, min, max);
        let aim = BUCKET_AIM.max(2 * n / BUCKETS_MAX);
        let width = (density * aim as f64).max(1.0) as u64;
        self.shift = width.ilog2();
        let room = (limit.max(start) - start) >> self.shift;
        let wanted = ((max - start) >> self.shift) + 1;
        self.used = wanted.saturating_mul(AHEAD).min(room + 1).min((AHEAD * n).clamp(1, BUCKETS_MAX)) as usize;
        (self.start, self.opened, self.current) = (start, start, 0);
        if self.buckets.len() < self.used {
            self.buckets.resize_with(self.used, Vec::new);
        }
        for entry in entries.drain(..) {
            self.push(entry);
        }
    }

    /// Lets this rung begin after everything that it had.
    pub(super) fn restart(&mut self, at: u64) {
        (self.start, self.opened, self.current, self.used) = (at, at, 0, 0);
    }

    /// Drops the cancelled events.
    pub(super) fn sweep(&mut self) {
        let live = |entry: &Entry<E>| !entry.is_cancelled();
        self.buckets[self.current..self.used].iter_mut().for_each(|bucket| bucket.retain(live));
        self.rest.retain(live);
    }
}

/// The first and last time.
pub(super) fn span<E>(entries: &[Entry<E>]) -> Option<(u64, u64)> {
    let min = entries.iter().map(|entry| entry.at).min()?;
    let max = entries.iter().map(|entry| entry.at).max()?;
    Some((min, max))
}

/// The mean distance of events in the nearer half, guessed from a sample. The far half is left out because a few
/// events in the far future would make the buckets too wide for all others.
fn density<E>(entries: &[Entry<E>], min: u64, max: u64) -> f64 {
    if entries.is_empty() {
        return 1.0;
    }
    let mut sample = [0; SAMPLES];
    for (i, at) in sample.iter_mut().enumerate() {
        *at = entries[i * (entries.len() - 1) / (SAMPLES - 1)].at;
    }
    sample.sort_unstable();
    let middle = sample[SAMPLES / 2] - min;
    let reach = if middle > 0 { 2.0 * middle as f64 } else { (max - min) as f64 };
    reach / entries.len() as f64
}
