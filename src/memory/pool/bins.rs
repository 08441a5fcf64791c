//! Size classes in two levels: powers of two, each cut into equal steps; and a map of the classes that are in use.
//!
//! The mapping of TLSF (Masmano, Ripoll, Crespo & Real, ECRTS 2004). With 0 bits of steps the classes are the plain
//! powers of two of half fit; sizes below the number of steps have a class each.

/// Rows that 64-bit sizes need at most.
const ROWS: usize = 65;

/// How many classes there are for sizes up to `largest`.
pub(super) fn classes(largest: u64, bits: u32) -> usize {
    (class_of(largest, bits).0 + 1) << bits
}

/// The class of `size` (at least 1) with `bits` (0 to 6) bits of steps: a row and a step in it.
pub(super) fn class_of(size: u64, bits: u32) -> (usize, u32) {
    let log = size.max(1).ilog2();
    if log < bits {
        return (0, size as u32);
    }
    let shift = log - bits;
    (shift as usize + 1, ((size >> shift) as u32) & ((1 << bits) - 1))
}

/// The smallest size of a class.
pub(super) fn floor_of((row, step): (usize, u32), bits: u32) -> u64 {
    match row {
        0 => u64::from(step),
        _ => ((1u64 << bits) + u64::from(step)) << (row - 1),
    }
}

/// The lowest class of which every member has at least `size`; `None` beyond 64 bits.
pub(super) fn class_at_least(size: u64, bits: u32) -> Option<(usize, u32)> {
    let shift = size.max(1).ilog2().saturating_sub(bits);
    Some(class_of(size.checked_add((1u64 << shift) - 1)?, bits))
}

/// One bit a class: set where the class has members.
#[derive(Clone, Debug)]
pub(super) struct Occupied {
    rows: u128,
    steps: [u64; ROWS],
}

impl Occupied {
    /// No class has members.
    pub fn new() -> Occupied {
        Occupied { rows: 0, steps: [0; ROWS] }
    }

    /// The class has members now.
    pub fn set(&mut self, (row, step): (usize, u32)) {
        self.steps[row] |= 1 << step;
        self.rows |= 1 << row;
    }

    /// The class has none any more.
    pub fn clear(&mut self, (row, step): (usize, u32)) {
        self.steps[row] &= !(1 << step);
        if self.steps[row] == 0 {
            self.rows &= !(1 << row);
        }
    }

    /// The lowest class with members, not below the one given.
    pub fn from(&self, (row, step): (usize, u32)) -> Option<(usize, u32)> {
        let here = self.steps[row] & (u64::MAX << step);
        if here != 0 {
            return Some((row, here.trailing_zeros()));
        }
        let above = self.rows & (u128::MAX << row << 1);
        let row = above.trailing_zeros() as usize;
        (above != 0).then(|| (row, self.steps[row].trailing_zeros()))
    }

    /// The lowest class with members above the one given.
    pub fn after(&self, (row, step): (usize, u32)) -> Option<(usize, u32)> {
        if step < 63 {
            return self.from((row, step + 1));
        }
        if row + 1 < ROWS { self.from((row + 1, 0)) } else { None }
    }

    /// The highest class with members.
    pub fn last(&self) -> Option<(usize, u32)> {
        let row = self.rows.checked_ilog2()? as usize;
        Some((row, self.steps[row].ilog2()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_follow_one_another_and_cover_every_size() {
        for bits in 0..=6 {
            let all: Vec<_> = (1..5000).map(|size| class_of(size, bits)).collect();
            assert!(all.is_sorted(), "{bits}");
            for size in 1..5000 {
                let class = class_of(size, bits);
                assert!(floor_of(class, bits) <= size && class_of(floor_of(class, bits), bits) == class, "{size}");
                let safe = floor_of(class_at_least(size, bits).unwrap(), bits);
                let exact = floor_of(class, bits) == size;
                assert!(if exact { safe == size } else { safe > size && safe <= 2 * size }, "{size} {bits}");
            }
            assert_eq!(class_at_least(u64::MAX, bits), None);
            assert!(class_of(u64::MAX, bits).0 < ROWS);
        }
    }

    #[test]
    fn the_map_finds_the_next_class_in_use() {
        let mut map = Occupied::new();
        [(3, 7), (3, 31), (64, 0)].into_iter().for_each(|class| map.set(class));
        assert_eq!(
            (map.from((0, 0)), map.from((3, 8)), map.after((3, 31))),
            (Some((3, 7)), Some((3, 31)), Some((64, 0)))
        );
        assert_eq!((map.last(), map.after((64, 0))), (Some((64, 0)), None));
        map.clear((64, 0));
        assert_eq!((map.last(), map.from((4, 0))), (Some((3, 31)), None));
    }
}
