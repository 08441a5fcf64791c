//! A job whose operators the scenario declares one by one.
//!
//! Idea: whatever the other generators cannot express. The graph of a Flink job, with the figures that matter for
//! memory at each operator (Fragkoulis et al., "A survey on the evolution of stream processing systems", VLDB Journal
//! 2024, for the vocabulary). Departures: no circles (Flink's iterations); operators that Flink would chain are
//! subtasks of their own; an operator has one law for all its inputs, and one output for all who read it.

mod keys;
mod shape;

pub use keys::OperatorKeys;

use super::read::Reader;
use super::{BuildGenerator, Generated, GeneratorInput, parts};
use crate::base::{Bytes, Entry, Section, Trait};
use crate::cache::Eviction;
use crate::workload::graph::{BatchMemory, Cards, Fill, Graph, Operator, Role, State, StatePlace, WarmUp, Window};

/// The registry entry.
pub const ENTRY: Entry<BuildGenerator> = Entry {
    name: "graph",
    summary: "a streaming or batch job of operators that the scenario declares",
    source: "the job graph of Flink",
    params: &[],
    traits: &[Trait::Baseline],
    build,
};

/// The most panes in which a window may be kept.
const MOST_PANES: u64 = 100_000;

fn build(input: &GeneratorInput) -> Result<Generated, Vec<String>> {
    let mut faults = Vec::new();
    let links = shape::links(input.operators, &mut faults);
    let mut operators = Vec::new();
    for ((name, keys), inputs) in input.operators.iter().zip(&links.inputs) {
        let args = keys.args();
        let mut reader = Reader::new(&args, format!("operators.{name}."));
        operators.push(Operator { name: name.clone(), inputs: inputs.clone(), ..operator(&mut reader, keys) });
        faults.extend(reader.into_faults());
    }
    shape::check(input.operators, &operators, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Generated::Graph(Graph { operators: shape::sorted(operators, &links.order) }))
}

fn operator(reader: &mut Reader, keys: &OperatorKeys) -> Operator {
    let warm_up = WarmUp { cost: keys.warm_up_cost, span: keys.warm_up };
    Operator {
        exchange: keys.exchange,
        parallelism: keys.parallelism,
        role: keys.role,
        cpu: reader.law("cpu"),
        warm_up: (keys.warm_up_cost > 0.0).then_some(warm_up),
        garbage: reader.law("garbage"),
        survival: keys.survival,
        output_ratio: keys.output_ratio,
        record: keys.record,
        buffers: keys.buffers,
        state: state(reader, keys),
        window: window(reader, keys),
        memory: memory(reader, keys),
        records: keys.records,
        ..Operator::neutral("", &[])
    }
}

fn state(reader: &mut Reader, keys: &OperatorKeys) -> Option<State> {
    if keys.state.is_none() {
        refuse_state_keys(reader, keys);
        return None;
    }
    let state = parts::state(reader, keys.keys as f64);
    let fill = keys.fill;
    if state.place == StatePlace::Managed && fill != Fill::Restored {
        reader.fault("fill", "\"restored\", since only state on the heap can begin without its keys");
    }
    if fill != Fill::Restored && state.eviction == Eviction::Static {
        reader.fault("fill", "\"restored\", since a cache with cache_order = \"top-k\" holds its keys from the start");
    }
    if state.place == StatePlace::Managed {
        refuse(reader, &heap_keys(keys), "\"heap\"");
    }
    if keys.cards_on_hit.is_none() && keys.keys_per_card != 1.0 {
        reader.fault("keys_per_card", "cards_on_hit beside it");
    }
    if keys.cards_on_hit.is_none() && keys.cards_on_miss.is_some() {
        reader.fault("cards_on_miss", "cards_on_hit beside it");
    }
    let cards =
        |on_hit| Cards { on_hit, on_miss: keys.cards_on_miss.unwrap_or(on_hit), keys_per_card: keys.keys_per_card };
    Some(State {
        accesses: keys.accesses,
        writes: keys.writes,
        fill,
        fixed: keys.entry_fixed,
        insert: keys.entry_garbage,
        makes: keys.makes,
        cards: keys.cards_on_hit.map(cards),
        copying: keys.copying,
        marking: keys.marking,
        ..state
    })
}

/// What is said of a state that is not there would do nothing.
fn refuse_state_keys(reader: &mut Reader, keys: &OperatorKeys) {
    let any = [("cache", keys.cache.is_some()), ("fill", keys.fill != Fill::Restored)];
    refuse(reader, &any, "\"heap\" or \"managed\"");
    refuse(reader, &heap_keys(keys), "\"heap\"");
}

/// Keys of what the heap pays for an entry, and whether something is said under them.
fn heap_keys(keys: &OperatorKeys) -> [(&'static str, bool); 6] {
    [
        ("entry_fixed", keys.entry_fixed > Bytes::ZERO),
        ("makes", keys.makes > 0.0),
        ("entry_garbage", keys.entry_garbage > Bytes::ZERO),
        ("cards_on_hit", keys.cards_on_hit.is_some()),
        ("copying", keys.copying != 1.0),
        ("marking", keys.marking != 1.0),
    ]
}

fn refuse(reader: &mut Reader, keys: &[(&str, bool)], places: &str) {
    for (key, _) in keys.iter().filter(|(_, is_said)| *is_said) {
        reader.fault(key, &format!("state = {places} beside it"));
    }
}

fn window(reader: &mut Reader, keys: &OperatorKeys) -> Option<Window> {
    let Some(length) = keys.window else {
        if keys.slide.is_some() {
            reader.fault("slide", "a window beside it, over which to slide");
        }
        if keys.retain > Bytes::ZERO {
            reader.fault("retain", "a window beside it, for which records are kept");
        }
        return None;
    };
    reader.span("window");
    let retain = reader.size("retain");
    reader.bounded("retain", 1.0, retain.as_f64());
    let slide = keys.slide.unwrap_or(length);
    if slide > length {
        reader.fault("slide", &format!("at most the window, {length}"));
    } else if slide.0.saturating_mul(MOST_PANES) < length.0 {
        reader.fault("slide", &format!("at least 1/{MOST_PANES} of the window, {length}"));
    }
    Some(Window { length, slide, retain })
}

fn memory(reader: &mut Reader, keys: &OperatorKeys) -> Option<BatchMemory> {
    let Some(purpose) = keys.memory else {
        if reader.law("request").mean() > 0.0 {
            reader.fault("request", "memory beside it: the pool that is asked");
        }
        if keys.hold.is_some() {
            reader.fault("hold", "memory beside it: the pool that is asked");
        }
        return None;
    };
    let size = reader.law("request");
    if size.mean() == 0.0 {
        reader.fault("request", "more than 0 B in the mean, since memory names a pool");
    }
    if keys.role != Role::Pipelined {
        reader.fault("memory", "\"none\", since the role asks for sort or hash memory by itself");
    }
    Some(BatchMemory { purpose, size, hold: reader.law_opt("hold") })
}

impl OperatorKeys {
    /// Names of the operators that it reads from.
    pub fn read_from(&self) -> &[String] {
        self.inputs.as_deref().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
