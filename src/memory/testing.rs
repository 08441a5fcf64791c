//! Builds plug-ins in tests from texts in the spelling of a scenario.

use crate::base::{Args, Build, Entry, Kind, Param, Preset, Value};

/// Builds the member `name` of a family with some parameters given and the rest at their defaults.
pub(crate) fn build<T: ?Sized>(family: &[&Entry<Build<T>>], name: &str, given: &[(&str, &str)]) -> Box<T> {
    let entry = family.iter().find(|entry| entry.name == name).expect("member");
    assert!(given.iter().all(|g| entry.params.iter().any(|p| p.name == g.0)), "an undeclared parameter is given");
    (entry.build)(&args(entry.params, given)).expect("sound parameters")
}

fn args(params: &[Param], given: &[(&str, &str)]) -> Args {
    let mut args = Args::default();
    for param in params {
        let text = given.iter().find(|g| g.0 == param.name).map(|g| g.1).or(match param.preset {
            Preset::Is(text) => Some(text),
            _ => None,
        });
        if let Some(text) = text {
            args.set(param.name, value(param.kind, text));
        }
    }
    args
}

fn value(kind: Kind, text: &str) -> Value {
    match kind {
        Kind::Bytes => Value::Bytes(text.parse().expect("a size")),
        Kind::Span => Value::Span(text.parse().expect("a time")),
        Kind::Bandwidth => {
            let per_second = text.strip_suffix("/s").expect("a bandwidth");
            Value::Number(per_second.parse::<crate::base::Bytes>().expect("a bandwidth").as_f64())
        }
        Kind::Number(..) => Value::Number(text.parse().expect("a number")),
        Kind::Count(..) => Value::Count(text.parse().expect("a count")),
        Kind::Flag => Value::Flag(text == "true"),
        _ => Value::Text(text.into()),
    }
}
