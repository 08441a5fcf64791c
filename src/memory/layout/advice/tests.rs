//! Advice against the derivation itself: what it proposes works, and one step less does not.

use std::path::Path;

use proptest::prelude::*;

use super::super::keys::KeyKind;
use super::*;

fn tm_options(pairs: &[(&str, &str)]) -> Options {
    pairs.iter().map(|(key, value)| (format!("taskmanager.memory.{key}"), *value)).collect()
}

fn texts(options: &Options) -> Vec<String> {
    let short = |advice: &Advice| advice.to_string().replace("taskmanager.memory.", "");
    advice(options, ProcessKind::TaskManager).iter().map(short).collect()
}

fn shown(pairs: &[(&str, &str)]) -> Vec<String> {
    texts(&tm_options(pairs))
}

/// Every piece works, and changes no more than it must.
fn assert_minimal(options: &Options, process: ProcessKind) -> usize {
    let pieces = advice(options, process);
    for piece in &pieces {
        let place = || format!("{piece}\n{options:?}");
        assert!(derives(&piece.apply(options), process).is_ok(), "does not work: {}", place());
        if let Some(rounded) = &piece.rounded {
            let rounded = Advice { to: rounded.clone(), ..piece.clone() };
            assert!(derives(&rounded.apply(options), process).is_ok(), "does not work rounded: {}", place());
        }
        if let (Some(by), Some(from)) = (piece.by, &piece.from) {
            let (from, to) = (memory_size::parse(from).unwrap(), memory_size::parse(&piece.to).unwrap());
            assert_eq!(by.0, from.0.abs_diff(to.0), "{}", place());
            let less = if piece.kind == AdviceKind::Raise { to.0 - 1 } else { to.0 + 1 };
            let less = Advice { to: format!("{less}b"), ..piece.clone() };
            assert!(derives(&less.apply(options), process).is_err(), "not minimal: {}", place());
        }
    }
    assert!(pieces.len() <= 5);
    pieces.len()
}

#[test]
fn a_process_too_small_is_raised_exactly() {
    // 600m leave 152 MiB beside metaspace and the least overhead; 128 + 128 + 64 MiB and 40 % are wanted.
    let pieces = shown(&[("process.size", "600m")]);
    assert_eq!(
        pieces,
        ["raise `process.size` from 600m by at least 381.333mb (399856986 bytes) to 1029002586b, or 982m in whole MiB"]
    );
}

#[test]
fn totals_are_moved_before_they_are_removed() {
    let expected = [
        "raise `process.size` from 2g by at least 448.000mb (469762048 bytes) to 2496m",
        "lower `flink.size` from 2g by at least 448.000mb (469762048 bytes) to 1600m",
        "remove `process.size` = 2g",
        "remove `flink.size` = 2g",
    ];
    assert_eq!(shown(&[("process.size", "2g"), ("flink.size", "2g")]), expected);
}

#[test]
fn bounds_are_named_even_at_their_default() {
    let pieces = shown(&[("process.size", "10g"), ("flink.size", "8g")]);
    assert_eq!(
        pieces[0],
        "raise `jvm-overhead.max` from its default 1g by at least 768.000mb (805306368 bytes) to 1792m"
    );
    let crossed = shown(&[("process.size", "4g"), ("jvm-overhead.min", "2g")]);
    assert_eq!(crossed[0], "lower `jvm-overhead.min` from 2g by at least 1024.000mb (1073741824 bytes) to 1024m");
    assert_eq!(
        crossed[1],
        "raise `jvm-overhead.max` from its default 1g by at least 1024.000mb (1073741824 bytes) to 2048m"
    );
}

#[test]
fn fractions_move_in_thousandths() {
    let pieces = shown(&[("process.size", "4g"), ("managed.fraction", "0.95")]);
    assert_eq!(pieces[0], "lower `managed.fraction` from 0.95 to 0.825");
}

