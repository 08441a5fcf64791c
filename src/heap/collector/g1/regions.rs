//! Which regions are taken by what does not move: humongous objects, and old data until it is evacuated.
//!
//! Source: HotSpot (`FreeRegionList`, `HeapRegionManager::find_contiguous_in_free_list`). Old regions take the lowest free
//! one, young regions the highest, and an object of several regions the lowest place where so many free ones lie next to
//! each other. So a free heap can be in pieces, none of which is long enough. Mixed collections empty the regions that were filled first;
//! a full collection slides old data to the bottom and around the objects, which it moves only since JDK 22 (JDK-8191565).
//! Departures: young regions are taken for the highest free ones at any time; the order in which old regions empty is that
//! of their age; before the first object old data lies at the bottom.

use std::collections::VecDeque;

/// Regions of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first one.
    pub start: u32,
    /// How many.
    pub length: u32,
}

/// All regions of a heap, one bit each: set where it is taken.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RegionMap {
    words: Vec<u64>,
    free: u32,
    /// Old regions, in the order in which they were filled.
    old: VecDeque<u32>,
}

impl RegionMap {
    /// `regions` regions, of which the highest `fixed` are taken for good.
    pub fn new(regions: u32, fixed: u32) -> RegionMap {
        let mut map =
            RegionMap { words: vec![0; regions.div_ceil(64) as usize], free: regions, old: VecDeque::default() };
        // Bits beyond the last region are no regions.
        let beyond = map.words.len() as u32 * 64 - regions;
        map.set(Span { start: regions, length: beyond }, true);
        map.set(Span { start: regions - fixed.min(regions), length: fixed.min(regions) }, true);
        map.free -= fixed.min(regions);
        map
    }

    /// Free regions, young ones among them.
    #[cfg(test)]
    pub fn free(&self) -> u32 {
        self.free
    }

    /// Brings the number of old regions to `count`, as far as there is room.
    pub fn set_old(&mut self, count: u32) {
        while self.old.len() as u32 > count {
            let Some(region) = self.old.pop_front() else { break };
            self.give_back(Span { start: region, length: 1 });
        }
        while (self.old.len() as u32) < count {
            let Some(region) = self.lowest_free() else { break };
            self.take(Span { start: region, length: 1 });
            self.old.push_back(region);
        }
    }

    /// A full collection: `count` old regions slide to the bottom, around what else is taken.
    pub fn compact(&mut self, count: u32) {
        self.set_old(0);
        self.set_old(count);
    }

    /// Takes the lowest `length` free regions next to each other, leaving the highest `young` free ones alone.
    pub fn place(&mut self, length: u32, young: u32) -> Option<Span> {
        let end = self.below_young(young);
        let (mut start, mut run) = (0, 0);
        let mut at = 0;
        while at < end && run < length {
            let left = self.words[at as usize / 64] >> (at % 64);
            let in_word = 64 - at % 64;
            if left & 1 == 1 {
                at += left.trailing_ones().min(in_word);
                run = 0;
                start = at;
            } else {
                let zeros = left.trailing_zeros().min(in_word);
                at += zeros;
                run += zeros;
            }
        }
        let fits = length > 0 && run >= length && start + length <= end;
        fits.then(|| {
            let span = Span { start, length };
            self.take(span);
            span
        })
    }

    /// An object is gone.
    pub fn give_back(&mut self, span: Span) {
        self.set(span, false);
        self.free += span.length;
    }

    fn take(&mut self, span: Span) {
        self.set(span, true);
        self.free -= span.length;
    }

    fn set(&mut self, span: Span, taken: bool) {
        for region in span.start..span.start + span.length {
            let (word, bit) = (region as usize / 64, 1 << (region % 64));
            if taken { self.words[word] |= bit } else { self.words[word] &= !bit }
        }
    }

    fn lowest_free(&self) -> Option<u32> {
        let word = self.words.iter().position(|word| *word != u64::MAX)?;
        Some(word as u32 * 64 + self.words[word].trailing_ones())
    }

    /// The region above which `young` are free.
    fn below_young(&self, young: u32) -> u32 {
        let mut left = young;
        for (index, word) in self.words.iter().enumerate().rev() {
            let free = word.count_zeros();
            if free < left {
                left -= free;
                continue;
            }
            let mut end = 64;
            while left > 0 {
                end -= 1;
                left -= u32::from(word >> end & 1 == 0);
            }
            return index as u32 * 64 + end;
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same rules, region by region.
    struct Twin {
        taken: Vec<bool>,
        old: Vec<usize>,
    }

    impl Twin {
        fn set_old(&mut self, count: usize) {
            while self.old.len() > count {
                let region = self.old.remove(0);
                self.taken[region] = false;
            }
            while self.old.len() < count {
                let Some(region) = (0..self.taken.len()).find(|region| !self.taken[*region]) else { break };
                self.taken[region] = true;
                self.old.push(region);
            }
        }

        fn place(&mut self, length: usize, young: usize) -> Option<usize> {
            let mut usable = self.taken.clone();
            let free: Vec<usize> = (0..usable.len()).rev().filter(|region| !usable[*region]).collect();
            free.iter().take(young).for_each(|region| usable[*region] = true);
            if young > free.len() {
                return None;
            }
            let fits = |start: &usize| usable[*start..].iter().take(length).filter(|taken| !**taken).count() == length;
            let start = (0..usable.len()).find(fits)?;
            self.taken[start..start + length].iter_mut().for_each(|taken| *taken = true);
            Some(start)
        }
    }

    #[test]
    fn free_regions_in_pieces_take_no_large_object() {
        let mut map = RegionMap::new(10, 0);
        let objects: Vec<Span> = (0..5).filter_map(|_| map.place(2, 0)).collect();
        assert_eq!((objects.len(), map.free()), (5, 0));
        map.give_back(objects[0]);
        map.give_back(objects[2]);
        assert_eq!((map.free(), map.place(3, 0), map.place(2, 3)), (4, None, None));
        assert_eq!(map.place(2, 2), Some(Span { start: 0, length: 2 }));
    }

    proptest! {
        #[test]
        fn places_are_those_of_a_search_region_by_region(
            regions in 1_u32..200,
            fixed in 0_u32..4,
            steps in prop::collection::vec((0_u8..5, 0_u32..40, 0_u32..60), 0..80),
        ) {
            let mut map = RegionMap::new(regions, fixed);
            let fixed = fixed.min(regions) as usize;
            let mut twin = Twin { taken: vec![false; regions as usize], old: vec![] };
            twin.taken[regions as usize - fixed..].fill(true);
            let mut objects: Vec<Span> = vec![];
            for (what, a, b) in steps {
                match what {
                    0 | 1 => {
                        let length = 1 + a % 9;
                        let placed = map.place(length, b);
                        prop_assert_eq!(placed.map(|span| span.start as usize), twin.place(length as usize, b as usize));
                        objects.extend(placed);
                    }
                    2 if !objects.is_empty() => {
                        let span = objects.swap_remove(a as usize % objects.len());
                        map.give_back(span);
                        twin.taken[span.start as usize..][..span.length as usize].fill(false);
                    }
                    3 => {
                        map.set_old(a);
                        twin.set_old(a as usize);
                    }
                    _ => {
                        map.compact(a);
                        twin.set_old(0);
                        twin.set_old(a as usize);
                    }
                }
                prop_assert_eq!(map.free() as usize, twin.taken.iter().filter(|taken| !**taken).count());
                prop_assert!(map.old.iter().map(|region| *region as usize).eq(twin.old.iter().copied()));
            }
        }
    }
}
