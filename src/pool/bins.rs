//! Size classes: powers of two, each cut into equal steps; and a map of the classes that are in use.
//!
//! The mapping of TLSF (Masmano, Ripoll, Crespo & Real, ECRTS 2004), its two levels counted through as one. With 0 bits
//! of steps the classes are the plain powers of two of half fit; sizes below twice the number of steps have a class each.

/// How many classes there are for sizes up to `largest`.
pub(super) fn classes(largest: u64, bits: u32) -> usize {
    class_of(largest, bits) + 1
}

/// The class of `size` (at least 1) where a power of two is cut into 2^`bits` steps.
#[inline]
pub(super) fn class_of(size: u64, bits: u32) -> usize {
    let shift = (size | 1).ilog2().saturating_sub(bits);
    ((shift as usize) << bits) + (size >> shift) as usize
}

/// The smallest size of a class.
pub(super) fn floor_of(class: usize, bits: u32) -> u64 {
    let shift = (class >> bits).saturating_sub(1);
    ((class - (shift << bits)) as u64) << shift
}

/// The lowest class of which every member has at least `size`; `None` beyond 64 bits.
#[inline]
pub(super) fn class_at_least(size: u64, bits: u32) -> Option<usize> {
    let shift = (size | 1).ilog2().saturating_sub(bits);
    Some(class_of(size.checked_add((1u64 << shift) - 1)?, bits))
}

/// One bit a class, of at most 4096 classes (`bits` up to 6): set where the class has members.
#[derive(Clone, Debug)]
pub(super) struct Occupied {
    words: u64,
    classes: [u64; 64],
}

impl Occupied {
    /// No class has members.
    pub fn new() -> Occupied {
        Occupied { words: 0, classes: [0; 64] }
    }

    /// The class has members now.
    #[inline]
    pub fn set(&mut self, class: usize) {
        self.classes[class / 64 % 64] |= 1 << (class % 64);
        self.words |= 1 << (class / 64 % 64);
    }

    /// The class has none any more.
    #[inline]
    pub fn clear(&mut self, class: usize) {
        let word = &mut self.classes[class / 64 % 64];
        *word &= !(1 << (class % 64));
        if *word == 0 {
            self.words &= !(1 << (class / 64 % 64));
        }
    }

    /// The lowest class with members, not below the one given.
    #[inline]
    pub fn from(&self, class: usize) -> Option<usize> {
        let word = class / 64 % 64;
        let here = self.classes[word] & (u64::MAX << (class % 64));
        if here != 0 {
            return Some(word * 64 + here.trailing_zeros() as usize);
        }
        let above = self.words & (u64::MAX << word << 1);
        let word = above.trailing_zeros() as usize;
        (above != 0).then(|| word * 64 + self.classes[word % 64].trailing_zeros() as usize)
    }

    /// The highest class with members.
    pub fn last(&self) -> Option<usize> {
        let word = self.words.checked_ilog2()? as usize;
        Some(word * 64 + self.classes[word].ilog2() as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_follow_one_another_and_cover_every_size() {
        for bits in 0..=12 {
            let all: Vec<_> = (1..5000).map(|size| class_of(size, bits)).collect();
            assert!(all.windows(2).all(|two| two[1] == two[0] || two[1] == two[0] + 1), "{bits}");
            for size in 1..5000 {
                let class = class_of(size, bits);
                assert!(floor_of(class, bits) <= size && class_of(floor_of(class, bits), bits) == class, "{size}");
                let safe = floor_of(class_at_least(size, bits).unwrap(), bits);
                let exact = floor_of(class, bits) == size;
                assert!(if exact { safe == size } else { safe > size && safe <= 2 * size }, "{size} {bits}");
                assert!(size >= 2 << bits || exact, "{size} has a class of its own");
            }
            assert_eq!(class_at_least(u64::MAX, bits), None);
            assert!(bits > 6 || classes(u64::MAX, bits) <= 4096);
        }
    }

    #[test]
    fn the_map_finds_the_next_class_in_use() {
        let mut map = Occupied::new();
        [103, 127, 4095].into_iter().for_each(|class| map.set(class));
        assert_eq!((map.from(0), map.from(104), map.from(128)), (Some(103), Some(127), Some(4095)));
        assert_eq!(map.last(), Some(4095));
        map.clear(4095);
        assert_eq!((map.last(), map.from(128), map.from(4095)), (Some(127), None, None));
    }
}
