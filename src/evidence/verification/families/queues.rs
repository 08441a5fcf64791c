//! Queues, loss systems, shared cores and allocators as whole scenarios.

use super::super::family::Family;
use super::super::family::unknown_quantity;
use super::super::rows::{Answer, Params, Refusal};
use super::super::scenario::{self, Setup, Stations, Watched};
use super::super::trial::Trial;
use crate::cache::Zipf;
use crate::workload::synthetic::last_of_key;

pub(super) const FAMILIES: &[Family] = &[
    Family::simulated("mm1", |params| many_servers(params, 1)),
    Family::simulated("mmc", |params| many_servers(params, servers(params)?)),
    Family::simulated("mmck", finite),
    Family::simulated("erlang_b", erlang_b),
    Family::simulated("gm1", gm1),
    Family::simulated("mg1_fcfs", |params| {
        Watched::boxed(poisson_queue(params, Stations { servers: 1, room: None }, general(params)?)?)
    }),
    Family::simulated("mg1_ps", |params| {
        Watched::boxed(scenario::shared(params.positive("lambda")?, general(params)?))
    }),
    Family::simulated("mmpp2_m1", mmpp2_m1),
    Family::both("mg_inf", mg_inf, nobody_present),
    Family::simulated("kaufman_roberts", |params| {
        Watched::boxed(scenario::kaufman_roberts(params, scenario::exponential(1.0))?)
    }),
    Family::simulated("tandem2_saturated_bbs", |params| Watched::boxed(scenario::tandem(params)?)),
    Family::simulated("contiguous_first_fit", |params| contiguous(params, "\"first-fit\"")),
    Family::simulated("contiguous_best_fit", |params| contiguous(params, "\"best-fit\"")),
    Family::simulated("contiguous_worst_fit", |params| contiguous(params, "\"worst-fit\"")),
    Family::simulated("contiguous_next_fit", |params| contiguous(params, "\"next-fit\"")),
    Family::simulated("binary_buddy", |params| contiguous(params, "{ kind = \"buddy\", smallest = \"1 MiB\" }")),
];

type Prepared = Result<Box<dyn Trial>, Refusal>;

fn servers(params: &Params) -> Result<u32, Refusal> {
    params.count("c", 10_000)
}

fn poisson_queue(params: &Params, stations: Stations, law: String) -> Result<Setup, Refusal> {
    let rate = params.positive("lambda")?;
    Ok(scenario::queue(&scenario::poisson(rate), rate, stations, law))
}

fn exponential(params: &Params) -> Result<String, Refusal> {
    Ok(scenario::exponential(1.0 / params.positive("mu")?))
}

fn general(params: &Params) -> Result<String, Refusal> {
    scenario::law(params, "service", params.positive("mean")?, "shape_or_scv")
}

fn many_servers(params: &Params, servers: u32) -> Prepared {
    Watched::boxed(poisson_queue(params, Stations { servers, room: None }, exponential(params)?)?)
}

fn finite(params: &Params) -> Prepared {
    let (servers, room) = (servers(params)?, params.count("K", 1_000_000)?);
    match room.checked_sub(servers) {
        Some(line) => {
            Watched::boxed(poisson_queue(params, Stations { servers, room: Some(line) }, exponential(params)?)?)
        }
        None => Err(Refusal::Parameters(format!("K={room}, expected at least c={servers}"))),
    }
}

fn erlang_b(params: &Params) -> Prepared {
    let rate = params.positive("a")?;
    Watched::boxed(scenario::queue(
        &scenario::poisson(rate),
        rate,
        Stations { servers: servers(params)?, room: Some(0) },
        scenario::exponential(1.0),
    ))
}

fn gm1(params: &Params) -> Prepared {
    let rate = params.positive("lambda")?;
    let gap = scenario::law(params, "arrival", 1.0 / rate, "erlang_k")?;
    Watched::boxed(scenario::queue(
        &scenario::renewal(&gap),
        rate,
        Stations { servers: 1, room: None },
        exponential(params)?,
    ))
}

fn mmpp2_m1(params: &Params) -> Prepared {
    let rates = [params.number("lambda1")?, params.number("lambda2")?];
    let leave = [params.positive("rate_1to2")?, params.positive("rate_2to1")?];
    let mean = (rates[0] * leave[1] + rates[1] * leave[0]) / (leave[0] + leave[1]);
    if rates[0] < 0.0 || rates[1] < 0.0 || mean <= 0.0 {
        return Err(Refusal::Parameters("lambda1 and lambda2: expected rates of at least 0, one of them above".into()));
    }
    Watched::boxed(scenario::queue(
        &scenario::mmpp2(rates, leave),
        mean,
        Stations { servers: 1, room: None },
        exponential(params)?,
    ))
}

fn mg_inf(params: &Params) -> Prepared {
    let law = match params.text("hold")? {
        // The number present does not depend on the law; this one is far from exponential.
        "any" => scenario::service("h2", params.positive("mean_hold")?, 4.0)?,
        name => scenario::service(name, params.positive("mean_hold")?, f64::NAN)?,
    };
    Watched::boxed(scenario::endless_room(params.positive("lambda")?, law))
}

/// The chance that nobody is present, by the workload's own law of how many of a Poisson number of events come.
fn nobody_present(params: &Params, quantity: &str) -> Result<Answer, Refusal> {
    match quantity {
        "P_zero" => {
            let events = params.positive("lambda")? * params.positive("mean_hold")?;
            Ok(Answer::Number(last_of_key(&Zipf::new(1, 0.0), events)))
        }
        _ => Err(unknown_quantity(quantity)),
    }
}

fn contiguous(params: &Params, allocator: &str) -> Prepared {
    Watched::boxed(scenario::contiguous(params, allocator)?)
}
