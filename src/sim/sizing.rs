//! Rules of heap sizes at work: after a collection the rule says how large that heap should be, and it becomes so as far as
//! what lies in it, its -Xmx and the group's budget allow.

use super::host::State;
use super::meters::Level;
use super::world::World;
use crate::base::{Bytes, SimSpan, SimTime, TaskManagerId};
use crate::cluster::view::{HeapView, HeapsView};
use crate::heap::Heap;

/// What a rule may know of one heap.
pub struct Sizing {
    /// Its group, by number.
    group: usize,
    /// What its last collection left.
    view: HeapView,
    /// Bytes allocated since then.
    pub allocated: Bytes,
    /// Time spent collecting since then.
    pub collecting: SimSpan,
    /// End of the pause at that time.
    since: SimTime,
}

impl Sizing {
    /// For the heap of a TaskManager of `group`, at its full size.
    pub fn new(number: u32, group: usize, heap: &Heap) -> Sizing {
        let view = HeapView {
            task_manager: TaskManagerId(number),
            size: heap.capacity(),
            most: heap.capacity(),
            live: heap.live(),
            allocated: Bytes::ZERO,
            span: SimSpan::ZERO,
            collecting: SimSpan::ZERO,
        };
        Sizing { group, view, allocated: Bytes::ZERO, collecting: SimSpan::ZERO, since: SimTime::ZERO }
    }
}

