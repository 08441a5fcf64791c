//! Tables of events, faults, and the logs at hand.

use super::*;
use crate::base::testing::data;
use std::fmt::Write;

const EVENTS: &str = "log,time_s,kind,cause,heap_before_mb,heap_after_mb,heap_committed_mb,duration_ms\n";

fn table(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("events.csv");
    std::fs::write(&path, text).unwrap();
    (dir, path)
}

#[test]
fn a_table_of_events_is_one_run_a_log() {
    let mut text = EVENTS.to_string();
    for log in ["a", "b"] {
        for at in 1..=60 {
            let _ = writeln!(text, "{log},{at}.000,Pause Young,Allocation Failure,120,20,400,10.000");
        }
    }
    let (_dir, path) = table(&text);
    let validation = validate_logs(&[path], &Fit::default()).unwrap();
    assert_eq!(validation.rows.len(), 2);
    for row in 0..2 {
        assert_eq!(validation.table.number(row, "collections"), Some(30.0));
        for (quantity, error) in [(0, 0.01), (1, 0.1)] {
            let off = validation.error(row, quantity).unwrap();
            assert!(off < error, "{quantity} {off}");
        }
    }
    assert!(validation.notes[0].contains("both on 2"), "{:?}", validation.notes);
}

#[test]
fn faults_come_all_at_once_with_their_line() {
    let (_dir, path) = table(&format!("{EVENTS}a,x,Pause Young,,1,1,1,1\na,1,Pause Young,,1,-1,1,1\n"));
    let faults = validate_logs(&[path, PathBuf::from("absent.log")], &Fit::default()).err().unwrap();
    assert!(faults[0].contains("events.csv:2: error: column `time_s` holds `x`"), "{faults:?}");
    assert!(faults[1].contains("events.csv:3") && faults[2].contains("absent.log"), "{faults:?}");
    let (_dir, path) = table("name\na\n");
    let faults = validate_logs(&[path], &Fit { share: Some(0.5), ..Fit::default() }).err().unwrap();
    assert!(faults.len() == 2 && faults[1].contains("no column `log`"), "{faults:?}");
}

/// Of the runs in these logs, those whose later halves are told within the bounds, number and duration of collections.
fn within(paths: &[PathBuf]) -> (usize, [f64; 2]) {
    let validation = validate_logs(paths, &Fit::default()).unwrap();
    validation.notes.iter().for_each(|note| println!("{note}"));
    let verdicts = validation.verdicts();
    let whole = |quantity: usize| {
        let all = verdicts.iter().find(|one| one.quantity == quantity && one.part.group.is_none()).unwrap();
        println!("{quantity}: {:.2} of {}, median {:.3}, p90 {:.3}", all.within, all.rows, all.median, all.p90);
        all
    };
    (whole(0).rows.min(whole(1).rows), [whole(0).within, whole(1).within])
}

/// Three of the five are told, which is two thirds but for the grain of so few.
#[test]
fn most_logs_of_flink_come_out() {
    let (rows, shares) = within(&[data("tests/data/gc_logs/flink")]);
    assert!(rows == 5 && shares.iter().all(|share| *share >= 0.6), "{rows} {shares:?}");
}

#[test]
#[ignore = "needs the shared data: traces/gc-logs, measurements/flink_gc_logs"]
fn shared_data_two_thirds_of_real_logs_come_out() {
    let folders = ["traces/gc-logs/unified", "traces/gc-logs/jdk8", "measurements/flink_gc_logs"];
    let (rows, shares) = within(&folders.map(|folder| data(&format!("../shared/{folder}"))));
    assert!(rows >= 60 && shares.iter().all(|share| *share >= 0.66), "{rows} {shares:?}");
}
