//! For tests: builds plug-ins from texts in the spelling of a scenario, and drives a heap through concurrent cycles.

use crate::base::{Args, Build, Bytes, Entry, Kind, Param, Preset, Value};
use crate::heap::{Allocation, Heap, OutOfMemory, Progress, Touched};

/// Allocates as a mutator that allocates `pace(cycle)` bytes, and no more than the cycle's budget, while a concurrent
/// cycle runs; it waits no time at all. Appends what the collections touched to `out`.
pub(crate) fn allocate_paced(
    heap: &mut Heap,
    request: Allocation,
    pace: &dyn Fn(&Touched) -> Bytes,
    out: &mut Vec<Touched>,
) -> Result<(), OutOfMemory> {
    let (mut left, mut lasts) = (request.bytes, None);
    // What an earlier batch has left running is over by now.
    while heap.in_cycle() {
        heap.finish_cycle(out);
    }
    while left > Bytes::ZERO {
        // One collection at a time, so that the cycle that it may begin is seen; an object more asks for it.
        let step = left.min(heap.room() + heap.generations().spec.object).min(lasts.unwrap_or(left));
        let updates = request.updates * step.as_f64() / request.bytes.as_f64();
        let mut now = vec![];
        let waiting = match heap.allocate(Allocation { bytes: step, updates, ..request }, &mut now)? {
            Progress::Done => Bytes::ZERO,
            Progress::Stalled { left } => left,
        };
        left = left - step + waiting;
        lasts = lasts.map(|bytes: Bytes| bytes.saturating_sub(step - waiting));
        lasts = begun(heap, pace, &now).or(lasts).filter(|_| heap.in_cycle());
        if waiting > Bytes::ZERO || lasts == Some(Bytes::ZERO) {
            heap.finish_cycle(&mut now);
            lasts = begun(heap, pace, &now);
        }
        now.into_iter().for_each(|entry| entry.push_onto(out));
    }
    Ok(())
}

/// Bytes that the mutator allocates during the concurrent work that `now` ends with, if it does.
fn begun(heap: &Heap, pace: &dyn Fn(&Touched) -> Bytes, now: &[Touched]) -> Option<Bytes> {
    let cycle = now.last().filter(|last| last.concurrent && heap.in_cycle())?;
    Some(pace(cycle).max(Bytes(1)).min(cycle.budget.unwrap_or(Bytes(u64::MAX))))
}

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
