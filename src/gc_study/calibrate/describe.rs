//! The description of a JVM as a file that people read and scenarios name.

use std::fmt::Write;

use super::fit::{Coefficient, Standing};
use super::sample::Class;
use super::settings::{STAND_IN, stand_in};
use super::{Calibrated, Section};
use crate::base::{SimSpan, Value};
use crate::jvm::description::Coefficients;

/// The text of a description; `None` where no collector of the logs has a section.
pub fn describe(calibrated: &Calibrated) -> Option<String> {
    let mut text = head(calibrated);
    let mut any = false;
    for section in &calibrated.sections {
        if let (Some(name), Some(defaults)) = (section.name, section.name.and_then(stand_in)) {
            any = true;
            text.push_str(&one(section, name, defaults));
        }
    }
    any.then_some(text)
}

fn head(calibrated: &Calibrated) -> String {
    let mut text = String::from(
        "# A JVM as its garbage-collection logs show it, written by `heapwise calibrate`.\n# Fitted on:\n",
    );
    for run in &calibrated.runs {
        let facts = &run.facts;
        let told =
            |label: &str, value: Option<String>| value.map(|value| format!(", {label}{value}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "#   {}: {}{}{}{}, {} collections",
            clean(&run.name),
            run.collector,
            told("JDK ", (!facts.version.is_empty()).then(|| clean(&facts.version))),
            told("cores ", facts.cpus.map(|cores| cores.to_string())),
            told("heap ", facts.heap_max.map(|heap| heap.to_string())),
            run.samples.iter().filter(|sample| sample.counts).count(),
        );
    }
    let jdk = calibrated.runs.iter().find_map(|run| run.facts.major()).unwrap_or(17).clamp(8, 99);
    let names: Vec<String> = calibrated.runs.iter().take(3).map(|run| clean(&run.name)).collect();
    let more =
        if calibrated.runs.len() > 3 { format!(" and {} more", calibrated.runs.len() - 3) } else { String::new() };
    let _ = write!(
        text,
        "# Times carry their unit; plain numbers are nanoseconds of CPU per byte. [x.uncertainty] holds standard errors as\n\
         # shares of the value. What is kept is the value of {STAND_IN}.\n\n\
         name = {}\norigin = {}\njdk = {jdk}\n",
        toml_edit::Value::from(format!("calibrated from {}{more}", names.join(", "))),
        toml_edit::Value::from(format!("fitted by heapwise calibrate; kept values from {STAND_IN}")),
    );
    text
}

/// Text from a log, fit for one line of a comment.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A value and what is said of it.
struct Line {
    value: String,
    note: String,
    error: Option<f64>,
}

fn one(section: &Section, name: &str, defaults: &Coefficients) -> String {
    let mut text = format!("\n[{name}]\n");
    let mut errors = String::new();
    for (key, default) in defaults.values.iter() {
        let line = found(section, defaults, key).unwrap_or_else(|| Line {
            value: written(default),
            note: "kept: not in a log".to_string(),
            error: None,
        });
        let _ = writeln!(text, "{:<32} # {}", format!("{key} = {}", line.value), line.note);
        if let Some(error) = line.error {
            let _ = writeln!(errors, "{key} = {error:.3}");
        }
    }
    if !errors.is_empty() {
        let _ = write!(text, "\n[{name}.uncertainty]\n{errors}");
    }
    text
}

/// What the fit says of a key; `None` where it says nothing.
fn found(section: &Section, defaults: &Coefficients, key: &str) -> Option<Line> {
    // A full collection shows the price of marking a live byte only together with that of moving it; a cycle marks alone.
    let cycle = section.law(Class::Cycle).and_then(|law| law.coefficient("marked"));
    let alone = cycle.filter(|marked| marked.is_told());
    let both = section.law(Class::Full).and_then(|law| law.coefficient("marked"));
    match (key, alone, both) {
        ("marked", Some(marked), _) => return Some(line(marked, 0.0)),
        ("compacted", Some(marked), Some(both)) if both.is_told() => {
            let note = "live bytes of full collections, less what marking costs".into();
            return Some(Line { note, ..line(both, marked.value) });
        }
        ("compacted", None, Some(both)) if both.is_told() => return Some(none("contained in marked", false)),
        ("marked" | "compacted", None, Some(both)) if !both.is_told() => return kept(both, defaults, key),
        ("marked", None, None) => return cycle.and_then(|marked| kept(marked, defaults, key)),
        _ => {}
    }
    if let Some(within) = contained(section, key) {
        return Some(none(within, key == "card"));
    }
    if let Some(law) = section.laws.iter().find(|law| law.law.efficiency == Some(key)) {
        let note = match law.efficiency_fitted {
            true => format!("fitted to {} {} collections", law.samples, law.law.class.name()),
            false => "kept: the number of threads never varies".to_string(),
        };
        return Some(Line { value: format!("{:?}", law.efficiency), note, error: None });
    }
    let coefficient = section.laws.iter().find_map(|law| law.coefficient(key))?;
    Some(line(coefficient, 0.0))
}

/// Costs that a log cannot show apart from those that were fitted, and in which they are therefore contained.
fn contained(section: &Section, key: &str) -> Option<&'static str> {
    let fitted = |class, key| section.law(class).and_then(|law| law.coefficient(key)).is_some_and(Coefficient::is_told);
    match key {
        "card" | "far" if fitted(Class::Young, "copied") => Some("contained in copied and young-fixed"),
        "unordered" | "scattered" | "crowded" if fitted(Class::Full, "marked") => {
            Some("contained in marked or compacted")
        }
        _ => None,
    }
}

