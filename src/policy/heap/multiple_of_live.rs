//! Multiple of live: a heap is so many times as large as what is live in it.
//!
//! Idea: the classic rule of thumb; overhead relative to the mutator is then the same for all heaps that allocate alike. Where a
//! budget is short the heaps share it in proportion to their live sets. Source: textbook (the heap size of Appel 1987 as
//! a fixed h = H/L). Kirisame et al. (OOPSLA 2022) show that no such rule divides memory best between heaps that differ.

use super::{HeapPolicy, beside_live, divide};
use crate::base::{Build, Bytes, Entry, Kind, param};
use crate::cluster::view::HeapsView;

/// Registry entry.
pub const ENTRY: Entry<Build<dyn HeapPolicy>> = Entry {
    name: "multiple-of-live",
    summary: "so many times the live set; where a budget is short, shares in proportion to the live sets",
    source: "textbook; Appel, Information Processing Letters 25, 1987",
    params: &[param("factor", Kind::Number(1.0, 1000.0), "2", "heap over live set")],
    traits: &[],
    build: |args| Ok(Box::new(MultipleOfLive { factor: args.number("factor") })),
};

struct MultipleOfLive {
    factor: f64,
}

impl HeapPolicy for MultipleOfLive {
    fn size(&mut self, view: &HeapsView) -> Bytes {
        let heap = &view.heaps[view.at];
        let wanted = heap.live.scale(self.factor);
        let Some(budget) = view.budget else { return wanted };
        let (live, left) = beside_live(view, budget);
        let share = divide(left, &live).get(view.at).copied().unwrap_or(0.0);
        wanted.min(heap.live + Bytes(share as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::heap::tests::heap;

    #[test]
    fn a_budget_that_is_short_is_shared_in_proportion() {
        let heaps = [heap(0, 500, 100, 0.1), heap(1, 500, 300, 0.1)];
        let mut policy = MultipleOfLive { factor: 3.0 };
        let mut sizes = |budget: Option<u64>| {
            [0, 1].map(|at| policy.size(&HeapsView { heaps: &heaps, at, budget: budget.map(Bytes::mib) }))
        };
        assert_eq!(sizes(None), [Bytes::mib(300), Bytes::mib(900)]);
        assert_eq!(sizes(Some(2000)), [Bytes::mib(300), Bytes::mib(900)]);
        assert_eq!(sizes(Some(800)), [Bytes::mib(200), Bytes::mib(600)]);
    }
}
