//! The table of docs/whatif.md that holds predictions from one log against runs on other heaps.

use std::fmt::Write;
use std::path::Path;

use heapwise::base::Bytes;
use heapwise::gc_study::calibrate::read;
use heapwise::gc_study::whatif::{Likely, Reply, Wishes, whatif};

use super::page::{hold, root};
use crate::testing::data;

const START: &str = "<!-- measured: other heaps from one log -->";
const END: &str = "<!-- end -->";

/// Logs from which other heaps are predicted.
const LOGS: [&str; 8] = [
    "agg-serial-c1-h1024",
    "agg-serial-c1-h300",
    "agg-parallel-c1-h640",
    "agg-parallel-c2-h1024",
    "agg-parallel-c2-h512",
    "agg-g1-c1-h1024",
    "agg-g1-c2-h1024",
    "agg-g1-c2-h400",
];

/// A run of flink_runs.csv.
#[derive(Clone, Debug)]
struct Run {
    id: String,
    heap: Bytes,
    paused: f64,
    records: f64,
}

/// Every run of the measured jobs, repeats apart.
fn runs(folder: &Path) -> Vec<Run> {
    let text = std::fs::read_to_string(folder.join("flink_runs.csv")).expect("flink_runs.csv");
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<&str>>());
    let head = lines.next().expect("a header");
    let at = |name: &str| head.iter().position(|column| *column == name).expect("a column");
    let places = ["id", "status", "xmx_bytes", "pause_fraction", "records_per_s"].map(at);
    let number = |text: &str| text.parse::<f64>().unwrap_or(0.0);
    let run = |cells: Vec<&str>| {
        let [id, status, heap, paused, records] = places.map(|place| cells[place]);
        (status == "ok" && !id.contains("-rep")).then(|| Run {
            id: id.into(),
            heap: Bytes::from_f64(number(heap)),
            paused: number(paused),
            records: number(records),
        })
    };
    lines.filter_map(run).collect()
}

fn reply(folder: &Path, log: &str, heaps: &[Bytes]) -> Reply {
    let logs = read(&[folder.join(format!("flink_gc_logs/{log}.log.gz"))]).expect("a log");
    let wishes = Wishes {
        heaps: heaps.to_vec(),
        cores: Vec::new(),
        collectors: Vec::new(),
        live_growth: 0.0,
        max_loss: 0.05,
        interval: 0.9,
        seed: 1,
        threads: 2,
        flags: String::new(),
        calibration: None,
        flink: None,
    };
    whatif(logs, &wishes).expect("an answer")
}

/// What is said of one log, as a row of the table.
#[derive(Debug)]
struct Told {
    cells: [String; 8],
    errors: Vec<f64>,
}

/// Foretells all other heaps of the job of `log` with its collector and cores.
fn told(folder: &Path, runs: &[Run], log: &str) -> Told {
    let (family, _) = log.rsplit_once("-h").expect("a heap in the name");
    let base = runs.iter().find(|run| run.id == log).expect("the run of the log").clone();
    let mut others: Vec<Run> =
        runs.iter().filter(|run| run.id.starts_with(&format!("{family}-h")) && run.id != log).cloned().collect();
    others.sort_by_key(|run| run.heap);
    let heaps: Vec<Bytes> = others.iter().map(|run| run.heap).collect();
    let reply = reply(folder, log, &heaps);
    let of_log = reply.answer.logged.cost.expect("it runs").loss.value;
    let (mut paused, mut records, mut held, mut feared) = (Vec::new(), Vec::new(), 0, 0);
    for (run, row) in others.iter().zip(&reply.answer.rows) {
        feared += usize::from(row.out_of_memory.value >= 0.5);
        let Some(cost) = row.cost else { continue };
        paused.push((cost.paused.value - run.paused).abs());
        records.push(((1.0 - cost.loss.value) / (1.0 - of_log) / (run.records / base.records) - 1.0).abs());
        let Likely { low, high, .. } = cost.paused;
        held += usize::from((low..=high).contains(&run.paused));
        println!(
            "{log} {}: paused {:.3} ({low:.3} to {high:.3}) measured {:.3}; records {:.2} measured {:.2}; oom {:.2}",
            run.heap,
            cost.paused.value,
            run.paused,
            (1.0 - cost.loss.value) / (1.0 - of_log),
            run.records / base.records,
            row.out_of_memory.value
        );
    }
    let points = |value: f64| format!("{:.0}", 100.0 * value);
    let cells = [
        format!("`{log}`"),
        format!("{} to {}", heaps.first().copied().unwrap_or_default(), heaps.last().copied().unwrap_or_default()),
        others.len().to_string(),
        points(middle(&mut paused)),
        points(paused.last().copied().unwrap_or(0.0)),
        format!("{held} of {}", others.len()),
        format!("{} %, {} %", points(middle(&mut records)), points(records.last().copied().unwrap_or(0.0))),
        feared.to_string(),
    ];
    Told { cells, errors: paused }
}

/// The median; sorts.
fn middle(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[test]
#[ignore = "needs the shared data: measurements"]
fn shared_data_other_heaps_are_predicted_from_one_log() {
    let folder = data("../shared/measurements");
    let runs = runs(&folder);
    let rows: Vec<Told> = LOGS.iter().map(|log| told(&folder, &runs, log)).collect();
    let head = [
        "log",
        "other heaps",
        "runs",
        "share in pauses: median error, points",
        "worst",
        "measured within the interval",
        "records a second against the log: median error, worst",
        "ran, predicted to run out of memory",
    ];
    let mut table = String::new();
    let mut line = |cells: &[String]| {
        let _ = writeln!(table, "| {} |", cells.join(" | "));
    };
    line(&head.map(String::from));
    line(&head.map(|_| "---".to_string()));
    rows.iter().for_each(|row| line(&row.cells));
    let mut errors: Vec<f64> = rows.iter().flat_map(|row| row.errors.clone()).collect();
    println!("{table}\nmedian {:.3} of {}", middle(&mut errors), errors.len());
    assert!(errors.len() > 40, "only {} runs are compared", errors.len());
    assert!(middle(&mut errors) < 0.1, "the median run is off by more than 10 points");
    hold(&root().join("docs/whatif.md"), |text| {
        let (before, rest) = text.split_once(START).expect("a place for the table");
        let (_, after) = rest.split_once(END).expect("the end of the table");
        format!("{before}{START}\n\n{table}\n{END}{after}")
    });
}
