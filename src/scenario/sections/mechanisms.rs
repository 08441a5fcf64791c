//! `[mechanisms]`: what can make throughput fall with D/C (models M1 to M7), each on or off.

use crate::base::{Bytes, SimSpan};

crate::choice! {
    /// A mechanism by the key that switches it on, M1 first.
    pub enum Mechanism {
        /// M1: heap caches take what heap there is.
        GreedyRetention = "greedy_retention",
        /// M2: young collections scan cards.
        CardScanning = "card_scanning",
        /// M3: memory costs cores.
        FixedBudget = "fixed_budget",
        /// M4: heap takes from managed memory.
        FixedNode = "fixed_node",
        /// M5: pauses stall other TaskManagers.
        Coordination = "coordination",
        /// M6: pointers grow with the heap.
        PointerCliff = "pointer_cliff",
        /// M7: long pauses count as failures.
        Timeouts = "timeouts",
    }
}

impl Mechanism {
    /// The number of its model, 1 to 7.
    pub const fn model(self) -> usize {
        self as usize + 1
    }
}

crate::section! {
    /// `[mechanisms]` as it is written, coefficients of mechanisms that are off included.
    pub struct MechanismKeys {
        greedy_retention: Flag = "false", "M1: heap caches fill all of the heap but `headroom`";
        headroom: Bytes = "256 MiB", "M1: heap that caches leave free";
        card_scanning: Flag = "false", "M2: young collections scan old cards dirtied since the last one";
        fixed_young: Bytes = "256 MiB", "M2: young size while the mechanism is on and the group gives none";
        fixed_budget: Flag = "false", "M3: TaskManagers are bought from a budget, so memory costs cores";
        price_core: Number(1e-9, 1e12) = "0.03", "M3: price of a core an hour";
        price_gib: Number(1e-9, 1e12) = "0.004", "M3: price of a GiB an hour";
        budget: Number(1e-9, 1e12) = "1.0", "M3: budget an hour";
        fixed_node: Flag = "false", "M4: heap takes from managed memory within `node_memory`";
        node_memory: Bytes = "8 GiB", "M4: Flink memory of one TaskManager, heap included";
        coordination: Flag = "false", "M5: a pause longer than `buffering` stalls the other TaskManagers";
        buffering: Span = "100 ms", "M5: pause that buffers in flight can hide";
        pointer_cliff: Flag = "false", "M6: live data inflates on heaps above `pointer_limit`";
        pointer_limit: Bytes = "32 GiB", "M6: heap up to which pointers stay compressed";
        pointer_inflation: Number(1.0, 4.0) = "1.32", "M6: factor on live data above the limit";
        timeouts: Flag = "false", "M7: a pause longer than `heartbeat` costs a restart with state reload";
        heartbeat: Span = "50 s", "M7: heartbeat timeout";
    }
}

/// M3: what TaskManagers are bought for, in any currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Price of a core an hour.
    pub core: f64,
    /// Price of a GiB an hour.
    pub gib: f64,
    /// What there is to spend an hour.
    pub hourly: f64,
}

/// M6: what long pointers cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointerCliff {
    /// Heap from which on pointers are long.
    pub limit: Bytes,
    /// Factor on live data there.
    pub inflation: f64,
}

/// The mechanisms of models M1 to M7: `None` is off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mechanisms {
    /// M1: headroom that heap caches leave free.
    pub greedy_retention: Option<Bytes>,
    /// M2: fixed young generation, with card scanning.
    pub card_scanning: Option<Bytes>,
    /// M3: prices and budget.
    pub fixed_budget: Option<Budget>,
    /// M4: Flink memory of one TaskManager, from which heap takes.
    pub fixed_node: Option<Bytes>,
    /// M5: pause that buffers hide.
    pub coordination: Option<SimSpan>,
    /// M6: heap limit of compressed pointers and inflation above.
    pub pointer_cliff: Option<PointerCliff>,
    /// M7: heartbeat timeout.
    pub timeouts: Option<SimSpan>,
}

impl Mechanisms {
    /// Those that are on.
    pub fn of(keys: &MechanismKeys) -> Mechanisms {
        let (core, gib, hourly) = (keys.price_core, keys.price_gib, keys.budget);
        let cliff = PointerCliff { limit: keys.pointer_limit, inflation: keys.pointer_inflation };
        Mechanisms {
            greedy_retention: keys.greedy_retention.then_some(keys.headroom),
            card_scanning: keys.card_scanning.then_some(keys.fixed_young),
            fixed_budget: keys.fixed_budget.then_some(Budget { core, gib, hourly }),
            fixed_node: keys.fixed_node.then_some(keys.node_memory),
            coordination: keys.coordination.then_some(keys.buffering),
            pointer_cliff: keys.pointer_cliff.then_some(cliff),
            timeouts: keys.timeouts.then_some(keys.heartbeat),
        }
    }

    /// Whether `mechanism` is on.
    pub fn has(&self, mechanism: Mechanism) -> bool {
        match mechanism {
            Mechanism::GreedyRetention => self.greedy_retention.is_some(),
            Mechanism::CardScanning => self.card_scanning.is_some(),
            Mechanism::FixedBudget => self.fixed_budget.is_some(),
            Mechanism::FixedNode => self.fixed_node.is_some(),
            Mechanism::Coordination => self.coordination.is_some(),
            Mechanism::PointerCliff => self.pointer_cliff.is_some(),
            Mechanism::Timeouts => self.timeouts.is_some(),
        }
    }

    /// The same without `mechanism`.
    pub fn without(&self, mechanism: Mechanism) -> Mechanisms {
        let mut rest = self.clone();
        match mechanism {
            Mechanism::GreedyRetention => rest.greedy_retention = None,
            Mechanism::CardScanning => rest.card_scanning = None,
            Mechanism::FixedBudget => rest.fixed_budget = None,
            Mechanism::FixedNode => rest.fixed_node = None,
            Mechanism::Coordination => rest.coordination = None,
            Mechanism::PointerCliff => rest.pointer_cliff = None,
            Mechanism::Timeouts => rest.timeouts = None,
        }
        rest
    }
}
