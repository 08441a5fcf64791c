//! Jobs as graphs of operators: what a streaming or batch generator hands to the simulator.

use crate::base::{Bytes, SimSpan};
use crate::kernel::Dist;
use crate::memory::cache::Eviction;

/// How records reach the subtasks of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// By key: to the subtask that owns the record's key group.
    Keyed,
    /// To the subtask with the same index, which shares the slot.
    Forward,
}

/// What an operator does with its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Emits as it reads.
    Pipelined,
    /// Keeps everything in sort memory, emits when all input has come.
    Sort,
    /// Keeps its first input in a hash table, then probes it with the second.
    Hash,
}

/// Where keyed state lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatePlace {
    /// As objects on the JVM heap.
    Heap,
    /// In a state backend that caches in managed memory.
    Managed,
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

/// Which pool memory an operator uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolUse {
    /// State-backend memory.
    Managed,
    /// Sort memory.
    Sort,
    /// Hash memory.
    Hash,
    /// Network memory.
    Network,
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