impl World<'_> {
    /// Asks the rule after collections that stop the TaskManager for `stopped` from now on.
    pub(super) fn size_heap(&mut self, host: u32, stopped: SimSpan) {
        let Some(mut rule) = self.policies.heap.take() else { return };
        self.look(host, stopped);
        let group = self.managers[host as usize].sizing.group;
        let (members, heaps) = self.group_heaps(group);
        if let Some(at) = members.iter().position(|member| *member == host) {
            let wanted = rule.size(&HeapsView { heaps: &heaps, at, budget: self.heap_budget(group) });
            self.resize_heap(host, wanted);
        }
        self.policies.heap = Some(rule);
    }

    /// Takes down what the collection that has just ended left.
    fn look(&mut self, host: u32, stopped: SimSpan) {
        let now = self.now;
        let manager = &mut self.managers[host as usize];
        let sizing = &mut manager.sizing;
        sizing.view = HeapView {
            size: manager.jvm.heap.capacity(),
            live: manager.jvm.heap.live(),
            allocated: std::mem::take(&mut sizing.allocated),
            span: now.since(sizing.since) + stopped,
            collecting: std::mem::take(&mut sizing.collecting),
            ..sizing.view
        };
        sizing.since = sizing.since.max(now) + stopped;
    }

    /// TaskManagers of a group and their heaps, as their last collections left them.
    fn group_heaps(&self, group: usize) -> (Vec<u32>, Vec<HeapView>) {
        let there = self.managers.iter().enumerate();
        let mine = there.filter(|(_, manager)| manager.sizing.group == group && manager.state != State::Ended);
        mine.map(|(number, manager)| (number as u32, manager.sizing.view)).unzip()
    }

    fn heap_budget(&self, group: usize) -> Option<Bytes> {
        self.scenario.groups[group].keys.heap_budget
    }

    /// What the other heaps of the group leave of the budget.
    fn left_of_budget(&self, host: u32) -> Bytes {
        let group = self.managers[host as usize].sizing.group;
        let Some(budget) = self.heap_budget(group) else { return Bytes(u64::MAX) };
        let others = self.group_heaps(group).0.into_iter().filter(|other| *other != host);
        budget.saturating_sub(others.map(|other| self.managers[other as usize].jvm.heap.capacity()).sum())
    }

    /// Brings a heap as near to `wanted` as it may come.
    fn resize_heap(&mut self, host: u32, wanted: Bytes) {
        let limit = self.managers[host as usize].sizing.view.most.min(self.left_of_budget(host));
        let heap = &mut self.managers[host as usize].jvm.heap;
        let before = heap.capacity();
        // A heap beyond the budget is not cut on the spot: it follows when the rule says so.
        let after = heap.resize(wanted.min(limit.max(before.min(wanted))));
        self.managers[host as usize].sizing.view.size = after;
        self.shift(Level::HeapCapacity, after.as_f64() - before.as_f64());
    }

    /// Gives a heap that has no room for `missing` bytes more of what it may have, at the cost of free memory in others of
    /// its group where the budget is used up; false where nothing could be given, or where heaps are of fixed size.
    pub(super) fn enlarge_heap(&mut self, host: u32, missing: Bytes) -> bool {
        if self.policies.heap.is_none() {
            return false;
        }
        let before = self.managers[host as usize].jvm.heap.capacity();
        let wanted = before + missing.max(Bytes(before.0 / 4));
        let short = wanted.saturating_sub(self.left_of_budget(host));
        self.take_from_others(host, short);
        self.resize_heap(host, wanted);
        self.managers[host as usize].jvm.heap.capacity() > before
    }

    fn take_from_others(&mut self, host: u32, mut short: Bytes) {
        let group = self.managers[host as usize].sizing.group;
        for other in self.group_heaps(group).0.into_iter().filter(|other| *other != host) {
            if short == Bytes::ZERO {
                return;
            }
            let heap = &self.managers[other as usize].jvm.heap;
            let (size, part) = (heap.capacity(), Bytes(heap.free().0 / 2).min(short));
            self.resize_heap(other, size - part);
            short = short.saturating_sub(size.saturating_sub(self.managers[other as usize].jvm.heap.capacity()));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::metrics::columns as c;
    use crate::metrics::{ColumnId, Record};
    use crate::scenario::load;
    use crate::sim::{self, Ending};

    /// Two TaskManagers, one with a small live set and much garbage, one with a large live set and little, share a budget.
    fn run(rule: &str, budget: Option<u64>) -> Record {
        let budget = budget.map_or(String::new(), |mb| format!("heap_budget = \"{mb} MB\"\n"));
        let job = |name: &str, live: u64, garbage: u64| {
            format!(
                "[workloads.{name}]\nkind = \"graph\"\n[workloads.{name}.operators.only]\nparallelism = 1\ncpu = \"5 us\"\n\
                 garbage = \"{garbage} B\"\nsurvival = 0\nstate = \"heap\"\nkeys = {}\nentry = \"1000 B\"\nwrites = 0\n\
                 cache = \"{live} MB\"\ncache_order = \"top-k\"\n",
                live * 1000
            )
        };
        let text = format!(
            "name = \"shared\"\n[run]\nduration = \"300 s\"\nwarm_up = \"60 s\"\n[groups.a]\ncount = 2\ncores = 1\nslots = 1\n\
             task_heap = \"1300 MB\"\nmanaged = \"64 MiB\"\nframework_live = \"0 B\"\ncollector = \"mark-compact\"\n{budget}\
             [groups.a.flink]\n\"taskmanager.memory.framework.heap.size\" = \"0 b\"\n[policies]\nheap = {rule}\n[prices]\n\
             state = {{ kind = \"spin\", hit = \"0 ns\", miss = \"0 ns\" }}\n\
             collection = {{ kind = \"linear\", full-fixed = \"0 ns\", marked = 1, compacted = 0, swept = 0 }}\n{}{}",
            job("small", 60, 4000),
            job("large", 600, 1000),
        );
        let loaded = match load(&text, "shared.toml", &[]) {
            Ok(loaded) => loaded,
            Err(faults) => panic!("{}", crate::scenario::listing(&faults)),
        };
        let result = sim::run(&loaded.cells[0].scenario, 1, None);
        assert_eq!(result.ending, Ending::Complete, "{rule}");
        result.record
    }

    fn value(record: &Record, column: ColumnId) -> f64 {
        record.get(column).expect("a measured column")
    }

    /// Extra rooms of 660 MB by sqrt(60 x 4) : sqrt(600 x 1), and by 60 : 600.
    #[test]
    fn the_square_root_beats_proportional_and_equal_parts_of_the_same_memory() {
        let budget = Some(1320);
        let balanced = run("\"membalancer\"", budget);
        let proportional = run("{ kind = \"multiple-of-live\", factor = 1000 }", budget);
        let equal = run("\"fixed\"", budget);
        for record in [&balanced, &proportional, &equal] {
            let size = value(record, c::HEAP_SIZE) / 1.32e9;
            assert!(size > 0.97 && size < 1.001, "{size}");
        }
        let rate = |record: &Record| value(record, c::THROUGHPUT);
        assert!(rate(&balanced) > 1.08 * rate(&proportional), "{} {}", rate(&balanced), rate(&proportional));
        assert!(rate(&balanced) > 1.08 * rate(&equal), "{} {}", rate(&balanced), rate(&equal));
        // Small: 255 MB last 0.319 s, a pause takes 0.06 s; large: 405 MB last 2.02 s, a pause takes 0.6 s.
        let exact = 2e5 * (0.319 / 0.379 + 2.02 / 2.62);
        assert!((rate(&balanced) / exact - 1.0).abs() < 0.02, "{} {exact}", rate(&balanced));
    }

    #[test]
    fn an_overhead_is_met_by_the_heap_that_it_takes() {
        let record = run("{ kind = \"overhead\", target = 0.25, window = \"5 s\" }", None);
        let share = value(&record, c::GC_TIME);
        assert!((share - 0.25).abs() < 0.03, "{share}");
        // Small: 0.75 of the time makes 144 MB between pauses of 0.06 s; large: 360 MB between pauses of 0.6 s.
        let size = value(&record, c::HEAP_SIZE) / 1e6;
        assert!((size - (60.0 + 144.0 + 600.0 + 360.0)).abs() < 90.0, "{size}");
    }

    #[test]
    fn a_multiple_of_live_trades_memory_for_time() {
        let sparse = run("{ kind = \"multiple-of-live\", factor = 1.5 }", None);
        let roomy = run("{ kind = \"multiple-of-live\", factor = 2 }", None);
        let fixed = run("\"fixed\"", None);
        assert!((value(&sparse, c::HEAP_SIZE) / 990e6 - 1.0).abs() < 0.02, "{}", value(&sparse, c::HEAP_SIZE));
        assert!((value(&roomy, c::HEAP_SIZE) / 1320e6 - 1.0).abs() < 0.02);
        assert!((value(&fixed, c::HEAP_SIZE) / 2600e6 - 1.0).abs() < 1e-9);
        assert!(value(&sparse, c::THROUGHPUT) < value(&roomy, c::THROUGHPUT));
        assert!(value(&roomy, c::THROUGHPUT) < value(&fixed, c::THROUGHPUT));
    }

    #[test]
    fn collectors_of_hotspot_live_with_moving_heaps() {
        for collector in ["serial", "parallel", "g1", "z", "shenandoah", "cms", "concurrent", "mark-sweep", "semispace"]
        {
            for rule in
                ["\"membalancer\"", "{ kind = \"multiple-of-live\", factor = 3 }", "\"overhead\"", "\"vertical\""]
            {
                let text = format!(
                    "name = \"x\"\n[run]\nduration = \"20 s\"\nwarm_up = \"2 s\"\n[groups.a]\ncount = 3\ntask_heap = \"900 MiB\"\n\
                     heap_budget = \"1800 MiB\"\ncollector = \"{collector}\"\n[policies]\nheap = {rule}\n[workloads.w]\n\
                     kind = \"keyed-aggregation\"\nstate = \"heap\"\nkeys = 300_000\nentry = \"500 B\"\ngarbage = \"2 KiB\"\n"
                );
                let loaded =
                    load(&text, "x.toml", &[]).unwrap_or_else(|faults| panic!("{}", crate::scenario::listing(&faults)));
                let result = sim::run(&loaded.cells[0].scenario, 1, None);
                assert_eq!(result.ending, Ending::Complete, "{collector} {rule}");
                let size = value(&result.record, c::HEAP_SIZE);
                assert!(size < 1.02 * f64::from(1800 << 20), "{collector} {rule}: {size}");
            }
        }
    }
}
