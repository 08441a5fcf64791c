//! Predictions of Flink jobs against what was measured.

use super::*;
use crate::evidence::validation::jvm::tests::{errors, validated};
use crate::evidence::validation::{Validation, validate};
use std::collections::BTreeMap;

#[test]
fn measured_rows_are_predicted() {
    let validation = validated(&ENTRY, "scenarios/measurements/flink_runs.csv", &Fit::default());
    let goals = [("serial", 0.06, 0.15, 0.9), ("parallel", 0.12, 0.2, 0.9), ("g1", 0.1, 0.25, 0.8)];
    for (gc, median, p90, within) in goals {
        println!("{gc}, rows held out");
        let of = |row| validation.group(row) == gc && !validation.rows[row].fitted;
        let throughput = errors(&validation, "records_per_s", of);
        assert!(throughput.0 <= median && throughput.1 <= p90, "{gc} {throughput:?}");
        assert!(errors(&validation, "pause_fraction", of).2 >= within, "{gc}");
        errors(&validation, "gc_young", of);
        errors(&validation, "gc_full", of);
        assert_eq!(errors(&validation, "status", of).2, 1.0, "{gc}");
    }
    println!("all rows held out");
    let held_out = |row: usize| !validation.rows[row].fitted;
    let throughput = errors(&validation, "records_per_s", held_out);
    assert!(throughput.0 <= 0.08 && throughput.1 <= 0.2, "{throughput:?}");
    assert!(errors(&validation, "pause_fraction", held_out).2 >= 0.9);
}

/// The measurements that travel with the program: those of them that `keep` their number.
fn bundled(keep: impl Fn(usize) -> bool) -> Table {
    let (_, bytes) = crate::evidence::validation::sample("flink-runs").expect("measurements");
    let text = std::str::from_utf8(bytes).expect("text");
    let lines = text.lines().enumerate().filter(|(line, _)| *line == 0 || keep(*line));
    let text: String = lines.map(|(_, line)| format!("{line}\n")).collect();
    Table::read("flink_runs.csv", text.as_bytes(), &ENTRY).expect("sound")
}

fn judged(table: Table) -> Validation {
    validate(&ENTRY, table, &Fit::default()).expect("predictions")
}

fn number(validation: &Validation, row: usize, quantity: usize) -> f64 {
    match validation.rows[row].values.get(quantity) {
        Some(Some(Prediction::Number(number))) => *number,
        other => panic!("{other:?}"),
    }
}

/// Rows of each curve, by ascending heap, or by falling entries of a cache: towards ever more room.
fn grids(table: &Table) -> Vec<Vec<usize>> {
    let mut grids = BTreeMap::<String, Vec<usize>>::new();
    for row in 0..table.len() {
        let text = |column| table.text(row, column);
        if text("workload") != "sort" && !text("options").contains("rocksdb") {
            grids.entry(["workload", "gc", "cores", "keys"].map(text).join(" ")).or_default().push(row);
        }
    }
    let room =
        |row: &usize| table.number(*row, "xmx_bytes").unwrap_or(0.0) - table.number(*row, "entries").unwrap_or(0.0);
    grids.values_mut().for_each(|rows| rows.sort_by(|a, b| room(a).total_cmp(&room(b))));
    grids.into_values().collect()
}

#[test]
fn jobs_begin_to_thrash_within_one_step_of_the_grid() {
    let validation = judged(bundled(|_| true));
    let table = &validation.table;
    let mut thrashing = 0;
    for rows in grids(table) {
        let last =
            |thrashes: &dyn Fn(usize) -> bool| rows.iter().rposition(|row| thrashes(*row)).map_or(0, |place| place + 1);
        let measured = last(&|row| table.number(row, "pause_fraction").is_some_and(|share| share > 0.5));
        let predicted = last(&|row| number(&validation, row, 1) > 0.5);
        println!("{}: {measured} of {} thrash, {predicted} predicted", table.key(rows[0]), rows.len());
        assert!(measured.abs_diff(predicted) <= 1, "{}", table.key(rows[0]));
        thrashing += usize::from(measured > 0);
    }
    assert!(thrashing >= 6, "{thrashing} curves thrash");
}

