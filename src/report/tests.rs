//! The whole way of a sweep, from toy runs to files: same bytes however it was carried out.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::{TempDir, tempdir};

use super::*;
use crate::sweep::toy::{Toy, meta};
use crate::sweep::{Findings, Meta, Order, Outcome, Precision, Stop, Sweep, findings, sweep};

type Files = BTreeMap<String, Vec<u8>>;

fn files(folder: &Path) -> Files {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.map(|name| (name.clone(), fs::read(folder.join(name)).unwrap())).collect()
}

/// A new folder with these files.
fn restored(kept: &Files) -> TempDir {
    let folder = tempdir().unwrap();
    kept.iter().for_each(|(name, bytes)| fs::write(folder.path().join(name), bytes).unwrap());
    folder
}

fn manifest(meta: &Meta) -> Manifest {
    Manifest::new(meta, "name = \"toy\"", "heapwise run toy.toml")
}

/// Carries out what is missing in the folder; finishes it unless it was stopped.
fn go_on(folder: &Path, meta: &Meta, (toy, threads, order): (Toy, usize, Order)) -> (Outcome, Option<Findings>) {
    let stop = toy.stops_at.as_ref().map(|(_, stop)| stop.clone()).unwrap_or_default();
    let (mut results, done) = Results::resume(folder, meta, &manifest(meta)).unwrap();
    let how = Sweep { meta, threads, order, stop: &stop, quiet: true };
    let outcome = sweep(&toy, &how, done, &mut results).unwrap();
    let found = (!outcome.is_interrupted()).then(|| findings(meta, &outcome.rows));
    if let Some(found) = &found {
        results.finish(found).unwrap();
    }
    (outcome, found)
}

fn whole(meta: &Meta, threads: usize, order: Order) -> (TempDir, Files) {
    let folder = tempdir().unwrap();
    go_on(folder.path(), meta, (Toy::default(), threads, order));
    let files = files(folder.path());
    (folder, files)
}

#[test]
fn threads_order_and_reruns_give_the_same_bytes() {
    let meta = meta(5, 4);
    let first = whole(&meta, 1, Order::Forward).1;
    let names: Vec<&str> = first.keys().map(String::as_str).collect();
    assert_eq!(names, ["histograms.csv", "manifest.json", "optimum.csv", "runs.csv", "summary.csv", "timeseries.csv"]);
    assert!(first == whole(&meta, 1, Order::Forward).1);
    assert!(first == whole(&meta, 2, Order::Forward).1);
    assert!(first == whole(&meta, 2, Order::Reverse).1);
}

#[test]
fn a_sweep_cut_at_any_byte_resumes_to_the_same_bytes() {
    let meta = meta(2, 2);
    let expected = whole(&meta, 1, Order::Forward).1;
    // A folder whose runs are all done but which was not finished: cut what a kill may cut.
    let folder = tempdir().unwrap();
    let (mut results, _) = Results::resume(folder.path(), &meta, &manifest(&meta)).unwrap();
    let stop = Stop::new();
    let how = Sweep { meta: &meta, threads: 1, order: Order::Forward, stop: &stop, quiet: true };
    sweep(&Toy::default(), &how, Vec::new(), &mut results).unwrap();
    drop(results);
    let mut kept = files(folder.path());
    let runs = kept["runs.csv"].clone();
    for cut in 0..=runs.len() {
        kept.insert("runs.csv".into(), runs[..cut].to_vec());
        let folder = restored(&kept);
        go_on(folder.path(), &meta, (Toy::default(), 1, Order::Forward));
        assert!(files(folder.path()) == expected, "cut at byte {cut}");
    }
}

#[test]
fn ticks_and_buckets_of_a_torn_run_are_cut_with_it() {
    let meta = meta(2, 2);
    let expected = whole(&meta, 1, Order::Forward).1;
    let folder = tempdir().unwrap();
    let stop = Stop::new();
    go_on(folder.path(), &meta, (Toy { stops_at: Some((1, stop)), ..Toy::default() }, 1, Order::Forward));
    let mut kept = files(folder.path());
    let (series, part) = (kept["timeseries.csv"].clone(), kept["histograms.part.csv"].clone());
    // The third run was killed while it wrote: any part of its ticks and buckets may be there.
    let ticks = String::from_utf8(expected["timeseries.csv"].clone()).unwrap();
    let more = &ticks[series.len()..];
    for cut in 0..=more.len() {
        kept.insert("timeseries.csv".into(), [&series, &more.as_bytes()[..cut]].concat());
        let bucket = &b"2,gc_pause_s,0.01,0.02,1\n2,gc_pau"[..cut.min(30)];
        kept.insert("histograms.part.csv".into(), [&part, bucket].concat());
        let folder = restored(&kept);
        go_on(folder.path(), &meta, (Toy::default(), 1, Order::Forward));
        assert!(files(folder.path()) == expected, "cut at byte {cut}");
    }
}

