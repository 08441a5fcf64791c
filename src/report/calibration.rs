//! What came of calibrating, for people and for programs.

use std::fmt::Write;

use serde_json::{Value, json as object};

use super::text::{aligned, percent, short, size};
use crate::base::SimSpan;
use crate::gc_study::calibrate::{Calibrated, Coefficient, Fitted, Program, STAND_IN, Section, Standing};
use crate::gc_study::replay::{GOOD, Holdout, Judged, Pair};

/// The answer for people.
pub fn table(judged: &Judged) -> String {
    let calibrated = &judged.calibrated;
    let mut text = String::new();
    for remark in &calibrated.remarks {
        let _ = writeln!(text, "note: {remark}");
    }
    for section in &calibrated.sections {
        text.push_str(&coefficients(section));
    }
    text.push_str(&programs(calibrated));
    text.push_str(&holdouts(judged));
    text
}

fn coefficients(section: &Section) -> String {
    let head = ["collections", "coefficient", "value", "+-", "multiplied by"];
    let mut rows = vec![head.map(String::from).to_vec()];
    for law in &section.laws {
        rows.extend(law.coefficients.iter().map(|coefficient| row(law, coefficient)));
        if let Some(key) = law.law.efficiency {
            let note = match law.efficiency_fitted {
                true => "each further thread, in threads".to_string(),
                false => format!(
                    "not identified from these logs, kept at the default of {STAND_IN}, {}: the number of threads never varies",
                    short(law.efficiency)
                ),
            };
            let value = if law.efficiency_fitted { short(law.efficiency) } else { String::new() };
            rows.push(vec![law.law.class.name().into(), key.into(), value, String::new(), note]);
        }
    }
    format!(
        "{}: what collections cost\n{}  Not to be told from any log: cost of dirty cards apart from copying, barriers, time \
         lost after a pause.\n\n",
        section.collector,
        aligned(&rows, 2, true)
    )
}

fn row(law: &Fitted, coefficient: &Coefficient) -> Vec<String> {
    let value = value(coefficient, coefficient.value);
    let (value, error, note) = match &coefficient.standing {
        Standing::Fitted(error) => (value, format!("{:.0} %", 100.0 * error), coefficient.term.meaning.to_string()),
        Standing::Default(reason) => {
            let note = format!("not identified from these logs, kept at the default of {STAND_IN}, {value}: {reason}");
            (String::new(), String::new(), note)
        }
        Standing::Bounded(most) => {
            let most = self::value(coefficient, *most);
            (
                value,
                String::new(),
                format!("not identified from these logs: at most {most}; the default of {STAND_IN} is more"),
            )
        }
    };
    vec![law.law.class.name().into(), coefficient.term.key.into(), value, error, note]
}

fn value(coefficient: &Coefficient, number: f64) -> String {
    match coefficient.term.is_time {
        true => SimSpan::from_nanos(format!("{number:.3e}").parse().unwrap_or(number)).to_string(),
        false => format!("{} ns/B", short(number)),
    }
}

fn programs(calibrated: &Calibrated) -> String {
    let head = ["log", "allocated/s", "spread", "survive", "promoted/s", "live", "growth/h"];
    let mut rows = vec![head.map(String::from).to_vec()];
    for (run, program) in calibrated.runs.iter().zip(&calibrated.programs) {
        rows.push([vec![run.name.clone()], cells(program).to_vec()].concat());
    }
    format!("What ran\n{}\n", aligned(&rows, 1, false))
}

fn cells(program: &Program) -> [String; 6] {
    let told = |value: Option<f64>| value.map_or("-".to_string(), size);
    let share = |value: f64| format!("{:.1} %", 100.0 * value);
    let spread = program.allocation.filter(|rate| rate.mean > 0.0).map(|rate| rate.deviation / rate.mean);
    [
        told(program.allocation.map(|rate| rate.mean)),
        spread.map_or("-".into(), share),
        program.survival.map_or("-".into(), share),
        told(program.promotion),
        told(program.live.map(|live| live.mean)),
        told(program.growth.map(|growth| growth * 3600.0)),
    ]
}

