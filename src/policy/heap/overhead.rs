//! Overhead: a heap grows while collections take more than a target share of the time, and shrinks while they take less.
//!
//! Idea: a PID controller on the measured share. Source: White, Singer, Aitken and Jones, "Control theory for principled heap
//! sizing", ISMM 2013; HotSpot's `GCTimeRatio` states the same target. Departures: the error is taken relative to the
//! target and the step relative to the heap, so that one set of gains serves all sizes; a heap is judged over a window
//! instead of one collection, since most collections are young; the integral is bounded and stands still at the limits.

use std::collections::BTreeMap;

use super::HeapPolicy;
use crate::base::{Build, Bytes, Entry, Kind, SimSpan, TaskManagerId, param};
use crate::cluster::view::{HeapView, HeapsView};

const GAIN: Kind = Kind::Number(0.0, 10.0);

/// Registry entry.
pub const ENTRY: Entry<Build<dyn HeapPolicy>> = Entry {
    name: "overhead",
    summary: "grows and shrinks the heap towards a share of time in collections (PID controller)",
    source: "White, Singer, Aitken & Jones, ISMM 2013",
    params: &[
        param("target", Kind::Number(0.0001, 0.99), "0.05", "share of time that collections may take"),
        param("window", Kind::Span, "10 s", "time over which the share is measured between two decisions"),
        param("proportional", GAIN, "0.3", "step for the present error, as a share of the heap"),
        param("integral", GAIN, "0.05", "step for the sum of past errors"),
        param("derivative", GAIN, "0.1", "step for the change of the error"),
    ],
    traits: &[],
    build: |args| {
        Ok(Box::new(Overhead {
            target: args.number("target"),
            window: args.span("window"),
            gains: [args.number("proportional"), args.number("integral"), args.number("derivative")],
            heaps: BTreeMap::new(),
        }))
    },
};

struct Overhead {
    target: f64,
    window: SimSpan,
    /// Proportional, integral, derivative.
    gains: [f64; 3],
    heaps: BTreeMap<TaskManagerId, State>,
}

/// What the controller knows of one heap.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    span: SimSpan,
    collecting: SimSpan,
    sum: f64,
    last: Option<f64>,
}

/// Most that an error counts, in targets; the same bounds the integral.
const MOST: f64 = 3.0;

/// Largest factor of one step, either way.
const STEP: f64 = 2.0;

impl Overhead {
    /// Factor on the heap for a relative error.
    fn factor(&self, state: &mut State, error: f64, stuck: bool) -> f64 {
        let change = state.last.map_or(0.0, |last| error - last);
        state.last = Some(error);
        if !stuck {
            state.sum = (state.sum + error).clamp(-MOST, MOST);
        }
        let [proportional, integral, derivative] = self.gains;
        let step = proportional * error + integral * state.sum + derivative * change;
        (1.0 + step).clamp(1.0 / STEP, STEP)
    }
}

impl HeapPolicy for Overhead {
    fn size(&mut self, view: &HeapsView) -> Bytes {
        let HeapView { task_manager, size, most, live, span, collecting, .. } = view.heaps[view.at];
        let mut state = self.heaps.get(&task_manager).copied().unwrap_or_default();
        state.span += span;
        state.collecting += collecting;
        let mut wanted = size;
        if state.span >= self.window && state.span > SimSpan::ZERO {
            let share = state.collecting.as_secs() / state.span.as_secs();
            let error = (share / self.target - 1.0).clamp(-1.0, MOST);
            let stuck = (size >= most && error > 0.0) || (size <= live && error < 0.0);
            // What is live stays: the step goes to the room beside it.
            let room = size.saturating_sub(live).max(Bytes(live.0 / 50));
            wanted = live + room.scale(self.factor(&mut state, error, stuck));
            (state.span, state.collecting) = (SimSpan::ZERO, SimSpan::ZERO);
        }
        self.heaps.insert(task_manager, state);
        wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::testing::build;
    use crate::policy::heap::HEAP;
    use crate::policy::heap::tests::heap;

    /// A heap whose collections take `load` MiB over the room beside the live set, as a share of the mutator's time.
    fn settle(load: f64, start: u64) -> f64 {
        let mut policy = build(HEAP, "overhead", &[("target", "0.1"), ("window", "1 s")]);
        let mut size = Bytes::mib(start);
        for _ in 0..60 {
            let ratio = load / (size.as_mib() - 200.0).max(1.0);
            let mut view = heap(0, 300, 200, ratio / (1.0 + ratio));
            view.size = size;
            size = policy.size(&HeapsView { heaps: &[view], at: 0, budget: None }).min(view.most);
        }
        size.as_mib()
    }

    #[test]
    fn the_controller_settles_where_the_share_meets_its_target() {
        // A share of 0.1 is a ratio of 1/9, so the room settles at nine times the load.
        for start in [210, 1000, 4000] {
            let size = settle(40.0, start);
            assert!((size - (200.0 + 9.0 * 40.0)).abs() < 10.0, "from {start}: {size}");
        }
        assert_eq!(settle(4000.0, 300), 4096.0);
        assert!(settle(0.0, 3000) < 210.0);
    }

    #[test]
    fn nothing_moves_within_a_window() {
        let mut policy = build(HEAP, "overhead", &[("window", "3 s")]);
        let view = heap(0, 300, 200, 0.5);
        let mut size = || policy.size(&HeapsView { heaps: &[view], at: 0, budget: None });
        assert_eq!([size(), size()], [view.size; 2]);
        assert!(size() > view.size);
    }
}
