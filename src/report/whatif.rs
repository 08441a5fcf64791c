//! What other heaps, cores and collectors would do, for people and for programs.

mod files;
mod sentence;

pub use files::{csv, json};
pub use sentence::sentences;

use super::text::{short, size};
use crate::base::{Bytes, SimSpan};
use crate::gc_study::whatif::{Choice, Cost, Likely, Line, Measured, Reply, Row};

/// The answer for people: what was logged, one row a setting with its intervals below it, sentences, notes.
pub fn table(reply: &Reply) -> String {
    let mut text = head(reply);
    text += &line(HEAD.map(String::from));
    if reply.answer.rows.iter().all(|row| !row.as_logged) {
        text += &row(&reply.answer.logged, reply.measured.as_ref());
    }
    for one in &reply.answer.rows {
        text += &row(one, reply.measured.as_ref().filter(|_| one.as_logged));
    }
    let share = format!("{:.0} %", 100.0 * reply.question.interval);
    text += &format!(
        "  Lost: throughput, to pauses and to work beside the program. Below each value what {share} of the draws hold.\n\n"
    );
    for sentence in sentences(reply) {
        text += &format!("{sentence}\n");
    }
    if let Some(change) = &reply.flink {
        text += &format!("\n{}", lines(&change.lines, change.after.jvm_heap()));
    }
    if !reply.notes.is_empty() {
        text.push('\n');
    }
    reply.notes.iter().for_each(|note| text += &format!("note: {note}\n"));
    text
}

const HEAD: [&str; 10] = [
    "heap",
    "cores",
    "collector",
    "lost",
    "paused",
    "p50 pause",
    "p99 pause",
    "max pause",
    "collections/h",
    "OOM risk",
];
const WIDTHS: [usize; 10] = [11, 7, 10, 13, 13, 14, 14, 14, 16, 11];

fn head(reply: &Reply) -> String {
    let source = &reply.source;
    let growth = match reply.question.live_growth {
        0.0 => String::new(),
        growth => format!(" (asked: {:+.0} %)", 100.0 * growth),
    };
    let mut text = format!(
        "{}: {}{}; {} live{growth}, {}/s allocated\n",
        source.name,
        setting(&reply.question.logged),
        source.jdk.map_or(String::new(), |jdk| format!(", JDK {jdk}")),
        Bytes::mib(Bytes::from_f64(source.live).as_mib().round() as u64),
        Bytes::mib(Bytes::from_f64(source.rate).as_mib().round() as u64),
    );
    if let Some(measured) = &reply.measured {
        let span = SimSpan::from_secs(measured.span_s.round());
        text += &format!("{} collections within {span}\n", measured.collections);
    }
    text.push('\n');
    text
}

/// "G1 on 2 cores with 4 GiB".
fn setting(choice: &Choice) -> String {
    format!("{} on {} with {}", choice.collector, cores(choice.cores), choice.heap)
}

fn cores(count: u32) -> String {
    if count == 1 { "1 core".into() } else { format!("{count} cores") }
}

fn line(cells: [String; 10]) -> String {
    let padded = cells.iter().zip(WIDTHS).enumerate();
    let text: String = padded
        .map(|(place, (cell, width))| if place < 3 { format!("{cell:<width$}") } else { format!("{cell:>width$}") })
        .collect();
    format!("  {}\n", text.trim_end())
}

fn row(row: &Row, measured: Option<&Measured>) -> String {
    let choice = &row.choice;
    let first = [choice.heap.to_string(), choice.cores.to_string(), choice.collector.to_string()];
    let risk = share(row.out_of_memory.value);
    let Some(cost) = &row.cost else {
        let nothing = || "-".to_string();
        let [heap, cores, collector] = first;
        return line([heap, cores, collector, nothing(), nothing(), nothing(), nothing(), nothing(), nothing(), risk]);
    };
    let [heap, cores, collector] = first;
    let [a, b, c, d, e, f] = values(cost).map(|(likely, write)| write(likely.value));
    let mut text = line([heap, cores, collector, a, b, c, d, e, f, risk]);
    let [a, b, c, d, e, f] = values(cost).map(|(likely, write)| span(likely, write));
    let mark = if row.as_logged { "as logged" } else { "" };
    text += &line([mark.into(), String::new(), String::new(), a, b, c, d, e, f, span(&row.out_of_memory, share)]);
    if let Some(measured) = measured {
        let Measured { paused, p50_s, p99_s, max_s, per_hour, .. } = *measured;
        let told = [share(paused), seconds(p50_s), seconds(p99_s), seconds(max_s), short(two(per_hour))];
        let [b, c, d, e, f] = told;
        let blank = String::new;
        text += &line(["measured".into(), blank(), blank(), blank(), b, c, d, e, f, blank()]);
    }
    text
}

