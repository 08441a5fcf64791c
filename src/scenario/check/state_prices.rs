//! Whether what prices keyed state fits where that state lives, and whether it prices anything at all.

use super::Report;
use crate::scenario::catalogue::Catalogue;
use crate::scenario::parse::{state_place, state_price_fits};
use crate::scenario::schema::STATE_PRICE;
use crate::scenario::spec::{Choice, Scenario};
use crate::workload::graph::StatePlace;

/// A table that may keep keyed state.
struct Keyed<'a> {
    /// Its steps from the top of the scenario.
    path: Vec<&'a str>,
    /// Where the state lives, if it keeps any.
    place: Option<StatePlace>,
    /// What it costs.
    price: Option<&'a Choice>,
    /// Whether the table names that price itself.
    own: bool,
}

/// Every price of keyed state: those of operators, and the one for all that name none.
pub fn check(scenario: &Scenario, catalogue: &dyn Catalogue, report: &mut Report) {
    let tables = tables(scenario, report);
    for table in tables.iter().filter(|table| table.own) {
        own(table, catalogue, report);
    }
    if let Some(choice) = &scenario.prices.state {
        let keyed: Vec<&Keyed> = tables.iter().filter(|table| table.place.is_some()).collect();
        shared(choice, &keyed, catalogue, report);
    }
}

fn tables<'a>(scenario: &'a Scenario, report: &Report) -> Vec<Keyed<'a>> {
    let mut tables = Vec::new();
    for workload in scenario.workloads.iter() {
        let path = vec!["workloads", workload.name.as_str()];
        let operators = workload.operators.iter().map(|operator| {
            let path = [&path[..], &["operators", operator.name.as_str()]].concat();
            (path, operator.keys.state, operator.state_price.as_ref())
        });
        let generator = (path.clone(), state_place(&workload.kind.args), workload.state_price.as_ref());
        for (path, place, price) in std::iter::once(generator).chain(operators) {
            let own = report.says(&[&path[..], &[STATE_PRICE]].concat());
            tables.push(Keyed { path, place, price, own });
        }
    }
    tables
}

/// The price that a table names, against its place.
fn own(table: &Keyed, catalogue: &dyn Catalogue, report: &mut Report) {
    let path = [&table.path[..], &[STATE_PRICE]].concat();
    match (table.place, table.price) {
        (Some(place), Some(price)) if !state_price_fits(catalogue, &price.name, place) => {
            report.fault(&path, misfit(&price.name, place, catalogue));
        }
        (None, _) => {
            report.fault(
                &path,
                "prices nothing, since no keyed state is kept: expected state = \"heap\" or \"managed\" beside it",
            );
        }
        _ => {}
    }
}

/// The price for all that name none, against those that there are.
fn shared(choice: &Choice, keyed: &[&Keyed], catalogue: &dyn Catalogue, report: &mut Report) {
    let fits = |table: &&&Keyed| table.place.is_some_and(|place| state_price_fits(catalogue, &choice.name, place));
    if keyed.is_empty() {
        return report.warn("prices.state prices nothing, since no operator keeps keyed state");
    }
    if keyed.iter().filter(fits).any(|table| !table.own) {
        return;
    }
    if keyed.iter().all(|table| table.own) {
        return report.warn("prices.state prices nothing, since every operator with keyed state names a state_price");
    }
    if keyed.iter().filter(fits).count() > 0 {
        return report.warn("prices.state prices nothing, since every operator that it fits names a state_price");
    }
    let Some(place) = keyed.iter().find_map(|table| table.place) else { return };
    let names: Vec<String> = keyed.iter().map(|table| table.path.join(".")).collect();
    let keys: Vec<String> = names.iter().map(|name| format!("{name}.{STATE_PRICE}")).collect();
    let message =
        format!("{}; none of those that keep state fits: {}", misfit(&choice.name, place, catalogue), names.join(", "));
    let hint = format!("leave prices.state out, or write {}", keys.join(", "));
    report.fault(&["prices", "state"], message).map(|fault| fault.hint(hint));
}

