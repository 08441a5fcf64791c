//! Reading parameters with all their faults.

use crate::base::{Args, Bytes, Law, SimSpan, Value};
use crate::kernel::Dist;

/// Largest amount of kept data that a generator may state: 1 EiB, far from where sums would overflow.
const MOST_BYTES: f64 = (1u64 << 60) as f64;

/// Reads the parameters of one table and remembers what is wrong with them.
pub struct Reader<'a> {
    args: &'a Args,
    /// Goes before every key: "" or "operators.sum.".
    prefix: String,
    faults: Vec<String>,
}

impl<'a> Reader<'a> {
    /// A reader of `args`, whose keys are shown behind `prefix`.
    pub fn new(args: &'a Args, prefix: String) -> Reader<'a> {
        Reader { args, prefix, faults: Vec::new() }
    }

    /// The parameters, for those that cannot be wrong.
    pub fn args(&self) -> &'a Args {
        self.args
    }

    /// Notes that the value of `key` makes no sense: "key = value: expected …".
    pub fn fault(&mut self, key: &str, expected: &str) {
        let value = self.args.get(key).map(|value| format!(" = {}", shown(value))).unwrap_or_default();
        self.faults.push(format!("{}{key}{value}: expected {expected}", self.prefix));
    }

    /// The law under `key`: of values of at least 0, with a finite mean.
    pub fn law(&mut self, key: &str) -> Dist {
        self.law_opt(key).unwrap_or_else(|| Dist::constant(0.0))
    }

    /// The law under `key`, if the scenario gives one.
    pub fn law_opt(&mut self, key: &str) -> Option<Dist> {
        let law = Dist::new(&self.args.law_opt(key)?);
        let dist = match law {
            Ok(dist) => dist,
            Err(fault) => {
                self.faults.push(format!("{}{key}: {fault}", self.prefix));
                return None;
            }
        };
        if dist.lowest() < 0.0 {
            self.fault(key, &format!("values of at least 0, not down to {}", dist.lowest()));
        } else if !dist.mean().is_finite() {
            self.fault(key, "a law with a finite mean");
        }
        Some(dist)
    }

    /// The size under `key`, refused where it is 0.
    pub fn size(&mut self, key: &str) -> Bytes {
        let size = self.args.bytes(key);
        if size == Bytes::ZERO {
            self.fault(key, "at least 1 B");
        }
        size
    }

    /// The time under `key`, refused where it is 0.
    pub fn span(&mut self, key: &str) -> SimSpan {
        let span = self.args.span(key);
        if span == SimSpan::ZERO {
            self.fault(key, "more than 0 s");
        }
        span
    }

    /// Refuses more than an exbibyte of `count` times `size`; `key` is the one to blame.
    pub fn bounded(&mut self, key: &str, count: f64, size: f64) {
        let total = count * size;
        if total > MOST_BYTES {
            self.fault(key, &format!("at most 1 EiB in all, not {total:.3e} B ({count:.3e} of {size:.0} B)"));
        }
    }

    /// What is wrong, in the order of reading.
    pub fn into_faults(self) -> Vec<String> {
        self.faults
    }

    /// `made`, if nothing is wrong.
    pub fn finish<T>(self, made: T) -> Result<T, Vec<String>> {
        if self.faults.is_empty() { Ok(made) } else { Err(self.faults) }
    }
}

/// A value as a scenario would spell it.
fn shown(value: &Value) -> String {
    match value {
        Value::Bytes(bytes) => bytes.to_string(),
        Value::Span(span) => span.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Count(count) => count.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Text(text) => format!("\"{text}\""),
        Value::Law(law) => shown_law(law),
        Value::List(values) => format!("[{}]", values.iter().map(shown).collect::<Vec<_>>().join(", ")),
    }
}

fn shown_law(law: &Law) -> String {
    let numbers = law.numbers.iter().map(|(name, value)| format!(", {name} = {value}"));
    format!("{{ law = \"{}\"{} }}", law.name, numbers.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_told_with_key_and_value() {
        let args = Args::new(vec![
            ("cpu", Value::Law(Law::with("uniform", &[("min", -2.0), ("max", 1.0)]))),
            ("size", Value::Law(Law::with("pareto", &[("minimum", 1.0), ("alpha", 0.5)]))),
            ("hold", Value::Law(Law::with("expnential", &[]))),
            ("entry", Value::Bytes(Bytes::ZERO)),
            ("slide", Value::Span(SimSpan::ZERO)),
        ]);
        let mut reader = Reader::new(&args, "operators.sum.".into());
        let _ = (reader.law("cpu"), reader.law("size"), reader.law("hold"), reader.size("entry"), reader.span("slide"));
        reader.bounded("entry", 1e12, 1e9);
        let faults = reader.into_faults();
        let parts =
            ["cpu = { law", "finite mean", "did you mean \"exponential\"", "entry = 0 B", "slide = 0 ns", "1 EiB"];
        assert_eq!(faults.len(), parts.len(), "{faults:?}");
        for (fault, part) in faults.iter().zip(parts) {
            assert!(fault.starts_with("operators.sum.") && fault.contains(part), "{fault}");
        }
    }
}
