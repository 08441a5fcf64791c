//! The answer for programs: sizes in bytes, times in seconds, shares from 0 to 1.

use serde_json::{Map, Value, json as object};

use super::super::text::{line, number};
use super::sentences;
use crate::gc_study::whatif::{Change, Choice, Likely, Reply, Row, Smallest};

/// Quantities of a row, with their names in files.
fn quantities(row: &Row) -> Vec<(&'static str, Option<Likely>)> {
    let cost = row.cost;
    vec![
        ("loss", cost.map(|cost| cost.loss)),
        ("paused", cost.map(|cost| cost.paused)),
        ("pause_p50_s", cost.map(|cost| cost.p50_s)),
        ("pause_p99_s", cost.map(|cost| cost.p99_s)),
        ("pause_max_s", cost.map(|cost| cost.max_s)),
        ("collections_per_hour", cost.map(|cost| cost.per_hour)),
        ("out_of_memory", Some(row.out_of_memory)),
    ]
}

/// The rows as CSV: of every quantity its value and both ends of its interval, empty where every draw ran out of memory.
pub fn csv(reply: &Reply) -> String {
    let rows = reply.answer.rows.iter();
    let names: Vec<&str> = quantities(&reply.answer.logged).iter().map(|quantity| quantity.0).collect();
    let head = names.iter().flat_map(|name| [name.to_string(), format!("{name}_low"), format!("{name}_high")]);
    let first = ["heap_bytes", "cores", "collector", "as_logged"].map(String::from);
    let mut text = line(first.into_iter().chain(head));
    for row in rows {
        let choice = &row.choice;
        let first = [
            choice.heap.0.to_string(),
            choice.cores.to_string(),
            choice.collector.name().to_string(),
            row.as_logged.to_string(),
        ];
        let cells = quantities(row).into_iter().flat_map(|(_, likely)| match likely {
            Some(likely) => [number(likely.value), number(likely.low), number(likely.high)],
            None => [const { String::new() }; 3],
        });
        text += &line(first.into_iter().chain(cells));
    }
    text
}

/// Everything as JSON.
pub fn json(reply: &Reply) -> String {
    let source = &reply.source;
    let measured = reply.measured.map(|measured| {
        object!({
            "paused": measured.paused,
            "pause_p50_s": measured.p50_s,
            "pause_p99_s": measured.p99_s,
            "pause_max_s": measured.max_s,
            "collections_per_hour": measured.per_hour,
            "seconds": measured.span_s,
            "collections": measured.collections,
        })
    });
    let all = object!({
        "log": source.name,
        "jdk": source.jdk,
        "live_bytes": source.live,
        "allocated_bytes_per_s": source.rate,
        "live_growth": reply.question.live_growth,
        "max_loss": reply.question.max_loss,
        "interval": reply.question.interval,
        "as_logged": row(&reply.answer.logged),
        "measured": measured,
        "rows": reply.answer.rows.iter().map(row).collect::<Vec<Value>>(),
        "smallest": reply.answer.smallest.iter().map(smallest).collect::<Vec<Value>>(),
        "sentences": sentences(reply),
        "notes": reply.notes,
        "flink": reply.flink.as_ref().map(flink),
    });
    format!("{all:#}\n")
}

fn setting(choice: &Choice) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("heap_bytes".into(), choice.heap.0.into());
    map.insert("cores".into(), choice.cores.into());
    map.insert("collector".into(), choice.collector.name().into());
    map
}

/// Infinite ends are null.
fn likely(likely: Option<Likely>) -> Value {
    likely.map_or(Value::Null, |likely| object!({ "value": likely.value, "low": likely.low, "high": likely.high }))
}

fn row(row: &Row) -> Value {
    let mut map = setting(&row.choice);
    map.insert("as_logged".into(), row.as_logged.into());
    map.extend(quantities(row).into_iter().map(|(name, value)| (name.to_string(), likely(value))));
    Value::Object(map)
}

fn smallest(side: &Smallest) -> Value {
    object!({
        "collector": side.collector.name(),
        "cores": side.cores,
        "heap_bytes": likely(side.heap),
        "largest_tried_bytes": side.most,
        "loss_at_largest_tried": side.remains,
    })
}

fn flink(change: &Change) -> Value {
    let line = |line: &crate::gc_study::whatif::Line| object!({ "key": line.key, "from": line.from, "to": line.to, "origin": line.origin.to_string() });
    object!({
        "change": change.lines.iter().map(line).collect::<Vec<Value>>(),
        "heap_bytes_before": change.before.jvm_heap().0,
        "heap_bytes": change.after.jvm_heap().0,
        "process_bytes": change.after.process().0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gc_study::whatif::toy::reply;

    #[test]
    fn files_hold_every_row_and_interval() {
        let reply = reply();
        let text = csv(&reply);
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
        assert_eq!(rows.len(), 5);
        assert!(rows.iter().all(|row| row.len() == 4 + 3 * 7), "{text}");
        assert_eq!((rows[0][4], rows[1][4], rows[3][3]), ("loss", "", "true"));
        let value: Value = serde_json::from_str(&json(&reply)).unwrap();
        let (shown, written): (Option<f64>, f64) =
            (value["rows"][3]["loss"]["value"].as_f64(), rows[4][4].parse().unwrap());
        assert!((shown.unwrap() / written - 1.0).abs() < 1e-12);
        assert_eq!(value["rows"][0]["loss"], Value::Null);
        assert!(value["sentences"][0].as_str().is_some_and(|text| text.contains("G1")));
    }
}
