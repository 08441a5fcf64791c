//! Free cells by size class, in short runs that are looked through as a whole, so that the choice is exact.
//!
//! The class of a size is found by arithmetic; its run is in no order and lies together in memory, so adding, removing
//! and looking through a few cells is cheaper than a path through a tree. A run that grows long becomes a tree after
//! all, so that no step costs more than O(log n).

use std::collections::BTreeSet;

use super::bins::{Occupied, class_of, classes};
use super::cells::Cells;
use super::chain::{Chooser, Shelf};

/// Steps in a power of two, as bits: fine enough for runs of a few cells.
const BITS: u32 = 5;
/// A run of more cells than this becomes a tree: looking through neighbouring words is the cheaper until then.
const FEW: usize = 256;

/// Size, address, number of the cell.
type Key = (u64, u64, u32);

#[derive(Clone, Debug)]
enum Run {
    /// In no order; each cell knows its place.
    Few(Vec<Key>),
    Many(BTreeSet<Key>),
}

impl Run {
    fn insert(&mut self, cells: &mut Cells, key: Key) {
        match self {
            Run::Many(keys) => _ = keys.insert(key),
            Run::Few(keys) => {
                cells.at_mut(key.2).before = keys.len() as u32;
                keys.push(key);
                if keys.len() > FEW {
                    *self = Run::Many(keys.iter().copied().collect());
                }
            }
        }
    }

    /// Removes a key; true where none is left.
    fn remove(&mut self, cells: &mut Cells, key: Key) -> bool {
        match self {
            Run::Few(keys) => {
                let place = cells.at(key.2).before as usize;
                keys.swap_remove(place);
                if let Some(moved) = keys.get(place) {
                    cells.at_mut(moved.2).before = place as u32;
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
            Run::Few(keys) => least(keys, size),
            Run::Many(keys) => keys.range((size, 0, 0)..).next().copied(),
        }
    }

    fn largest(&self) -> u64 {
        match self {
            Run::Few(keys) => keys.iter().map(|key| key.0).max().unwrap_or(0),
            Run::Many(keys) => keys.last().map_or(0, |key| key.0),
        }
    }
}

/// The least key of at least `size`: by hand, since the order of tuples costs three comparisons a step.
fn least(keys: &[Key], size: u64) -> Option<Key> {
    let mut least = (u64::MAX, u64::MAX, 0);
    for key in keys {
        if key.0 >= size && (key.0 < least.0 || key.0 == least.0 && key.1 < least.1) {
            least = *key;
        }
    }
    (least.1 < u64::MAX).then_some(least)
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

    fn top(&self) -> u64 {
        self.occupied.last().map_or(0, |class| self.run(class).largest())
    }
}

impl Shelf for Sorted {
    fn insert(&mut self, cells: &mut Cells, cell: u32) {
        let (size, start) = (cells.at(cell).size, cells.at(cell).start);
        let class = class_of(size, BITS);
        self.run_mut(class).insert(cells, (size, start, cell));
        self.occupied.set(class);
    }

    fn remove(&mut self, cells: &mut Cells, cell: u32) {
        let (size, start) = (cells.at(cell).size, cells.at(cell).start);
        let class = class_of(size, BITS);
        if self.run_mut(class).remove(cells, (size, start, cell)) {
            self.occupied.clear(class);
        }
    }
}

impl Chooser for Sorted {
    fn find(&self, size: u64) -> Option<u32> {
        let found = match self.rule {
            Rule::Best => self.best(size),
            Rule::Worst => {
                let largest = self.top();
                if largest >= size { self.run(class_of(largest, BITS)).from(largest) } else { None }
            }
        };
        found.map(|key| key.2)
    }

    fn largest(&self, _cells: &Cells) -> u64 {
        self.top()
    }
}
