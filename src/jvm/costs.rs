//! What a collector costs a JVM: pauses, work beside the mutator, barriers.

use super::Machine;
use super::description::Coefficients;
use crate::heap::{CollectionKind, Touched};
use crate::price::collection::{CollectionCost, CollectionPrice};

/// The prices of one JVM.
pub struct Costs {
    price: Box<dyn CollectionPrice>,
    machine: Machine,
    /// Barriers, as a share of the mutator's useful time, at least 0.
    pub tax: f64,
    /// Weight of work beside the mutator, in threads; `None`: a whole thread for each one that the collector has.
    width: Option<f64>,
    /// Whether cards that the mutator logs and refines cost it time.
    refines: bool,
    /// Whether a pause pays for the dirty cards that it scans.
    scans_cards: bool,
    objects: Objects,
}

/// How much dearer the objects of a live set are than those that the prices were fitted to, as factors above 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Objects {
    /// A byte copied.
    pub copying: f64,
    /// A byte marked or compacted.
    pub marking: f64,
}

impl Objects {
    /// Those that the prices were fitted to.
    pub const PLAIN: Objects = Objects { copying: 1.0, marking: 1.0 };
}

impl Costs {
    /// The costs that a description's section for the collector says.
    ///
    /// # Errors
    /// A section that describes no collector.
    pub fn described(section: &Coefficients, machine: Machine) -> Result<Costs, String> {
        let mut shared = section.clone();
        // Cards are work of the mutator's threads, which share it.
        for name in ["logged", "refined"] {
            shared.scale(name, 1.0 / machine.running());
        }
        Ok(Costs {
            tax: section.get("tax"),
            width: Some(machine.width(section)),
            refines: section.get("logged") + section.get("refined") > 0.0,
            ..Costs::priced(shared.price()?, machine)
        })
    }

    /// Costs by a price alone: no barriers, and a core for every thread beside the mutator.
    pub fn priced(price: Box<dyn CollectionPrice>, machine: Machine) -> Costs {
        Costs { price, machine, tax: 0.0, width: None, refines: false, scans_cards: true, objects: Objects::PLAIN }
    }

    /// With barriers of that share of the mutator's useful time.
    pub fn with_tax(self, tax: f64) -> Costs {
        Costs { tax, ..self }
    }

    /// Without paying for scanned cards: the pauses of a collector that finds them for nothing.
    pub fn without_cards(self) -> Costs {
        Costs { scans_cards: false, ..self }
    }

    /// Whether it matters which cards get dirty.
    pub fn counts_cards(&self) -> bool {
        self.scans_cards || self.refines
    }

    /// For a live set of such objects.
    pub fn set_objects(&mut self, objects: Objects) {
        self.objects = objects;
    }

    /// Where the JVM runs.
    pub fn machine(&self) -> Machine {
        self.machine
    }

    /// What all collections of `touched` cost together.
    pub fn cost(&self, touched: &Touched) -> CollectionCost {
        let Objects { copying, marking } = self.objects;
        let weighed = Touched {
            copied: touched.copied.scale(copying),
            marked: touched.marked.scale(marking),
            unordered: touched.unordered.scale(marking),
            compacted: touched.compacted.scale(marking),
            crowded: touched.crowded.scale(marking),
            cards: if self.scans_cards { touched.cards } else { 0.0 },
            ..*touched
        };
        let mut cost = self.price.cost(&weighed, self.machine.cores);
        if touched.kind == CollectionKind::Remark {
            // Beside a concurrent collector all threads meet fresh pages.
            cost.lost = cost.lost.scale(1.0 / self.machine.running());
        }
        cost
    }

    /// Weight of the concurrent work of `touched` beside mutators, in threads.
    pub fn width(&self, touched: &Touched) -> f64 {
        self.width.unwrap_or(f64::from(touched.threads.max(1)))
    }
}