/// Measurements that are closer than 15 % may come out in any order: repeats differ by that.
#[test]
fn g1_and_the_others_stand_in_the_measured_order_on_one_core() {
    let validation = judged(bundled(|_| true));
    let table = &validation.table;
    let rows = (0..table.len()).filter(|row| table.text(*row, "workload") == "agg" && table.text(*row, "cores") == "1");
    let rows: Vec<usize> = rows.filter(|row| validation.rows[*row].values[0].is_some()).collect();
    let (mut small, mut large) = (0, 0);
    for g1 in rows.iter().filter(|row| table.text(**row, "gc") == "g1") {
        let heap = table.number(*g1, "xmx_bytes").expect("a heap");
        let same = |row: &&usize| table.number(**row, "xmx_bytes") == Some(heap) && table.text(**row, "gc") != "g1";
        for other in rows.iter().filter(same) {
            let rate = |row| table.number(row, "records_per_s").expect("a rate");
            let measured = rate(*g1) / rate(*other);
            let predicted = number(&validation, *g1, 0) / number(&validation, *other, 0);
            println!("{} over {}: {measured:.2}, predicted {predicted:.2}", table.key(*g1), table.key(*other));
            if (measured.ln()).abs() > 0.15 {
                assert_eq!(measured > 1.0, predicted > 1.0, "{} {}", table.key(*g1), table.key(*other));
                small += usize::from(heap <= f64::from(512 << 20));
                large += usize::from(heap >= f64::from(1 << 30));
            }
        }
    }
    assert!(small >= 3 && large >= 4, "{small} {large}");
}

/// Three files of every third row each: every one is fitted on rows of its own, as a file of new measurements is.
#[test]
fn a_part_of_the_rows_is_predicted_as_well_as_all() {
    let mut kept: Vec<[f64; 2]> = Vec::new();
    for part in 0..3 {
        let validation = judged(bundled(|line| line % 3 == part));
        let predicted = (0..validation.table.len()).filter(|row| validation.rows[*row].values[0].is_some());
        let before = kept.len();
        kept.extend(predicted.map(|row| [0, 1].map(|quantity| validation.error(row, quantity).expect("measured"))));
        println!("part {part}: {} rows, {:?}", kept.len() - before, spread(&kept[before..]));
    }
    let (median, p90, within) = spread(&kept);
    println!("together: median {median:.3}, 90th percentile {p90:.3}, pauses within 0.05 for {within:.2}");
    assert!(median <= 0.08 && p90 <= 0.2 && within >= 0.9, "{median} {p90} {within}");
}

/// Median and 90th percentile of the throughput's error, and the share of rows with a good share of pauses.
fn spread(errors: &[[f64; 2]]) -> (f64, f64, f64) {
    let mut rates: Vec<f64> = errors.iter().map(|error| error[0]).collect();
    rates.sort_by(f64::total_cmp);
    let within = errors.iter().filter(|error| error[1] <= 0.05).count() as f64 / errors.len() as f64;
    (rates[rates.len() / 2], rates[rates.len() * 9 / 10], within)
}

#[test]
fn a_single_row_moves_the_cost_half_way_and_none_leaves_it() {
    let row = |rate: &str| {
        format!("a,agg,serial,1,1000000,,200,,,4429185024,,{rate}\nb,agg,g1,1,1000000,,200,,,4429185024,,\n")
    };
    let of = |text: String| -> Vec<f64> {
        let rows = rows(&text, &Fit::default()).rows;
        let told = |row: &Predicted| match row.values[0] {
            Some(Prediction::Number(number)) => number,
            _ => panic!("{row:?}"),
        };
        rows.iter().map(told).collect()
    };
    let (bare, slow) = (of(row("")), of(row("700000")));
    // What is slow under one collector is taken to be slower under the others too, but not as much.
    assert!(slow[0] < 0.93 * bare[0] && slow[0] > 700000.0, "{bare:?} {slow:?}");
    assert!(slow[1] < 0.99 * bare[1] && slow[1] > 0.8 * bare[1], "{bare:?} {slow:?}");
}

const HEADER: &str = "id,workload,gc,cores,keys,zipf,value,entries,missNs,xmx_bytes,options,records_per_s\n";

fn rows(text: &str, fit: &Fit) -> Predictions {
    let text = format!("{HEADER}{text}");
    let table = Table::read("my.csv", text.as_bytes(), &ENTRY).expect("sound");
    predict(&table, fit).expect("predictions")
}

#[test]
fn state_off_the_heap_is_passed_over_with_a_reason() {
    let text = "a,sort,g1,1,1000000,,200,,,402653184,,0\n\
                b,agg,serial,1,1000000,0,200,,,402653184,conf.state.backend.type=rocksdb,9\n";
    let predictions = rows(text, &Fit::default());
    assert!(predictions.rows.iter().all(|row| row.values.is_empty()));
    assert!(predictions.notes[0].contains("sort") && predictions.notes[1].contains("RocksDB"));
}

#[test]
fn at_most_four_rows_a_collector_and_workload_are_fitted_and_none_on_demand() {
    let row = |n: u64| format!("{n},agg,serial,{},1000000,,200,,,{},,500000\n", 1 + n % 2, (n + 8) << 27);
    let text: String = (0..8).map(row).collect();
    let fitted = |fit: &Fit| -> Vec<usize> {
        let rows = rows(&text, fit).rows;
        (0..8).filter(|row| rows[*row].fitted).collect()
    };
    assert_eq!(fitted(&Fit::default()), [4, 5, 6, 7]);
    assert!(fitted(&Fit { share: Some(0.0), ..Fit::default() }).is_empty());
}
