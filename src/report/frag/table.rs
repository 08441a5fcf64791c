//! The comparison for people.

use super::super::text::size;
use super::exact;
use super::head::head;
use crate::base::Bytes;
use crate::frag::{MOST, MeanDebt, Run, Smallest, Subject};

/// What was read, a table for each memory, and the smallest memories.
pub fn table(subject: &Subject<'_>) -> String {
    let mut text = head(subject);
    for memory in &subject.settings.sizes {
        let runs: Vec<&Run> = subject.comparison.runs.iter().filter(|run| run.size == *memory).collect();
        text += &format!("\nMemory {}\n{}", exact(*memory), of_memory(subject, &runs));
    }
    if !subject.comparison.smallest.is_empty() {
        text += &format!("\nSmallest memory that serves the whole trace\n{}", of_smallest(subject));
    }
    text
}

const COLUMNS: [&str; 14] = [
    "allocator",
    "refusals",
    "E1",
    "E2(s)",
    "E2'(s)",
    "E3(s)",
    "E4",
    "internal",
    "JW1",
    "JW2",
    "JW3",
    "JW4",
    "K(s)",
    "footprint",
];

/// Columns that stand there only where they have something to say.
const MOVED: &str = "moved";
const COMMITTED: [&str; 3] = ["committed", "on average", "growths"];

fn of_memory(subject: &Subject<'_>, runs: &[&Run]) -> String {
    let moves = runs.iter().any(|run| run.moved > 0);
    let mut lines = vec![COLUMNS.map(String::from).to_vec()];
    lines[0].extend(moves.then(|| MOVED.into()));
    if runs.iter().any(|run| run.committed.is_some()) {
        lines[0].extend(COMMITTED.map(String::from));
    }
    for run in runs {
        let mut line = measures(subject, run);
        line.extend(moves.then(|| size(run.moved as f64)));
        if let Some(committed) = run.committed {
            line.extend([size(committed.peak.as_f64()), size(committed.mean), committed.growths.to_string()]);
        }
        lines.push(line);
    }
    let mut text = aligned(&lines);
    let sampled = |run: &&&Run| run.debt.looks < run.debt.due;
    if let Some(debt) = runs.iter().filter(sampled).map(|run| run.debt).max_by_key(|debt| debt.due / debt.looks.max(1))
    {
        text += &format!(
            "  ~ from looks at some of the operations at which K takes one, at least {} of {}\n",
            debt.looks, debt.due
        );
    }
    text
}

fn measures(subject: &Subject<'_>, run: &Run) -> Vec<String> {
    let (means, ratios) = (&run.means, &run.means.ratios);
    // Sums that should be nothing may come out a hair below.
    let share = |value: f64| format!("{:.3}", if value.abs() < 0.000_5 { 0.0 } else { value });
    let maybe = |value: Option<f64>| value.map_or("-".to_string(), share);
    let ratio = |value: Option<f64>| value.map_or("-".to_string(), ratio);
    vec![
        name(subject, run.contender),
        run.refusals.to_string(),
        share(means.external),
        share(means.unusable),
        share(means.unplaceable),
        maybe(means.index),
        share(means.pair),
        share(means.internal),
        ratio(ratios.average()),
        ratio(ratios.at_most_live()),
        ratio(ratios.at_widest()),
        ratio(ratios.of_extremes()),
        debt(run.debt),
        size(run.footprint.as_f64()),
    ]
}

/// A ratio of at least 1. Next to no live memory makes it as large as can be; a table has no room for that.
fn ratio(value: f64) -> String {
    match value {
        ..1e4 => format!("{value:.3}"),
        ..1e7 => format!("{value:.0}"),
        _ => format!("{value:.1e}"),
    }
}

fn debt(debt: MeanDebt) -> String {
    let mark = if debt.looks < debt.due { "~" } else { "" };
    debt.bytes.map_or("-".into(), |bytes| format!("{mark}{}", size(bytes)))
}

fn of_smallest(subject: &Subject<'_>) -> String {
    let bound = subject.trace.most_live();
    let mut lines = vec![["allocator", "memory", "over most live"].map(String::from).to_vec()];
    if subject.capacity.is_some() {
        lines[0].push("over known capacity".into());
    }
    let against = |bytes: Option<Bytes>, other: Bytes| match bytes {
        Some(bytes) if other > Bytes::ZERO => format!("{:.3}", bytes.as_f64() / other.as_f64()),
        _ => "-".into(),
    };
    for one in &subject.comparison.smallest {
        let mut line = vec![name(subject, one.contender), answer(one), against(one.bytes, bound)];
        line.extend(subject.capacity.map(|known| against(one.bytes, known.bytes)));
        lines.push(line);
    }
    let mut text = aligned(&lines);
    let step = subject.comparison.smallest.first().map_or(Bytes(1), |one| one.step);
    text += &format!("\nNo allocator needs less than the most that is live, {}", exact(bound));
    if let Some(known) = subject.capacity {
        text += &format!("; a packing into {} is known ({})", exact(known.bytes), known.source);
    }
    text += &format!(
        ".\nSizes are exact to {}: a step less fails, and no larger size that was tried does.\n",
        size(step.as_f64())
    );
    if subject.comparison.smallest.iter().any(|one| one.bytes.is_none()) {
        text += &format!("none: no size up to {MOST} times the most that is live was found to serve it.\n");
    }
    for one in subject.comparison.smallest.iter().filter(|one| one.reversals > 0 && one.bytes.is_some()) {
        text += &format!("{} serves the trace in some smaller memories too.\n", subject.label(one.contender));
    }
    text
}

/// What a row is called.
fn name(subject: &Subject<'_>, contender: usize) -> String {
    let bound = subject.settings.contenders.get(contender).is_some_and(|one| one.is_bound());
    format!("{}{}", subject.label(contender), if bound { " (bound)" } else { "" })
}

fn answer(one: &Smallest) -> String {
    one.bytes.map_or("none".into(), |bytes| size(bytes.as_f64()))
}

/// Lines in columns: names to the left, all else to the right.
fn aligned(lines: &[Vec<String>]) -> String {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for line in lines {
        let mut row = String::from(" ");
        for (place, (cell, width)) in line.iter().zip(&widths).enumerate() {
            if place == 0 {
                row += &format!(" {cell:<width$}");
            } else {
                row += &format!("  {cell:>width$}");
            }
        }
        text += &format!("{}\n", row.trim_end());
    }
    text
}
