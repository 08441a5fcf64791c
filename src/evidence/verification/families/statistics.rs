//! The statistics by which runs are judged, and the analysis of sensitivity.

use super::super::family::{Family, unknown_quantity};
use super::super::models::ishigami::Ishigami;
use super::super::models::numbered;
use super::super::rows::{Answer, Params, Refusal};
use crate::stats::{KimNelson, budget_allocation, mser5, order_interval, t_quantile};

pub(super) const FAMILIES: &[Family] = &[
    Family::exact("t_quantile", |params, quantity| match quantity {
        "t" => Ok(Answer::Number(t_quantile(share(params, "p")?, params.positive("df")?))),
        _ => Err(unknown_quantity(quantity)),
    }),
    Family::exact("kim_nelson_constants", constants),
    Family::exact("quantile_ci_order_stats", ranks),
    Family::exact("ocba_allocation", budget),
    Family::exact("mser5", truncation),
    Family::simulated("ishigami_sobol", |params| {
        Ok(Box::new(Ishigami { a: params.number("a")?, b: params.number("b")? }.trial()))
    }),
];

/// A number strictly between 0 and 1.
fn share(params: &Params, key: &str) -> Result<f64, Refusal> {
    let share = params.positive(key)?;
    let inside = (share < 1.0).then_some(share);
    inside.ok_or_else(|| Refusal::Parameters(format!("{key}={share}, expected a number between 0 and 1")))
}

fn constants(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let (k, first) = (params.count("k", 1_000_000)?, params.count("n0", 1_000_000)?);
    if k < 2 || first < 2 {
        return Err(Refusal::Parameters(format!("k={k} and n0={first}, expected at least 2 each")));
    }
    if params.0.contains_key("c") && params.number("c")? != 1.0 {
        return Err(Refusal::Unable("the procedure is used with c = 1 alone".into()));
    }
    let found = KimNelson::new(k as usize, share(params, "alpha")?, first as usize);
    match quantity {
        "eta" => Ok(Answer::Number(found.eta)),
        "h2" => Ok(Answer::Number(found.h2)),
        _ => Err(unknown_quantity(quantity)),
    }
}

fn ranks(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let n = params.count("n", 10_000_000)? as usize;
    let found = order_interval(n, share(params, "p")?, share(params, "confidence")?);
    match quantity {
        "lower_index" => Ok(Answer::Number(found.lower_rank as f64)),
        "upper_index" => Ok(Answer::Number(found.upper_rank as f64)),
        "coverage" => Ok(Answer::Number(found.coverage)),
        _ => Err(unknown_quantity(quantity)),
    }
}

fn budget(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let [mut means, deviations] = params.lists(["means", "sds"])?;
    match params.text("sense")? {
        "max" => {}
        "min" => means.iter_mut().for_each(|mean| *mean = -*mean),
        other => return Err(Refusal::Parameters(format!("sense={other}, expected max or min"))),
    }
    let found = budget_allocation(&means, &deviations, params.positive("budget")?);
    let number = numbered(quantity).filter(|(name, _)| *name == "N_").and_then(|(_, number)| found.get(number - 1));
    number.map(|runs| Answer::Number(*runs)).ok_or_else(|| unknown_quantity(quantity))
}

fn truncation(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let text = params.text("series")?;
    let expected = "y_t=A+B*C^t+((Dt mod E)-F)/G for t=0..N with numbers for the capitals, at least 20 values";
    let series = series(text).ok_or_else(|| Refusal::Parameters(format!("series={text}, expected {expected}")))?;
    let cut = mser5(&series).ok_or_else(|| Refusal::Parameters(format!("series={text}, expected {expected}")))?;
    match quantity {
        "truncate_observations" => Ok(Answer::Number(cut.truncate as f64)),
        "truncated_mean" => Ok(Answer::Number(cut.mean)),
        "mser_statistic" => Ok(Answer::Number(cut.statistic)),
        _ => Err(unknown_quantity(quantity)),
    }
}

/// The values of a series in closed form: a level, something that dies out, and a saw.
fn series(text: &str) -> Option<Vec<f64>> {
    let mut rest = text.strip_prefix("y_t=")?;
    let mut numbers = Vec::new();
    for end in ["+", "*", "^t+((", "t mod ", ")-", ")/", " for t=0.."] {
        let (number, after) = rest.split_once(end)?;
        numbers.push(number.trim().parse::<f64>().ok().filter(|number| number.is_finite())?);
        rest = after;
    }
    let last = rest.trim().parse::<u32>().ok().filter(|last| *last < 10_000_000)?;
    let &[level, height, decay, step, period, middle, scale] = numbers.as_slice() else { return None };
    let saw = |t: f64| ((step * t).rem_euclid(period) - middle) / scale;
    let value = |t: u32| level + height * decay.powi(t as i32) + saw(f64::from(t));
    Some((0..=last).map(value).collect())
}
