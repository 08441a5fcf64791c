//! Sessions: a key's window stays open until no event of the key has come for a gap.
//!
//! Idea: state that follows the activity of keys rather than the clock. With Poisson events at rate l for a key, the
//! session is the busy period of M/D/infinity: it holds e^(l g) events in the mean, is open with probability 1 - e^(-l
//! g), and an event is the last of its session with probability e^(-l g). Summed over keys by a power law this gives
//! the open sessions and the results of a record. Nexmark q11 is of this kind. It needs a rate: the rarer a key, the
//! fewer of its sessions are open.
//!
//! Departures: the number of open sessions is that of the long run; state keeps one accumulator for each, no events.
//! The skew over open sessions is taken to be the skew over keys, though the hottest keys, which never close, are
//! over-represented among them.

use super::distinct::{distinct, last_of_key};
use super::read::Reader;
use super::{BuildGenerator, Generated, GeneratorInput, parts};
use crate::base::{Entry, Kind, param};
use crate::workload::graph::{Graph, Operator};

/// The registry entry.
pub const ENTRY: Entry<BuildGenerator> = Entry {
    name: "session-window",
    summary: "source, one accumulator for each open session, sink",
    source: "busy period of M/D/infinity; Nexmark q11",
    params: &[
        parts::PARALLELISM,
        parts::SOURCE_CPU,
        parts::SOURCE_GARBAGE,
        parts::RECORD,
        param("gap", Kind::Span, "10 s", "time without events of a key after which its session closes"),
        param("keys", parts::KEY_COUNT, "10000000", "distinct keys, with or without an open session"),
        parts::SKEW,
        param("cpu", Kind::SpanLaw, "5 us", "CPU time of one record at the window, its state access apart"),
        param(
            "garbage",
            Kind::BytesLaw,
            "600 B",
            "short-lived heap bytes of one record at the window, its entry apart",
        ),
        parts::SURVIVAL,
        parts::STATE,
        param("entry", Kind::Bytes, "300 B", "bytes of one open session, its timer included"),
        parts::CACHE,
        parts::CACHE_ORDER,
        parts::SINK_CPU,
    ],
    traits: &[],
    build,
};

fn build(input: &GeneratorInput) -> Result<Generated, Vec<String>> {
    let mut reader = Reader::new(input.args, String::new());
    let record = reader.size("record");
    let source = parts::source(&mut reader, "source", record);
    let worker = parts::worker(&mut reader, &[0], record);
    let gap = reader.span("gap");
    if input.rate.is_none() {
        reader.fault("arrival", "an arrival process: without a rate it is not known which sessions close");
    }
    let (keys, events) = (parts::keys(&reader), input.rate.unwrap_or_default() * gap.as_secs());
    let state = parts::state(&mut reader, distinct(&keys, events));
    let output_ratio = last_of_key(&keys, events);
    let window = Operator { name: "sessions".into(), state: Some(state), output_ratio, ..worker };
    let sink = parts::sink(&mut reader, 1);
    reader.finish(Generated::Graph(Graph { operators: vec![source, window, sink] }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{expected, faults_of, graph_at};

    /// Family session_window: equal keys, so that each has the rate of the table.
    #[test]
    fn open_sessions_and_events_are_those_of_theory() {
        for case in ["session_window-01", "session_window-02"] {
            let (given, open) = expected(&format!("{case}-P_open"));
            let (_, events) = expected(&format!("{case}-mean_events"));
            let gap = format!("{} s", given[1]);
            let given = [("keys", "1000000"), ("skew", "0"), ("gap", gap.as_str())];
            let rate = if case.ends_with("01") { 0.05e6 } else { 0.2e6 };
            let operators = graph_at("session-window", &given, Some(rate)).operators;
            let sessions = operators[1].state.as_ref().unwrap();
            assert_eq!(sessions.keys, (open * 1e6).round() as u64);
            assert!((operators[1].output_ratio * events - 1.0).abs() < 1e-8);
        }
    }

    /// Two keys at probabilities 2/3 and 1/3, three events expected within a gap: rates of 2 and 1 in units of the gap.
    #[test]
    fn skewed_keys_close_at_their_own_rates() {
        let given = [("keys", "2"), ("skew", "1"), ("gap", "3 s")];
        let operators = graph_at("session-window", &given, Some(1.0)).operators;
        let exact = 2.0 / 3.0 * (-2.0f64).exp() + 1.0 / 3.0 * (-1.0f64).exp();
        assert!((operators[1].output_ratio - exact).abs() < 1e-12);
    }

    #[test]
    fn sessions_need_a_rate_and_a_gap() {
        let faults = faults_of("session-window", &[("gap", "0 s")], None);
        assert!(faults.contains("gap = 0 ns: expected more than 0 s"), "{faults}");
        assert!(faults.contains("arrival: expected an arrival process"), "{faults}");
    }
}
