//! The state backend that options choose, and what a slot's share of memory is for RocksDB and ForSt.
//!
//! Both divide memory by the same formulas and read options of the same names. The block of a write buffer's arena has
//! no option: only a user's own factory of options sets it.

use super::keys::{Key, StoreKeys, state};
use super::options::{Fault, Options, Problem};
use super::rocksdb::{RocksDbError, RocksDbMemory, RocksDbSettings};
use super::task_manager::Layout;
use super::version::FlinkVersion;
use super::weights::{Consumer, ConsumerWeights, managed_bytes};
use crate::base::Bytes;

/// Where keyed state lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateBackend {
    /// Objects on the JVM's heap.
    Heap,
    /// RocksDB, in native memory.
    RocksDb,
    /// ForSt, in native memory; 2.x only.
    ForSt,
    /// A factory of the user's own, of which nothing is known.
    Custom,
}

/// Which memory RocksDB or ForSt divides, in the order in which Flink looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RocksDbMode {
    /// This much in each slot, beside managed memory.
    FixedPerSlot(Bytes),
    /// The state backend's share of the slot's managed memory.
    Managed,
    /// This much in each TaskManager, shared by all its slots, beside managed memory.
    FixedPerTaskManager(Bytes),
    /// No limit: each column family, that is each state, has write buffers and a block cache of its own.
    Unmanaged,
}

/// All that options say of the state backend's memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RocksDb {
    /// The chosen state backend.
    pub backend: StateBackend,
    /// Which memory is divided.
    pub mode: RocksDbMode,
    /// How it is divided.
    pub settings: RocksDbSettings,
    /// Whether indexes and filters are read by partitions.
    pub partitioned_index_filters: bool,
    /// Write buffers of a column family at most, at least 1.
    pub write_buffers: u32,
}

impl StateBackend {
    /// Reads `state.backend.type`: a name in any case of letters, or the class of a factory.
    ///
    /// # Errors
    /// It is neither. "jobmanager" and "filesystem", names of 1.20 for state on the heap, are read.
    pub fn read(options: &Options) -> Result<StateBackend, Fault> {
        let text = options.text(&state::BACKEND)?.trim();
        let name = text.to_lowercase();
        let class = name.rsplit_once('.').map(|(_, class)| class.trim_end_matches("factory"));
        match class.unwrap_or(&name) {
            "hashmap" | "jobmanager" | "filesystem" => Ok(StateBackend::Heap),
            "hashmapstatebackend" | "memorystatebackend" | "fsstatebackend" => Ok(StateBackend::Heap),
            "rocksdb" | "embeddedrocksdbstatebackend" | "rocksdbstatebackend" => Ok(StateBackend::RocksDb),
            "forst" | "forststatebackend" => Ok(StateBackend::ForSt),
            other if class.is_some() && !other.is_empty() => Ok(StateBackend::Custom),
            _ => {
                let reason = "expected hashmap, rocksdb, forst, or the class of a factory".to_string();
                Err(options.fault(&state::BACKEND, Problem::Unreadable(text.into(), reason)))
            }
        }
    }

    /// Whether state lies in native memory that Flink divides.
    pub fn is_native(self) -> bool {
        matches!(self, StateBackend::RocksDb | StateBackend::ForSt)
    }
}

impl RocksDbSettings {
    /// Reads the options of the chosen state backend; those of RocksDB where it is neither RocksDB nor ForSt, to tell
    /// what RocksDB would get.
    ///
    /// # Errors
    /// All options that cannot be read or are out of range.
    pub fn read(options: &Options) -> Result<RocksDb, Vec<Fault>> {
        let backend = StateBackend::read(options).map_err(|fault| vec![fault])?;
        let keys = if backend == StateBackend::ForSt { &state::FORST } else { &state::ROCKSDB };
        read_store(options, backend, keys)
    }
}

