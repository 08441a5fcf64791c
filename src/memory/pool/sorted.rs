//! Free cells in exact order of size and address, kept in short sorted runs, one a size class.
//!
//! The class of a size is found by arithmetic, so a search touches one run of neighbouring words instead of a path
//! through a tree. A run that grows long becomes a tree after all, so that no step costs more than O(log n).

use std::collections::BTreeSet;

use super::bins::{Occupied, class_of, classes};
use super::cells::Cells;
use super::chain::{Chooser, Shelf};

/// Steps in a power of two, as bits: fine enough for runs of a few cells.
const BITS: u32 = 5;
/// A run of more cells than this becomes a tree.
const FEW: usize = 96;

/// Size, address, number of the cell.
type Key = (u64, u64, u32);

#[derive(Clone, Debug)]
enum Run {
    Few(Vec<Key>),
    Many(BTreeSet<Key>),
}

impl Run {
    fn insert(&mut self, key: Key) {
        match self {
            Run::Many(keys) => _ = keys.insert(key),
            Run::Few(keys) => {
                let at = keys.partition_point(|other| *other < key);
                keys.insert(at, key);
                if keys.len() > FEW {
                    *self = Run::Many(keys.iter().copied().collect());
                }
            }
        }
    }

    /// Removes a key; true where none is left.
    fn remove(&mut self, key: Key) -> bool {
        match self {
            Run::Few(keys) => {
                let at = keys.partition_point(|other| *other < key);
                if keys.get(at) == Some(&key) {
                    keys.remove(at);
                }
                keys.is_empty()
            }
            Run::Many(keys) => {
                keys.remove(&key);
                let empty = keys.is_empty();
                if empty {
                    *self = Run::Few(Vec::new());
                }
                empty
            }
        }
    }

    /// The first key of at least `size`.
    fn from(&self, size: u64) -> Option<Key> {
        match self {
            Run::Few(keys) => keys.get(keys.partition_point(|key| key.0 < size)).copied(),
            Run::Many(keys) => keys.range((size, 0, 0)..).next().copied(),
        }
    }

    fn last(&self) -> Option<Key> {
        match self {
            Run::Few(keys) => keys.last().copied(),
            Run::Many(keys) => keys.last().copied(),
        }
    }
}

/// Which of the cells that are large enough a request gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// The smallest, of several the lowest.
    Best,
    /// The largest, of several the lowest.
    Worst,
}

/// All free cells in order.
#[derive(Debug)]
pub(super) struct Sorted {
    rule: Rule,
    occupied: Occupied,
    runs: Vec<Run>,
}

impl Sorted {
    /// No cells yet, and none of more than `largest` bytes to come.
    pub fn new(rule: Rule, largest: u64) -> Sorted {
        Sorted { rule, occupied: Occupied::new(), runs: vec![Run::Few(Vec::new()); classes(largest, BITS)] }
    }

    fn run(&self, (row, step): (usize, u32)) -> &Run {
        &self.runs[(row << BITS) + step as usize]
    }

    fn run_mut(&mut self, (row, step): (usize, u32)) -> &mut Run {
        &mut self.runs[(row << BITS) + step as usize]
    }

    fn best(&self, size: u64) -> Option<Key> {
        let class = class_of(size, BITS);
        let here = self.occupied.from(class)?;
        if here != class {
            return self.run(here).from(0);
        }
        self.run(class).from(size).or_else(|| self.run(self.occupied.after(class)?).from(0))
    }

    fn last(&self) -> Option<Key> {
        self.run(self.occupied.last()?).last()
    }
}

impl Shelf for Sorted {
    fn insert(&mut self, cells: &mut Cells, cell: u32) {
        let (size, start) = (cells.at(cell).size, cells.at(cell).start);
        let class = class_of(size, BITS);
        self.run_mut(class).insert((size, start, cell));
        self.occupied.set(class);
    }

    fn remove(&mut self, cells: &mut Cells, cell: u32) {
        let (size, start) = (cells.at(cell).size, cells.at(cell).start);
        let class = class_of(size, BITS);
        if self.run_mut(class).remove((size, start, cell)) {
            self.occupied.clear(class);
        }
    }
}

impl Chooser for Sorted {
    fn find(&self, size: u64) -> Option<u32> {
        let found = match self.rule {
            Rule::Best => self.best(size),
            Rule::Worst => {
                let largest = self.last().filter(|largest| largest.0 >= size)?;
                self.run(class_of(largest.0, BITS)).from(largest.0)
            }
        };
        found.map(|key| key.2)
    }

    fn largest(&self, _cells: &Cells) -> u64 {
        self.last().map_or(0, |key| key.0)
    }
}