#[test]
fn a_stopped_sweep_says_how_to_go_on_and_goes_on() {
    let meta = meta(3, 4);
    let expected = whole(&meta, 1, Order::Forward).1;
    let folder = tempdir().unwrap();
    let stop = Stop::new();
    let (outcome, _) =
        go_on(folder.path(), &meta, (Toy { stops_at: Some((5, stop)), ..Toy::default() }, 2, Order::Forward));
    let words = stopped(&outcome, Path::new("results/toy"));
    assert!(words.contains("of 12 runs are done and kept in results/toy") && words.contains("--resume"), "{words}");
    assert!(!folder.path().join("summary.csv").exists());
    go_on(folder.path(), &meta, (Toy::default(), 2, Order::Forward));
    assert!(files(folder.path()) == expected);
    // A finished folder resumes to itself.
    go_on(folder.path(), &meta, (Toy::default(), 2, Order::Forward));
    assert!(files(folder.path()) == expected);
}

#[test]
fn a_sweep_that_replicates_until_it_is_precise_resumes_to_the_same_bytes() {
    let mut meta = meta(2, 2);
    meta.precision = Some(Precision { relative: 0.02, most: 40 });
    let expected = whole(&meta, 2, Order::Forward).1;
    let text = String::from_utf8(expected["runs.csv"].clone()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    assert!(lines.len() > 1 + 2 * 10);
    for rows in [3, 20, 21, lines.len() - 2] {
        let folder = tempdir().unwrap();
        let stop = Stop::new();
        let toy = Toy { stops_at: Some((rows - 1, stop)), ..Toy::default() };
        assert!(go_on(folder.path(), &meta, (toy, 1, Order::Forward)).0.rows.len() == rows);
        go_on(folder.path(), &meta, (Toy::default(), 1, Order::Forward));
        assert!(files(folder.path()) == expected, "stopped after {rows} rows");
    }
}

#[test]
fn the_verdict_depends_on_the_intervals() {
    let mut meta = meta(3, 6);
    for (cell, name) in meta.cells.iter_mut().zip(["max-min", "static-partition", "oracle"]) {
        cell.values = vec![name.into(), "1 GiB".into()];
    }
    let told = |meta: &Meta| {
        let folder = tempdir().unwrap();
        let (outcome, found) = go_on(folder.path(), meta, (Toy::default(), 1, Order::Forward));
        summary(meta, &found.unwrap(), &outcome, folder.path())
    };
    let text = told(&meta);
    assert!(text.contains("Best: static-partition (paired") && text.contains("oracle (bound)"), "{text}");
    meta.objective = crate::metrics::columns::WARM_UP_REACHED;
    assert!(told(&meta).contains("No policy is best: the intervals overlap"));
    meta.replications = 1;
    assert!(told(&meta).contains("No policy is best: one replication gives no intervals"));
}

#[test]
fn a_folder_of_another_sweep_is_not_resumed() {
    let meta = meta(3, 2);
    let (folder, _) = whole(&meta, 1, Order::Forward);
    let mut other = meta.clone();
    other.seed = 8;
    let fault = Results::resume(folder.path(), &other, &manifest(&other)).err().unwrap().to_string();
    assert!(fault.ends_with("cannot be resumed, as it holds results of seed 7, this is seed 8"), "{fault}");
    fs::write(folder.path().join("manifest.json"), "{").unwrap();
    let fault = Results::resume(folder.path(), &meta, &manifest(&meta)).err().unwrap().to_string();
    assert!(fault.contains("manifest.json: is not a manifest"), "{fault}");
}

#[test]
fn rows_that_were_edited_are_refused_by_line() {
    let meta = meta(3, 2);
    let (folder, kept) = whole(&meta, 1, Order::Forward);
    let text = String::from_utf8(kept["runs.csv"].clone()).unwrap();
    for (from, to, expected) in [
        ("\n2,2,0,", "\n4,2,0,", "line 4 has index 4 where 2 is expected"),
        (",ok,", ",fine,", "line 2 \"fine\" is not a status"),
        ("index,", "place,", "has columns other than this sweep writes"),
    ] {
        fs::write(folder.path().join("runs.csv"), text.replacen(from, to, 1)).unwrap();
        let fault = Results::resume(folder.path(), &meta, &manifest(&meta)).err().unwrap().to_string();
        assert!(fault.contains(expected), "{fault}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_told_before_any_run() {
    let folder = tempdir().unwrap();
    let blocked = folder.path().join("file");
    fs::write(&blocked, "not a folder").unwrap();
    let fault = Results::create(&blocked.join("toy"), &meta(1, 1), &manifest(&meta(1, 1))).err().unwrap().to_string();
    assert!(fault.contains("file/toy: cannot be created"), "{fault}");
}

#[test]
fn tables_keep_their_contract() {
    let meta = meta(3, 4);
    let files = whole(&meta, 1, Order::Forward).1;
    let lines =
        |name: &str| String::from_utf8(files[name].clone()).unwrap().lines().map(String::from).collect::<Vec<_>>();
    assert_eq!(
        lines("summary.csv")[0],
        "cell,policies.allocation,groups.workers.task_heap,ablation,heap_per_core_bytes,cores_count,heap_bytes,\
         metric,mean,half_width,replications,lower,upper"
    );
    assert!(lines("summary.csv")[1].starts_with("0,plain,1073741824,none,1073741824,1,1073741824,throughput_records"));
    assert_eq!(
        lines("optimum.csv")[0],
        "policies.allocation,ablation,optimum_heap_per_core_bytes,optimum_lower_bytes,optimum_upper_bytes,\
         throughput_at_optimum,half_width,interior,shift_bytes,shift_half_width_bytes,shift_throughput_share"
    );
    assert!(
        lines("timeseries.csv")[0].starts_with(
            "cell,policies.allocation,groups.workers.task_heap,ablation,replication,time_s,heap_live_bytes,"
        )
    );
    let histograms = lines("histograms.csv");
    assert_eq!(histograms[0], "cell,policies.allocation,groups.workers.task_heap,ablation,metric,lower,upper,count");
    // Two pauses a run, four replications a cell.
    let weight = |line: &String| line.rsplit(',').next().unwrap().parse::<f64>().unwrap();
    assert_eq!(histograms[1..].iter().map(weight).sum::<f64>(), 2.0 * 4.0 * 3.0);
    assert!(lines("runs.csv")[1].starts_with("0,0,0,7,plain,1073741824,none,1073741824,1,1073741824,ok,"));
}

#[test]
fn a_cell_more_leaves_the_other_lines_of_runs_unchanged() {
    let measured = |cells: usize| {
        let files = whole(&meta(cells, 3), 1, Order::Forward).1;
        let text = String::from_utf8(files["runs.csv"].clone()).unwrap();
        // All but the index, which counts the runs of the sweep.
        text.lines().map(|line| line.split_once(',').unwrap().1.to_string()).collect::<Vec<_>>()
    };
    let (small, large) = (measured(2), measured(3));
    assert!(small.iter().all(|line| large.contains(line)));
}

#[test]
fn the_terminal_tells_table_optimum_warnings_and_place() {
    let mut meta = meta(10, 8);
    for number in 5..10 {
        let (full, rest) = meta.cells.split_at_mut(number);
        rest[0].clone_from(&full[number - 5]);
        rest[0].ablation = crate::scenario::Ablation::Mechanism(crate::scenario::sections::Mechanism::GreedyRetention);
    }
    let folder = tempdir().unwrap();
    let toy = Toy { ooms_at: Some(2), ..Toy::default() };
    let (outcome, found) = go_on(folder.path(), &meta, (toy, 2, Order::Forward));
    let text = summary(&meta, &found.unwrap(), &outcome, Path::new("results/toy"));
    println!("{text}");
    for expected in [
        "80 runs: 10 cells x 8 replications, seed 7",
        "Only one policy was run: plain",
        "1 of 80",
        "Optimal heap per core",
        "falls on both sides",
        "switching greedy_retention off moves the optimum down by 2 GiB",
        "OutOfMemoryError in 1 of 80 runs",
        "Results: results/toy",
    ] {
        assert!(text.contains(expected), "{expected} is missing");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 100) && text.is_ascii());
}
