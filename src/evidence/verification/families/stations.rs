//! Queues and networks that no scenario expresses, as small models on the kernel.

use super::super::family::{Family, unknown_quantity};
use super::super::models::Small;
use super::super::models::forks::{Barrier, Fork};
use super::super::models::laws;
use super::super::models::line::Line;
use super::super::models::network::{Batch, Network, Station};
use super::super::models::patience::Patience;
use super::super::models::server::{Absence, Class, Order, Server, stretched};
use super::super::rows::{Answer, Params, Refusal};
use super::super::trial::Trial;

pub(super) const FAMILIES: &[Family] = &[
    Family::simulated("mm1_srpt", |params| {
        let class =
            Class { rate: params.positive("lambda")?, service: laws::exponential(1.0 / params.positive("mu")?)? };
        small(Server { order: Order::ShortestRemaining, absence: Absence::None, classes: vec![class] }.trial())
    }),
    Family::simulated("mg1_nonpreemptive_priority", |params| priority(params, Order::Priority)),
    Family::simulated("mg1_preemptive_resume_priority", |params| priority(params, Order::PreemptivePriority)),
    Family::both("gc_pause_busy_time", pauses_while_busy, pauses_exactly),
    Family::simulated("gc_pause_wall_time", |params| {
        let rate = params.positive("pause_rate_per_second")?;
        one_class(params, Absence::Always(rate, laws::named(params, "pause", "pause_mean")?))
    }),
    Family::simulated("mg1_multiple_vacations", |params| {
        one_class(params, Absence::WhenEmpty(laws::named(params, "vacation", "vacation_mean")?))
    }),
    Family::simulated("mg1_setup", |params| {
        one_class(params, Absence::BeforeFirst(laws::named(params, "setup", "setup_mean")?))
    }),
    Family::simulated("mx_m1_batch", batches),
    Family::simulated("erlang_a", |params| {
        let (rate, service) = (params.positive("lambda")?, params.positive("mu")?);
        small(
            Patience { rate, service, servers: params.count("c", 10_000)?, patience: params.positive("theta")? }
                .trial(),
        )
    }),
    Family::simulated("fork_join_2", |params| {
        small(Fork { rate: params.positive("lambda")?, service: params.positive("mu")? }.trial())
    }),
    Family::simulated("barrier_max_exp", |params| {
        let parts = params.count("n", 1_000_000)?.max(1);
        small(Barrier { parts, rate: params.positive("mu")? }.trial())
    }),
    Family::simulated("jackson_open", jackson),
    Family::simulated("closed_network", closed),
    Family::simulated("machine_repair", repair),
    Family::simulated("tandem2_saturated_bas", |params| {
        line(params, vec![params.positive("mu1")?, params.positive("mu2")?])
    }),
    Family::simulated("tandem3_saturated_bas", |params| line(params, positive_list(params, "mu")?)),
];

type Prepared = Result<Box<dyn Trial>, Refusal>;

fn small(trial: Small) -> Prepared {
    Ok(Box::new(trial))
}

fn positive_list(params: &Params, key: &str) -> Result<Vec<f64>, Refusal> {
    let list = params.list(key)?;
    match list.iter().all(|number| *number > 0.0) {
        true => Ok(list),
        false => Err(Refusal::Parameters(format!("{key}={}, expected numbers above 0", params.text(key)?))),
    }
}

fn one_class(params: &Params, absence: Absence) -> Prepared {
    let class = Class { rate: params.positive("lambda")?, service: laws::named(params, "service", "mean")? };
    small(Server { order: Order::FirstCome, absence, classes: vec![class] }.trial())
}

fn priority(params: &Params, order: Order) -> Prepared {
    let [rates, means] = params.lists(["lambdas", "means"])?;
    let (service, shape) = (params.text("service")?, params.number("shape_or_scv").unwrap_or(f64::NAN));
    if rates.iter().chain(&means).any(|number| *number <= 0.0) {
        return Err(Refusal::Parameters("lambdas and means: expected numbers above 0".into()));
    }
    let class = |(rate, mean): (&f64, &f64)| Ok(Class { rate: *rate, service: laws::law(service, *mean, shape)? });
    let classes: Result<Vec<Class>, Refusal> = rates.iter().zip(&means).map(class).collect();
    small(Server { order, absence: Absence::None, classes: classes? }.trial())
}

fn pauses_while_busy(params: &Params) -> Prepared {
    let rate = params.positive("pause_rate_per_busy_second")?;
    one_class(params, Absence::WhileBusy(rate, laws::named(params, "pause", "pause_mean")?))
}

