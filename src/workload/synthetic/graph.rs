//! A job whose operators the scenario declares one by one.
//!
//! Idea: whatever the other generators cannot express. The graph of a Flink job, with the figures that matter for
//! memory at each operator (Fragkoulis et al., "A survey on the evolution of stream processing systems", VLDB Journal
//! 2024, for the vocabulary). Departures: no circles (Flink's iterations); operators that Flink would chain are
//! subtasks of their own; an operator has one law for all its inputs, and one output for all who read it.

mod shape;

use super::read::Reader;
use super::{BuildGenerator, Generated, GeneratorInput, parts};
use crate::base::{Args, Bytes, Entry, Kind, Param, Trait, Value, optional, param};
use crate::cache::Eviction;
use crate::workload::graph::{
    BatchMemory, Cards, Exchange, Fill, Graph, Operator, PoolUse, Role, State, StatePlace, WarmUp, Window,
};

/// The registry entry.
pub const ENTRY: Entry<BuildGenerator> = Entry {
    name: "graph",
    summary: "a streaming or batch job of operators that the scenario declares",
    source: "the job graph of Flink",
    params: &[],
    traits: &[Trait::Baseline],
    build,
};

/// `[workloads.NAME.operators.NAME]` of a `graph` workload: one operator of a job.
pub const OPERATOR: &[Param] = &[
    optional("inputs", Kind::List(&Kind::Text), "operators it reads from; a source has none"),
    param("exchange", Kind::Choice(&["keyed", "forward"]), "keyed", "how records of its inputs reach its subtasks"),
    param("parallelism", Kind::Count(0, 1_000_000), "0", "subtasks; 0: one a slot of the cluster"),
    param(
        "role",
        Kind::Choice(&["pipelined", "sort", "hash"]),
        "pipelined",
        "pipelined: at once; sort: emits after all input; hash: builds with the first input, probes with the other",
    ),
    param("cpu", Kind::SpanLaw, "10 us", "CPU time of one record"),
    param("garbage", Kind::BytesLaw, "1 KiB", "short-lived heap bytes of one record"),
    param("survival", parts::SHARE, "0.02", "share of fresh bytes still reachable at the next young collection"),
    param("output_ratio", Kind::Number(0.0, 1e6), "1", "records out for a record in"),
    param("record", Kind::Bytes, "100 B", "size of one output record on the wire"),
    param("buffers", Kind::Count(1, 1_000_000), "10", "batches in flight to one subtask: its credit"),
    param("state", Kind::Choice(&["none", "heap", "managed"]), "none", "where keyed state lives"),
    param("keys", parts::KEY_COUNT, "1000000", "distinct keys over all subtasks"),
    param("entry", Kind::Bytes, "200 B", "bytes of one key's state"),
    parts::SKEW,
    param("accesses", Kind::Number(0.0, 1e6), "1", "state accesses of one record"),
    param("writes", parts::SHARE, "1", "share of accesses that replace the entry"),
    param(
        "fill",
        Kind::Choice(&["restored", "loaded", "met"]),
        "restored",
        "how keys come to be there: all at the start; one a record at first, one after the other; or by chance",
    ),
    param("entry_fixed", Kind::Bytes, "0 B", "heap bytes of a key that stay when its value is replaced"),
    param(
        "makes",
        parts::SHARE,
        "0",
        "share of accesses that make a value; what is beyond `writes` is dropped at once",
    ),
    param("entry_garbage", Kind::Bytes, "0 B", "heap bytes allocated for a new value beside those of its entry"),
    optional(
        "cards_on_hit",
        CARDS,
        "cards dirtied by an access that finds its key; absent: one for each replaced entry",
    ),
    optional("cards_on_miss", CARDS, "cards dirtied by an access that does not find its key; absent: as on a hit"),
    param(
        "keys_per_card",
        Kind::Number(0.0, 1e6),
        "1",
        "keys whose references lie on one card; 0: no two accesses dirty the same card",
    ),
    param("copying", DEARER, "1", "how much dearer a byte of state is to copy than what prices were fitted to"),
    param("marking", DEARER, "1", "how much dearer a byte of state is to mark or compact"),
    param(
        "warm_up_cost",
        Kind::Number(0.0, 100.0),
        "0",
        "extra CPU time of a record before code is compiled, as a share",
    ),
    param("warm_up", Kind::Span, "1 s", "CPU time of a subtask in which that extra falls to 37 %"),
    parts::CACHE,
    parts::CACHE_ORDER,
    optional("window", Kind::Span, "records are kept this long"),
    optional("slide", Kind::Span, "step at which kept records expire; absent: the window itself"),
    param("retain", Kind::Bytes, "0 B", "heap bytes of one record kept for the window"),
    param(
        "memory",
        Kind::Choice(&["none", "managed", "sort", "hash", "network"]),
        "none",
        "pool that a batch asks memory of",
    ),
    param("request", Kind::BytesLaw, "0 B", "size of that request"),
    optional("hold", Kind::SpanLaw, "how long it is held; absent: until the batch is done"),
    optional("records", Kind::Count(1, u64::MAX), "records of all subtasks after which a source ends (batch jobs)"),
];

