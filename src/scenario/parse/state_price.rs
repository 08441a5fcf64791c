//! `state_price`: what the keyed state of an operator, or of a generator's operators, costs. It follows from where that state
//! lives unless the scenario says so.

use crate::base::{Args, Param, Trait};
use crate::scenario::catalogue::{Catalogue, facts};
use crate::scenario::fault::{Faults, Spot};
use crate::scenario::schema::{STATE_PRICE, STATE_PRICES_BY_PLACE};
use crate::scenario::spec::{Choice, Workload};
use crate::workload::graph::StatePlace;

use super::Context;
use super::plugin::{self, Slot};
use super::section::defaults;

/// The family of these prices, by its key in the catalogue.
const FAMILY: &str = "prices.state";

/// Whether tables with these parameters speak of keyed state.
pub fn keeps_state(params: &[Param]) -> bool {
    params.iter().any(|param| param.name == "state")
}

/// Where the keyed state of a generator's operators lives; `None` where it keeps none.
pub fn place(args: &Args) -> Option<StatePlace> {
    args.text_opt("state").and_then(|word| StatePlace::of(&word))
}

/// Whether the price `name` fits state that lives at `place`.
pub fn fits(catalogue: &dyn Catalogue, name: &str, place: StatePlace) -> bool {
    let traits = facts(catalogue, FAMILY, name).map_or(&[][..], |facts| facts.traits);
    traits.iter().all(|known| !matches!(known, Trait::OnlyState(only) if *only != place.word()))
}

/// The price that the table at `spot`, of the pattern `section`, names itself.
pub fn named(spot: &Spot, section: &str, context: Context, faults: &mut Faults) -> Option<Choice> {
    spot.node.get(STATE_PRICE)?;
    Some(plugin::choice(spot, Slot { section, key: STATE_PRICE }, context.catalogue, faults))
}

/// Leaves a price to everything in `workload` that keeps keyed state, and to nothing else: its own, or `wide` where that
/// fits its place, or the one that belongs to its place.
pub fn settle(workload: &mut Workload, wide: Option<&Choice>, catalogue: &dyn Catalogue) {
    let price = |place: Option<StatePlace>, own: Option<Choice>| {
        let place = place?;
        let wide = || wide.filter(|choice| fits(catalogue, &choice.name, place)).cloned();
        own.or_else(wide).or_else(|| of_place(place, catalogue))
    };
    workload.state_price = price(place(&workload.kind.args), workload.state_price.take());
    for operator in &mut workload.operators {
        operator.state_price = price(operator.keys.state, operator.state_price.take());
    }
}

fn of_place(place: StatePlace, catalogue: &dyn Catalogue) -> Option<Choice> {
    let name = STATE_PRICES_BY_PLACE.iter().find(|known| known.0 == place)?.1;
    let params = facts(catalogue, FAMILY, name).map_or(&[][..], |facts| facts.params);
    Some(Choice { name: name.to_string(), args: defaults(params) })
}