#[test]
fn without_a_size_all_three_ways_are_shown() {
    let ways = [
        "set `process.size` to 1728m",
        "set `flink.size` to 1280m",
        "set `task.heap.size` to 384m together with `managed.size` to 512m",
    ];
    assert_eq!(shown(&[]), ways);
    let half = shown(&[("managed.size", "4g")]);
    assert_eq!(half[2], "set `task.heap.size` to 384m");
    assert!(half[0].starts_with("set `process.size` to ") && half[0] != ways[0], "{half:?}");
    let master = advice(&Options::new(), ProcessKind::JobManager);
    let values: Vec<&str> = master.iter().map(|piece| piece.to.as_str()).collect();
    assert_eq!(values, ["1600m", "1152m", "1024m"]);
}

#[test]
fn a_good_configuration_and_an_unreadable_one_get_no_advice() {
    assert_eq!(shown(&[("process.size", "4g")]), [""; 0]);
    assert_eq!(shown(&[("process.size", "4 gib")]), [""; 0]);
}

#[test]
fn older_spellings_are_changed_where_they_stand() {
    let mut options = tm_options(&[("process.size", "1728m")]);
    let origin = Origin::Line { file: "config.yaml".into(), line: 3 };
    options.insert("taskmanager.network.memory.min", "2g", origin);
    let text = texts(&options)[0].clone();
    assert!(text.starts_with("lower `taskmanager.network.memory.min` (config.yaml:3) from 2g by"), "{text}");
    assert_minimal(&options, ProcessKind::TaskManager);
}

fn failing_rows(name: &str) -> Option<Vec<Options>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/flink").join(name);
    let Ok(mut reader) = csv::Reader::from_path(path) else {
        println!("skipped: ../shared is absent");
        return None;
    };
    let status = reader.headers().unwrap().iter().position(|column| column == "status").unwrap();
    let rows = reader.records().map(Result::unwrap).filter(|row| &row[status] == "error");
    Some(rows.map(|row| row[1].split(';').filter_map(|pair| pair.split_once('=')).collect()).collect())
}

/// The share of Flink's refusals that one change repairs; the others contradict themselves twice.
fn assert_helped(name: &str, process: ProcessKind, least: usize) {
    let Some(rows) = failing_rows(name) else { return };
    let mut helped = 0;
    for options in &rows {
        helped += usize::from(assert_minimal(options, process) > 0);
    }
    println!("{helped} of {} rows", rows.len());
    assert!(helped >= least, "{helped} of {}", rows.len());
}

#[test]
fn refused_task_managers_get_advice_that_works() {
    assert_helped("layout_cases.csv", ProcessKind::TaskManager, 622);
}

#[test]
fn refused_job_managers_get_advice_that_works() {
    assert_helped("jobmanager_cases.csv", ProcessKind::JobManager, 96);
}

/// Any selection of the options that take part, with sizes and fractions of any magnitude.
fn any_options(process: ProcessKind) -> impl Strategy<Value = Options> {
    let values = proptest::collection::vec(proptest::option::weighted(0.3, (0u32..34, 0u64..1 << 20, 0u32..1100)), 15);
    values.prop_map(move |values| {
        let text = |kind, (shift, mantissa, thousandths): (u32, u64, u32)| match kind {
            KeyKind::Fraction => format!("{}", f64::from(thousandths) / 1000.0),
            _ => format!("{}b", mantissa << (shift % 18)),
        };
        let keys = sense::keys(process).iter().zip(values);
        keys.filter_map(|(key, value)| Some((key.name, text(key.kind, value?)))).collect()
    })
}

proptest! {
    #[test]
    fn advice_for_any_task_manager_works_and_is_minimal(options in any_options(ProcessKind::TaskManager)) {
        assert_minimal(&options, ProcessKind::TaskManager);
    }

    #[test]
    fn advice_for_any_job_manager_works_and_is_minimal(options in any_options(ProcessKind::JobManager)) {
        assert_minimal(&options, ProcessKind::JobManager);
    }
}
