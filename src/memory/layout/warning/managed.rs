//! Rules about managed memory.

use super::super::component::{Component, Derivation};
use super::super::keys::task_manager as tm;
use super::super::rocksdb::{RocksDbMemory, RocksDbSettings};
use super::super::weights::{Consumer, ConsumerWeights};
use super::{Case, Warning, show};
use crate::base::Bytes;

const BACKEND: &str = "state.backend.type";

pub(super) fn unused(case: &Case) -> Option<Warning> {
    let managed = case.layout.managed;
    let batch = case.raw(&["execution.runtime-mode"]).is_some_and(|(mode, _)| mode.eq_ignore_ascii_case("batch"));
    let python = case.options.iter().any(|(key, _, _)| key.starts_with("python."));
    if managed == Bytes::ZERO || !case.setting.consumers.is_empty() || case.native_backend() || batch || python {
        return None;
    }
    let text = format!(
        "{} of managed memory are reserved; with state on the heap a streaming job leaves them idle. That is fine for \
         batch jobs, SQL in batch mode (sorts, joins, aggregations) and Python; otherwise set `{}` to 0, and tasks get \
         the memory as heap",
        show(managed),
        if case.layout.derivation(Component::Managed) == Derivation::Given {
            tm::MANAGED.name
        } else {
            tm::MANAGED_FRACTION.name
        }
    );
    case.warn("managed-unused", &tm::MANAGED, text)
}

pub(super) fn rocksdb_without_managed(case: &Case) -> Option<Warning> {
    if !case.managed_rocksdb() || case.layout.managed > Bytes::ZERO {
        return None;
    }
    let key = if case.options.is_set(&tm::MANAGED) { &tm::MANAGED } else { &tm::MANAGED_FRACTION };
    let text = format!(
        "`{BACKEND}` is rocksdb, but there is no managed memory: RocksDB gets a cache of 0 bytes. Raise `{}`, or give it \
         memory of its own with `state.backend.rocksdb.memory.fixed-per-slot`",
        key.name
    );
    case.warn("rocksdb-without-managed", key, text)
}

pub(super) fn flush_cliff(case: &Case) -> Option<Warning> {
    if !case.managed_rocksdb() || case.layout.managed == Bytes::ZERO {
        return None;
    }
    let mut present = case.setting.consumers.clone();
    present.retain(|consumer| *consumer != Consumer::StateBackend);
    present.push(Consumer::StateBackend);
    present.sort();
    present.dedup();
    let share = ConsumerWeights::read(case.options).ok()?.share(Consumer::StateBackend, &present);
    let slot = Bytes((case.layout.slot(case.layout.slots).managed.as_f64() * share) as u64);
    let memory = RocksDbMemory::divide(slot, &RocksDbSettings::default()).ok()?;
    if share == 0.0 || !memory.flushes_constantly() {
        return None;
    }
    let text = format!(
        "RocksDB has {} of managed memory a slot; with its default settings it flushes all the time below 28760943 \
         bytes, because a block of {} exceeds the {} that its write buffers may fill. Raise `{}` or lower `{}`",
        show(slot),
        show(memory.arena_block),
        show(memory.mutable_limit),
        if case.options.is_set(&tm::MANAGED) { tm::MANAGED.name } else { tm::MANAGED_FRACTION.name },
        tm::SLOTS.name
    );
    case.warn("flush-cliff", &tm::MANAGED, text)
}

pub(super) fn consumer_without_weight(case: &Case) -> Option<Warning> {
    let weights = ConsumerWeights::read(case.options).ok()?;
    let backend = case.managed_rocksdb().then_some(Consumer::StateBackend);
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