/// How a number is written.
type Write = fn(f64) -> String;

fn values(cost: &Cost) -> [(&Likely, Write); 6] {
    let hourly: Write = |value| short(two(value));
    [
        (&cost.loss, share as Write),
        (&cost.paused, share),
        (&cost.p50_s, seconds),
        (&cost.p99_s, seconds),
        (&cost.max_s, seconds),
        (&cost.per_hour, hourly),
    ]
}

/// "1.7-2.6 %"; the unit stands once where both ends have it.
fn span(likely: &Likely, write: Write) -> String {
    let (low, high) = (write(likely.low), write(likely.high));
    if low == high {
        return high;
    }
    match (low.split_once(' '), high.split_once(' ')) {
        (Some((low, unit)), Some((_, other))) if unit == other => format!("{low}-{high}"),
        // 0 has every unit.
        (Some(("0", _)), _) => format!("0-{high}"),
        _ => format!("{low}-{high}"),
    }
}

/// A share for people: two digits, at most one after the point.
fn share(value: f64) -> String {
    let percent = 100.0 * value;
    if percent >= 9.95 || percent == 0.0 {
        format!("{percent:.0} %")
    } else if percent >= 0.095 {
        format!("{percent:.1} %")
    } else if percent >= 0.005 {
        format!("{percent:.2} %")
    } else {
        "<0.01 %".into()
    }
}

/// A bound as it was asked for: "5 %".
fn asked(value: f64) -> String {
    format!("{} %", short(100.0 * value))
}

/// A time for people.
fn seconds(value: f64) -> String {
    match value {
        ..5e-10 => "0 s".into(),
        // Two digits of minutes would be odd seconds.
        60.0.. => format!("{} s", short(two(value))),
        _ => SimSpan::from_secs(two(value)).to_string(),
    }
}

/// The value at two significant digits: no prediction knows more.
fn two(value: f64) -> f64 {
    format!("{value:.1e}").parse().unwrap_or(value)
}

/// What to change in Flink's configuration.
fn lines(lines: &[Line], heap: Bytes) -> String {
    if lines.is_empty() {
        return format!("Flink: nothing to change, the JVM has its heap of {heap} already\n");
    }
    let mut text = String::from("Flink: change\n");
    for line in lines {
        let place = line.origin.to_string();
        let place = if place.is_empty() { place } else { format!("   # {place}") };
        text += &format!("  {}: {} -> {}{place}\n", line.key, line.from, line.to);
    }
    text + &format!("  The JVM then has a heap of {}.\n", size(heap.as_f64()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gc_study::whatif::toy::reply;

    #[test]
    fn the_table_shows_settings_intervals_and_the_measured() {
        let text = table(&reply());
        for part in ["as logged", "measured", "G1 on 2 cores with 512 MiB", "OOM risk", "100 %", "Below each value"] {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
        let table = text.lines().filter(|line| line.starts_with("  "));
        assert!(table.clone().count() > 8 && table.clone().all(|line| line.chars().count() <= 130), "{text}");
    }

    #[test]
    fn numbers_are_short() {
        let got = [0.0, 0.0004, 0.021, 0.098, 0.52].map(share);
        assert_eq!(got, ["0 %", "0.04 %", "2.1 %", "9.8 %", "52 %"]);
        let likely = Likely { value: 0.021, low: 0.017, high: 0.026 };
        assert_eq!((span(&likely, share), span(&likely, seconds)), ("1.7-2.6 %".into(), "17-26 ms".into()));
    }
}
