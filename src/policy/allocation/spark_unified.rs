//! Spark's unified memory: execution and storage share one region over a soft border.
//!
//! Idea: storage (what can be evicted) may borrow what execution leaves free, execution may take it back down to the
//! storage region and is itself never evicted. Among N active tasks with pool P, growing to at most Pmax = all but
//! min(storage used, storage region), a task gets
//! `min(request, Pmax/N - held, free)`, or nothing while that would leave it below P/2N (it waits). Spark
//! (`UnifiedMemoryManager`, `ExecutionMemoryPool`). Departures: a consumer of several slots counts as that many tasks, one
//! that waits and holds nothing as none; P is all that storage does not use, where Spark moves the border in steps;
//! storage is taken back at the monitor's samples and by the step `evict`, not within the request.

use super::{AllocationPolicy, at_least, fill_progressively, placeable, want};
use crate::base::{Args, Build, Bytes, ConsumerId, Entry, Kind, param};
use crate::cluster::view::{Consumer, RegionView, Request};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn AllocationPolicy>> = Entry {
    name: "spark-unified",
    summary: "soft border between execution and caches; each of N tasks gets between 1/2N and 1/N of the pool",
    source: "Spark UnifiedMemoryManager and ExecutionMemoryPool",
    params: &[
        param("reserved", Kind::Bytes, "0 B", "bytes of the region that nobody gets (300 MiB of a heap in Spark)"),
        param(
            "fraction",
            Kind::Number(0.0, 1.0),
            "1",
            "share of the rest for execution and caches, the others being the program's (spark.memory.fraction)",
        ),
        param(
            "storage",
            Kind::Number(0.0, 1.0),
            "0.5",
            "share of that which caches keep against execution (spark.memory.storageFraction)",
        ),
    ],
    traits: &[],
    build: |args: &Args| {
        let (fraction, storage) = (args.number("fraction"), args.number("storage"));
        Ok(Box::new(SparkUnified { reserved: args.bytes("reserved"), fraction, storage }))
    },
};

struct SparkUnified {
    reserved: Bytes,
    fraction: f64,
    storage: f64,
}

impl SparkUnified {
    fn sizes(&self, region: &RegionView) -> UnifiedSizes {
        UnifiedSizes::of(region.capacity, self.reserved, self.fraction, self.storage)
    }
}

/// Spark's own part of the heap, which nobody else gets.
pub const RESERVED: Bytes = Bytes::mib(300);

/// How Spark divides a heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnifiedSizes {
    /// Execution and storage together.
    pub unified: Bytes,
    /// The part of it that storage keeps against execution.
    pub storage: Bytes,
    /// What is left to the program.
    pub user: Bytes,
}

impl UnifiedSizes {
    /// Divides `heap` beside `reserved` (see [`RESERVED`]): `fraction` of the rest is unified (spark.memory.fraction), and
    /// `storage` of that the storage region, both 0 ..= 1.
    pub fn of(heap: Bytes, reserved: Bytes, fraction: f64, storage: f64) -> UnifiedSizes {
        let usable = heap.saturating_sub(reserved);
        let unified = usable.scale(fraction);
        UnifiedSizes { unified, storage: unified.scale(storage), user: usable.saturating_sub(unified) }
    }
}

/// The pool from which tasks execute, when one of them asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExecutionPool {
    /// Its size now, and what it may grow to by pushing storage back.
    pub size: Bytes,
    /// See [`ExecutionPool::size`].
    pub most: Bytes,
    /// Bytes that nobody holds.
    pub free: Bytes,
    /// Active tasks: those that have asked and not given all back, the one that asks among them.
    pub tasks: u64,
}

impl ExecutionPool {
    /// What a task that counts as `slots` and holds `held` bytes gets of `request`: at most its part of the pool. `None`
    /// while that would leave it below half of its part: it waits.
    pub fn grant(&self, request: Bytes, held: Bytes, slots: u64) -> Option<Bytes> {
        let part =
            |pool: Bytes, parts: u64| Bytes((u128::from(pool.0) * u128::from(slots) / u128::from(parts.max(1))) as u64);
        let grant = part(self.most, self.tasks).saturating_sub(held).min(self.free).min(request);
        let waits = grant < request && held + grant < part(self.size, self.tasks.saturating_mul(2));
        (!waits).then_some(grant)
    }
}

fn is_active(consumer: &Consumer) -> bool {
    !consumer.evictable && consumer.held > Bytes::ZERO
}

