//! Free cells by size class, in runs that are small or simple enough for an exact choice in a few steps.
//!
//! The class of a size is found by arithmetic. A small size has a class of its own, whose run is a heap by address. The
//! runs of others are in no order, and looked through as a whole: they lie together in memory, so with a few cells that
//! is cheaper than a path through a tree. Classes are cut finer as cells become more, and a run that grows long all the same
//! becomes a tree after all, so that no step costs more than O(log n).

use std::collections::BTreeSet;

use super::bins::{class_of, classes};
use super::bit_tree::BitTree;
use super::cells::{Cell, Cells};
use super::chain::{Chooser, Shelf};
use super::granule::Granule;

/// Steps in a power of two at first, as bits, and at most.
const COARSE: u32 = 5;
const FINE: u32 = 12;
/// Classes are cut in two when there are more cells than this for each step: sizes spread over some powers of two, so
/// a run then has a few.
const LOAD: usize = 64;
/// A run of more cells than this becomes a tree: looking through neighbouring words is the cheaper until then.
const FEW: usize = 256;

/// Size, address, number of the cell.
type Key = (u64, u64, u32);

#[derive(Clone, Debug)]
enum Run {
    /// Of one size, as a heap with the lowest address on top; each cell knows its place.
    Same(Vec<Key>),
    /// In no order; each cell knows its place.
    Few(Vec<Key>),
    Many(BTreeSet<Key>),
}

impl Run {
    #[inline(always)]
    fn insert(&mut self, cells: &mut Cells, key: Key) {
        match self {
            Run::Same(keys) => {
                let place = keys.len();
                keys.push(key);
                rise(keys, cells, place);
            }
            Run::Few(keys) => {
                cells.at_mut(key.2).before = keys.len() as u32;
                keys.push(key);
                if keys.len() > FEW {
                    *self = Run::Many(keys.iter().copied().collect());
                }
            }
            Run::Many(keys) => _ = keys.insert(key),
        }
    }

