//! The keys of a JVM description: every coefficient with its unit, once.

use crate::base::{Kind, Param, required};
use crate::price::collection::COLLECTION_PRICES;

const COST: Kind = Kind::Number(0.0, 1e6);
const SHARE: Kind = Kind::Number(0.0, 1.0);

/// What stands at the head of a description.
pub const TOP: &[Param] = &[
    required("name", Kind::Text, "what is described, in a few words"),
    required("origin", Kind::Text, "where the figures come from: program, JVM, processor"),
    required("jdk", Kind::Count(8, 99), "feature release of the JVM"),
];

/// Barriers. Keys that the collector itself has too, such as `tax`, are handed to it.
const BARRIER: &[Param] =
    &[required("tax", Kind::Number(0.0, 10.0), "mutator time spent on barriers, as a share of its useful time")];

/// What a collector that works beside the mutator adds.
const BESIDE: &[Param] = &[
    required("share-of-one", SHARE, "cores that a collector thread gets of one core that it shares with a mutator"),
    required("share-of-many", SHARE, "cores that a collector thread gets where mutators keep more than one core busy"),
];

/// What is measured of G1's own rules.
const REGIONS: &[Param] = &[
    required("pessimism", Kind::Number(1.0, 10.0), "how much longer pauses are foreseen than they are"),
    required("green-growth", Kind::Number(1.0, 2.0), "growth of the cards left for a pause, a collection"),
];

/// What is measured of ZGC's and Shenandoah's own rules.
const TICK: &[Param] = &[required("tick", Kind::Span, "mean time from the moment when a cycle is due until it begins")];

/// What is measured of ZGC alone.
const POINTERS: &[Param] =
    &[required("inflation", Kind::Number(1.0, 2.0), "live bytes per byte under a JVM with compressed pointers")];

/// The mutator that replaces byte arrays at random.
const CHURN: &[Param] = &[
    required("operation", COST, "ns of one thread per object made, with a stop-the-world collector"),
    required("operation-g1", COST, "ns of one thread per object made, with G1"),
    required("operation-z", COST, "ns of one thread per object made, with ZGC"),
    required("operation-shenandoah", COST, "ns of one thread per object made, with Shenandoah"),
];

/// A Flink operator that keeps state on the heap.
const OPERATOR: &[Param] = &[
    required("record", COST, "ns of one core per record"),
    required("spin", SHARE, "nanoseconds that a nanosecond of programmed work takes on a miss"),
    required("allocated", COST, "bytes allocated per record"),
    required("allocated-on-insert", COST, "bytes allocated more for a new value, its own bytes apart"),
    required("unit", COST, "bytes of an entry beside its value's bytes that die when it is replaced"),
    required("entry", COST, "bytes of an entry that stay when its value is replaced"),
    required("cards-on-hit", COST, "cards dirtied per record that finds its key"),
    required("cards-on-miss", COST, "cards dirtied per record that does not find its key"),
    required(
        "graph-marking",
        Kind::Number(0.1, 100.0),
        "how much dearer a byte of this state is to mark than a flat array's",
    ),
    required(
        "graph-copying",
        Kind::Number(0.1, 100.0),
        "how much dearer a byte of this state is to copy than a flat array's",
    ),
    required("base", Kind::Bytes, "live bytes of JVM and framework without state"),
    required("warm-up-cost", Kind::Number(0.0, 100.0), "extra cost of a record while nothing is compiled, as a share"),
    required("warm-up", Kind::Span, "mutator time in which that extra cost falls to 37 %"),
    required("window-start", Kind::Span, "time from the start of the job to the measured window"),
];

/// A section of a description.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Its name.
    pub name: &'static str,
    /// Whether it has the keys of the linear collection price: whether it describes a collector.
    pub priced: bool,
    /// Its other keys.
    pub own: &'static [&'static [Param]],
}

/// All sections, each of which may be absent.
pub const SECTIONS: &[Section] = &[
    Section { name: "serial", priced: true, own: &[BARRIER] },
    Section { name: "parallel", priced: true, own: &[BARRIER] },
    Section { name: "g1", priced: true, own: &[BARRIER, BESIDE, REGIONS] },
    Section { name: "z", priced: true, own: &[BARRIER, BESIDE, TICK, POINTERS] },
    Section { name: "shenandoah", priced: true, own: &[BARRIER, BESIDE, TICK] },
    Section { name: "churn", priced: false, own: &[CHURN] },
    Section { name: "agg", priced: false, own: &[OPERATOR] },
    Section { name: "cache", priced: false, own: &[OPERATOR] },
];

impl Section {
    /// The groups of keys that the section declares. Every key must be given, whatever default it has elsewhere.
    pub fn groups(&self) -> Vec<&'static [Param]> {
        let prices = COLLECTION_PRICES.iter().find(|entry| self.priced && entry.name == PRICE);
        prices.map(|entry| entry.params).into_iter().chain(self.own.iter().copied()).collect()
    }
}

/// The collection price whose keys a collector's section has.
pub const PRICE: &str = "linear";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::IDENTITIES;

    #[test]
    fn sections_that_collectors_name_are_declared() {
        for identity in IDENTITIES {
            let Some(name) = identity.section else { continue };
            assert!(SECTIONS.iter().any(|section| section.name == name && section.priced), "{}: {name}", identity.name);
        }
        for section in SECTIONS.iter().filter(|section| section.priced) {
            let own = IDENTITIES.iter().filter(|identity| identity.own_section() == Some(section.name)).count();
            assert_eq!(own, 1, "{}", section.name);
        }
    }
}
