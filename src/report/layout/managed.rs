//! Managed memory of one slot: how kinds of consumers share it, and what RocksDB or ForSt makes of its share.

use super::sheet::{Quantity, Section};
use crate::base::Bytes;
use crate::flink::layout::{
    Consumer, ConsumerWeights, Layout, RocksDb, RocksDbMemory, RocksDbMode, StateBackend, managed_bytes, managed_pages,
};

const KINDS: [(Consumer, &str, &str); 3] = [
    (Consumer::Operator, "operator", "operators"),
    (Consumer::StateBackend, "state_backend", "state backend"),
    (Consumer::Python, "python", "Python"),
];

/// The shares of the kinds `present`; of all three, where nobody said which there are.
pub fn shares(layout: &Layout, weights: &ConsumerWeights, present: &[Consumer], page: Bytes) -> Section {
    let slot = layout.slot(layout.slots).managed;
    let known = !present.is_empty();
    let all = KINDS.map(|kind| kind.0);
    let present = if known { present } else { &all };
    let names: Vec<&str> = KINDS.iter().filter(|kind| present.contains(&kind.0)).map(|kind| kind.2).collect();
    let when = if known { "shared by" } else { "if shared by" };
    let mut section = Section::new("managed", format!("Managed memory of a slot, {when} {}", names.join(", ")));
    for (consumer, key, name) in KINDS {
        let weight = weights.of(consumer);
        if !present.contains(&consumer) {
            continue;
        }
        let share = weights.share(consumer, present);
        let size = managed_bytes(slot, share).unwrap_or(Bytes::ZERO);
        let pages = managed_pages(slot, page, share).unwrap_or(0);
        let pages = if consumer == Consumer::Operator { format!(", {pages} pages") } else { String::new() };
        section.bytes(key, name, size).from(format!("weight {weight}{pages}"));
        section.row(format!("{key}_share"), "share", Quantity::Share(share)).at_depth(1);
    }
    section
}

/// What the state backend's part becomes, where it is RocksDB or ForSt.
pub fn rocksdb(layout: &Layout, store: &RocksDb, weights: &ConsumerWeights, present: &[Consumer]) -> Option<Section> {
    let name = match store.backend {
        StateBackend::RocksDb => "RocksDB",
        StateBackend::ForSt => "ForSt",
        StateBackend::Heap | StateBackend::Custom => return None,
    };
    let (scope, from) = match store.mode {
        RocksDbMode::FixedPerSlot(size) => ("a slot", format!("{size} fixed for each slot, beside managed memory")),
        RocksDbMode::Managed => ("a slot", "the state backend's part of the slot's managed memory".into()),
        RocksDbMode::FixedPerTaskManager(size) => ("the TaskManager", format!("{size} fixed, beside managed memory")),
        RocksDbMode::Unmanaged => {
            ("each state", "no limit: every state has write buffers and a cache of its own".into())
        }
    };
    let mut section = Section::new("rocksdb", format!("{name} in {scope}"));
    section.row("mode", "memory", Quantity::Text(mode(store.mode).into())).from(from);
    match store.per_slot(layout, weights, present) {
        Ok(Some(memory)) => divided(&mut section, store, &memory),
        Ok(None) => {}
        Err(error) => {
            section.bytes("cache", "block cache", Bytes::ZERO).from(error.to_string());
        }
    }
    Some(section)
}

fn mode(mode: RocksDbMode) -> &'static str {
    match mode {
        RocksDbMode::FixedPerSlot(_) => "fixed a slot",
        RocksDbMode::Managed => "managed",
        RocksDbMode::FixedPerTaskManager(_) => "fixed",
        RocksDbMode::Unmanaged => "unmanaged",
    }
}

fn divided(section: &mut Section, store: &RocksDb, memory: &RocksDbMemory) {
    section.bytes("cache", "block cache", memory.cache).from("write buffers included; a soft limit");
    section.bytes("write_buffers", "write-buffer manager", memory.write_buffers).from("charged to the cache");
    section.bytes("mutable_limit", "flush above", memory.mutable_limit).from("7/8 of the write-buffer manager");
    section.bytes("arena_block", "arena block", memory.arena_block).from("an eighth of a write buffer");
    let cliff = if memory.flushes_constantly() {
        "what there is lies below: an arena block exceeds the flush limit, which flushes all the time"
    } else {
        "below this, an arena block exceeds the flush limit, which flushes all the time"
    };
    if let Some(least) = RocksDbMemory::least(&store.settings) {
        section.bytes("flush_cliff", "flush cliff", least).from(cliff);
    }
}