impl AllocationPolicy for SparkUnified {
    fn grant(&mut self, request: &Request, region: &RegionView) -> Bytes {
        let asker = &region.consumers[request.consumer];
        let sizes = self.sizes(region);
        let others_own = region.capacity.saturating_sub(sizes.unified);
        let free = placeable(region).min(region.free.saturating_sub(others_own));
        if asker.evictable {
            return at_least(request, free);
        }
        let others = region.consumers.iter().enumerate().filter(|(index, _)| *index != request.consumer);
        let active: u64 = others.filter(|(_, other)| is_active(other)).map(|(_, other)| u64::from(other.slots)).sum();
        let cached: Bytes = region.consumers.iter().filter(|c| c.evictable).map(|c| c.held).sum();
        let pool = ExecutionPool {
            size: sizes.unified.saturating_sub(cached),
            most: sizes.unified.saturating_sub(cached.min(sizes.storage)),
            free,
            tasks: active + u64::from(asker.slots),
        };
        let grant = pool.grant(request.bytes, asker.held, u64::from(asker.slots));
        grant.map_or(Bytes::ZERO, |grant| at_least(request, grant))
    }

    fn targets(&mut self, region: &RegionView, out: &mut Vec<(ConsumerId, Bytes)>) {
        let wants = |index: usize| want(index, None, region);
        let (caches, tasks): (Vec<usize>, Vec<usize>) =
            (0..region.consumers.len()).partition(|index| region.consumers[*index].evictable);
        let execution: Bytes = tasks.into_iter().map(wants).sum();
        let sizes = self.sizes(region);
        let total = sizes.unified.saturating_sub(execution).max(sizes.storage);
        let claims: Vec<_> =
            caches.iter().map(|index| (wants(*index).as_f64(), region.consumers[*index].weight)).collect();
        let shares = fill_progressively(total.as_f64(), &claims);
        out.extend(caches.iter().zip(shares).map(|(index, share)| (region.consumers[*index].id, Bytes(share as u64))));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{consumer, granted, region};
    use super::*;
    use crate::cluster::view::Purpose;

    const SPARK: SparkUnified = SparkUnified { reserved: Bytes::ZERO, fraction: 1.0, storage: 0.5 };

    /// Grants for tasks that hold so much, one after the other: (task, request); a negative request is a return.
    fn replay(pool: u64, steps: &[(usize, i64)]) -> Vec<u64> {
        let mut tasks: Vec<Consumer> = (0..4).map(|id| consumer(id, Purpose::Sort, 0)).collect();
        let mut grants = Vec::new();
        for (task, bytes) in steps {
            if *bytes < 0 {
                tasks[*task].held -= Bytes(bytes.unsigned_abs());
                continue;
            }
            let grant = granted(&mut { SPARK }, &region(pool, &tasks), *task, *bytes as u64);
            tasks[*task].held += Bytes(grant);
            grants.push(grant);
        }
        grants
    }

    #[test]
    fn execution_grants_follow_the_published_sequences() {
        // Family spark_execution_pool of the verification table. First: the second task waits (0) for its 1000/4,
        // is asked again when 250 come back and gets them, and gets 0 of 200 as it holds its 250.
        assert_eq!(replay(1000, &[(1, 1000), (2, 300), (1, -250), (2, 300), (2, 200)]), [1000, 0, 250, 0]);
        assert_eq!(replay(1200, &[(1, 400), (2, 900), (3, 500), (2, -300), (1, 300)]), [400, 600, 200, 0]);
    }

    #[test]
    fn caches_borrow_what_execution_leaves_and_give_back_down_to_their_region() {
        // 1000 bytes, storage region 500. A cache of 700 has borrowed 200: Pmax is 500, 300 are free now.
        let cache = Consumer { wanted: Bytes(900), ..consumer(0, Purpose::State, 700) };
        let mut task = consumer(1, Purpose::Sort, 0);
        let consumers = [cache, task];
        assert_eq!(granted(&mut { SPARK }, &region(1000, &consumers), 1, 450), 300);
        assert_eq!(granted(&mut { SPARK }, &region(1000, &consumers), 0, 450), 300);
        // Execution wants 100: the cache may have 900. Execution wants 600: the cache is told 500.
        for (wanted, target) in [(100, 900), (600, 500)] {
            task.wanted = Bytes(wanted);
            let mut targets = Vec::new();
            { SPARK }.targets(&region(1000, &[cache, task]), &mut targets);
            assert_eq!(targets, [(ConsumerId(0), Bytes(target))]);
        }
    }

    #[test]
    fn a_region_is_divided_as_spark_divides_a_heap() {
        // 1300 bytes, of which 300 are nobody's and 400 the program's: 600 for both, 300 of them the storage region.
        let mut policy = SparkUnified { reserved: Bytes(300), fraction: 0.6, storage: 0.5 };
        let cache = Consumer { wanted: Bytes(1300), ..consumer(0, Purpose::State, 200) };
        let task = Consumer { wanted: Bytes(900), ..consumer(1, Purpose::Sort, 0) };
        let consumers = [cache, task];
        assert_eq!(granted(&mut policy, &region(1300, &consumers), 0, 1000), 400);
        assert_eq!(granted(&mut policy, &region(1300, &consumers), 1, 1000), 400);
        let mut targets = Vec::new();
        policy.targets(&region(1300, &consumers), &mut targets);
        assert_eq!(targets, [(ConsumerId(0), Bytes(300))]);
    }
}
