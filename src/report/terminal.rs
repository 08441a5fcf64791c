//! The summary on the terminal: plain ASCII, at most 100 columns wide.

use std::path::Path;

use super::text::{aligned, hanging, percent, short, size};
use crate::scenario::Ablation;
use crate::stats::Estimate;
use crate::sweep::{Findings, Meta, Optimum, Outcome, Ranked, Status, Tax};

/// Columns of the terminal that are used.
const WIDTH: usize = 100;

/// The whole summary of a sweep that has ended.
pub fn summary(meta: &Meta, findings: &Findings, outcome: &Outcome, folder: &Path) -> String {
    let mut parts = vec![head(meta, outcome)];
    parts.extend(policies(meta, findings, outcome));
    parts.extend(optima(meta, findings));
    parts.extend(attribution(meta, findings));
    parts.extend(taxes(meta, findings));
    parts.extend(list("Warnings", findings.warnings.iter().cloned()));
    parts.push(format!("Results: {}\n", folder.display()));
    parts.join("\n")
}

/// What to say when a sweep was stopped: how much is done, and how to go on.
pub fn stopped(outcome: &Outcome, folder: &Path) -> String {
    format!(
        "stopped: {} of {} runs are done and kept in {}; the same command with --resume does the rest",
        outcome.rows.len(),
        outcome.planned,
        folder.display()
    )
}

fn head(meta: &Meta, outcome: &Outcome) -> String {
    let cells = meta.cells.len();
    let replications = outcome.planned / cells.max(1);
    let runs = format!("{} runs: {cells} cells x {replications} replications, seed {}", outcome.rows.len(), meta.seed);
    let title = if meta.title.is_empty() { String::new() } else { format!(": {}", meta.title) };
    wrap(&format!("{}{title}", meta.name), "") + &wrap(&runs, "")
}

/// The table of policies, and the verdict.
fn policies(meta: &Meta, findings: &Findings, outcome: &Outcome) -> Option<String> {
    let ranking = &findings.ranking;
    let (first, objective) = (ranking.policies.first()?, meta.objective.column().name());
    let (compared, policies) = meta.compared();
    let (noun, head, title) = match policies {
        true => ("policy", "policy", "Policies".to_string()),
        false => ("choice", compared.as_str(), format!("Values of {compared}")),
    };
    let header = [head, "mean", "95 % interval", "against the first", "OOM runs"].map(String::from).to_vec();
    let rows = ranking.policies.iter().map(|policy| policy_row(meta, policy, outcome));
    let table = narrow(std::iter::once(header).chain(rows).collect());
    let at = if meta.heap_axis().is_some() { ", each at its own best heap" } else { "" };
    let verdict = match ranking.best {
        Some(place) => format!("Best: {} (paired differences, 95 % confidence)", ranking.policies[place].name),
        None if ranking.policies.len() == 1 => format!("Only one {noun} was run: {}", first.name),
        None if first.value.half_width.is_none() => format!("No {noun} is best: one replication gives no intervals"),
        None => format!("No {noun} is best: the intervals overlap (paired differences, 95 % confidence)"),
    };
    Some(format!("{}{table}{}", wrap(&format!("{title} by {objective}{at}"), ""), wrap(&verdict, "")))
}

fn policy_row(meta: &Meta, policy: &Ranked, outcome: &Outcome) -> Vec<String> {
    let interval = policy.value.half_width.map(|half| format!("+- {}", short(half)));
    let gap = policy.gap.map(|gap| match gap.half_width {
        Some(half) => format!("{} +- {}", short(gap.mean), short(half)),
        None => short(gap.mean),
    });
    let bound = if policy.bound { " (bound)" } else { "" };
    vec![
        format!("{}{bound}", policy.name),
        short(policy.value.mean),
        interval.unwrap_or_else(|| "none".into()),
        gap.unwrap_or_else(|| "-".into()),
        oom_runs(meta, &policy.name, outcome),
    ]
}

/// "2 of 40": runs of a policy, in all of its cells, that ended in OutOfMemoryError.
fn oom_runs(meta: &Meta, policy: &str, outcome: &Outcome) -> String {
    let of_policy = |cell: usize| meta.policy_name(cell).is_some_and(|name| name == policy);
    let runs = outcome.rows.iter().filter(|row| of_policy(row.key.cell));
    let (all, oom) = runs.fold((0, 0), |(all, oom), row| (all + 1, oom + usize::from(row.status == Status::Oom)));
    format!("{oom} of {all}")
}

/// Where each line is best along the heap axis.
fn optima(meta: &Meta, findings: &Findings) -> Option<String> {
    let full = findings.optima.iter().filter(|optimum| optimum.ablation == Ablation::None);
    let lines = full.map(|optimum| {
        let peak = &optimum.peak;
        let range = match peak.range {
            Some((lower, upper)) => format!("{} .. {}", size(lower), size(upper)),
            None => "none".into(),
        };
        let kind = if peak.interior { "falls on both sides" } else { "no fall proven on both sides" };
        vec![line_name(meta, optimum), size(peak.at), range, short(peak.value.mean), kind.into()]
    });
    let header = ["line", "best D/C", "95 % interval", "objective", "shape"].map(String::from).to_vec();
    let table: Vec<Vec<String>> = std::iter::once(header).chain(lines).collect();
    (table.len() > 1).then(|| format!("Optimal heap per core\n{}", narrow(table)))
}

