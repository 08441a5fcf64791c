//! Advice against the derivation itself: what it proposes works, and one step less does not.

use proptest::prelude::*;

use super::*;
use crate::base::testing::data;
use crate::flink::layout::keys::KeyKind;

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

/// `piece` with another value for its last option.
fn with_last(piece: &Advice, to: String) -> Advice {
    let mut piece = piece.clone();
    piece.changes.last_mut().unwrap().to = Some(to);
    piece
}

/// Every piece works, and its last change is no larger than it must be.
fn assert_minimal(options: &Options, process: ProcessKind) -> usize {
    let pieces = advice(options, process);
    for piece in &pieces {
        let place = || format!("{piece}\n{options:?}");
        let works = |piece: &Advice| derives(&piece.apply(options), process).is_ok();
        assert!(works(piece), "does not work: {}", place());
        assert!((1..=4).contains(&piece.changes.len()), "{}", place());
        let last = piece.changes.last().unwrap();
        if let Some(rounded) = &last.rounded {
            assert!(works(&with_last(piece, rounded.clone())), "does not work rounded: {}", place());
        }
        if let (Some(by), Some(from), Some(to)) = (last.by, &last.from, &last.to) {
            let (from, to) = (memory_size::parse(from).unwrap(), memory_size::parse(to).unwrap());
            assert_eq!(by.0, from.0.abs_diff(to.0), "{}", place());
            let less = if last.kind == AdviceKind::Raise { to.0 - 1 } else { to.0 + 1 };
            assert!(!works(&with_last(piece, format!("{less}b"))), "not minimal: {}", place());
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
    let bound = "raise `jvm-overhead.max` from its default 1g by at least 768.000mb (805306368 bytes) to 1792m";
    assert!(pieces.iter().any(|piece| piece == bound), "{pieces:?}");
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
        "set `task.heap.size` to 384m, and set `managed.size` to 512m",
    ];
    assert_eq!(shown(&[]), ways);
    let half = shown(&[("managed.size", "4g")]);
    assert_eq!(half[2], "set `task.heap.size` to 384m");
    assert!(half[0].starts_with("set `process.size` to ") && half[0] != ways[0], "{half:?}");
    let master = advice(&Options::new(), ProcessKind::JobManager);
    let values: Vec<&str> = master.iter().filter_map(|piece| piece.changes[0].to.as_deref()).collect();
    assert_eq!(values, ["1600m", "1152m", "1024m"]);
}

#[test]
fn faults_that_stand_side_by_side_are_repaired_together() {
    let ranges = shown(&[("process.size", "4g"), ("network.max", "10m"), ("jvm-overhead.max", "100m")]);
    assert_eq!(
        ranges[0],
        "raise `jvm-overhead.max` from 100m by at least 92.000mb (96468992 bytes) to 192m, and raise `network.max` from \
         10m by at least 54.000mb (56623104 bytes) to 64m"
    );
    let fractions = shown(&[("flink.size", "2g"), ("managed.fraction", "0.99"), ("network.fraction", "0.99")]);
    assert!(fractions.iter().all(|piece| piece.contains("`managed.fraction`") && piece.contains("`network.")));
    assert!(!fractions.is_empty());
}

#[test]
fn a_total_that_two_errors_want_raised_is_told_once() {
    // The first step makes room for the task heap, a later one for the network memory beside it.
    let pieces = shown(&[("process.size", "800m"), ("task.heap.size", "3g"), ("network.max", "32m")]);
    let told = |piece: &String| piece.matches("`process.size`").count();
    assert!(pieces.iter().all(|piece| told(piece) <= 1) && pieces.iter().any(|piece| told(piece) == 1), "{pieces:?}");
}

#[test]
fn nobody_is_told_to_starve_the_framework_or_to_buy_terabytes() {
    let pieces = shown(&[("process.size", "700m"), ("managed.size", "0")]);
    let metaspace = |piece: &String| piece.contains("metaspace") || piece.contains("framework");
    assert!(!pieces.is_empty() && !pieces.iter().any(metaspace), "{pieces:?}");
    let pieces = shown(&[("process.size", "4g"), ("managed.fraction", "0.899999")]);
    assert!(!pieces.is_empty() && !pieces.iter().any(|piece| piece.starts_with("raise `process")), "{pieces:?}");
    let wanted = shown(&[("process.size", "512m"), ("flink.size", "33g")]);
    assert!(wanted[0].starts_with("raise `process.size` from 512m by at least 32.938gb"), "{wanted:?}");
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
    let pieces = advice(&options, ProcessKind::TaskManager);
    let text = "lower `taskmanager.network.memory.min` (config.yaml:3) from 2g by";
    assert!(pieces.iter().any(|piece| piece.to_string().starts_with(text)), "{pieces:?}");
    assert_minimal(&options, ProcessKind::TaskManager);
}

/// The configurations of a table of cases that Flink refuses.
fn refused(path: &str) -> Vec<Options> {
    let mut reader = csv::Reader::from_path(data(path)).unwrap();
    let status = reader.headers().unwrap().iter().position(|column| column == "status").unwrap();
    let rows = reader.records().map(Result::unwrap).filter(|row| &row[status] == "error");
    rows.map(|row| row[1].split(';').filter_map(|pair| pair.split_once('=')).collect()).collect()
}

/// Derivations of one call at most; one takes less than 2 microseconds.
const MOST_DERIVATIONS: u32 = 10_000;

fn assert_helped(path: &str, process: ProcessKind) {
    let rows = refused(path);
    assert!(!rows.is_empty(), "{path} has no refused configuration");
    for options in &rows {
        let before = COUNT.get();
        advice(options, process);
        let derivations = COUNT.get() - before;
        assert!(derivations <= MOST_DERIVATIONS, "{derivations} derivations for {options:?}");
        assert!(assert_minimal(options, process) > 0, "{:?}\n{options:?}", derives(options, process));
    }
}

#[test]
fn refused_configurations_get_advice_that_works() {
    assert_helped("tests/data/flink/layout_sample.csv", ProcessKind::TaskManager);
    assert_helped("tests/data/flink/jobmanager_sample.csv", ProcessKind::JobManager);
}

#[test]
#[ignore = "needs the shared data: flink"]
fn shared_data_refused_configurations_get_advice_that_works() {
    assert_helped("../shared/flink/layout_cases.csv", ProcessKind::TaskManager);
    assert_helped("../shared/flink/jobmanager_cases.csv", ProcessKind::JobManager);
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
        let process = ProcessKind::JobManager;
        let wants_advice = !matches!(derives(&options, process), Ok(()) | Err(LayoutError::Option(_)));
        assert_eq!(assert_minimal(&options, process) > 0, wants_advice);
    }
}