    /// Removes a key; true where none is left.
    #[inline(always)]
    fn remove(&mut self, cells: &mut Cells, key: Key) -> bool {
        match self {
            Run::Same(keys) => {
                let place = cells.at(key.2).before as usize;
                keys.swap_remove(place);
                if place < keys.len() {
                    let place = rise(keys, cells, place);
                    sink(keys, cells, place);
                }
                keys.is_empty()
            }
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

    /// The first key of at least `size`, which is at most the largest of the class.
    #[inline(always)]
    fn from(&self, size: u64) -> Option<Key> {
        match self {
            Run::Same(keys) => keys.first().copied(),
            Run::Few(keys) => least(keys, size),
            Run::Many(keys) => keys.range((size, 0, 0)..).next().copied(),
        }
    }

    fn largest(&self) -> u64 {
        match self {
            Run::Same(keys) => keys.first().map_or(0, |key| key.0),
            Run::Few(keys) => keys.iter().map(|key| key.0).max().unwrap_or(0),
            Run::Many(keys) => keys.last().map_or(0, |key| key.0),
        }
    }

    fn keys(self) -> Vec<Key> {
        match self {
            Run::Same(keys) | Run::Few(keys) => keys,
            Run::Many(keys) => keys.into_iter().collect(),
        }
    }
}

/// Children of a node of the heap.
const WIDTH: usize = 4;

/// Puts a key at `place`, and tells its cell.
#[inline]
fn lay(keys: &mut [Key], cells: &mut Cells, place: usize, key: Key) {
    keys[place] = key;
    cells.at_mut(key.2).before = place as u32;
}

/// Moves the key at `place` up until none above it has a higher address; tells its cell, and says where it is now.
#[inline]
fn rise(keys: &mut [Key], cells: &mut Cells, mut place: usize) -> usize {
    let key = keys[place];
    while place > 0 {
        let above = (place - 1) / WIDTH;
        if keys[above].1 < key.1 {
            break;
        }
        lay(keys, cells, place, keys[above]);
        place = above;
    }
    lay(keys, cells, place, key);
    place
}

/// Moves the key at `place` down until none below it has a lower address.
#[inline]
fn sink(keys: &mut [Key], cells: &mut Cells, mut place: usize) {
    let key = keys[place];
    loop {
        let first = place * WIDTH + 1;
        let children = first..(first + WIDTH).min(keys.len());
        let Some(lowest) = children.min_by_key(|child| keys[*child].1).filter(|child| keys[*child].1 < key.1) else {
            break;
        };
        lay(keys, cells, place, keys[lowest]);
        place = lowest;
    }
    lay(keys, cells, place, key);
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
    /// The largest size there can be.
    limit: u64,
    /// All sizes are multiples of two to this power.
    unit: u32,
    bits: u32,
    count: usize,
    occupied: BitTree,
    runs: Vec<Run>,
}

impl Sorted {
    /// No cells yet, and none of more than `limit` bytes to come; all sizes are multiples of `granule`.
    pub fn new(rule: Rule, limit: u64, granule: Granule) -> Sorted {
        let unit = granule.bytes().0.trailing_zeros();
        let (occupied, runs) = empty(limit >> unit, COARSE);
        Sorted { rule, limit, unit, bits: COARSE, count: 0, occupied, runs }
    }

    #[inline]
    fn class_of(&self, size: u64) -> usize {
        class_of(size >> self.unit, self.bits)
    }

    #[inline(always)]
    fn put(&mut self, cells: &mut Cells, key: Key) {
        let class = self.class_of(key.0);
        self.runs[class].insert(cells, key);
        self.occupied.insert(class);
    }

    /// Cuts every class in two.
    fn refine(&mut self, cells: &mut Cells) {
        self.bits += 1;
        let (occupied, runs) = empty(self.limit >> self.unit, self.bits);
        self.occupied = occupied;
        let old = std::mem::replace(&mut self.runs, runs);
        old.into_iter().flat_map(Run::keys).for_each(|key| self.put(cells, key));
    }

    fn best(&self, size: u64) -> Option<Key> {
        let class = self.class_of(size);
        let here = self.occupied.from(class)?;
        if here != class {
            return self.runs[here].from(0);
        }
        self.runs[class].from(size).or_else(|| self.runs[self.occupied.from(class + 1)?].from(0))
    }

    fn top(&self) -> u64 {
        self.occupied.last().map_or(0, |class| self.runs[class].largest())
    }
}

fn empty(units: u64, bits: u32) -> (BitTree, Vec<Run>) {
    let classes = classes(units, bits);
    let run = |class| if class < 2 << bits { Run::Same(Vec::new()) } else { Run::Few(Vec::new()) };
    (BitTree::new(classes), (0..classes).map(run).collect())
}

impl Shelf for Sorted {
    #[inline(always)]
    fn insert(&mut self, cells: &mut Cells, cell: u32) {
        let (size, start) = (cells.at(cell).size, cells.at(cell).start);
        self.count += 1;
        if self.count > LOAD << self.bits && self.bits < FINE {
            self.refine(cells);
        }
        self.put(cells, (size, start, cell));
    }

    #[inline(always)]
    fn remove(&mut self, cells: &mut Cells, cell: u32) {
        let (size, start) = (cells.at(cell).size, cells.at(cell).start);
        let class = self.class_of(size);
        self.count -= 1;
        if self.runs[class].remove(cells, (size, start, cell)) {
            self.occupied.remove(class);
        }
    }

    /// A key in no order may change where it is.
    #[inline]
    fn change(&mut self, cells: &mut Cells, cell: u32, change: impl FnOnce(&mut Cells)) {
        let Cell { start, size, before, .. } = *cells.at(cell);
        let class = self.class_of(size);
        change(cells);
        let key = (cells.at(cell).size, cells.at(cell).start, cell);
        if self.class_of(key.0) == class
            && let Run::Few(keys) = &mut self.runs[class]
        {
            keys[before as usize] = key;
            return;
        }
        if self.runs[class].remove(cells, (size, start, cell)) {
            self.occupied.remove(class);
        }
        self.put(cells, key);
    }
}

impl Chooser for Sorted {
    #[inline]
    fn find(&self, size: u64) -> Option<u32> {
        let found = match self.rule {
            Rule::Best => self.best(size),
            Rule::Worst => {
                let largest = self.top();
                if largest >= size { self.runs[self.class_of(largest)].from(largest) } else { None }
            }
        };
        found.map(|key| key.2)
    }

    fn largest(&self, _cells: &Cells) -> u64 {
        self.top()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Args, Bytes, Value};

    /// Enough cells for classes to be cut finer, and half of them of few sizes, so that runs of all kinds grow long.
    fn agrees_with_a_sorted_set(rule: Rule, granule: u64) {
        const CELLS: u64 = 12_000;
        let mut state = granule;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut args = Args::default();
        args.set("granule", Value::Bytes(Bytes(granule)));
        let mut cells = Cells::new(CELLS << 24);
        let mut sorted = Sorted::new(rule, CELLS << 24, Granule::of(&args).unwrap());
        let mut twin = BTreeSet::new();
        for number in 0..CELLS {
            let most = 1 << random(13);
            let granules = if number % 2 == 0 { 1 + random(3) } else { (1 << 13) + random(most) };
            let rest = cells.split(number as u32, granules * granule);
            assert_eq!(rest as u64, number + 1);
            sorted.insert(&mut cells, number as u32);
            twin.insert((granules * granule, cells.at(number as u32).start, number as u32));
        }
        assert!(sorted.bits > COARSE, "classes were cut finer");
        while let Some(top) = twin.last().copied() {
            let size = (1 + random(if twin.len() % 3 == 0 { 4 } else { 1 << 14 })) * granule;
            let least = (if rule == Rule::Best { size } else { top.0.max(size) }, 0, 0);
            let wanted = twin.range(least..).next().map(|key| key.2);
            assert_eq!((sorted.find(size), sorted.largest(&cells)), (wanted, top.0));
            let key = wanted.and_then(|cell| twin.iter().find(|key| key.2 == cell)).copied().unwrap_or(top);
            sorted.remove(&mut cells, key.2);
            twin.remove(&key);
        }
        assert_eq!((sorted.find(1), sorted.largest(&cells)), (None, 0));
    }

    #[test]
    fn any_number_of_cells_is_in_order() {
        agrees_with_a_sorted_set(Rule::Best, 1);
        agrees_with_a_sorted_set(Rule::Best, 24);
        agrees_with_a_sorted_set(Rule::Worst, 16);
    }
}
