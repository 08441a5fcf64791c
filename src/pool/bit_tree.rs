//! A set of small numbers as bits under bits: the next member is found in one step per factor of 64.

/// Levels that numbers of 32 bits need at most.
const LEVELS: usize = 6;

/// Which of the numbers below a limit are in the set.
#[derive(Clone, Debug)]
pub(super) struct BitTree {
    /// The lowest level, with a bit a number; then each further one, with a bit a word of the level below.
    words: Vec<u64>,
    /// Where each level begins.
    starts: [usize; LEVELS],
    height: usize,
}

impl BitTree {
    /// The empty set of numbers below `limit`, at most 2^32.
    pub fn new(limit: usize) -> BitTree {
        let (mut starts, mut height, mut length, mut bits) = ([0; LEVELS], 0, 0, limit.max(1));
        while height == 0 || bits > 1 {
            starts[height] = length;
            bits = bits.div_ceil(64);
            length += bits;
            height += 1;
        }
        BitTree { words: vec![0; length], starts, height }
    }

    /// Adds a number below the limit.
    #[inline]
    pub fn insert(&mut self, mut number: usize) {
        for start in &self.starts[..self.height] {
            let word = &mut self.words[start + number / 64];
            let was_empty = *word == 0;
            *word |= 1 << (number % 64);
            if !was_empty {
                return;
            }
            number /= 64;
        }
    }

    /// Removes a number below the limit.
    #[inline]
    pub fn remove(&mut self, mut number: usize) {
        for start in &self.starts[..self.height] {
            let word = &mut self.words[start + number / 64];
            *word &= !(1 << (number % 64));
            if *word != 0 {
                return;
            }
            number /= 64;
        }
    }

    /// Whether there is no member.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.words[self.words.len() - 1] == 0
    }

    /// The lowest member.
    #[inline]
    pub fn first(&self) -> Option<usize> {
        (!self.is_empty()).then(|| self.descend(0, self.height))
    }

    /// The lowest member under a word of the level above `height` levels.
    #[inline]
    fn descend(&self, number: usize, height: usize) -> usize {
        let levels = self.starts[..height].iter().rev();
        levels.fold(number, |number, start| number * 64 + self.words[start + number].trailing_zeros() as usize)
    }

    /// The lowest member not below `number`.
    #[inline]
    pub fn from(&self, number: usize) -> Option<usize> {
        let mut at = number;
        for (height, start) in self.starts[..self.height].iter().enumerate() {
            let end = self.starts[1..self.height].get(height).copied().unwrap_or(self.words.len());
            let word = self.words[..end].get(start + at / 64)?;
            let here = word & (u64::MAX << (at % 64));
            if here != 0 {
                return Some(self.descend(at / 64 * 64 + here.trailing_zeros() as usize, height));
            }
            at = at / 64 + 1;
        }
        None
    }

    /// The highest member.
    pub fn last(&self) -> Option<usize> {
        let mut number = 0;
        for start in self.starts[..self.height].iter().rev() {
            number = number * 64 + self.words[start + number].checked_ilog2()? as usize;
        }
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_after_any_change() {
        let mut tree = BitTree::new(300_000);
        let mut twin = std::collections::BTreeSet::new();
        for step in 0..3000u64 {
            let number = (step.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20) as usize % 300_000;
            tree.insert(number);
            twin.insert(number);
            if step % 3 != 0 {
                let lowest = twin.pop_first().unwrap();
                assert_eq!(tree.first(), Some(lowest));
                tree.remove(lowest);
            }
            assert_eq!((tree.first(), tree.last()), (twin.first().copied(), twin.last().copied()));
            assert_eq!(tree.from(number + 1), twin.range(number + 1..).next().copied());
            assert_eq!(tree.from(number), twin.range(number..).next().copied());
        }
        assert_eq!((BitTree::new(0).first(), BitTree::new(64).from(64), BitTree::new(0).last()), (None, None, None));
    }
}