fn holdouts(judged: &Judged) -> String {
    let head = ["log", "from", "pauses", "by touch", "collections", "by bytes", "pauses, alone", "number, alone"];
    let mut rows = vec![head.map(String::from).to_vec()];
    let mut good = (0, 0, 0);
    for (run, held) in judged.calibrated.runs.iter().zip(&judged.holdouts) {
        let Some(held) = held else {
            rows.push(vec![run.name.clone(), "cannot be divided: too few collections, or no times".into()]);
            continue;
        };
        good.0 += 1;
        good.1 += usize::from(held.pauses.within(GOOD.0));
        good.2 += usize::from(held.collections.within(GOOD.1));
        rows.push([vec![run.name.clone()], errors(held).to_vec()].concat());
    }
    let mut text = format!("The later part of each log, predicted from the earlier one\n{}", aligned(&rows, 1, false));
    let _ = writeln!(
        text,
        "  Pauses within 20 % in {} of {} logs, collections within 15 % in {}. By touch: given what each collection touched.\n  \
         By bytes: the heap replayed with what was allocated. Alone: given nothing, as if the program went on as it was.",
        good.1, good.0, good.2
    );
    text
}

fn errors(held: &Holdout) -> [String; 7] {
    let error = |pair: &Pair| pair.error().map_or("-".to_string(), percent);
    [
        format!("{} s", short(held.from_s)),
        format!("{} s", short(held.pauses.measured)),
        error(&held.pauses),
        short(held.collections.measured),
        error(&held.collections),
        error(&held.forecast_pauses),
        error(&held.forecast_collections),
    ]
}

/// The answer for programs: times in seconds, sizes in bytes, prices in nanoseconds (a byte).
pub fn json(judged: &Judged) -> String {
    let calibrated = &judged.calibrated;
    let sections: Vec<Value> = calibrated.sections.iter().map(section).collect();
    let runs = calibrated.runs.iter().zip(&calibrated.programs).zip(&judged.holdouts);
    let runs: Vec<Value> = runs
        .map(|((run, program), held)| {
            object!({
                "log": run.name,
                "collector": run.collector.to_string(),
                "collections": run.samples.iter().filter(|sample| sample.counts).count(),
                "allocated_bytes_per_s": program.allocation.map(|rate| rate.mean),
                "allocated_bytes_per_s_deviation": program.allocation.map(|rate| rate.deviation),
                "survival": program.survival,
                "promoted_bytes_per_s": program.promotion,
                "live_bytes": program.live.map(|live| live.mean),
                "live_growth_bytes_per_s": program.growth,
                "holdout": held.as_ref().map(held_out),
            })
        })
        .collect();
    let all = object!({ "remarks": calibrated.remarks, "collectors": sections, "logs": runs });
    format!("{all:#}\n")
}

fn section(section: &Section) -> Value {
    let each = section.laws.iter().flat_map(|law| law.coefficients.iter().map(move |coefficient| (law, coefficient)));
    let coefficients: Vec<Value> = each
        .map(|(law, coefficient)| {
            let (standing, error, reason) = match &coefficient.standing {
                Standing::Fitted(error) => ("fitted", Some(*error), None),
                Standing::Default(reason) => ("kept", None, Some(reason.as_str())),
                Standing::Bounded(_) => ("bounded", None, None),
            };
            object!({
                "collections": law.law.class.name(),
                "name": coefficient.term.key,
                "value": coefficient.value,
                "standing": standing,
                "relative_standard_error": error,
                "reason": reason,
            })
        })
        .collect();
    object!({ "collector": section.collector.to_string(), "section": section.name, "coefficients": coefficients })
}

fn held_out(held: &Holdout) -> Value {
    let pair = |pair: &Pair| object!({ "measured": pair.measured, "predicted": pair.predicted });
    object!({
        "from_s": held.from_s,
        "pauses_s": pair(&held.pauses),
        "collections": pair(&held.collections),
        "forecast_pauses_s": pair(&held.forecast_pauses),
        "forecast_collections": pair(&held.forecast_collections),
    })
}
