//! What an experienced engineer would remark on a layout that Flink accepts.
//!
//! Idea: each rule is a function that looks at options, layout and setting and may say one thing; [`RULES`] lists them.
//! A rule is silent where it does not know enough, and where the default configuration is as good as any.

mod heap;
mod job_manager;
mod managed;
mod network;
mod process;

use super::demand::JobDemand;
use super::keys::Key;
use super::memory_size::print_readable;
use super::options::{Options, Origin};
use super::rocksdb::RocksDbSettings;
use super::state::{RocksDb, RocksDbMode};
use super::task_manager::Layout;
use super::weights::Consumer;
use crate::base::Bytes;
use crate::heap::hotspot::Flags;

pub(in crate::flink) use heap::TINY_TASK_HEAP;
pub(in crate::flink) use job_manager::LEAST_HEAP;
pub use job_manager::job_manager_warnings;

/// A remark on a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Short name of the rule, such as "compressed-pointers".
    pub rule: &'static str,
    /// Where the option was written that decides most; unstated where it has its default.
    pub origin: Origin,
    /// What happens and what to do.
    pub text: String,
}

/// What is known of the job and of the deployment beside the options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Parallelism of the job; `parallelism.default` where it is not given.
    pub parallelism: Option<u32>,
    /// The exchanges of the job; one all-to-all exchange of `parallelism` where it is not given.
    pub demand: Option<JobDemand>,
    /// Consumers of managed memory that the job is known to have, besides a state backend named in the options.
    pub consumers: Vec<Consumer>,
    /// Whether processes run in containers that are sized from the options, as on Kubernetes and YARN.
    pub containers: bool,
}

/// What a rule looks at.
struct Case<'a> {
    options: &'a Options,
    layout: &'a Layout,
    setting: &'a Circumstances,
}

/// Options with flags for a TaskManager's JVM, from the one that is read last: its flags win.
const JAVA_OPTIONS: [&str; 3] = ["env.java.opts.taskmanager", "env.java.opts.all", "env.java.opts"];

type Rule = fn(&Case) -> Option<Warning>;

/// All rules, the gravest first.
const RULES: &[Rule] = &[
    network::too_small,
    managed::rocksdb_without_managed,
    managed::consumer_without_weight,
    heap::overridden,
    process::no_headroom,
    heap::tiny_task_heap,
    managed::flush_cliff,
    heap::compressed_pointers,
    process::overhead_at_max,
    process::small_metaspace,
    process::serial_collector,
    process::many_slots,
    network::below_desired,
    managed::unused,
    managed::fraction_hidden,
    network::fraction_unused,
    process::overhead_fraction_unused,
    process::total_fills_overhead,
    process::whole_mib,
];

/// The remarks on `layout`, which was derived from `options`, the gravest first.
pub fn warnings(options: &Options, layout: &Layout, setting: &Circumstances) -> Vec<Warning> {
    let case = Case { options, layout, setting };
    RULES.iter().filter_map(|rule| rule(&case)).collect()
}

impl Case<'_> {
    fn warn(&self, rule: &'static str, key: &Key, text: String) -> Option<Warning> {
        Some(Warning { rule, origin: self.options.origin(key), text })
    }

    /// The value of an option that is no memory option.
    fn raw(&self, name: &str) -> Option<(&str, &Origin)> {
        let (value, origin) = self.options.spelled(name)?;
        Some((value.trim(), origin))
    }

    /// The JVM's flags in the option `name`, without the quotes that scripts need.
    fn java_flags(&self, name: &str) -> Option<(Flags, &Origin)> {
        let (text, origin) = self.raw(name)?;
        Some((Flags::parse(&text.replace(['"', '\''], "")).ok()?, origin))
    }

    /// The memory of RocksDB or ForSt, where one of them is the state backend and its options can be read.
    fn store(&self) -> Option<RocksDb> {
        RocksDbSettings::read(self.options).ok().filter(|store| store.backend.is_native())
    }

    /// The same where it lives in managed memory.
    fn managed_store(&self) -> Option<RocksDb> {
        self.store().filter(|store| store.mode == RocksDbMode::Managed)
    }

    /// The CPU of a TaskManager, where somebody set it; the number of slots in containers, as there it is the request.
    fn cores(&self) -> Option<f64> {
        use super::keys::task_manager as tm;
        let contained = self.options.number(&tm::CONTAINER_CPU).is_ok_and(|cores| cores > 0.0);
        let stated = self.options.is_set(&tm::CORES) || contained || self.setting.containers;
        stated.then(|| self.layout.cpu.as_f64())
    }
}

/// A size for a sentence.
fn show(size: Bytes) -> String {
    print_readable(size)
}

#[cfg(test)]
mod tests;