fn read_store(options: &Options, backend: StateBackend, keys: &StoreKeys) -> Result<RocksDb, Vec<Fault>> {
    let mut faults = Vec::new();
    let preset = RocksDbSettings::default();
    let settings = RocksDbSettings {
        write_buffer_ratio: or_fault(ratio(options, keys.write_buffer_ratio), preset.write_buffer_ratio, &mut faults),
        high_priority_ratio: or_fault(ratio(options, keys.high_priority_ratio), 0.0, &mut faults),
        write_buffer: or_fault(write_buffer(options, keys.write_buffer), preset.write_buffer, &mut faults),
        arena_block: None,
    };
    let write_buffers = or_fault(write_buffers(options, keys.write_buffers), 1, &mut faults);
    let partitioned_index_filters = or_fault(options.flag(keys.partitioned), false, &mut faults);
    let mode = or_fault(mode(options, keys), RocksDbMode::Managed, &mut faults);
    faults.extend(crowded(options, keys, &settings));
    if faults.is_empty() {
        return Ok(RocksDb { backend, mode, settings, partitioned_index_filters, write_buffers });
    }
    Err(faults)
}

/// The value, or `instead` with the fault noted, so that the other options are judged too.
fn or_fault<T>(read: Result<T, Fault>, instead: T, faults: &mut Vec<Fault>) -> T {
    read.unwrap_or_else(|fault| {
        faults.push(fault);
        instead
    })
}

fn ratio(options: &Options, key: &Key) -> Result<f64, Fault> {
    let value = options.number(key)?;
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    Err(options.fault(key, Problem::OutOfRange(value.to_string(), "0 to 1")))
}

fn write_buffer(options: &Options, key: &Key) -> Result<Bytes, Fault> {
    match options.size(key)? {
        Bytes::ZERO => Err(options.fault(key, Problem::OutOfRange("0 bytes".into(), "more than 0 bytes"))),
        size => Ok(size),
    }
}

fn write_buffers(options: &Options, key: &Key) -> Result<u32, Fault> {
    match options.count(key)? {
        0 => Err(options.fault(key, Problem::OutOfRange("0".into(), "at least 1"))),
        count => Ok(count),
    }
}

fn mode(options: &Options, keys: &StoreKeys) -> Result<RocksDbMode, Fault> {
    if options.is_set(keys.fixed_per_slot) {
        Ok(RocksDbMode::FixedPerSlot(options.size(keys.fixed_per_slot)?))
    } else if options.flag(keys.managed)? {
        Ok(RocksDbMode::Managed)
    } else if options.is_set(keys.fixed_per_task_manager) {
        Ok(RocksDbMode::FixedPerTaskManager(options.size(keys.fixed_per_task_manager)?))
    } else {
        Ok(RocksDbMode::Unmanaged)
    }
}

/// The fault of two ratios, each sound, that leave nothing of the cache.
fn crowded(options: &Options, keys: &StoreKeys, settings: &RocksDbSettings) -> Option<Fault> {
    let Err(RocksDbError::Crowded(_)) = RocksDbMemory::divide(Bytes::ZERO, settings) else { return None };
    let set = options.is_set(keys.write_buffer_ratio);
    let key = if set { keys.write_buffer_ratio } else { keys.high_priority_ratio };
    let value = options.text(key).unwrap_or_default().to_string();
    let expected = "less: with the other ratio (write-buffer-ratio r and high-prio-pool-ratio h need \
                    2r / (3 - r) + h below 1), it leaves nothing of the cache";
    Some(options.fault(key, Problem::OutOfRange(value, expected)))
}

impl RocksDb {
    /// What the instances of one slot of `layout` divide, where `present` are the kinds of consumers that operators of
    /// the slot declare (the state backend counts as present, named or not). The memory of
    /// [`RocksDbMode::FixedPerTaskManager`] is one for all slots; unmanaged memory has no division.
    ///
    /// # Errors
    /// The state backend has no weight among the present ones.
    pub fn per_slot(
        &self,
        layout: &Layout,
        weights: &ConsumerWeights,
        present: &[Consumer],
    ) -> Result<Option<RocksDbMemory>, RocksDbError> {
        let memory = match self.mode {
            RocksDbMode::FixedPerSlot(size) | RocksDbMode::FixedPerTaskManager(size) => size,
            RocksDbMode::Unmanaged => return Ok(None),
            RocksDbMode::Managed => {
                let mut present = present.to_vec();
                present.push(Consumer::StateBackend);
                present.sort();
                present.dedup();
                let share = weights.share(Consumer::StateBackend, &present);
                managed_bytes(layout.slot(layout.slots).managed, share).map_err(RocksDbError::Share)?
            }
        };
        RocksDbMemory::divide(memory, &self.settings).map(Some)
    }
}

