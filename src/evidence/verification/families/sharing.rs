//! Who gets how much: Spark's and Flink's divisions, fair shares, Kubernetes' rules, and the number of instances.

use std::collections::BTreeMap;

use super::super::family::{Family, unknown_quantity};
use super::super::models::numbered;
use super::super::rows::{Answer, Params, Refusal};
use crate::base::Bytes;
use crate::flink::layout::{Component, Layout, Options, RocksDbMemory, RocksDbSettings};
use crate::policy::allocation::spark_unified::{ExecutionPool, RESERVED, UnifiedSizes};
use crate::policy::allocation::{drf, fill_progressively};
use crate::policy::kubernetes::{Quality, Recommender, Settings, after_out_of_memory, oom_score_adj};
use crate::policy::migration::autoscaler::{Target, instances};

pub(super) const FAMILIES: &[Family] = &[
    Family::exact("spark_execution_pool", execution),
    Family::exact("spark_unified_sizes", unified),
    Family::exact("weighted_max_min", max_min),
    Family::exact("drf", dominant),
    Family::exact("vpa_memory_recommendation", recommendation),
    Family::exact("vpa_oom_bump", |params, quantity| match quantity {
        "new_sample_bytes" => Ok(Answer::Number(after_out_of_memory(params.positive("observed_bytes_at_oom")?))),
        _ => Err(unknown_quantity(quantity)),
    }),
    Family::exact("k8s_oom_score_adj", oom_score),
    Family::exact("flink_taskmanager_memory", task_manager),
    Family::exact("flink_rocksdb_memory", rocksdb),
    Family::exact("ds2_parallelism", scaling),
];

fn fault(text: &str, expected: &str) -> Refusal {
    Refusal::Parameters(format!("`{text}`, expected {expected}"))
}

/// Bytes of a unit: so many that whole bytes are fine enough for any fraction of it.
const FINE: f64 = 1_073_741_824.0;

fn fine(number: f64) -> Bytes {
    Bytes::from_f64(number * FINE)
}

fn coarse(bytes: Bytes) -> Answer {
    Answer::Number(bytes.as_f64() / FINE)
}

/// Tasks that share Spark's execution pool: who holds how much, and who waits for how much in order of coming.
#[derive(Default)]
struct Tasks<'a> {
    held: BTreeMap<&'a str, u64>,
    waiting: Vec<(&'a str, u64)>,
    grants: Vec<String>,
}

impl<'a> Tasks<'a> {
    /// What a task is granted now; `None` if it has to wait.
    fn ask(&mut self, task: &'a str, bytes: u64, pool: u64) -> Option<()> {
        let held = *self.held.entry(task).or_default();
        let free = pool.saturating_sub(self.held.values().sum());
        let tasks = self.held.len() as u64;
        let pool = ExecutionPool { size: Bytes(pool), most: Bytes(pool), free: Bytes(free), tasks };
        let grant = pool.grant(Bytes(bytes), Bytes(held), 1)?;
        self.held.insert(task, held + grant.0);
        self.grants.push(format!("{task}:{}", grant.0));
        Some(())
    }

    /// Asks for those who wait, until none of them gets any further.
    fn retry(&mut self, pool: u64) {
        let mut place = 0;
        while let Some((task, bytes)) = self.waiting.get(place).copied() {
            place = match self.ask(task, bytes, pool) {
                Some(()) => {
                    self.waiting.remove(place);
                    0
                }
                None => place + 1,
            };
        }
    }
}

fn execution(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    if quantity != "grants" {
        return Err(unknown_quantity(quantity));
    }
    let pool = u64::from(params.count("pool", u32::MAX)?);
    let mut tasks = Tasks::default();
    for step in params.text("ops")?.split('|') {
        let wrong = || fault(step, "T1+100 for a request, or T1-100 for what is given back");
        let sign = step.find(['+', '-']).ok_or_else(wrong)?;
        let (task, bytes) = (&step[..sign], step[sign + 1..].parse::<u64>().map_err(|_| wrong())?);
        if step[sign..].starts_with('+') {
            if tasks.ask(task, bytes, pool).is_none() {
                tasks.grants.push(format!("{task}:wait"));
                tasks.waiting.push((task, bytes));
            }
        } else {
            let held = tasks.held.get_mut(task).filter(|held| **held >= bytes).ok_or_else(wrong)?;
            *held -= bytes;
            if *held == 0 {
                tasks.held.remove(task);
            }
        }
        tasks.retry(pool);
    }
    Ok(Answer::Text(tasks.grants.join("|")))
}

