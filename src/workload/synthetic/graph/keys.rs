//! `[workloads.NAME.operators.NAME]` of a `graph` workload: one operator of a job.

use super::parts;
use crate::cache::Eviction;
use crate::workload::graph::{Exchange, Fill, PoolUse, Role, StatePlace};

crate::section! {
    /// `[workloads.NAME.operators.NAME]` of a `graph` workload: one operator of a job.
    pub struct OperatorKeys {
        inputs: Texts = absent, "operators it reads from; a source has none";
        exchange: Choice<Exchange> = (Exchange::Keyed), "how records of its inputs reach its subtasks";
        parallelism: Count<u32>(0, 1_000_000) = "0", "subtasks; 0: one a slot of the cluster";
        role: Choice<Role> = (Role::Pipelined),
            "pipelined: at once; sort: emits after all input; hash: builds with the first input, probes with the other";
        cpu: SpanLaw = "10 us", "CPU time of one record";
        garbage: BytesLaw = "1 KiB", "short-lived heap bytes of one record";
        survival: Number = shared, (parts::SURVIVAL);
        output_ratio: Number(0.0, 1e6) = "1", "records out for a record in";
        record: Bytes = "100 B", "size of one output record on the wire";
        buffers: Count<u32>(1, 1_000_000) = "10", "batches in flight to one subtask: its credit";
        state: ChoiceOrNone<StatePlace> = "none", "where keyed state lives";
        keys: Count(1, 100_000_000_000) = "1000000", "distinct keys over all subtasks";
        entry: Bytes = "200 B", "bytes of one key's state";
        skew: Number = shared, (parts::SKEW);
        accesses: Number(0.0, 1e6) = "1", "state accesses of one record";
        writes: Number(0.0, 1.0) = "1", "share of accesses that replace the entry";
        fill: Choice<Fill> = (Fill::Restored),
            "how keys come to be there: all at the start; one a record at first, one after the other; or by chance";
        entry_fixed: Bytes = "0 B", "heap bytes of a key that stay when its value is replaced";
        makes: Number(0.0, 1.0) = "0",
            "share of accesses that make a value; what is beyond `writes` is dropped at once";
        entry_garbage: Bytes = "0 B", "heap bytes allocated for a new value beside those of its entry";
        cards_on_hit: Number(0.0, 1e6) = absent,
            "cards dirtied by an access that finds its key; absent: one for each replaced entry";
        cards_on_miss: Number(0.0, 1e6) = absent,
            "cards dirtied by an access that does not find its key; absent: as on a hit";
        keys_per_card: Number(0.0, 1e6) = "1",
            "keys whose references lie on one card; 0: no two accesses dirty the same card";
        copying: Number(0.01, 100.0) = "1",
            "how much dearer a byte of state is to copy than what prices were fitted to";
        marking: Number(0.01, 100.0) = "1", "how much dearer a byte of state is to mark or compact";
        warm_up_cost: Number(0.0, 100.0) = "0", "extra CPU time of a record before code is compiled, as a share";
        warm_up: Span = "1 s", "CPU time of a subtask in which that extra falls to 37 %";
        cache: Bytes = absent, (parts::CACHE);
        cache_order: Choice<Eviction> = shared, (parts::CACHE_ORDER);
        window: Span = absent, "records are kept this long";
        slide: Span = absent, "step at which kept records expire; absent: the window itself";
        retain: Bytes = "0 B", "heap bytes of one record kept for the window";
        memory: ChoiceOrNone<PoolUse> = "none", "pool that a batch asks memory of";
        request: BytesLaw = "0 B", "size of that request";
        hold: SpanLaw = absent, "how long it is held; absent: until the batch is done";
        records: Count(1, u64::MAX) = absent,
            "records of all subtasks after which a source ends (batch jobs)";
    }
}
