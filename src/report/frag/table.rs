//! The comparison for people.

use super::super::text::size;
use crate::base::Bytes;
use crate::experiment::frag::{Run, Smallest, Subject};

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

fn head(subject: &Subject<'_>) -> String {
    let trace = subject.trace;
    let mut text = format!(
        "{}: {} blocks in {} operations, largest {}, most live {}\n",
        subject.name,
        trace.allocations(),
        trace.len(),
        size(trace.largest().as_f64()),
        exact(trace.most_live()),
    );
    if trace.left() > 0 {
        text += &format!("{} blocks are never freed\n", trace.left());
    }
    for (oddity, count, line) in &trace.oddities {
        text += &format!("odd rows: {count} {} (first: line {line})\n", oddity.told());
    }
    text + &format!("Reclamation {}; s = {}\n", subject.reclamation, exact(subject.settings.probe))
}

/// A size for people, with its bytes where rounding hides them.
fn exact(bytes: Bytes) -> String {
    let text = size(bytes.as_f64());
    if text.parse() == Ok(bytes) { text } else { format!("{text} ({} B)", bytes.0) }
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

fn of_memory(subject: &Subject<'_>, runs: &[&Run]) -> String {
    let moves = runs.iter().any(|run| run.moved > 0);
    let mut lines = vec![COLUMNS.map(String::from).to_vec()];
    if moves {
        lines[0].push("moved".into());
    }
    for run in runs {
        let (means, ratios) = (&run.means, &run.means.ratios);
        let share = |value: f64| format!("{value:.3}");
        let maybe = |value: Option<f64>| value.map_or("-".to_string(), share);
        let mut line = vec![
            name(subject, run.contender),
            run.refusals.to_string(),
            share(means.external),
            share(means.unusable),
            share(means.unplaceable),
            maybe(means.index),
            share(means.pair),
            share(means.internal),
            maybe(ratios.average()),
            maybe(ratios.at_most_live()),
            maybe(ratios.at_widest()),
            maybe(ratios.of_extremes()),
            run.debt.map_or("-".into(), size),
            size(run.footprint.as_f64()),
        ];
        if moves {
            line.push(size(run.moved as f64));
        }
        lines.push(line);
    }
    aligned(&lines)
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
        line.extend(subject.capacity.map(|capacity| against(one.bytes, capacity)));
        lines.push(line);
    }
    let mut text = aligned(&lines);
    let step = subject.comparison.smallest.first().map_or(Bytes(1), |one| one.step);
    text += &format!("\nNo allocator needs less than the most that is live, {}", exact(bound));
    if let Some(capacity) = subject.capacity {
        text += &format!("; a packing into {} is known", exact(capacity));
    }
    text += &format!(
        ".\nSizes are exact to {}: a step less fails, and no larger size that was tried does.\n",
        size(step.as_f64())
    );
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