fn unified(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let (fraction, storage) = (params.number("fraction")?, params.number("storage_fraction")?);
    let sizes = UnifiedSizes::of(fine(params.positive("heap_mb")?), fine(RESERVED.as_mib()), fraction, storage);
    Ok(match quantity {
        "unified_mb" => coarse(sizes.unified),
        "storage_region_mb" => coarse(sizes.storage),
        "user_mb" => coarse(sizes.user),
        _ => return Err(unknown_quantity(quantity)),
    })
}

/// The value of the user or claimant that a quantity names by number after `prefix`.
fn of_number(quantity: &str, prefix: &str, values: impl IntoIterator<Item = f64>) -> Result<Answer, Refusal> {
    let number = numbered(quantity).filter(|(name, _)| *name == prefix).map(|(_, number)| number);
    let value = number.and_then(|number| values.into_iter().nth(number - 1));
    value.map(Answer::Number).ok_or_else(|| unknown_quantity(quantity))
}

fn max_min(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let [demands, weights] = params.lists(["demands", "weights"])?;
    if weights.iter().any(|weight| *weight <= 0.0) {
        return Err(Refusal::Parameters("weights: expected numbers above 0".into()));
    }
    let claims: Vec<(f64, f64)> = demands.into_iter().zip(weights).collect();
    of_number(quantity, "share_", fill_progressively(params.positive("capacity")?, &claims))
}

fn dominant(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let [cores, memory] = params.lists(["demand_cpu", "demand_mem"])?;
    let capacities = [params.positive("cpu")?, params.positive("mem")?];
    let users: Vec<Vec<f64>> = cores.into_iter().zip(memory).map(|(cores, memory)| vec![cores, memory]).collect();
    let smallest = users.iter().map(|needs| drf::dominant_share(needs, &capacities)).fold(1.0, f64::min);
    match quantity.starts_with("tasks_integer_") {
        true if smallest < 1e-6 => {
            Err(Refusal::Parameters("demands: expected at least a millionth of a capacity".into()))
        }
        true => of_number(quantity, "tasks_integer_", drf::whole_tasks(&capacities, &users).iter().map(|n| *n as f64)),
        false => of_number(quantity, "tasks_fluid_", drf::fluid_tasks(&capacities, &users)),
    }
}

fn recommendation(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let (half_life, margin) = (params.positive("half_life_h")?, params.number("margin")?);
    let mut recommender = Recommender::new(Settings { half_life, margin, ..Settings::default() });
    for pair in params.text("daily_peak_bytes_colon_age_h")?.split('|') {
        let number = |text: &str| text.trim().parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0);
        let parts = pair.split_once(':').and_then(|(peak, age)| Some((number(peak)?, number(age)?)));
        let (peak, age) = parts.ok_or_else(|| fault(pair, "bytes:hours"))?;
        recommender.add(peak, age);
    }
    let found = recommender.recommend(params.positive("days_of_history")?);
    let found = found.ok_or_else(|| Refusal::Parameters("no peak, expected at least one".into()))?;
    Ok(Answer::Number(match quantity {
        "target_percentile_bytes" => found.percentile,
        "target_bytes" => found.target,
        "lower_bytes" => found.lower,
        "upper_bytes" => found.upper,
        _ => return Err(unknown_quantity(quantity)),
    }))
}

fn oom_score(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    if quantity != "oom_score_adj" {
        return Err(unknown_quantity(quantity));
    }
    let quality = match params.text("qos")? {
        "guaranteed" => Quality::Guaranteed,
        "burstable" => Quality::Burstable,
        "besteffort" => Quality::BestEffort,
        other => return Err(fault(other, "guaranteed, burstable or besteffort as qos")),
    };
    let (request, capacity) = (fine(params.number("request_gib")?), fine(params.positive("node_capacity_gib")?));
    Ok(Answer::Number(oom_score_adj(quality, request, capacity) as f64))
}

/// "0.1 clamp 192..1024": fraction, minimum, maximum.
fn clamped(params: &Params, key: &str) -> Result<(f64, [f64; 2]), Refusal> {
    let text = params.text(key)?;
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let parts = text.split_once("clamp").and_then(|(fraction, range)| {
        let (least, most) = range.split_once("..")?;
        Some((number(fraction)?, [number(least)?, number(most)?]))
    });
    parts.ok_or_else(|| fault(text, "a fraction with its bounds, such as 0.1 clamp 192..1024"))
}