/// How long pauses make a request, and how many requests that leaves room for.
fn pauses_exactly(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    let (service, rate) = (params.positive("mean")?, params.positive("pause_rate_per_busy_second")?);
    let stretched = stretched(service, rate, params.positive("pause_mean")?);
    match quantity {
        "effective_service" => Ok(Answer::Number(stretched)),
        "max_stable_lambda" => Ok(Answer::Number(1.0 / stretched)),
        _ => Err(unknown_quantity(quantity)),
    }
}

fn batches(params: &Params) -> Prepared {
    let (rate, mean) = (params.positive("batch_rate")?, params.positive("batch_mean")?);
    let batch = match params.text("batch")? {
        "fixed" => Batch::Fixed(params.count("batch_mean", 1_000_000)?),
        "geometric" if mean >= 1.0 => Batch::Geometric(mean),
        other => return Err(Refusal::Parameters(format!("batch={other}, expected fixed or geometric of at least 1"))),
    };
    let service = laws::exponential(1.0 / params.positive("mu")?)?;
    let stations = vec![Station { servers: Some(1), service, external: rate, routes: vec![] }];
    small(Network { stations, batch, population: 0, last: 0 }.trial(rate * mean))
}

fn jackson(params: &Params) -> Prepared {
    let [external, rates, servers] = params.lists(["external", "mu", "c"])?;
    let routing = params.square("routing", external.len())?;
    let station = |number: usize| {
        Ok(Station {
            servers: Some(servers[number] as u32),
            service: laws::exponential(1.0 / rates[number])?,
            external: external[number],
            routes: routing[number].clone(),
        })
    };
    let stations: Result<Vec<Station>, Refusal> = (0..external.len()).map(station).collect();
    let arrivals: f64 = external.iter().sum();
    if servers.iter().any(|count| *count < 1.0 || count.fract() != 0.0) {
        return Err(Refusal::Parameters(format!("c={}, expected whole numbers of at least 1", params.text("c")?)));
    }
    if arrivals <= 0.0 || routing.iter().any(|row| row.iter().sum::<f64>() > 1.0 + 1e-9) {
        return Err(Refusal::Parameters("expected external arrivals, and routes that sum to at most 1".into()));
    }
    let last = external.len() - 1;
    small(Network { stations: stations?, batch: Batch::Fixed(1), population: 0, last }.trial(arrivals))
}

/// A ring of stations, and a time to think where it is not 0.
fn closed(params: &Params) -> Prepared {
    let demands = positive_list(params, "demands")?;
    let (kinds, think) = (params.text("kinds")?, params.number("Z")?);
    if kinds.chars().count() != demands.len() || kinds.chars().any(|kind| !"qd".contains(kind)) {
        return Err(Refusal::Parameters(format!("kinds={kinds}, expected a q (queue) or d (delay) for each demand")));
    }
    let mut places: Vec<(Option<u32>, f64)> =
        demands.iter().zip(kinds.chars()).map(|(demand, kind)| ((kind == 'q').then_some(1), *demand)).collect();
    if think > 0.0 {
        places.push((None, think));
    }
    let cycle: f64 = places.iter().map(|place| place.1).sum();
    small(ring(&places, params.count("N", 1_000_000)?, demands.len() - 1)?.trial(1.0 / cycle))
}

/// Machines that run, and the one who repairs them.
fn repair(params: &Params) -> Prepared {
    let places = [(None, 1.0 / params.positive("failure_rate")?), (Some(1), 1.0 / params.positive("repair_rate")?)];
    small(ring(&places, params.count("N", 1_000_000)?, 1)?.trial(1.0 / (places[0].1 + places[1].1)))
}

/// Stations that are visited one after the other, again and again.
fn ring(places: &[(Option<u32>, f64)], population: u32, last: usize) -> Result<Network, Refusal> {
    let station = |(number, (servers, mean)): (usize, &(Option<u32>, f64))| {
        let mut routes = vec![0.0; places.len()];
        routes[(number + 1) % places.len()] = 1.0;
        Ok(Station { servers: *servers, service: laws::exponential(*mean)?, external: 0.0, routes })
    };
    let stations: Result<Vec<Station>, Refusal> = places.iter().enumerate().map(station).collect();
    Ok(Network { stations: stations?, batch: Batch::Fixed(1), population, last })
}

fn line(params: &Params, rates: Vec<f64>) -> Prepared {
    small(Line { rates, room: params.count("buffer", 1_000_000)? }.trial())
}
