//! A sliding (or tumbling) window over keys, by one of the three ways in which engines keep what is in it.
//!
//! - `elements`: every record is copied into each of the windows that it falls in (Flink's window operator without an
//!   aggregate): window / slide copies, kept on the heap. At rate r the copies are r W^2 / (2 S) in the mean and r (W +
//!   (W - S) + …) just before a window fires. They grow by r W / S a second and drop by r W when one fires, which is
//!   also what happens where W / S copies of each record are kept for (W + S) / 2 and leave pane by pane: that is the
//!   [`Window`] made here, equal at every instant if W is a multiple of S (else equal in the mean), but that panes may
//!   leave half a slide before or after windows fire.
//! - `accumulators`: one accumulator for each open window and key (Flink's incremental aggregation); a record updates W
//!   / S of them.
//! - `panes`: one accumulator for each pane and key, shared by windows (Li et al., "No pane, no gain", SIGMOD Record
//!   2005); the pane is the greatest common divisor of W and S, a record updates one.
//!
//! The accumulators of a span t are the distinct keys among r t Poisson events. State is sized as it is just before a
//! window fires, its largest, since that is what memory must hold. Without an arrival process every key counts as met.
//!
//! Departures: the merging of panes and the reading of a fired window are part of the law of CPU; firing is not a burst
//! of output, results leave in proportion to records; lateness keeps windows longer but no record is late.

use super::distinct::distinct;
use super::read::Reader;
use super::{BuildGenerator, Generated, GeneratorInput, parts};
use crate::base::{Bytes, Entry, Kind, SimSpan, param};
use crate::workload::graph::{Graph, Operator, State, Window};

/// The registry entry.
pub const ENTRY: Entry<BuildGenerator> = Entry {
    name: "sliding-window",
    summary: "source, sliding or tumbling window by key, sink",
    source: "Flink's window operator; panes: Li et al., SIGMOD Record 2005; Nexmark q5, q7",
    params: &[
        parts::PARALLELISM,
        parts::SOURCE_CPU,
        parts::SOURCE_GARBAGE,
        parts::RECORD,
        param("window", Kind::Span, "60 s", "length of a window"),
        param("slide", Kind::Span, "10 s", "time between the starts of two windows; the window itself: tumbling"),
        param("lateness", Kind::Span, "0 s", "time for which a window is kept after it has fired"),
        param(
            "keep",
            Kind::Choice(&["elements", "accumulators", "panes"]),
            "elements",
            "a copy of each record in each window, an accumulator for each window and key, or for each pane and key",
        ),
        param("copy", Kind::Bytes, "150 B", "elements: heap bytes of one copy of a record"),
        param("keys", parts::KEY_COUNT, "500000", "accumulators, panes: distinct keys"),
        parts::SKEW,
        param("entry", Kind::Bytes, "200 B", "accumulators, panes: bytes of one accumulator"),
        parts::STATE,
        parts::CACHE,
        parts::CACHE_ORDER,
        param("cpu", Kind::SpanLaw, "5 us", "CPU time of one record at the window, its state accesses apart"),
        param("garbage", Kind::BytesLaw, "600 B", "short-lived heap bytes of one record, what is kept apart"),
        parts::SURVIVAL,
        param("output_ratio", Kind::Number(0.0, 1e6), "0.05", "results for a record in"),
        parts::SINK_CPU,
    ],
    traits: &[],
    build,
};

/// The most windows that may overlap, and panes in which one may be divided.
const MOST_PARTS: u64 = 10_000;

fn build(input: &GeneratorInput) -> Result<Generated, Vec<String>> {
    let mut reader = Reader::new(input.args, String::new());
    let record = reader.size("record");
    let source = parts::source(&mut reader, "source", record);
    let worker = parts::worker(&mut reader, &[0], record);
    let mut window = Operator { name: "window".into(), output_ratio: input.args.number("output_ratio"), ..worker };
    let sink = parts::sink(&mut reader, 1);
    if let Some(span) = spans(&mut reader) {
        match input.args.text("keep").as_str() {
            "accumulators" => window.state = Some(accumulators(&mut reader, span, input.rate)),
            "panes" => window.state = panes(&mut reader, span, input.rate),
            _ => window.window = Some(elements(&mut reader, span)),
        }
    }
    reader.finish(Generated::Graph(Graph { operators: vec![source, window, sink] }))
}

/// Window, slide and lateness.
#[derive(Clone, Copy)]
struct Spans {
    window: SimSpan,
    slide: SimSpan,
    lateness: SimSpan,
}

/// Checked lengths of time.
fn spans(reader: &mut Reader) -> Option<Spans> {
    let (window, slide) = (reader.span("window"), reader.span("slide"));
    if window.0 == 0 || slide.0 == 0 {
        return None;
    }
    let lateness = reader.args().span("lateness");
    if slide > window {
        reader.fault("slide", &format!("at most the window, {window} (records between windows would be lost)"));
    } else if slide.0.saturating_mul(MOST_PARTS) < window.0.saturating_add(lateness.0) {
        reader.fault("slide", &format!("at least 1/{MOST_PARTS} of window and lateness, {}", window + lateness));
    } else {
        return Some(Spans { window, slide, lateness });
    }
    None
}

/// Copies of records, as panes that leave at the pace of the windows.
fn elements(reader: &mut Reader, Spans { window, slide, lateness }: Spans) -> Window {
    let copy = reader.size("copy");
    if reader.args().text("state") == "managed" {
        reader.fault("state", "\"heap\", since keep = \"elements\" keeps objects");
    }
    if reader.args().get("cache").is_some() {
        reader.fault("cache", "none, since keep = \"elements\" keeps all of them");
    }
    let copies = window.as_nanos() / slide.as_nanos();
    reader.bounded("copy", copies, copy.as_f64());
    let length = SimSpan((window.0 + slide.0) / 2) + lateness;
    Window { length, slide, retain: Bytes::from_f64(copies * copy.as_f64()) }
}

/// One accumulator for each key of each open or late window.
fn accumulators(reader: &mut Reader, span: Spans, rate: Option<f64>) -> State {
    let keys = parts::keys(reader);
    let met = |nanos: u64| distinct(&keys, rate.map_or(f64::INFINITY, |rate| rate * SimSpan(nanos).as_secs()));
    let open: f64 = (0..span.window.0.div_ceil(span.slide.0)).map(|k| met(span.window.0 - k * span.slide.0)).sum();
    let late = span.lateness.as_nanos() / span.slide.as_nanos() * met(span.window.0);
    let accesses = span.window.as_nanos() / span.slide.as_nanos();
    State { accesses, ..parts::state(reader, open + late) }
}

/// One accumulator for each key of each pane that an open or late window needs.
fn panes(reader: &mut Reader, span: Spans, rate: Option<f64>) -> Option<State> {
    let pane = gcd(span.window.0, span.slide.0);
    let kept = span.window.as_nanos() + span.lateness.as_nanos();
    if kept > MOST_PARTS as f64 * pane as f64 {
        let pane = SimSpan(pane);
        reader.fault("slide", &format!("at most {MOST_PARTS} panes, not of {pane} (what divides window and slide)"));
        return None;
    }
    let events = rate.map_or(f64::INFINITY, |rate| rate * SimSpan(pane).as_secs());
    let met = distinct(&parts::keys(reader), events);
    Some(parts::state(reader, kept / pane as f64 * met))
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests;
