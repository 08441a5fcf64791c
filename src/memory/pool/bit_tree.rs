//! A set of small numbers as bits under bits: the lowest member is found in one step per factor of 64.

/// Which of the numbers below a limit are in the set.
#[derive(Clone, Debug)]
pub(super) struct BitTree {
    /// The lowest level has a bit a number; each further one has a bit a word of the level below.
    levels: Vec<Vec<u64>>,
}

impl BitTree {
    /// The empty set of numbers below `limit`.
    pub fn new(limit: usize) -> BitTree {
        let (mut levels, mut bits) = (Vec::new(), limit.max(1));
        loop {
            let words = bits.div_ceil(64);
            levels.push(vec![0; words]);
            bits = words;
            if words == 1 {
                return BitTree { levels };
            }
        }
    }

    /// Adds a number below the limit.
    pub fn insert(&mut self, mut number: usize) {
        for level in &mut self.levels {
            let word = &mut level[number / 64];
            let was_empty = *word == 0;
            *word |= 1 << (number % 64);
            if !was_empty {
                return;
            }
            number /= 64;
        }
    }

    /// Removes a number below the limit.
    pub fn remove(&mut self, mut number: usize) {
        for level in &mut self.levels {
            let word = &mut level[number / 64];
            *word &= !(1 << (number % 64));
            if *word != 0 {
                return;
            }
            number /= 64;
        }
    }

    /// The lowest member.
    pub fn first(&self) -> Option<usize> {
        let mut number = 0;
        for level in self.levels.iter().rev() {
            let word = level[number];
            if word == 0 {
                return None;
            }
            number = number * 64 + word.trailing_zeros() as usize;
        }
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_member_is_found_after_any_change() {
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
            assert_eq!(tree.first(), twin.first().copied());
        }
        assert_eq!(BitTree::new(0).first(), None);
    }
}
