//! Writes results directories as a sweep would: 9 heaps, any number of policies, ablations, optional axis of cores.
//!
//! The numbers are made up but plausible: throughput rises as caches gain room and falls with a mechanism that grows
//! with the heap. No random numbers, so that pictures repeat.

use std::f64::consts::TAU;
use std::fmt::Write as _;
use std::path::Path;

pub const GIB: f64 = 1073741824.0;
const NAMES: [&str; 6] =
    ["static-partition", "unified-first-come", "spark-unified", "max-min", "square-root", "oracle"];
const ABLATIONS: [&str; 8] = ["none", "M1", "M3", "M5", "M7", "M2", "M4", "M6"];

/// What to write.
#[derive(Clone, Copy)]
pub struct Sample {
    pub policies: usize,
    pub ablations: usize,
    pub cores: &'static [u32],
    pub times: usize,
    /// Whether each heap meets each number of cores; else each heap per core does.
    pub crossed: bool,
}

/// A value in -1 ..= 1 that looks random.
fn noise(seed: usize) -> f64 {
    ((seed as f64 * 12.9898).sin() * 43758.547).fract()
}

fn heap(level: usize) -> f64 {
    0.25 * GIB * 2_f64.powf(level as f64 * 0.75)
}

fn throughput((policy, ablation): (usize, usize), heap: f64, cores: u32) -> f64 {
    let x = heap / GIB;
    let gain = 1.0 - (-(x * (0.9 + 0.12 * policy as f64))).exp();
    let loss = (0.035 - 0.004 * policy as f64) * [1.0, 0.75, 0.2, 1.0, 0.55, 0.9, 0.65, 0.4][ablation] * x.powf(1.15);
    (220e3 + 9e3 * policy as f64) * gain / (1.0 + loss) * f64::from(cores).powf(0.9) / 4_f64.powf(0.9)
}

struct Files {
    summary: String,
    optimum: String,
    series: String,
    histograms: String,
}

fn metrics(files: &mut Files, key: &str, (policy, x, peak): (usize, f64, f64)) {
    let spill = (8.0 - x).max(0.2) * GIB * (1.0 + 0.3 * policy as f64);
    let rows = [
        ("throughput_records_per_s_mean", peak, 0.02 * peak),
        ("throughput_per_core_records_per_s_mean", peak / 4.0, 0.02 * peak / 4.0),
        ("gc_time_share_mean", 0.02 + 0.03 / (x + 0.3) + 0.004 * policy as f64, 0.003),
        ("gc_cpu_share_mean", 0.05 + 0.06 / (x + 0.3) + 0.004 * policy as f64, 0.004),
        ("spill_bytes_sum", spill, 0.1 * spill),
        ("migration_bytes_sum", 0.2 * spill * (policy % 2) as f64, 0.02 * spill),
    ];
    for (metric, mean, half) in rows {
        let _ = writeln!(files.summary, "{key},{metric},{mean},{half},20,{},{}", mean - half, mean + half);
    }
}

fn series(files: &mut Files, key: &str, (policy, x, times): (usize, f64, usize)) {
    for step in 0..times {
        let t = step as f64 * 2.0;
        let wave = |period: f64, shift: f64| 0.5 + 0.5 * (t / period * TAU + shift + policy as f64).sin();
        let room = x * 4.0 * GIB;
        let saw = (t / (20.0 + 9.0 * policy as f64)).fract();
        let live = room * (0.25 + 0.1 * wave(600.0, 0.0));
        let shares = [
            live,
            room * 0.35 * saw,
            GIB * (0.8 + 0.5 * wave(300.0, 1.0)),
            0.4 * GIB,
            0.5 * GIB * wave(200.0, 2.0),
            0.0,
            0.3 * GIB * wave(150.0, 0.5),
        ];
        let _ = write!(files.series, "{key},0,{t}");
        shares.iter().for_each(|value| write!(files.series, ",{value}").unwrap_or(()));
        let external = 0.1 + 0.25 * wave(400.0, 0.3) + 0.03 * noise(step + policy * 1000);
        let hole = if step % 97 == 0 { String::new() } else { format!("{}", GIB * (1.2 - external * 2.0).max(0.1)) };
        let spill = (wave(250.0, 0.0) - 0.6).max(0.0) * 200e6;
        let _ = writeln!(
            files.series,
            ",{},{},{external},{},{},{hole},{},{},{},{},{spill},{}",
            (t * 1e6).floor(),
            room + 3.4 * GIB,
            external * 0.6,
            0.04 + 0.01 * policy as f64,
            0.03 + 0.02 * saw,
            2e5 * (1.0 - 0.1 * saw),
            (10.0 * wave(100.0, 0.0)).floor(),
            12,
            if step % 150 < 8 { 3e7 } else { 0.0 },
        );
    }
}

