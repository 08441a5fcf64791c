//! Texts of quantities: bandwidths and rates, which have no type of their own, and the canonical text of any value.

use crate::base::{Bytes, Kind, SimSpan, Value};

use super::laws;
use super::tree::{Node, Origin, Tree, float, quoted};

const PER: &[(&str, f64)] = &[("s", 1.0), ("min", 60.0), ("h", 3600.0)];
const BITS: &[(&str, f64)] = &[("kbit", 125.0), ("Mbit", 125e3), ("Gbit", 125e6)];
const BANDWIDTHS: &[(&str, f64)] = &[
    ("GB", 1e9),
    ("GiB", 1073741824.0),
    ("MB", 1e6),
    ("MiB", 1048576.0),
    ("kB", 1e3),
    ("KiB", 1024.0),
    ("Gbit", 125e6),
    ("Mbit", 125e3),
    ("B", 1.0),
];

/// Splits "400 MiB/s" into what stands before the stroke and the seconds that stand behind it.
fn split_per<'a>(text: &'a str, what: &str, example: &str) -> Result<(&'a str, f64), String> {
    let wrong = || format!("\"{text}\" is not {what}: expected one as in \"{example}\"");
    let (amount, per) = text.rsplit_once('/').ok_or_else(wrong)?;
    let per = PER.iter().find(|unit| unit.0 == per.trim()).ok_or_else(wrong)?;
    Ok((amount.trim(), per.1))
}

/// A bandwidth such as "400 MiB/s" or "10 Gbit/s" in bytes a second.
pub fn bandwidth(text: &str) -> Result<f64, String> {
    let (amount, per) = split_per(text, "a bandwidth", "400 MiB/s")?;
    for (unit, bytes) in BITS {
        if let Some(number) = amount.strip_suffix(unit) {
            return Ok(positive(number, text)? * bytes / per);
        }
    }
    amount.parse::<Bytes>().map(|bytes| bytes.as_f64() / per).map_err(|error| error.0)
}

/// A rate such as "1000 /s" in events a second.
pub fn rate(text: &str) -> Result<f64, String> {
    let (amount, per) = split_per(text, "a rate", "1000 /s")?;
    Ok(positive(amount, text)? / per)
}

fn positive(number: &str, text: &str) -> Result<f64, String> {
    let number = number.trim().replace('_', "");
    match number.parse::<f64>() {
        Ok(value) if value < 0.0 => Err(format!("\"{text}\" is negative: expected at least 0")),
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err(format!("\"{number}\" in \"{text}\" is not a number")),
    }
}

/// A plain number as people write it: no point for whole ones, an exponent only at the extremes.
pub fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-5..1e15).contains(&size) { format!("{value}") } else { float(value) }
}

/// A size that parses back to the same bytes: rounded for people where that loses nothing.
pub fn bytes(value: Bytes) -> String {
    let text = value.to_string();
    if text.parse() == Ok(value) { text } else { format!("{} B", value.0) }
}

/// A time that parses back to the same nanoseconds.
pub fn span(value: SimSpan) -> String {
    let text = value.to_string();
    if text.parse() == Ok(value) { text } else { format!("{} ns", value.0) }
}

/// A bandwidth in the unit that makes it shortest.
pub fn bandwidth_text(value: f64) -> String {
    let texts = BANDWIDTHS.iter().map(|(unit, bytes)| format!("{} {unit}/s", number(value / bytes)));
    let exact = texts.filter(|text| bandwidth(text) == Ok(value));
    exact.min_by_key(String::len).unwrap_or_else(|| format!("{} B/s", number(value)))
}