const CARDS: Kind = Kind::Number(0.0, 1e6);
const DEARER: Kind = Kind::Number(0.01, 100.0);

/// The most panes in which a window may be kept.
const MOST_PANES: u64 = 100_000;

fn build(input: &GeneratorInput) -> Result<Generated, Vec<String>> {
    let mut faults = Vec::new();
    let links = shape::links(input.operators, &mut faults);
    let mut operators = Vec::new();
    for ((name, args), inputs) in input.operators.iter().zip(&links.inputs) {
        let mut reader = Reader::new(args, format!("operators.{name}."));
        operators.push(operator(&mut reader, name, inputs));
        faults.extend(reader.into_faults());
    }
    shape::check(input.operators, &operators, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Generated::Graph(Graph { operators: shape::sorted(operators, &links.order) }))
}

fn operator(reader: &mut Reader, name: &str, inputs: &[usize]) -> Operator {
    let args = reader.args();
    Operator {
        exchange: if args.text("exchange") == "forward" { Exchange::Forward } else { Exchange::Keyed },
        parallelism: args.count("parallelism") as u32,
        role: role(&args.text("role")),
        cpu: reader.law("cpu"),
        warm_up: Some(args.number("warm_up_cost"))
            .filter(|cost| *cost > 0.0)
            .map(|cost| WarmUp { cost, span: args.span("warm_up") }),
        garbage: reader.law("garbage"),
        survival: args.number("survival"),
        output_ratio: args.number("output_ratio"),
        record: args.bytes("record"),
        buffers: args.count("buffers") as u32,
        state: state(reader),
        window: window(reader),
        memory: memory(reader),
        records: args.count_opt("records"),
        ..Operator::neutral(name, inputs)
    }
}

fn role(text: &str) -> Role {
    match text {
        "sort" => Role::Sort,
        "hash" => Role::Hash,
        _ => Role::Pipelined,
    }
}

fn state(reader: &mut Reader) -> Option<State> {
    let args = reader.args();
    if args.text("state") == "none" {
        refuse_state_keys(reader);
        return None;
    }
    let state = parts::state(reader, args.count("keys") as f64);
    let fill = match args.text("fill").as_str() {
        "loaded" => Fill::Loaded,
        "met" => Fill::Met,
        _ => Fill::Restored,
    };
    if state.place == StatePlace::Managed && fill != Fill::Restored {
        reader.fault("fill", "\"restored\", since only state on the heap can begin without its keys");
    }
    if fill != Fill::Restored && state.eviction == Eviction::Static {
        reader.fault("fill", "\"restored\", since a cache with cache_order = \"top-k\" holds its keys from the start");
    }
    if state.place == StatePlace::Managed {
        refuse(reader, &heap_keys(args), "\"heap\"");
    }
    let on_hit = args.number_opt("cards_on_hit");
    if on_hit.is_none() && args.number("keys_per_card") != 1.0 {
        reader.fault("keys_per_card", "cards_on_hit beside it");
    }
    if on_hit.is_none() && args.number_opt("cards_on_miss").is_some() {
        reader.fault("cards_on_miss", "cards_on_hit beside it");
    }
    let cards = |on_hit| Cards {
        on_hit,
        on_miss: args.number_opt("cards_on_miss").unwrap_or(on_hit),
        keys_per_card: args.number("keys_per_card"),
    };
    Some(State {
        accesses: args.number("accesses"),
        writes: args.number("writes"),
        fill,
        fixed: args.bytes("entry_fixed"),
        insert: args.bytes("entry_garbage"),
        makes: args.number("makes"),
        cards: on_hit.map(cards),
        copying: args.number("copying"),
        marking: args.number("marking"),
        ..state
    })
}

