//! Arrival processes, windows, and what a rescaling leaves behind.

use super::super::family::{Family, unknown_quantity};
use super::super::models::arrivals::{self, Day};
use super::super::models::fluid::catch_up;
use super::super::models::windows::Distinct;
use super::super::rows::{Answer, Params, Refusal};
use super::super::scenario::{self, Watched, load};
use super::super::trial::Trial;
use crate::base::{SimSpan, Value};
use crate::workload::synthetic::{GENERATORS, Generated, GeneratorInput};

pub(super) const FAMILIES: &[Family] = &[
    Family::simulated("mmpp2", mmpp2),
    Family::simulated("hawkes_exp", hawkes),
    Family::simulated("diurnal_nhpp", |params| {
        let (base, amplitude) = (params.positive("base")?, params.number("amplitude")?);
        if !(0.0..=1.0).contains(&amplitude) {
            return Err(Refusal::Parameters(format!("amplitude={amplitude}, expected a number within 0 ..= 1")));
        }
        let (from, to) = (params.number("from_s")?, params.positive("to_s")?);
        Ok(Box::new(Day { base, amplitude, from, to }.trial()?))
    }),
    // A record is a task that stays for the gap: the key's session lasts as long as one of them is there.
    Family::simulated("session_window", |params| {
        let gap = scenario::service("det", params.positive("gap_s")?, f64::NAN)?;
        Watched::boxed(scenario::endless_room(params.positive("events_per_s_per_key")?, gap))
    }),
    Family::both("window_buffer", sliding, copies),
    Family::simulated("distinct_keys_in_window", |params| {
        let (keys, exponent) = (params.count("keys", 100_000_000)?.max(1), params.number("zipf")?);
        let (rate, length) = (params.positive("rate")?, params.positive("window_s")?);
        Ok(Box::new(Distinct { keys, exponent, rate, length }.trial()?))
    }),
    Family::exact("rescale_catchup", rescale),
];

type Prepared = Result<Box<dyn Trial>, Refusal>;

fn mmpp2(params: &Params) -> Prepared {
    let leave = [params.positive("rate_1to2")?, params.positive("rate_2to1")?];
    let span = |rate: f64| Value::Span(SimSpan::from_secs(1.0 / rate));
    let values = vec![
        ("rate_1", Value::Number(params.number("lambda1")?)),
        ("rate_2", Value::Number(params.number("lambda2")?)),
        ("stay_1", span(leave[0])),
        ("stay_2", span(leave[1])),
    ];
    Ok(Box::new(arrivals::counts(("mmpp2", values), leave[0] + leave[1])?))
}

fn hawkes(params: &Params) -> Prepared {
    let (branching, decay) = (params.number("branching")?, params.positive("decay")?);
    let values = vec![
        ("baseline", Value::Number(params.positive("baseline")?)),
        ("branching", Value::Number(branching)),
        ("memory", Value::Span(SimSpan::from_secs(1.0 / decay))),
    ];
    Ok(Box::new(arrivals::counts(("hawkes", values), decay * (1.0 - branching))?))
}

/// Seconds that a run of many windows can last for, and that nanoseconds can tell apart.
const SPANS: std::ops::RangeInclusive<f64> = 1e-6..=1e6;

fn sliding(params: &Params) -> Prepared {
    let (length, slide) = (params.positive("size_s")?, params.positive("slide_s")?);
    if slide > length || (length / slide).fract() > 1e-9 {
        return Err(Refusal::Parameters(format!("slide_s={slide}, expected a whole part of size_s={length}")));
    }
    if !SPANS.contains(&slide) || !SPANS.contains(&length) {
        let (least, most) = (SPANS.start(), SPANS.end());
        return Err(Refusal::Parameters(format!("size_s={length} and slide_s={slide}, expected {least} ..= {most}")));
    }
    Watched::boxed(scenario::sliding_window(params.positive("rate")?, length, slide)?)
}

/// Copies of a record, as the workload `sliding-window` makes them.
fn copies(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    if quantity != "copies_per_element" {
        return Err(unknown_quantity(quantity));
    }
    let (length, slide) = (params.positive("size_s")?, params.positive("slide_s")?);
    let text = format!(
        "name = \"window\"\n[groups.a]\ntask_heap = \"64 MiB\"\nmanaged = \"64 MiB\"\n[workloads.w]\nkind = \"sliding-window\"\nwindow = \"{length} s\"\n\
         slide = \"{slide} s\"\ncopy = \"1 KiB\"\n"
    );
    let scenario = load(&text).map_err(Refusal::Parameters)?;
    let args = scenario.workloads.first().map(|workload| &workload.kind.args);
    let entry = GENERATORS.iter().find(|entry| entry.name == "sliding-window");
    let (Some(args), Some(entry)) = (args, entry) else {
        return Err(Refusal::Unable("there is no workload `sliding-window`".into()));
    };
    let made = (entry.build)(&GeneratorInput { args, operators: &[], rate: None });
    let Generated::Graph(graph) = made.map_err(|faults| Refusal::Parameters(faults.join("; ")))? else {
        return Err(Refusal::Unable("the workload `sliding-window` makes no graph".into()));
    };
    let window = graph.operators.iter().find_map(|operator| operator.window.as_ref());
    let window = window.ok_or_else(|| Refusal::Unable("the workload `sliding-window` keeps no records".into()))?;
    Ok(Answer::Number(window.retain.as_f64() / args.bytes("copy").as_f64()))
}

fn rescale(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let (rate, capacity) = (params.positive("rate")?, params.positive("capacity")?);
    if capacity <= rate {
        return Err(Refusal::Parameters(format!("capacity={capacity}, expected more than rate={rate}")));
    }
    let found = catch_up(rate, capacity, params.positive("downtime_s")?);
    match quantity {
        "backlog" => Ok(Answer::Number(found.backlog)),
        "catchup_s" => Ok(Answer::Number(found.seconds)),
        "max_latency_s" => Ok(Answer::Number(found.oldest)),
        _ => Err(unknown_quantity(quantity)),
    }
}
