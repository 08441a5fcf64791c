//! A measured Flink job as a scenario: a source and one keyed operator, one subtask a core, state or a cache on the heap.

use crate::base::Bytes;
use crate::jvm::description::Coefficients;

/// What a record does with its key's entry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Access {
    /// Replaces the value.
    Aggregate,
    /// Reads it; makes it after so many nanoseconds of work where it is not among the given number of entries.
    Cache {
        /// Most entries held.
        entries: f64,
        /// Nanoseconds of programmed work on a miss.
        miss: f64,
    },
}

/// The keys and values of a job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Job {
    /// What a record does.
    pub access: Access,
    /// Number of keys and exponent of their power law.
    pub keys: (u64, f64),
    /// Bytes of a value.
    pub value: f64,
}

/// A TaskManager with a job on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup<'a> {
    /// The description of its JVM, as a scenario names it.
    pub jvm: &'a str,
    /// The collector's registry name.
    pub collector: &'a str,
    /// Cores, slots and subtasks.
    pub cores: f64,
    /// -Xmx.
    pub heap: Bytes,
    /// What runs.
    pub job: Job,
    /// The operator's section of the description.
    pub costs: &'a Coefficients,
    /// Nanoseconds of one core per record, programmed work apart.
    pub record: f64,
    /// Seconds from the start of the job to its measured window.
    pub from: f64,
    /// Seconds to simulate.
    pub seconds: f64,
}

/// Heap that Flink keeps for itself, beside the task heap (`taskmanager.memory.framework.heap.size`, 2.1).
pub const FRAMEWORK: Bytes = Bytes(128 << 20);

/// Batches of this share of the heap: small against any eden.
const BATCHES: f64 = 800.0;

/// Objects so small that memory can be used to the last.
const GRAIN: Bytes = Bytes(64 << 10);

impl Setup<'_> {
    /// The scenario, under this name.
    pub fn scenario(&self, name: &str) -> String {
        let Setup { jvm, collector, cores, heap, seconds, .. } = self;
        let framework = heap.min(&FRAMEWORK).0;
        let task = heap.saturating_sub(FRAMEWORK).0;
        let base = self.costs.get("base");
        let threads = cores.ceil().max(1.0);
        format!(
            "name = {name:?}\n\
             [run]\nduration = \"{seconds} s\"\nwarm_up = \"{warm_up} s\"\nreplications = 1\nsample_every = \"{seconds} s\"\n\
             batch = {batch}\n\
             [failures]\nmax_restarts = 0\n\
             [groups.worker]\ncores = {cores}\nslots = {threads}\njvm = {jvm:?}\ncollector = \"{collector}\"\n\
             task_heap = \"{task} B\"\nmanaged = \"16 MiB\"\nnetwork = \"64 MiB\"\nframework_live = \"{base} B\"\n\
             object = \"{grain} B\"\n\
             [groups.worker.flink]\n\"taskmanager.memory.framework.heap.size\" = \"{framework} b\"\n\
             [workloads.job]\nkind = \"graph\"\n\
             [workloads.job.operators.keyed]\nparallelism = {threads}\n{operator}",
            batch = self.batch(),
            warm_up = self.from,
            grain = GRAIN.0,
            operator = self.operator(),
        )
    }

    fn cost(&self, name: &str) -> f64 {
        self.costs.get(name)
    }

    /// Bytes of an entry that die together.
    fn entry(&self) -> f64 {
        self.job.value + self.cost("unit")
    }

    fn batch(&self) -> u64 {
        let record = self.cost("allocated") + self.cost("allocated-on-insert") + self.job.value;
        (self.heap.as_f64() / BATCHES / record.max(1.0)).round().max(1.0) as u64
    }

    fn operator(&self) -> String {
        let (keys, skew) = self.job.keys;
        let entry = self.entry().round();
        let (writes, access) = match self.job.access {
            Access::Aggregate => (1, "keys_per_card = 1\nstate_price = \"free\"\n".to_string()),
            Access::Cache { entries, miss } => {
                let (cache, spin) = ((entries * entry).round(), self.cost("spin") * miss);
                let price = format!("state_price = {{ kind = \"spin\", hit = \"0 ns\", miss = \"{spin:.3} ns\" }}\n");
                (0, format!("cache = \"{cache} B\"\ncache_order = \"lru\"\nkeys_per_card = 0\n{price}"))
            }
        };
        let garbage = (self.cost("allocated-on-insert") - self.cost("unit")).max(0.0).round();
        format!(
            "cpu = \"{:.3} ns\"\nwarm_up_cost = {}\nwarm_up = \"{} ns\"\ngarbage = \"{} B\"\nsurvival = 0\n\
             state = \"heap\"\nfill = \"met\"\nkeys = {keys}\nskew = {skew}\nentry = \"{entry} B\"\nwrites = {writes}\n\
             entry_fixed = \"{} B\"\nentry_garbage = \"{garbage} B\"\ncards_on_hit = {}\ncards_on_miss = {}\n\
             copying = {}\nmarking = {}\n{access}",
            self.record,
            self.cost("warm-up-cost"),
            self.cost("warm-up"),
            self.cost("allocated").round(),
            self.cost("entry").round(),
            self.cost("cards-on-hit"),
            self.cost("cards-on-miss"),
            self.cost("graph-copying"),
            self.cost("graph-marking"),
        )
    }
}