/// What is said of a state that is not there would do nothing.
fn refuse_state_keys(reader: &mut Reader) {
    let args = reader.args();
    let any = [("cache", args.bytes_opt("cache").is_some()), ("fill", args.text("fill") != "restored")];
    refuse(reader, &any, "\"heap\" or \"managed\"");
    refuse(reader, &heap_keys(args), "\"heap\"");
}

/// Keys of what the heap pays for an entry, and whether something is said under them.
fn heap_keys(args: &Args) -> [(&'static str, bool); 6] {
    [
        ("entry_fixed", args.bytes("entry_fixed") > Bytes::ZERO),
        ("makes", args.number("makes") > 0.0),
        ("entry_garbage", args.bytes("entry_garbage") > Bytes::ZERO),
        ("cards_on_hit", args.number_opt("cards_on_hit").is_some()),
        ("copying", args.number("copying") != 1.0),
        ("marking", args.number("marking") != 1.0),
    ]
}

fn refuse(reader: &mut Reader, keys: &[(&str, bool)], places: &str) {
    for (key, _) in keys.iter().filter(|(_, is_said)| *is_said) {
        reader.fault(key, &format!("state = {places} beside it"));
    }
}

fn window(reader: &mut Reader) -> Option<Window> {
    let args = reader.args();
    let Some(length) = args.span_opt("window") else {
        if args.span_opt("slide").is_some() {
            reader.fault("slide", "a window beside it, over which to slide");
        }
        if args.bytes("retain") > Bytes::ZERO {
            reader.fault("retain", "a window beside it, for which records are kept");
        }
        return None;
    };
    reader.span("window");
    let retain = reader.size("retain");
    reader.bounded("retain", 1.0, retain.as_f64());
    let slide = args.span_opt("slide").unwrap_or(length);
    if slide > length {
        reader.fault("slide", &format!("at most the window, {length}"));
    } else if slide.0.saturating_mul(MOST_PANES) < length.0 {
        reader.fault("slide", &format!("at least 1/{MOST_PANES} of the window, {length}"));
    }
    Some(Window { length, slide, retain })
}

fn memory(reader: &mut Reader) -> Option<BatchMemory> {
    let pool = match reader.args().text("memory").as_str() {
        "managed" => PoolUse::Managed,
        "sort" => PoolUse::Sort,
        "hash" => PoolUse::Hash,
        "network" => PoolUse::Network,
        _ => {
            if reader.law("request").mean() > 0.0 {
                reader.fault("request", "memory beside it: the pool that is asked");
            }
            if reader.args().get("hold").is_some() {
                reader.fault("hold", "memory beside it: the pool that is asked");
            }
            return None;
        }
    };
    let size = reader.law("request");
    if size.mean() == 0.0 {
        reader.fault("request", "more than 0 B in the mean, since memory names a pool");
    }
    if reader.args().text("role") != "pipelined" {
        reader.fault("memory", "\"none\", since the role asks for sort or hash memory by itself");
    }
    Some(BatchMemory { purpose: pool, size, hold: reader.law_opt("hold") })
}

/// The texts under `inputs`.
fn inputs_of(args: &Args) -> Vec<String> {
    let texts = args.list_opt("inputs").unwrap_or_default();
    texts.into_iter().filter_map(|value| if let Value::Text(name) = value { Some(name) } else { None }).collect()
}

#[cfg(test)]
mod tests;
