//! What a description of a JVM changes in a TaskManager: the prices of its collections, its barriers, and how a cycle beside the
//! mutator shares the cores.
//!
//! Departure: a cycle has the weight that gives it its measured share of cores against mutators which are all busy; beside
//! fewer of them it gets no more than that weight, until somebody waits for it. A mutator that a pacer would slow down
//! runs on until its budget is used up, and waits then.

use crate::memory::heap::{CollectionKind, Touched};
use crate::price::calibration::Coefficients;
use crate::price::collection::{CollectionCost, CollectionPrice};
use crate::scenario::spec::Group;

/// A described JVM.
pub struct Jvm {
    price: Box<dyn CollectionPrice>,
    /// Barriers, as a share of the mutator's useful time.
    pub tax: f64,
    /// Threads that share the cores for a cycle, in threads of the mutator.
    pub width: f64,
    /// Whether cards that the mutator logs and refines cost it time.
    pub refines: bool,
    /// Mutator threads that run at once.
    mutators: f64,
}

impl Jvm {
    /// The JVM that `group` names; `None` where it names none, or one whose collector never collects.
    ///
    /// # Errors
    /// A section whose coefficients make no sense together.
    pub fn of(group: &Group) -> Result<Option<Jvm>, String> {
        let Some(described) = &group.jvm else { return Ok(None) };
        let Some(section) = described.calibration.section(&group.collector.name) else { return Ok(None) };
        let (cores, threads) = (group.args.number("cores"), group.args.count("slots") as f64);
        let mutators = threads.min(cores);
        let mut shared = section.clone();
        // Cards are work of the mutator's threads, which share it.
        for name in ["logged", "refined"] {
            shared.scale(name, 1.0 / mutators);
        }
        Ok(Some(Jvm {
            price: shared.price()?,
            tax: group.collector.args.number_opt("tax").unwrap_or_else(|| section.get("tax")),
            width: width(section, cores, threads),
            refines: section.get("logged") + section.get("refined") > 0.0,
            mutators,
        }))
    }

    /// The cost of `touched` on `cores` cores; dirty cards cost a pause only where the mechanism that scans them is on.
    pub fn cost(&self, touched: &Touched, cores: f64, scans_cards: bool) -> CollectionCost {
        let cards = if scans_cards { touched.cards } else { 0.0 };
        let mut cost = self.price.cost(&Touched { cards, ..*touched }, cores);
        if touched.kind == CollectionKind::Remark {
            // Beside a concurrent collector all threads meet fresh pages.
            cost.lost = cost.lost.scale(1.0 / self.mutators);
        }
        cost
    }
}

/// Weight of a cycle against `threads` busy mutators, so that it gets the cores which the section says; with a core to
/// spare it gets one.
fn width(section: &Coefficients, cores: f64, threads: f64) -> f64 {
    let share = if cores <= 1.0 { section.get("share-of-one") * cores } else { section.get("share-of-many") };
    let taken = share.max((cores - threads).clamp(0.0, 1.0)).clamp(0.01 * cores, 0.99 * cores);
    if cores - taken >= threads { taken } else { threads * taken / (cores - taken) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Args, Value};

    #[test]
    fn a_cycle_gets_its_share_of_the_cores() {
        let shares = [("share-of-one", Value::Number(0.25)), ("share-of-many", Value::Number(0.5))];
        let section = Coefficients { values: Args::new(shares.to_vec()), ..Coefficients::default() };
        for (cores, threads, taken) in [(1.0, 1.0, 0.25), (1.0, 4.0, 0.25), (2.0, 2.0, 0.5), (4.0, 2.0, 1.0)] {
            let width = width(&section, cores, threads);
            // Cores are shared by weight, and no thread gets more than one.
            let got = width * (cores / (width + threads)).min(1.0);
            assert!((got - taken).abs() < 1e-12, "{cores} cores, {threads} threads: {got}");
        }
    }

    /// Throughput of one core under G1 with the description `text`.
    fn throughput(text: &str) -> f64 {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("my.toml"), text).unwrap();
        let scenario = format!(
            "name = \"x\"\n[run]\nduration = \"20 s\"\nwarm_up = \"5 s\"\n[groups.a]\ncores = 1\nslots = 1\n\
             task_heap = \"900 MiB\"\njvm = \"my.toml\"\ncollector = \"g1\"\n[workloads.w]\nkind = \"graph\"\n\
             [workloads.w.operators.only]\nparallelism = 1\ncpu = \"2 us\"\ngarbage = \"500 B\"\nstate = \"heap\"\n\
             keys = 1_000_000\nentry = \"300 B\"\n"
        );
        let file = folder.path().join("x.toml").display().to_string();
        let loaded = crate::scenario::load(&scenario, &file, &[])
            .unwrap_or_else(|faults| panic!("{}", crate::scenario::listing(&faults)));
        let result = crate::sim::run(&loaded.cells[0].scenario, 1, None);
        assert_eq!(result.ending, crate::sim::Ending::Complete);
        result.record.get(crate::metrics::columns::THROUGHPUT).unwrap()
    }

    /// Every kind of cost that a description has is paid.
    #[test]
    fn refinement_barriers_pauses_and_cycles_all_cost() {
        let text = crate::scenario::BUNDLED.iter().find(|bundled| bundled.0 == "openjdk17-flink").unwrap().1;
        let section = text.find("[g1]").unwrap();
        let (head, g1) = text.split_at(section);
        let with = |key: &str, value: &str| {
            let line = g1.lines().find(|line| line.starts_with(&format!("{key} = "))).unwrap();
            format!("{head}{}", g1.replacen(line, &format!("{key} = {value}"), 1))
        };
        let plain = throughput(text);
        for (key, value) in [("refined", "\"2 us\""), ("logged", "\"200 us\""), ("young-fixed", "\"300 ms\"")] {
            assert!(throughput(&with(key, value)) < 0.98 * plain, "{key}");
        }
        assert!(throughput(&with("tax", "2")) < 0.8 * plain);
    }
}