/// Why the price `name` is not one of state at `place`, and which prices are.
fn misfit(name: &str, place: StatePlace, catalogue: &dyn Catalogue) -> String {
    let family = catalogue.family("prices.state");
    let fitting = family.iter().map(|member| member.0).filter(|name| state_price_fits(catalogue, name, place));
    let fitting: Vec<String> = fitting.map(|name| format!("\"{name}\"")).collect();
    let (lives, never) = match place {
        StatePlace::Heap => ("on the heap", "a store behind managed memory"),
        StatePlace::Managed => ("in managed memory", "objects on the heap"),
    };
    format!(
        "state that lives {lives} can never pay for \"{name}\", the price of {never}: expected one of {}",
        fitting.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Loaded, Override, listing, load};

    const TEXT: &str = "name = \"x\"\n[groups.a]\ntask_heap = \"1 GiB\"\n[workloads.g]\nkind = \"graph\"\n\
        [workloads.g.operators.near]\nstate = \"heap\"\n[workloads.g.operators.far]\ninputs = [\"near\"]\nstate = \"managed\"\n\
        [workloads.g.operators.sink]\ninputs = [\"far\"]\n[workloads.k]\nkind = \"keyed-aggregation\"\n";

    fn read(text: &str, sets: &[&str]) -> Result<Loaded, String> {
        let sets: Vec<Override> = sets.iter().map(|set| Override::set(set)).collect();
        load(text, "x.toml", &sets).map_err(|faults| listing(&faults))
    }

    /// Names of the prices of the first cell: near, far, sink, the generator.
    fn prices(loaded: &Loaded, cell: usize) -> Vec<String> {
        let workloads = &loaded.cells[cell].scenario.workloads;
        let tables =
            workloads[0].operators.iter().map(|operator| &operator.state_price).chain([&workloads[1].state_price]);
        tables.map(|price| price.as_ref().map_or("none".into(), |choice| choice.name.clone())).collect()
    }

    /// Prices of all cells; the resolved scenario must give the same, without another warning.
    fn settled(text: &str, sets: &[&str]) -> (Vec<Vec<String>>, Vec<String>, String) {
        let loaded = read(text, sets).unwrap_or_else(|said| panic!("{sets:?}: {said}"));
        let again = read(&loaded.resolved, &[]).unwrap_or_else(|said| panic!("{said}\n{}", loaded.resolved));
        assert_eq!(loaded.resolved, again.resolved);
        assert!(again.warnings.iter().all(|warning| loaded.warnings.contains(warning)), "{:?}", again.warnings);
        for (cell, twin) in loaded.cells.iter().zip(&again.cells) {
            assert_eq!(cell.scenario.workloads, twin.scenario.workloads);
        }
        let all = (0..loaded.cells.len()).map(|cell| prices(&loaded, cell)).collect();
        (all, loaded.warnings, loaded.resolved)
    }

    #[test]
    fn a_price_follows_the_place_unless_something_is_named() {
        for (sets, expected) in [
            (&[][..], ["heap", "lsm", "none", "heap"]),
            (&["prices.state=lsm"], ["heap", "lsm", "none", "heap"]),
            (&["prices.state=free"], ["free", "free", "none", "free"]),
            (&["prices.state=spin", "workloads.k.state_price=free"], ["spin", "spin", "none", "free"]),
            (&["workloads.g.operators.near.state_price=spin"], ["spin", "lsm", "none", "heap"]),
            (&["workloads.k.state=managed"], ["heap", "lsm", "none", "lsm"]),
        ] {
            let (prices, warnings, resolved) = settled(TEXT, sets);
            assert_eq!((&prices[0][..], warnings.len()), (&expected.map(String::from)[..], 0), "{warnings:?}");
            assert_eq!(resolved.matches("state_price = ").count(), 3, "{resolved}");
            assert!(!resolved.contains("\nstate = \"free\"") && !resolved.contains("\nstate = \"lsm\""), "{resolved}");
        }
    }

    #[test]
    fn prices_places_and_parameters_can_be_swept() {
        let axis = |key: &str, values: &str| format!("{TEXT}[[axes]]\nkey = \"{key}\"\nvalues = {values}\n");
        let near = "workloads.g.operators.near.state_price";
        for (text, sets, expected) in [
            (
                axis(near, "[\"heap\", \"free\"]"),
                &[][..],
                [["heap", "lsm", "none", "heap"], ["free", "lsm", "none", "heap"]],
            ),
            (
                axis("prices.state", "[\"spin\", \"lsm\"]"),
                &[],
                [["spin", "spin", "none", "spin"], ["heap", "lsm", "none", "heap"]],
            ),
            (
                axis("workloads.g.operators.near.state", "[\"managed\", \"heap\"]"),
                &["prices.state=lsm"],
                [["lsm", "lsm", "none", "heap"], ["heap", "lsm", "none", "heap"]],
            ),
            (
                axis("workloads.k.state_price.miss", "[\"1 us\", \"2 us\"]"),
                &["workloads.k.state_price={ kind = \"spin\" }"],
                [["heap", "lsm", "none", "spin"], ["heap", "lsm", "none", "spin"]],
            ),
        ] {
            let (prices, warnings, _) = settled(&text, sets);
            let expected = expected.map(|cell| cell.map(String::from).to_vec());
            assert_eq!((&prices[..], warnings.len()), (&expected[..], 0), "{text}");
        }
        let said = read(&axis(&format!("{near}.access"), "[\"1 us\"]"), &[]).unwrap_err();
        assert!(said.contains("names nothing that has keys"), "{said}");
        let said = read(&axis("workloads.k.state_prices", "[\"heap\"]"), &[]).unwrap_err();
        assert!(said.contains("did you mean \"workloads.k.state_price\""), "{said}");
    }

    #[test]
    fn what_does_not_fit_the_place_is_refused() {
        let refused = |text: &str, sets: &[&str], words: &[&str]| {
            let said = read(text, sets).map(|_| ()).unwrap_err();
            for word in words {
                assert!(said.contains(word), "{word} is not in:\n{said}");
            }
            assert!(said.contains("1 fault found"), "{said}");
        };
        let near = "workloads.g.operators.near.state_price";
        let lsm = [
            "workloads.g.operators.near.state_price = \"lsm\": state that lives on the heap can never pay for \"lsm\"",
            "expected one of \"free\", \"heap\", \"spin\"",
        ];
        refused(TEXT, &[&format!("{near}=lsm")], &lsm);
        refused(TEXT, &[&format!("{near}={{ kind = \"lsm\", hit = \"2 us\" }}")], &["can never pay for \"lsm\""]);
        refused(
            TEXT,
            &["workloads.k.state_price=lsm"],
            &["workloads.k.state_price = \"lsm\": state that lives on the heap"],
        );
        let far = ["far.state_price = \"heap\": state that lives in managed memory", "\"free\", \"lsm\", \"spin\""];
        refused(TEXT, &["workloads.g.operators.far.state_price=heap"], &far);
        refused(
            TEXT,
            &["workloads.g.operators.sink.state_price=free"],
            &["prices nothing, since no keyed state is kept"],
        );
        refused(TEXT, &[&format!("{near}=hepa")], &["there is no state price \"hepa\"", "did you mean \"heap\""]);
        let all = [
            "prices.state = \"lsm\"",
            "workloads.g.operators.near, workloads.g.operators.far, workloads.k",
            "write workloads.g.operators.near.state_price, workloads.g.operators.far.state_price, workloads.k.state_price",
        ];
        refused(TEXT, &["prices.state=lsm", "workloads.g.operators.far.state=heap"], &all);
        let none = TEXT.replace("keyed-aggregation\"", "hash-join\"\nstate_price = \"heap\"");
        refused(&none, &[], &["workloads.k.state_price: is not a known key"]);
    }

    #[test]
    fn a_price_that_nobody_pays_is_warned_of() {
        let warned = |text: &str, sets: &[&str], word: &str| {
            let warnings = read(text, sets).unwrap().warnings;
            assert!(warnings.len() == 1 && warnings[0].contains(word), "{warnings:?}");
        };
        let near = "workloads.g.operators.near.state_price=heap";
        let own =
            ["prices.state=spin", near, "workloads.g.operators.far.state_price=lsm", "workloads.k.state_price=free"];
        warned(TEXT, &own, "since every operator with keyed state names a state_price");
        let fitting = ["prices.state=lsm", "workloads.g.operators.far.state_price=free"];
        warned(TEXT, &fitting, "since every operator that it fits names a state_price");
        let stateless =
            ["prices.state=lsm", "workloads.g.operators.near.state=none", "workloads.g.operators.far.state=none"];
        warned(&TEXT.replace("keyed-aggregation", "hash-join"), &stateless, "since no operator keeps keyed state");
    }

    /// The places that prices name are places of state.
    #[test]
    fn every_place_that_a_price_fits_exists() {
        use crate::base::Trait;
        use crate::price::state::STATE_PRICES;
        use crate::scenario::schema::STATE_PRICES_BY_PLACE;
        for known in STATE_PRICES.iter().flat_map(|entry| entry.traits) {
            let Trait::OnlyState(place) = known else { continue };
            assert!(STATE_PRICES_BY_PLACE.iter().any(|known| known.0.word() == *place), "{place}");
        }
    }
}
