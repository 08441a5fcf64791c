//! A certificate for block allocators: in a small memory every layout is a state of a Markov chain, so what happens in the
//! long run can be solved for, and the simulator must agree.
//!
//! Requests of a few sizes come at random, stay for exponential times, and are lost if they cannot be placed. The chain is
//! found by driving the allocator itself, whatever its rule (`chain`); what it remembers beside the layout is told by
//! what it does (`memory`).

mod chain;
mod memory;
mod solve;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chain::Maker;
use rayon::prelude::*;

use super::judge::{self, Outcome};
use super::rows::{Answer, Asked, Case, Params, Refusal};
use super::scenario::{Watched, contiguous, load};
use super::tolerance::Tolerance;
use super::{Plan, parts};
use crate::base::nearest;
use crate::pool::{BLOCK_ALLOCATORS, listed_name};
use crate::workload::arrival::FASTEST;

/// Most units of a memory whose layouts are counted.
pub const MOST_UNITS: u32 = 10;

/// Bytes of a unit: whole granules, pages and smallest blocks of all allocators.
const UNIT: u64 = 1 << 20;

/// A memory and who asks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// Units of memory, 1 ..= [`MOST_UNITS`].
    pub units: u32,
    /// Units that a request of each class takes, 1 ..= units, and requests a second (above 0). They stay for a second on
    /// average.
    pub classes: Vec<(u32, f64)>,
}

impl World {
    /// The three memories of which exact values are published.
    pub fn published() -> Vec<World> {
        let world = |units, classes: [(u32, f64); 2]| World { units, classes: classes.into() };
        vec![world(6, [(1, 1.0), (2, 0.8)]), world(8, [(1, 1.5), (2, 1.0)]), world(10, [(2, 1.2), (3, 0.8)])]
    }

    /// What is wrong with it, if anything.
    pub fn fault(&self) -> Option<String> {
        if !(1..=MOST_UNITS).contains(&self.units) {
            return Some(format!("{} units, expected 1 ..= {MOST_UNITS}", self.units));
        }
        if self.classes.is_empty() {
            return Some("no class of requests, expected at least one".into());
        }
        let sound = |(size, rate): &(u32, f64)| (1..=self.units).contains(size) && *rate > 0.0 && *rate <= FASTEST;
        let (size, rate) = self.classes.iter().find(|class| !sound(class))?;
        Some(format!(
            "{size}@{rate}, expected a size of 1 ..= {} units and a rate above 0 and at most {FASTEST:e}",
            self.units
        ))
    }

    /// As the parameters of a case.
    fn params(&self) -> Params {
        let list = |of: &dyn Fn(&(u32, f64)) -> String| self.classes.iter().map(of).collect::<Vec<_>>().join("|");
        let pairs = [
            ("units", self.units.to_string()),
            ("sizes", list(&|class| class.0.to_string())),
            ("lambda", list(&|class| class.1.to_string())),
            ("mu", list(&|_| "1".into())),
        ];
        Params(BTreeMap::from(pairs.map(|(key, value)| (key.to_string(), value))))
    }
}

/// A quantity, exact and simulated.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The exact value.
    pub exact: Asked,
    /// The simulated one, and the verdict.
    pub simulated: Outcome,
}

/// What came of one memory.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The memory.
    pub world: World,
    /// States of the chain: layouts, more than once where the allocator remembers more.
    pub states: usize,
    /// Different layouts among them.
    pub layouts: usize,
    /// All quantities, in the order of the chain.
    pub rows: Vec<Compared>,
}

/// The name of a block allocator as it is listed.
///
/// # Errors
/// There is none of this name; the text offers the nearest.
pub fn policy(name: &str) -> Result<&'static str, String> {
    let listed = listed_name(name);
    let found = BLOCK_ALLOCATORS.iter().find(|entry| entry.name == listed);
    found.map(|entry| entry.name).ok_or_else(|| {
        let near = nearest(name, BLOCK_ALLOCATORS.iter().map(|entry| entry.name));
        let hint = near.map_or(String::new(), |near| format!(", did you mean `{near}`?"));
        format!("there is no block allocator `{name}`{hint}")
    })
}

/// Solves and simulates every world under the allocator called `name`, with its presets.
///
/// # Errors
/// There is no such allocator, a world makes no sense, or its chain cannot be found; all faults at once.
pub fn certify(name: &str, worlds: &[World], plan: Plan) -> Result<Vec<Certificate>, Vec<String>> {
    let name = policy(name).map_err(|fault| vec![fault])?;
    let faults: Vec<String> = worlds.iter().filter_map(World::fault).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let found: Vec<Result<Certificate, String>> =
        worlds.par_iter().map(|world| one(name, world, &plan).map_err(|refusal| refusal.reason().into())).collect();
    let (done, failed): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_ok);
    match failed.is_empty() {
        true => Ok(done.into_iter().flatten().collect()),
        false => Err(failed.into_iter().filter_map(Result::err).collect()),
    }
}

fn one(name: &'static str, world: &World, plan: &Plan) -> Result<Certificate, Refusal> {
    let params = world.params();
    let setup = contiguous(&params, &format!("\"{name}\""))?;
    // The chain drives the very allocator that the scenario asks for.
    let choice = load(&setup.scenario(1.0, 0.1)).map_err(Refusal::Parameters)?.allocator;
    let capacity = u64::from(world.units) * UNIT;
    let make = || parts::pool_of(&choice.name, &choice.args, capacity).map_err(|refusal| refusal.reason().to_string());
    let chain = memory::learn(world, &Maker { make: &make, unit: UNIT }, plan.seed).map_err(Refusal::Unable)?;
    let averages = chain.averages().map_err(Refusal::Unable)?;
    let asked = averages.into_iter().enumerate().map(|(row, (quantity, exact))| Asked {
        row,
        id: format!("{name} {quantity}"),
        quantity,
        expected: Answer::Number(exact),
        tolerance: Tolerance::Stochastic,
    });
    let case = Case { model: format!("layouts {name}"), params, asked: asked.collect() };
    let trial = Watched::boxed(setup)?;
    let outcomes = judge::simulate(&case, &*trial, &case.asked.iter().collect::<Vec<_>>(), plan);
    let rows = case.asked.into_iter().zip(outcomes).map(|(exact, simulated)| Compared { exact, simulated });
    Ok(Certificate { world: world.clone(), states: chain.states(), layouts: chain.layouts(), rows: rows.collect() })
}
