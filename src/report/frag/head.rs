//! What is told of a trace before any table: what was read, what leaks, what is compared.

use super::super::text::{short, size};
use super::{clock, exact};
use crate::base::SimTime;
use crate::frag::allocations::{Clock, Lost};
use crate::frag::{Leaked, Leaking, Subject, WATCHED, Watch};

/// The lines above the tables.
pub(super) fn head(subject: &Subject<'_>) -> String {
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
    if let Some(Leaked { how, lost, .. }) = subject.leak {
        text += &leak(how, lost);
    }
    match subject.watch {
        Some(watch) => text += &monitor(subject, watch),
        None if subject.leak.is_some() => {
            let short = (trace.len() as u64) < WATCHED;
            let why = if short { format!("has less than {WATCHED} operations") } else { "takes no time".into() };
            text += &format!("Leak monitor: not asked, the trace {why}\n");
        }
        None => {}
    }
    text + &format!("Reclamation {}; s = {}\n", subject.reclamation, exact(subject.settings.probe))
}

fn leak(how: Leaking, Lost { frees, blocks, bytes }: Lost) -> String {
    let share = short(100.0 * how.share);
    format!(
        "Leak of {share} % with seed {}: {blocks} of {frees} frees are lost, and {} with them\n",
        how.seed,
        size(bytes as f64)
    )
}

fn monitor(subject: &Subject<'_>, watch: Watch) -> String {
    let mut text = match watch.first {
        None => format!("Leak monitor: no call in {} windows", watch.judged),
        Some((at, growth)) => format!(
            "Leak monitor: called in {} of {} windows, first at {}: {} more lie idle each window, where {} are touched",
            watch.called,
            watch.judged,
            when(subject.trace.clock, at),
            size(growth.per_window),
            size(growth.working_set),
        ),
    };
    text += match (subject.leak, watch.first) {
        (None, Some(_)) if subject.trace.left() == 0 => "\n  (no leak: all blocks are freed in the end)",
        (None, Some(_)) => "\n  (a leak or a store that grows: without reads nobody can tell)",
        _ => "",
    };
    if let Some(before) = subject.leak.and_then(|leak| leak.before) {
        text += &format!("; without the leak in {}", before.called);
    }
    text + "\n"
}

fn when(kind: Clock, at: SimTime) -> String {
    match kind {
        Clock::Operations => format!("operation {}", at.0),
        Clock::Logical => format!("time {}", at.0),
        Clock::Seconds => format!("{:.3} s", clock(kind, at)),
    }
}