fn histograms(files: &mut Files, key: &str, policy: usize) {
    let bell = |x: f64, middle: f64, width: f64| (-((x - middle) / width).powi(2)).exp();
    for bin in 0..40 {
        let low = 1e-4 * 10_f64.powf(f64::from(bin) / 10.0);
        let high = low * 10_f64.powf(0.1);
        let at = low.log10();
        let pauses = (4e4 * bell(at, -2.2 + 0.15 * policy as f64, 0.5) + 60.0 * bell(at, -0.6, 0.3)).floor();
        let waits = (1e4 * bell(at, -1.5 + 0.2 * policy as f64, 0.9)).floor();
        let _ = writeln!(files.histograms, "{key},gc_pause_s,{low},{high},{pauses}");
        let _ = writeln!(files.histograms, "{key},waiting_s,{low},{high},{waits}");
        if policy < 3 {
            let _ = writeln!(files.histograms, "{key},slot_waiting_s,{low},{high},{pauses}");
        }
    }
    for bin in 0..25 {
        let (low, high) = (f64::from(bin) / 25.0, f64::from(bin + 1) / 25.0);
        for (index, name) in
            ["external_fragmentation_share", "unusable_share", "internal_fragmentation_share"].iter().enumerate()
        {
            let middle = [0.3, 0.18, 0.06][index] + 0.04 * policy as f64;
            let _ = writeln!(files.histograms, "{key},{name},{low},{high},{}", 1000.0 * bell(low, middle, 0.1));
        }
    }
}

fn optimum(files: &mut Files, key: &str, curve: impl Fn(usize, f64) -> f64, ablations: usize) {
    let best = |ablation: usize| {
        let levels = (0..81).map(|i| heap(0) * (heap(8) / heap(0)).powf(f64::from(i) / 80.0));
        levels.map(|x| (x, curve(ablation, x))).fold((0.0, 0.0), |best, next| if next.1 > best.1 { next } else { best })
    };
    let full = best(0);
    for (ablation, name) in ABLATIONS.iter().enumerate().take(ablations) {
        let (at, peak) = best(ablation);
        let (low, high) = (at / (1.25 + 0.1 * ablation as f64), at * 1.3);
        let interior = at < heap(8) * 0.999;
        let (shift, share) = (at - full.0, peak / full.1 - 1.0);
        let _ = writeln!(
            files.optimum,
            "{key},{name},{at},{low},{},{peak},{},{interior},{shift},{},{share}",
            high.min(heap(8)),
            0.02 * peak,
            0.3 * at
        );
    }
}

const HEAP: &str = "groups.workers.heap,ablation";
const SUMMARY: [&str; 8] =
    ["heap_per_core_bytes", "cores_count", "heap_bytes", "metric", "mean", "half_width", "replications", "lower,upper"];
const OPTIMUM: [&str; 9] = [
    "optimum_heap_per_core_bytes",
    "optimum_lower_bytes",
    "optimum_upper_bytes",
    "throughput_at_optimum",
    "half_width",
    "interior",
    "shift_bytes",
    "shift_half_width_bytes",
    "shift_throughput_share",
];
const SERIES: [&str; 9] = [
    "replication,time_s,heap_live_bytes,heap_garbage_bytes,managed_used_bytes,network_used_bytes",
    "sort_used_bytes,hash_used_bytes,cache_used_bytes",
    "spilled_bytes,capacity_bytes",
    "external_fragmentation_share,unusable_share,internal_fragmentation_share",
    "largest_hole_bytes",
    "gc_share",
    "throughput_records_per_s",
    "waiting_count,running_count",
    "spill_bytes_per_s,migration_bytes_per_s",
];

/// Writes the four tables and a manifest.
pub fn write(dir: &Path, sample: Sample) {
    let axes = "policies.allocation,groups.workers.cores";
    let mut files = Files {
        summary: format!("cell,{axes},{HEAP},{}\n", SUMMARY.join(",")),
        optimum: format!("{axes},ablation,{}\n", OPTIMUM.join(",")),
        series: format!("cell,{axes},{HEAP},{}\n", SERIES.join(",")),
        histograms: format!("cell,{axes},{HEAP},metric,lower,upper,count\n"),
    };
    let mut cell = 0;
    for (policy, name) in NAMES.iter().enumerate().take(sample.policies) {
        for &cores in sample.cores {
            let line = format!("{name},{cores}");
            for (ablation, switched) in ABLATIONS.iter().enumerate().take(sample.ablations) {
                for level in 0..9 {
                    let total = heap(level) * if sample.crossed { 4.0 } else { f64::from(cores) };
                    let x = total / f64::from(cores);
                    let key = format!("{cell},{line},{total},{switched}");
                    let peak = throughput((policy, ablation), x, cores) * (1.0 + 0.004 * noise(cell));
                    metrics(&mut files, &format!("{key},{x},{cores},{total}"), (policy, x / GIB, peak));
                    if ablation == 0 && (3..7).contains(&level) {
                        series(&mut files, &key, (policy, x / GIB, sample.times));
                        histograms(&mut files, &key, policy);
                    }
                    cell += 1;
                }
            }
            optimum(&mut files, &line, |ablation, x| throughput((policy, ablation), x, cores), sample.ablations);
        }
    }
    save(dir, &files);
}

fn save(dir: &Path, files: &Files) {
    let texts = [
        ("summary.csv", files.summary.as_str()),
        ("optimum.csv", &files.optimum),
        ("timeseries.csv", &files.series),
        ("histograms.csv", &files.histograms),
        ("manifest.json", r#"{"scenario": {"name": "heap-per-core"}, "seed": 42, "replications": 20}"#),
    ];
    for (name, text) in texts {
        std::fs::write(dir.join(name), text).expect("a temporary directory can be written");
    }
}