/// The faults of options that the chosen state backend reads.
pub(super) fn check(options: &Options, version: FlinkVersion) -> Vec<Fault> {
    let backend = match StateBackend::read(options) {
        Ok(backend) => backend,
        Err(fault) => return vec![fault],
    };
    let text = options.text(&state::BACKEND).unwrap_or_default().trim();
    let old = ["jobmanager", "filesystem"].iter().any(|name| text.eq_ignore_ascii_case(name));
    let expected = match (version, backend) {
        (FlinkVersion::V1, StateBackend::ForSt) => Some("hashmap or rocksdb: forst came in 2.0"),
        (FlinkVersion::V2, _) if old => Some("hashmap, which stands for it since 2.0"),
        _ => None,
    };
    let mut faults: Vec<Fault> = Vec::new();
    faults.extend(expected.map(|expected| options.fault(&state::BACKEND, Problem::OutOfRange(text.into(), expected))));
    if backend.is_native() {
        faults.extend(RocksDbSettings::read(options).err().unwrap_or_default());
    }
    faults
}

/// The faults of options of RocksDB and ForSt that the chosen state backend does not read.
pub(super) fn unread_faults(options: &Options) -> Vec<Fault> {
    let Ok(chosen) = StateBackend::read(options) else { return Vec::new() };
    let stores = [(StateBackend::RocksDb, &state::ROCKSDB), (StateBackend::ForSt, &state::FORST)];
    let idle = stores.into_iter().filter(|(backend, _)| *backend != chosen);
    idle.flat_map(|(backend, keys)| read_store(options, backend, keys).err().unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<RocksDb, Vec<Fault>> {
        let rocksdb = [("state.backend.type", "rocksdb")];
        RocksDbSettings::read(&rocksdb.into_iter().chain(pairs.iter().copied()).collect())
    }

    fn backend(text: &str) -> Option<StateBackend> {
        StateBackend::read(&Options::from_iter([("state.backend", text)])).ok()
    }

    const MANAGED: &str = "state.backend.rocksdb.memory.managed";
    const SLOT: &str = "state.backend.rocksdb.memory.fixed-per-slot";
    const TASK_MANAGER: &str = "state.backend.rocksdb.memory.fixed-per-tm";

    #[test]
    fn defaults_are_those_of_the_settings() {
        let read = RocksDbSettings::read(&Options::new()).unwrap();
        assert_eq!((read.backend, read.mode), (StateBackend::Heap, RocksDbMode::Managed));
        assert_eq!(read.settings, RocksDbSettings::default());
        assert_eq!((read.write_buffers, read.partitioned_index_filters), (2, false));
        let forst = RocksDbSettings::read(&Options::from_iter([("state.backend.type", "forst")])).unwrap();
        assert_eq!((forst.settings, forst.partitioned_index_filters), (RocksDbSettings::default(), true));
    }

    #[test]
    fn backends_have_names_and_classes() {
        use StateBackend::{Custom, ForSt, Heap};
        assert_eq!(backend("RocksDB"), Some(StateBackend::RocksDb));
        let class = "org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackendFactory";
        assert_eq!(backend(class), Some(StateBackend::RocksDb));
        assert_eq!([backend("forst"), backend("filesystem")], [Some(ForSt), Some(Heap)]);
        assert_eq!([backend("com.example.Backend"), backend("rocks"), backend("")], [Some(Custom), None, None]);
    }

    #[test]
    fn the_memory_of_a_slot_comes_first_then_managed_memory_then_that_of_the_task_manager() {
        let mode = |pairs: &[(&str, &str)]| read(pairs).unwrap().mode;
        let (slot, whole, off) = ((SLOT, "1g"), (TASK_MANAGER, "2g"), (MANAGED, "false"));
        assert_eq!(mode(&[whole, off, slot]), RocksDbMode::FixedPerSlot(Bytes::gib(1)));
        assert_eq!(mode(&[whole]), RocksDbMode::Managed);
        assert_eq!(mode(&[whole, off]), RocksDbMode::FixedPerTaskManager(Bytes::gib(2)));
        assert_eq!(mode(&[off]), RocksDbMode::Unmanaged);
    }

    // 4 GiB and two slots: 719407031 bytes of managed memory a slot.
    #[test]
    fn a_slot_gets_its_share() {
        let pairs = [("taskmanager.memory.process.size", "4g"), ("taskmanager.numberOfTaskSlots", "2")];
        let options = Options::from_iter(pairs);
        let (layout, weights) = (Layout::derive(&options).unwrap(), ConsumerWeights::read(&options).unwrap());
        let cache = |pairs: &[(&str, &str)], present: &[Consumer]| {
            let memory = read(pairs).unwrap().per_slot(&layout, &weights, present).unwrap();
            memory.map(|memory| memory.cache.0)
        };
        assert_eq!(cache(&[], &[]), Some(599_505_859));
        assert_eq!(cache(&[], &[Consumer::StateBackend, Consumer::Python]), Some(419_654_100));
        assert_eq!(cache(&[(SLOT, "268435460")], &[Consumer::Python]), Some(223_696_216));
        assert_eq!(cache(&[(MANAGED, "false"), (TASK_MANAGER, "268435460")], &[]), Some(223_696_216));
        assert_eq!(cache(&[(MANAGED, "false")], &[]), None);
        let none = ConsumerWeights { state_backend: 0, ..weights };
        assert!(matches!(read(&[]).unwrap().per_slot(&layout, &none, &[]), Err(RocksDbError::Share(_))));
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let prefix = "state.backend.rocksdb.";
        let pairs = [
            ("memory.write-buffer-ratio", "1.5"),
            ("memory.high-prio-pool-ratio", "much"),
            ("writebuffer.size", "0"),
            ("writebuffer.count", "0"),
            ("memory.partitioned-index-filters", "maybe"),
            ("memory.managed", "0"),
        ];
        let pairs: Vec<(String, &str)> = pairs.iter().map(|(key, value)| (format!("{prefix}{key}"), *value)).collect();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (key.as_str(), *value)).collect();
        let faults = read(&pairs).unwrap_err();
        let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
        assert_eq!(keys, pairs.iter().map(|pair| pair.0).collect::<Vec<_>>());
        let crowded = read(&[("state.backend.rocksdb.memory.high-prio-pool-ratio", "0.6")]).unwrap_err();
        assert!(crowded[0].to_string().contains("leaves nothing of the cache"), "{}", crowded[0]);
    }

    #[test]
    fn each_line_of_flink_has_its_backends() {
        let faults = |text: &str| {
            let options = Options::from_iter([("state.backend", text)]);
            [FlinkVersion::V1, FlinkVersion::V2].map(|version| check(&options, version).len())
        };
        assert_eq!([faults("forst"), faults("filesystem"), faults("rocksdb")], [[1, 0], [0, 1], [0, 0]]);
        assert_eq!(faults("rock"), [1, 1]);
    }

    #[test]
    fn options_of_another_backend_are_no_faults() {
        let bad = ("state.backend.forst.memory.managed", "maybe");
        let options = Options::from_iter([("state.backend.type", "rocksdb"), bad]);
        assert_eq!((check(&options, FlinkVersion::V2).len(), unread_faults(&options).len()), (0, 1));
        let options = Options::from_iter([("state.backend.type", "forst"), bad]);
        assert_eq!((check(&options, FlinkVersion::V2).len(), unread_faults(&options).len()), (1, 0));
    }
}