/// Flink reads fractions in single precision, and the table keeps all digits: the two neighbours of a fraction, each with
/// its weight for what is linear in between.
fn neighbours(fraction: f64) -> [(f32, f64); 2] {
    let near = fraction as f32;
    let step = if f64::from(near) < fraction { 1 } else { -1i64 };
    let other = f32::from_bits((i64::from(near.to_bits()) + step).max(0) as u32);
    let gap = f64::from(other) - f64::from(near);
    let weight = if gap == 0.0 { 0.0 } else { (fraction - f64::from(near)) / gap };
    [(near, 1.0 - weight), (other, weight)]
}

/// The options that the parameters stand for, with these fractions of overhead, network and managed memory.
fn options(params: &Params, fractions: [f32; 3]) -> Result<Options, Refusal> {
    let mut options = Vec::new();
    let mut set = |key: &str, value: String| options.push((format!("taskmanager.memory.{key}"), value));
    let size = |number: f64| format!("{}b", fine(number).0);
    for (key, param) in [
        ("process.size", "process_mb"),
        ("jvm-metaspace.size", "metaspace_mb"),
        ("framework.heap.size", "framework_heap_mb"),
        ("framework.off-heap.size", "framework_offheap_mb"),
    ] {
        set(key, size(params.number(param)?));
    }
    for (key, param) in [("jvm-overhead", "overhead"), ("network", "network")] {
        let (_, [least, most]) = clamped(params, param)?;
        set(&format!("{key}.min"), size(least));
        set(&format!("{key}.max"), size(most));
    }
    for (key, fraction) in ["jvm-overhead", "network", "managed"].into_iter().zip(fractions) {
        set(&format!("{key}.fraction"), fraction.to_string());
    }
    Ok(options.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect())
}

fn task_manager(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let fractions = [clamped(params, "overhead")?.0, clamped(params, "network")?.0, params.number("managed_fraction")?];
    let [overhead, network, managed] = fractions.map(neighbours);
    let mut sum = 0.0;
    for (overhead, a) in overhead {
        for (network, b) in network {
            for (managed, c) in managed {
                let options = options(params, [overhead, network, managed])?;
                let layout = Layout::derive(&options).map_err(|error| Refusal::Parameters(error.to_string()))?;
                sum += a * b * c * component(&layout, quantity)?.as_f64();
            }
        }
    }
    Ok(Answer::Number(sum / FINE))
}

fn component(layout: &Layout, quantity: &str) -> Result<Bytes, Refusal> {
    Ok(match quantity {
        "flink_mb" => layout.flink(),
        "network_mb" => layout.size(Component::Network),
        "managed_mb" => layout.size(Component::Managed),
        "task_heap_mb" => layout.size(Component::TaskHeap),
        "jvm_overhead_mb" => layout.size(Component::Overhead),
        "jvm_heap_mb" => layout.jvm_heap(),
        _ => return Err(unknown_quantity(quantity)),
    })
}

fn rocksdb(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let bytes = |key: &str| Ok(Bytes::from_f64(params.positive(key)?));
    let settings = RocksDbSettings {
        write_buffer_ratio: params.number("write_buffer_ratio")?,
        write_buffer: bytes("write_buffer_size")?,
        ..RocksDbSettings::default()
    };
    let memory = RocksDbMemory::divide(bytes("managed_bytes")?, &settings);
    let memory = memory.map_err(|error| Refusal::Parameters(error.to_string()))?;
    Ok(Answer::Number(match quantity {
        "cache_capacity" => memory.cache.as_f64(),
        "write_buffer_manager_capacity" => memory.write_buffers.as_f64(),
        "arena_block" => memory.arena_block.as_f64(),
        "mutable_limit" => memory.mutable_limit.as_f64(),
        "flush_storm" => f64::from(u8::from(memory.flushes_constantly())),
        _ => return Err(unknown_quantity(quantity)),
    }))
}

fn scaling(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let target = Target {
        rate: params.number("target_rate")?,
        backlog: params.number("backlog_records")?,
        utilisation: params.positive("target_utilisation")?,
        restart: params.number("restart_s")?,
        catch_up: params.positive("catchup_s")?,
    };
    let capacity = target.capacity().round();
    match quantity {
        "required_capacity" => Ok(Answer::Number(capacity)),
        "parallelism" => Ok(Answer::Number(instances(capacity, params.positive("true_rate_per_instance")?) as f64)),
        _ => Err(unknown_quantity(quantity)),
    }
}