/// Which mechanism moved the optimum, and by how much.
fn attribution(meta: &Meta, findings: &Findings) -> Option<String> {
    let sentence = |optimum: &Optimum| {
        let shift = optimum.shift.as_ref()?;
        let interval = shift.half_width.map(|half| format!(" (+- {})", size(half))).unwrap_or_default();
        let proven = shift.half_width.is_some_and(|half| shift.by.abs() > half);
        let moved = match (shift.by == 0.0, shift.by > 0.0) {
            (true, _) => format!("leaves the optimum in place{interval}"),
            (_, up) => {
                let direction = if up { "up" } else { "down" };
                let doubt = if proven { "" } else { ", which may be chance" };
                format!("moves the optimum {direction} by {}{interval}{doubt}", size(shift.by.abs()))
            }
        };
        let gain = percent(shift.gain);
        let name = line_name(meta, optimum);
        Some(format!("{name}: switching {} off {moved}, and changes the best value by {gain}", optimum.ablation))
    };
    list("What the mechanisms do", findings.optima.iter().filter_map(sentence))
}

/// Taxes shown; the rest are in the file.
const TAXES: usize = 24;

/// What contiguity costs, cell by cell.
fn taxes(meta: &Meta, findings: &Findings) -> Option<String> {
    let tells = |tax: &&Tax| tax.contiguous.mean != 0.0 || tax.scattered.mean != 0.0;
    let told: Vec<&Tax> = findings.taxes.iter().filter(tells).collect();
    let rounds = told.iter().any(|tax| tax.rounding.is_some());
    let row = |tax: &&Tax| {
        let values = &meta.cells[tax.cell].values;
        let name = if values.is_empty() { meta.name.clone() } else { values.join(", ") };
        let share = tax.share().map(percent).unwrap_or_else(|| "-".into());
        let mut cells = vec![name, tax.column.column().name(), short(tax.scattered.mean), difference(&tax.tax), share];
        cells.extend(rounds.then(|| tax.rounding.as_ref().map_or_else(|| "-".into(), difference)));
        cells
    };
    let mut header = ["cell", "metric", "scattered", "tax", "share"].map(String::from).to_vec();
    header.extend(rounds.then(|| "rounding besides".into()));
    let table: Vec<Vec<String>> = std::iter::once(header).chain(told.iter().take(TAXES).map(row)).collect();
    let rest = match told.len().saturating_sub(TAXES) {
        0 => String::new(),
        rest => format!("  and {rest} more in fragmentation_tax.csv\n"),
    };
    let title = "Fragmentation tax: what contiguity costs beyond memory that may lie anywhere";
    (!told.is_empty()).then(|| format!("{title}\n{}{rest}", aligned(&table, 2, false)))
}

/// A difference over pairs, with its interval and whether that excludes 0.
fn difference(estimate: &Estimate) -> String {
    let interval = estimate.half_width.map(|half| format!(" +- {}", short(half))).unwrap_or_default();
    let proven = estimate.half_width.is_some_and(|half| estimate.mean.abs() > half);
    let doubt = if proven || estimate.mean == 0.0 { "" } else { " (may be chance)" };
    format!("{}{interval}{doubt}", short(estimate.mean))
}

/// The values of a line that tell it from the others.
fn line_name(meta: &Meta, optimum: &Optimum) -> String {
    if optimum.values.is_empty() { meta.name.clone() } else { optimum.values.join(", ") }
}

fn list(title: &str, items: impl Iterator<Item = String>) -> Option<String> {
    let text: String = items.map(|item| wrap(&item, "  ")).collect();
    (!text.is_empty()).then(|| format!("{title}\n{text}"))
}

/// A text in lines; those after the first are indented by four more.
fn wrap(text: &str, indent: &str) -> String {
    hanging(indent, text, indent.len() + 4, WIDTH) + "\n"
}

/// A table in which the first column gives way if it is too wide.
fn narrow(mut rows: Vec<Vec<String>>) -> String {
    let long = |row: &[String]| row.iter().skip(1).map(|cell| cell.chars().count()).collect::<Vec<_>>();
    let widths = rows.iter().map(|row| long(row)).reduce(|a, b| a.iter().zip(&b).map(|(a, b)| *a.max(b)).collect());
    let others: usize = widths.unwrap_or_default().iter().map(|width| width + 2).sum();
    let room = WIDTH.saturating_sub(2 + others).max(12);
    for first in rows.iter_mut().filter_map(|row| row.first_mut()) {
        *first = shortened(first, room);
    }
    aligned(&rows, 1, false)
}

/// A text of at most `width` characters, with its middle left out if need be.
fn shortened(text: &str, width: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= width {
        return text.into();
    }
    let (head, tail) = ((width - 2).div_ceil(2), (width - 2) / 2);
    characters[..head].iter().chain(&['.', '.']).chain(&characters[characters.len() - tail..]).collect()
}
