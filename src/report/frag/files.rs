//! The comparison for programs: the same columns as CSV and as JSON.

use serde_json::{Map, Value, json};

use super::super::text::{line, number};
use super::clock;
use crate::frag::{Run, Subject};

/// A number, a word, or nothing.
enum Cell {
    Word(String),
    Whole(u64),
    Number(Option<f64>),
}

fn cells(subject: &Subject<'_>, run: &Run) -> Vec<(&'static str, Cell)> {
    let means = &run.means;
    let smallest = subject.comparison.smallest.iter().find(|one| one.contender == run.contender);
    let whole = |bytes: Option<u64>| bytes.map_or(Cell::Number(None), Cell::Whole);
    let some = |value: f64| Cell::Number(Some(value));
    let mut cells = vec![
        ("allocator", Cell::Word(subject.label(run.contender).into())),
        ("reclamation", Cell::Word(subject.reclamation.into())),
        ("memory_bytes", Cell::Whole(run.size.0)),
        ("allocations", Cell::Whole(subject.trace.allocations())),
        ("refusals", Cell::Whole(run.refusals)),
        ("refused_bytes", Cell::Whole(run.refused)),
        ("probe_bytes", Cell::Whole(subject.settings.probe.0)),
        ("e1_external", some(means.external)),
        ("e2_unusable", some(means.unusable)),
        ("e2_unplaceable", some(means.unplaceable)),
        ("e3_index", Cell::Number(means.index)),
        ("probe_blocked_share", some(means.blocked)),
        ("e4_pair", some(means.pair)),
        ("internal", some(means.internal)),
        ("jw1_average", Cell::Number(means.ratios.average())),
        ("jw2_at_most_live", Cell::Number(means.ratios.at_most_live())),
        ("jw3_at_widest", Cell::Number(means.ratios.at_widest())),
        ("jw4_extremes", Cell::Number(means.ratios.of_extremes())),
        ("compaction_debt_bytes", Cell::Number(run.debt.bytes)),
        ("compaction_debt_due", Cell::Whole(run.debt.due)),
        ("compaction_debt_looks", Cell::Whole(run.debt.looks)),
        ("holes", some(means.holes)),
        ("largest_hole_bytes", some(means.largest)),
        ("free_bytes", some(means.free)),
        ("footprint_bytes", Cell::Whole(run.footprint.0)),
        ("moved_bytes", Cell::Whole(run.moved)),
        ("smallest_memory_bytes", whole(smallest.and_then(|one| one.bytes).map(|bytes| bytes.0))),
        ("smallest_step_bytes", whole(smallest.map(|one| one.step.0))),
        ("most_live_bytes", Cell::Whole(subject.trace.most_live().0)),
        ("known_capacity_bytes", whole(subject.capacity.map(|known| known.bytes.0))),
    ];
    cells.extend(system(run));
    cells.extend(leak(subject));
    cells
}

/// What was taken from the system; empty unless it was asked for.
fn system(run: &Run) -> [(&'static str, Cell); 3] {
    let committed = run.committed;
    let whole = |count: Option<u64>| count.map_or(Cell::Number(None), Cell::Whole);
    [
        ("committed_peak_bytes", whole(committed.map(|committed| committed.peak.0))),
        ("committed_mean_bytes", Cell::Number(committed.map(|committed| committed.mean))),
        ("committed_growths", whole(committed.map(|committed| committed.growths))),
    ]
}

/// The leak that was asked for, and what the monitor said of the trace.
fn leak(subject: &Subject<'_>) -> [(&'static str, Cell); 8] {
    let whole = |count: Option<u64>| count.map_or(Cell::Number(None), Cell::Whole);
    let (how, lost) = (subject.leak.map(|leak| leak.how), subject.leak.map(|leak| leak.lost));
    let before = subject.leak.and_then(|leak| leak.before);
    let first = subject.watch.and_then(|watch| watch.first);
    [
        ("leak_share", Cell::Number(how.map(|how| how.share))),
        ("leak_seed", whole(how.map(|how| how.seed))),
        ("leaked_blocks", whole(lost.map(|lost| lost.blocks))),
        ("leaked_bytes", whole(lost.map(|lost| u64::try_from(lost.bytes).unwrap_or(u64::MAX)))),
        ("leak_windows_judged", whole(subject.watch.map(|watch| watch.judged))),
        ("leak_windows_called", whole(subject.watch.map(|watch| watch.called))),
        ("leak_windows_called_without", whole(before.map(|watch| watch.called))),
        ("leak_first_called_at", Cell::Number(first.map(|first| clock(subject.trace.clock, first.0)))),
    ]
}

/// One line an allocator and memory. Bytes are whole numbers, shares lie within 0 to 1; what is not defined is empty.
pub fn csv(subject: &Subject<'_>) -> String {
    let mut text = String::new();
    for run in &subject.comparison.runs {
        let cells = cells(subject, run);
        if text.is_empty() {
            text = line(cells.iter().map(|cell| cell.0));
        }
        text += &line(cells.iter().map(|(_, cell)| match cell {
            Cell::Word(word) => word.clone(),
            Cell::Whole(count) => count.to_string(),
            Cell::Number(value) => number(*value),
        }));
    }
    text
}

/// The trace, and under `runs` what [`csv()`] has, by column.
pub fn json(subject: &Subject<'_>) -> String {
    let rows = subject.comparison.runs.iter().map(|run| {
        let fields = cells(subject, run).into_iter().map(|(name, cell)| {
            let value = match cell {
                Cell::Word(word) => json!(word),
                Cell::Whole(count) => json!(count),
                Cell::Number(value) => json!(value),
            };
            (name.to_string(), value)
        });
        Value::Object(fields.collect::<Map<String, Value>>())
    });
    let oddities = subject.trace.oddities.iter();
    let oddities: Vec<Value> = oddities
        .map(|(oddity, count, line)| json!({ "what": oddity.told(), "count": count, "first_line": line }))
        .collect();
    let whole = json!({
        "trace": subject.name,
        "operations": subject.trace.len(),
        "allocations": subject.trace.allocations(),
        "most_live_bytes": subject.trace.most_live().0,
        "largest_bytes": subject.trace.largest().0,
        "never_freed": subject.trace.left(),
        "known_capacity_source": subject.capacity.map(|known| known.source),
        "odd_rows": oddities,
        "runs": rows.collect::<Vec<Value>>(),
    });
    format!("{whole:#}\n")
}
