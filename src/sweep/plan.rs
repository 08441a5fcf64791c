//! Which run comes at which place: all cells of replication 0, then all cells of replication 1, and so on.
//!
//! Replications come last so that an interrupted sweep has something of every cell, and so that asking for more
//! replications appends rows instead of moving them.

use super::{Meta, RunKey};

/// The order of runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Number of cells, at least 1 for any run to exist.
    pub cells: usize,
    /// Seed of replication 0.
    pub seed: u64,
}

impl Plan {
    /// The plan of a sweep.
    pub fn of(meta: &Meta) -> Plan {
        Plan { cells: meta.cells.len(), seed: meta.seed }
    }

    /// The run at a place.
    pub fn key(&self, index: usize) -> RunKey {
        let replication = (index / self.cells) as u32;
        RunKey { index, cell: index % self.cells, replication, seed: replication_seed(self.seed, replication) }
    }
}

/// The seed of a replication: the base itself for the first one, then values of SplitMix64's mixer, so that
/// neighbouring bases share no seeds. The same for every cell: common random numbers.
pub fn replication_seed(base: u64, replication: u32) -> u64 {
    if replication == 0 {
        return base;
    }
    let mut z = base.wrapping_add(u64::from(replication).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn cells_of_a_replication_share_its_seed() {
        let plan = Plan { cells: 3, seed: 42 };
        let keys: Vec<RunKey> = (0..9).map(|index| plan.key(index)).collect();
        assert_eq!((keys[4].cell, keys[4].replication, keys[2].seed), (1, 1, 42));
        assert!(keys.iter().all(|key| key.seed == keys[3 * key.replication as usize].seed));
    }

    #[test]
    fn bases_and_replications_do_not_collide() {
        let seeds = (0..100).flat_map(|base| (0..100).map(move |r| replication_seed(base, r)));
        assert_eq!(seeds.collect::<BTreeSet<u64>>().len(), 10_000);
    }
}
