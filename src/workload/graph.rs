//! Jobs as graphs of operators: what a streaming or batch generator hands to the simulator.

use crate::base::{Bytes, SimSpan};
use crate::cache::Eviction;
use crate::kernel::Dist;

crate::choice! {
    /// How records reach the subtasks of an operator.
    pub enum Exchange {
        /// By key: to the subtask that owns the record's key group.
        Keyed = "keyed",
        /// To the subtask with the same index, which shares the slot.
        Forward = "forward",
    }
}

crate::choice! {
    /// What an operator does with its input.
    pub enum Role {
        /// Emits as it reads.
        Pipelined = "pipelined",
        /// Keeps everything in sort memory, emits when all input has come.
        Sort = "sort",
        /// Keeps its first input in a hash table, then probes it with the second.
        Hash = "hash",
    }
}

crate::choice! {
    /// Where keyed state lives.
    pub enum StatePlace {
        /// As objects on the JVM heap.
        Heap = "heap",
        /// In a state backend that caches in managed memory.
        Managed = "managed",
    }
}

crate::choice! {
    /// How the keys of a state come to be there.
    pub enum Fill {
        /// All of them from the start, as after a restore.
        Restored = "restored",
        /// One after the other, a new key for each access, until all are there.
        Loaded = "loaded",
        /// By chance: an access meets a key that is not there yet as often as the law over keys says.
        Met = "met",
    }
}

/// Cards that accesses dirty in the old generation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cards {
    /// An access that finds its key.
    pub on_hit: f64,
    /// An access that does not.
    pub on_miss: f64,
    /// Keys whose references lie on one card, so that two updates may dirty the same one; 0: no two ever do.
    pub keys_per_card: f64,
}

/// Keyed state of an operator; counts are over all its subtasks.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Where it lives.
    pub place: StatePlace,
    /// Distinct keys, at least 1.
    pub keys: u64,
    /// Bytes of one key's state.
    pub entry: Bytes,
    /// Exponent of the power law over keys, at least 0.
    pub skew: f64,
    /// Accesses of one record.
    pub accesses: f64,
    /// Share of accesses that replace the entry, 0 to 1.
    pub writes: f64,
    /// Heap cache in front of it; `None`: heap state is kept whole, managed state has the managed cache only.
    pub cache: Option<Bytes>,
    /// Replacement rule of the cache.
    pub eviction: Eviction,
    /// How its keys come to be there; only state on the heap can begin without them.
    pub fill: Fill,
    /// Heap bytes of an entry that stay where they are when its value is replaced: the key, its place in the map.
    pub fixed: Bytes,
    /// Heap bytes allocated for a new value beside those of the entry.
    pub insert: Bytes,
    /// Share of accesses that find their key and make a value, 0 to 1; what is beyond `writes` is dropped at once.
    pub makes: f64,
    /// Cards dirtied; `None`: one for each entry that is replaced, anywhere in the old generation.
    pub cards: Option<Cards>,
    /// How much dearer a byte of it is to copy than what the prices of collections were fitted to, above 0.
    pub copying: f64,
    /// How much dearer a byte of it is to mark or compact, above 0.
    pub marking: f64,
}

/// What records cost more while code is not compiled yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WarmUp {
    /// Extra cost at the start, as a share.
    pub cost: f64,
    /// CPU time of a subtask in which that falls to 37 %.
    pub span: SimSpan,
}

impl WarmUp {
    /// Cost of a record over that of compiled code, at least 1, after `worked` nanoseconds of a subtask.
    pub fn factor(self, worked: f64) -> f64 {
        1.0 + self.cost * (-worked / self.span.as_nanos().max(1.0)).exp()
    }
}

/// Records kept for a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// How long a record is kept.
    pub length: SimSpan,
    /// Step at which the oldest part expires, above 0, at most `length`.
    pub slide: SimSpan,
    /// Heap bytes kept of one record.
    pub retain: Bytes,
}

/// Pool memory that a batch asks for.
#[derive(Clone, Debug)]
pub struct BatchMemory {
    /// What for.
    pub purpose: PoolUse,
    /// Size of the request in bytes.
    pub size: Dist,
    /// How long it is held, in nanoseconds; `None`: until the batch is done.
    pub hold: Option<Dist>,
}

crate::choice! {
    /// Which pool memory an operator uses.
    pub enum PoolUse {
        /// State-backend memory.
        Managed = "managed",
        /// Sort memory.
        Sort = "sort",
        /// Hash memory.
        Hash = "hash",
        /// Network memory.
        Network = "network",
    }
}

/// One operator.
#[derive(Clone, Debug)]
pub struct Operator {
    /// For messages.
    pub name: String,
    /// Indices of the operators it reads from, all smaller than its own; none for a source.
    pub inputs: Vec<usize>,
    /// How its inputs reach it.
    pub exchange: Exchange,
    /// Subtasks; 0 means one a slot of the cluster.
    pub parallelism: u32,
    /// What it does with its input.
    pub role: Role,
    /// CPU nanoseconds of one record.
    pub cpu: Dist,
    /// What they are at the start, if they differ.
    pub warm_up: Option<WarmUp>,
    /// Short-lived heap bytes of one record.
    pub garbage: Dist,
    /// Share of fresh bytes still reachable at the next young collection, 0 to 1.
    pub survival: f64,
    /// Records out for a record in, at least 0.
    pub output_ratio: f64,
    /// Bytes of one output record on the wire.
    pub record: Bytes,
    /// Batches in flight to one of its subtasks, at least 1.
    pub buffers: u32,
    /// Keyed state.
    pub state: Option<State>,
    /// Records kept.
    pub window: Option<Window>,
    /// Pool memory of a batch.
    pub memory: Option<BatchMemory>,
    /// Records after which a source ends; `None`: never.
    pub records: Option<u64>,
}

/// A job.
#[derive(Clone, Debug)]
pub struct Graph {
    /// Operators, inputs before those who read them.
    pub operators: Vec<Operator>,
}

impl Operator {
    /// An operator that passes records on at no cost: the neutral start of every generator.
    pub fn neutral(name: &str, inputs: &[usize]) -> Operator {
        Operator {
            name: name.into(),
            inputs: inputs.into(),
            exchange: Exchange::Keyed,
            parallelism: 0,
            role: Role::Pipelined,
            cpu: Dist::constant(0.0),
            warm_up: None,
            garbage: Dist::constant(0.0),
            survival: 0.0,
            output_ratio: 1.0,
            record: Bytes::ZERO,
            buffers: 10,
            state: None,
            window: None,
            memory: None,
            records: None,
        }
    }
}
