//! How large a heap is: rules that are asked after its collections.

use crate::base::{Build, Bytes};
use crate::cluster::view::HeapsView;
use crate::registry;

/// Decides how large one heap should be from now on.
pub trait HeapPolicy {
    /// The size that the heap at `view.at` should have, asked after each of its collections. What is less than the heap
    /// holds, or more than its -Xmx or the group's budget leave, is cut to what is possible.
    fn size(&mut self, view: &HeapsView) -> Bytes;
}

registry! {
    /// Rules of heap sizes; the first is the do-nothing member.
    pub static HEAP: Build<dyn HeapPolicy>;
    fixed,
    multiple_of_live,
    overhead,
    membalancer,
    vertical,
}

/// Divides `extra` bytes in proportion to `weights`, at least 0 each; evenly where all are 0.
pub fn divide(extra: f64, weights: &[f64]) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    let part = |weight: &f64| if sum > 0.0 { weight / sum } else { 1.0 / weights.len().max(1) as f64 };
    weights.iter().map(|weight| extra * part(weight)).collect()
}

/// Live bytes of all heaps, and what a budget leaves beside them.
pub(crate) fn beside_live(view: &HeapsView, budget: Bytes) -> (Vec<f64>, f64) {
    let live: Vec<f64> = view.heaps.iter().map(|heap| heap.live.as_f64()).collect();
    let left = (budget.as_f64() - live.iter().sum::<f64>()).max(0.0);
    (live, left)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::base::{SimSpan, TaskManagerId};
    use crate::cluster::view::HeapView;

    /// A heap of `size` MiB with `live` MiB in it that collected for a share of the last second.
    pub(crate) fn heap(id: u32, size: u64, live: u64, share: f64) -> HeapView {
        HeapView {
            task_manager: TaskManagerId(id),
            size: Bytes::mib(size),
            most: Bytes::mib(4096),
            live: Bytes::mib(live),
            allocated: Bytes::mib(size - live),
            span: SimSpan::from_secs(1.0),
            collecting: SimSpan::from_secs(share),
        }
    }

    #[test]
    fn a_division_spends_all_and_no_more() {
        assert_eq!(divide(12.0, &[1.0, 3.0, 2.0]), [2.0, 6.0, 4.0]);
        assert_eq!(divide(12.0, &[0.0, 0.0, 0.0]), [4.0, 4.0, 4.0]);
        assert!(divide(12.0, &[]).is_empty());
    }
}