/// The canonical value of its kind, as TOML would hold it; reading it gives the same value again.
pub fn node(kind: &Kind, value: &Value) -> Node {
    let tree = match (kind, value) {
        (_, Value::Bytes(value)) => Tree::Text(bytes(*value)),
        (_, Value::Span(value)) => Tree::Text(span(*value)),
        (Kind::Bandwidth, Value::Number(value)) => Tree::Text(bandwidth_text(*value)),
        (Kind::Rate, Value::Number(value)) => Tree::Text(format!("{} /s", number(*value))),
        (_, Value::Number(value)) => whole_or_number(*value),
        // TOML's integers end at 2^63 - 1; a larger count is written as a text, which the parser takes back.
        (_, Value::Count(value)) => i64::try_from(*value).map_or_else(|_| Tree::Text(value.to_string()), Tree::Whole),
        (_, Value::Flag(value)) => Tree::Flag(*value),
        (_, Value::Text(value)) => Tree::Text(value.clone()),
        (kind, Value::Law(law)) => return laws::node(kind, law),
        (Kind::List(kind), Value::List(items)) => Tree::List(items.iter().map(|item| node(kind, item)).collect()),
        (_, Value::List(_)) => Tree::List(Vec::new()),
    };
    Node { tree, origin: Origin::Line(0) }
}

fn whole_or_number(value: f64) -> Tree {
    let whole = value.fract() == 0.0 && value.abs() < 1e15;
    if whole { Tree::Whole(value as i64) } else { Tree::Number(value) }
}

/// What a value of this kind looks like, for messages and lists.
pub fn expectation(kind: &Kind) -> String {
    let words = |words: &[&str]| words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ");
    match kind {
        Kind::Bytes => "a size such as \"4 GiB\"".into(),
        Kind::Span => "a time such as \"250 ms\"".into(),
        Kind::Bandwidth => "a bandwidth such as \"400 MiB/s\"".into(),
        Kind::Rate => "a rate such as \"1000 /s\"".into(),
        Kind::Number(low, high) if *high >= f64::MAX => format!("a number of at least {}", number(*low)),
        Kind::Number(low, high) => format!("a number from {} to {}", number(*low), number(*high)),
        Kind::Count(low, u64::MAX) => format!("a whole number of at least {low}"),
        Kind::Count(low, high) => format!("a whole number from {low} to {high}"),
        Kind::Flag => "true or false".into(),
        Kind::Text => "a text in quotes".into(),
        Kind::Path => "a path in quotes".into(),
        Kind::Choice(choices) => format!("one of {}", words(choices)),
        Kind::BytesLaw => {
            "a size such as \"4 MiB\", or a law such as { law = \"exponential\", mean = \"4 MiB\" }".into()
        }
        Kind::SpanLaw => {
            "a time such as \"10 ms\", or a law such as { law = \"exponential\", mean = \"10 ms\" }".into()
        }
        Kind::NumberLaw => "a number, or a law such as { law = \"exponential\", mean = 3 }".into(),
        Kind::List(kind) => format!("a list, each element {}", expectation(kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bandwidths_and_rates_need_their_unit() {
        assert_eq!(bandwidth("400 MiB/s"), Ok(419_430_400.0));
        assert_eq!(bandwidth("10 Gbit/s"), Ok(1.25e9));
        assert_eq!(bandwidth("1.25GB/s"), Ok(1.25e9));
        assert!(bandwidth("400").unwrap_err().contains("400 MiB/s"));
        assert!(bandwidth("4 MiB").is_err());
        assert_eq!(rate("1_200 /min"), Ok(20.0));
        assert!(rate("-3 /s").unwrap_err().contains("negative"));
    }

    #[test]
    fn canonical_texts_read_back_exactly() {
        for size in [0, 1, 1536, 1_610_612_736, 1_610_612_737, 123_456_789_012] {
            assert_eq!(bytes(Bytes(size)).parse(), Ok(Bytes(size)));
            assert_eq!(span(SimSpan(size)).parse(), Ok(SimSpan(size)));
        }
        assert_eq!(bytes(Bytes(1_610_612_736)), "1.5 GiB");
        assert_eq!(bandwidth_text(419_430_400.0), "400 MiB/s");
        assert_eq!(bandwidth_text(1.25e9), "1.25 GB/s");
        assert_eq!((number(2.0), number(0.1), number(1e-9)), ("2".into(), "0.1".into(), "1e-9".into()));
    }
}
