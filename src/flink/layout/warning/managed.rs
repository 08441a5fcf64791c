//! Rules about managed memory.

use super::super::component::{Component, Derivation};
use super::super::keys::{Key, StoreKeys, state, task_manager as tm};
use super::super::rocksdb::RocksDbMemory;
use super::super::state::{RocksDb, RocksDbMode, StateBackend};
use super::super::weights::{Consumer, ConsumerWeights};
use super::{Case, Warning, show};
use crate::base::Bytes;

/// The name and the options of RocksDB or ForSt.
fn identity(store: &RocksDb) -> (&'static str, &'static StoreKeys) {
    match store.backend {
        StateBackend::ForSt => ("ForSt", &state::FORST),
        _ => ("RocksDB", &state::ROCKSDB),
    }
}

/// The option that decides the size of managed memory.
fn size_key(case: &Case) -> &'static Key {
    let given = case.layout.derivation(Component::Managed) == Derivation::Given;
    if given { &tm::MANAGED } else { &tm::MANAGED_FRACTION }
}

pub(super) fn unused(case: &Case) -> Option<Warning> {
    let managed = case.layout.managed;
    let batch = case.raw("execution.runtime-mode").is_some_and(|(mode, _)| mode.eq_ignore_ascii_case("batch"));
    let python = case.options.iter().any(|(key, _, _)| key.starts_with("python."));
    if managed == Bytes::ZERO || !case.setting.consumers.is_empty() || batch || python {
        return None;
    }
    let reason = match (StateBackend::read(case.options).ok()?, case.store()) {
        (StateBackend::Heap, _) => "with state on the heap".to_string(),
        (_, Some(store)) if store.mode != RocksDbMode::Managed => {
            format!("with memory of its own for {}", identity(&store).0)
        }
        _ => return None,
    };
    let text = format!(
        "{} of managed memory are reserved; {reason} a streaming job leaves them idle. That is fine for batch jobs, SQL \
         in batch mode (sorts, joins, aggregations) and Python; otherwise set `{}` to 0, and tasks get the memory as \
         heap",
        show(managed),
        size_key(case).name
    );
    case.warn("managed-unused", &tm::MANAGED, text)
}

pub(super) fn rocksdb_without_managed(case: &Case) -> Option<Warning> {
    let store = case.managed_store().filter(|_| case.layout.managed == Bytes::ZERO)?;
    let (name, keys) = identity(&store);
    let text = format!(
        "{name} keeps the state, but there is no managed memory: it gets a cache of 0 bytes. Raise `{}`, or give it \
         memory of its own with `{}`",
        size_key(case).name,
        keys.fixed_per_slot.name
    );
    case.warn("rocksdb-without-managed", size_key(case), text)
}

pub(super) fn flush_cliff(case: &Case) -> Option<Warning> {
    let store = case.store()?;
    if store.mode == RocksDbMode::Managed && case.layout.managed == Bytes::ZERO {
        return None;
    }
    let weights = ConsumerWeights::read(case.options).ok()?;
    let memory = store.per_slot(case.layout, &weights, &case.setting.consumers).ok()??;
    if !memory.flushes_constantly() {
        return None;
    }
    let (name, keys) = identity(&store);
    let (key, place) = match store.mode {
        RocksDbMode::FixedPerSlot(_) => (keys.fixed_per_slot, "in each slot"),
        RocksDbMode::FixedPerTaskManager(_) => (keys.fixed_per_task_manager, "in each TaskManager"),
        _ => (size_key(case), "of managed memory for state in each slot"),
    };
    let remedy = match RocksDbMemory::least(&store.settings) {
        Some(least) if store.mode == RocksDbMode::Managed => {
            format!("It takes {} {place}: raise `{}` or lower `{}`", show(least), key.name, tm::SLOTS.name)
        }
        Some(least) => format!("It takes {} {place}: raise `{}`", show(least), key.name),
        None => format!(
            "No memory is enough with these settings: lower `{}` or raise `{}`",
            keys.write_buffer.name, keys.write_buffer_ratio.name
        ),
    };
    let text = format!(
        "{name} flushes all the time, because a block of {} exceeds the {} that its write buffers may fill. {remedy}",
        show(memory.arena_block),
        show(memory.mutable_limit)
    );
    case.warn("flush-cliff", key, text)
}

pub(super) fn consumer_without_weight(case: &Case) -> Option<Warning> {
    let weights = ConsumerWeights::read(case.options).ok()?;
    let backend = case.managed_store().map(|_| Consumer::StateBackend);
    let used = case.setting.consumers.iter().copied().chain(backend);
    let consumer = used.into_iter().find(|consumer| weights.of(*consumer) == 0)?;
    let name = match consumer {
        Consumer::Operator => "OPERATOR",
        Consumer::StateBackend => "STATE_BACKEND",
        Consumer::Python => "PYTHON",
    };
    let text = format!(
        "the job uses {name}, which has no weight in `{}` and so gets no managed memory. Add \"{name}:70\" to it",
        tm::CONSUMER_WEIGHTS.name
    );
    case.warn("consumer-without-weight", &tm::CONSUMER_WEIGHTS, text)
}

pub(super) fn fraction_hidden(case: &Case) -> Option<Warning> {
    if !case.options.is_set(&tm::MANAGED_FRACTION) || !case.options.is_set(&tm::MANAGED) {
        return None;
    }
    let (fraction, size) = (tm::MANAGED_FRACTION.name, tm::MANAGED.name);
    let text = format!("`{fraction}` is not read, because `{size}` is set. Remove one of the two");
    case.warn("managed-fraction-hidden", &tm::MANAGED_FRACTION, text)
}
