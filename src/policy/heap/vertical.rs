//! Vertical: a heap gets what Kubernetes' vertical pod autoscaler would recommend for its live set.
//!
//! Idea: ask for a high percentile of past peaks, young ones weighing more, and a margin. Source: the recommender, as in
//! `policy::kubernetes`. Departures: what counts as usage is what lives after a collection, since a heap that is seen from
//! outside always fills what it has; an interval stands for the recommender's day, and eight of them are kept as it keeps
//! eight days; the margin is the room to allocate in, so it is far larger; nothing is restarted.

use std::collections::{BTreeMap, VecDeque};

use super::HeapPolicy;
use crate::base::{Build, Bytes, Entry, Kind, SimSpan, TaskManagerId, param};
use crate::cluster::view::{HeapView, HeapsView};
use crate::policy::kubernetes::{Recommender, Settings};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn HeapPolicy>> = Entry {
    name: "vertical",
    summary: "the 90th percentile of past peaks of the live set, the older the lighter, and a margin",
    source: "Kubernetes vertical pod autoscaler (recommender)",
    params: &[
        param("interval", Kind::Span, "10 s", "time of which one peak is kept"),
        param("half_life", Kind::Span, "10 s", "time in which a peak loses half of its weight"),
        param("margin", Kind::Number(0.0, 1000.0), "1", "what is added, as a share (0.15 for containers)"),
    ],
    traits: &[],
    build: |args| {
        let (interval, half_life) = (args.span("interval"), args.span("half_life"));
        Ok(Box::new(Vertical { interval, half_life, margin: args.number("margin"), heaps: BTreeMap::new() }))
    },
};

struct Vertical {
    interval: SimSpan,
    half_life: SimSpan,
    margin: f64,
    heaps: BTreeMap<TaskManagerId, Past>,
}

/// Peaks that are kept.
const KEPT: usize = 8;

/// What is known of a heap.
#[derive(Default)]
struct Past {
    /// Seconds that it has been seen for.
    now: f64,
    /// When each interval began, and the most that lived in it.
    peaks: VecDeque<(f64, f64)>,
}

impl Past {
    fn see(&mut self, heap: &HeapView, interval: SimSpan) {
        self.now += heap.span.as_secs();
        let live = heap.live.as_f64();
        match self.peaks.back_mut() {
            Some((began, peak)) if self.now - *began < interval.as_secs() => *peak = peak.max(live),
            _ => self.peaks.push_back((self.now, live)),
        }
        if self.peaks.len() > KEPT {
            self.peaks.pop_front();
        }
    }
}

/// Hours in so many seconds.
fn hours(seconds: f64) -> f64 {
    seconds / 3600.0
}

impl HeapPolicy for Vertical {
    fn size(&mut self, view: &HeapsView) -> Bytes {
        let heap = &view.heaps[view.at];
        let past = self.heaps.entry(heap.task_manager).or_default();
        past.see(heap, self.interval);
        let half_life = hours(self.half_life.as_secs().max(1e-9));
        let settings = Settings { half_life, margin: self.margin, least: 0.0, ..Settings::default() };
        let mut recommender = Recommender::new(settings);
        past.peaks.iter().for_each(|(began, peak)| recommender.add(*peak, hours(past.now - began)));
        let found = recommender.recommend(past.peaks.len() as f64);
        found.map_or(heap.most, |found| Bytes::from_f64(found.target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::heap::tests::heap;

    /// Sizes after one collection a second that left so many MiB.
    fn sizes(policy: &mut Vertical, live: &[u64]) -> Vec<f64> {
        let mut ask = |live: &u64| policy.size(&HeapsView { heaps: &[heap(0, 2000, *live, 0.1)], at: 0, budget: None });
        live.iter().map(|live| ask(live).as_mib()).collect()
    }

    #[test]
    fn a_peak_counts_until_younger_ones_outweigh_it() {
        let span = SimSpan::from_secs;
        let mut policy = Vertical { interval: span(2.0), half_life: span(2.0), margin: 1.0, heaps: BTreeMap::new() };
        let found = sizes(&mut policy, &[100, 100, 400, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100]);
        // Twice the end of a bucket, which is at most 5 % and 10 MB above what lives.
        let is_of = |size: f64, live: f64| size >= 2.0 * live && size <= 2.0 * (1.05 * live + 10.0);
        assert!(found[..2].iter().all(|size| is_of(*size, 100.0)), "{found:?}");
        assert!(found[2..6].iter().all(|size| is_of(*size, 400.0)), "{found:?}");
        assert!(is_of(found[12], 100.0), "{found:?}");
    }
}