/// A key whose default stays, with the reason.
fn kept(coefficient: &Coefficient, defaults: &Coefficients, key: &str) -> Option<Line> {
    Some(Line { value: written(defaults.values.get(key)?), ..line(coefficient, 0.0) })
}

/// A value as a description has it.
fn written(value: &Value) -> String {
    match value {
        Value::Number(number) => format!("{number:?}"),
        Value::Count(count) => count.to_string(),
        Value::Span(span) => format!("\"{span}\""),
        Value::Bytes(bytes) => format!("\"{bytes}\""),
        // No coefficient is of another kind.
        Value::Flag(_) | Value::Text(_) | Value::Law(_) | Value::List(_) => String::new(),
    }
}

fn none(within: &str, is_time: bool) -> Line {
    let value = if is_time { "\"0 s\"" } else { "0.0" };
    Line { value: value.into(), note: within.into(), error: None }
}

fn line(coefficient: &Coefficient, less: f64) -> Line {
    let value = (coefficient.value - less).max(0.0);
    let text = if coefficient.term.is_time { time(value) } else { format!("{:?}", rounded(value)) };
    let (note, error) = match &coefficient.standing {
        Standing::Fitted(error) => (format!("+- {:.0} %, {}", 100.0 * error, coefficient.term.meaning), Some(*error)),
        Standing::Default(reason) => (format!("kept: {reason}"), None),
        Standing::Bounded(most) => {
            let most =
                if coefficient.term.is_time { time(*most).replace('"', "") } else { format!("{:?}", rounded(*most)) };
            (format!("not identified, at most {most}"), None)
        }
    };
    // An error is a share of the value that is written.
    let error = error.map(|error| if value > 0.0 { error * coefficient.value / value } else { 0.0 });
    Line { value: text, note, error }
}

/// Four digits.
fn rounded(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// A time in quotes, to whole nanoseconds.
fn time(nanos: f64) -> String {
    format!("\"{}\"", SimSpan::from_nanos(rounded(nanos)))
}

#[cfg(test)]
mod tests {
    use toml_edit::DocumentMut;

    use super::super::{calibrate, read};
    use super::*;

    /// Young collections of Serial that take 1 ms and 1 ns a byte, one for each number of KiB copied.
    fn described(copied: &[u32]) -> Option<String> {
        let mut log = "[0.010s][info][gc] Using Serial\n".to_string();
        for (id, kib) in copied.iter().enumerate() {
            let (start, length) = (id as f64 + 1.0, 1.0 + f64::from(*kib) * 1024e-6);
            let _ = write!(
                log,
                "[{start:.3}s][info][gc,start] GC({id}) Pause Young (Allocation Failure)\n\
                 [{start:.3}s][info][gc,heap] GC({id}) DefNew: 17000K->{kib}K(19648K)\n\
                 [{start:.3}s][info][gc,heap] GC({id}) Tenured: 0K->0K(43712K)\n\
                 [{start:.3}s][info][gc] GC({id}) Pause Young (Allocation Failure) 16M->1M(61M) {length:.3}ms\n"
            );
        }
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gc.log");
        std::fs::write(&path, log).unwrap();
        describe(&calibrate(read(&[path]).unwrap(), 1))
    }

    #[test]
    fn a_description_is_toml_with_every_key_and_says_what_was_fitted() {
        let text = described(&[500, 1000, 1500, 2000, 900, 1400, 100, 700, 1900, 1200]).unwrap();
        let written = text.parse::<DocumentMut>().unwrap();
        let copied = written["serial"]["copied"].as_float().unwrap();
        assert!((copied - 1.0).abs() < 0.01, "{text}");
        let fixed: SimSpan = written["serial"]["young-fixed"].as_str().unwrap().parse().unwrap();
        assert!((fixed.as_secs() / 1e-3 - 1.0).abs() < 0.01, "{text}");
        assert!(written["serial"]["uncertainty"]["copied"].as_float().is_some());
        assert!(text.contains("gc.log: Serial, 10 collections") && text.contains("kept: never varies"), "{text}");
        for (key, _) in stand_in("serial").unwrap().values.iter() {
            assert!(written["serial"].get(key).is_some(), "{key}");
        }
        assert!(written.get("g1").is_none());
        let faults = crate::scenario::jvm(&text, "my-jvm.toml").err();
        assert_eq!(faults, None, "{text}");
    }
}
