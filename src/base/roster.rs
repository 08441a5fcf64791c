//! Who is there at present, where numbers are given again: an id that has outlived its subject finds nothing.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use slab::Slab;

use super::ids::Stamped;

/// Those who are there, each under a stamped id.
pub struct Roster<K, T> {
    entries: Slab<(u32, T)>,
    /// Stamps given so far.
    stamps: u32,
    kind: PhantomData<K>,
}

impl<K, T> Default for Roster<K, T> {
    fn default() -> Roster<K, T> {
        Roster { entries: Slab::new(), stamps: 0, kind: PhantomData }
    }
}

impl<K, T> Roster<K, T> {
    /// Takes one in.
    pub fn insert(&mut self, entry: T) -> Stamped<K> {
        self.stamps = self.stamps.wrapping_add(1);
        Stamped::new(self.entries.insert((self.stamps, entry)), self.stamps)
    }

    /// The holder of an id, if it is still there.
    pub fn get(&self, id: Stamped<K>) -> Option<&T> {
        let (stamp, entry) = self.entries.get(id.number() as usize)?;
        (*stamp == id.stamp()).then_some(entry)
    }

    /// The holder of an id, to change it.
    pub fn get_mut(&mut self, id: Stamped<K>) -> Option<&mut T> {
        let (stamp, entry) = self.entries.get_mut(id.number() as usize)?;
        (*stamp == id.stamp()).then_some(entry)
    }

    /// Whether the holder of an id is still there.
    pub fn contains(&self, id: Stamped<K>) -> bool {
        self.get(id).is_some()
    }

    /// Who has the number now, whatever its stamp.
    pub fn at(&self, number: u32) -> Option<(Stamped<K>, &T)> {
        let (stamp, entry) = self.entries.get(number as usize)?;
        Some((Stamped::new(number as usize, *stamp), entry))
    }

    /// Lets one go, who must be there.
    pub fn remove(&mut self, id: Stamped<K>) -> T {
        let (stamp, entry) = self.entries.remove(id.number() as usize);
        debug_assert_eq!(stamp, id.stamp(), "the number has passed on");
        entry
    }

    /// All who are there, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (Stamped<K>, &T)> {
        self.entries.iter().map(|(number, (stamp, entry))| (Stamped::new(number, *stamp), entry))
    }

    /// Whether nobody is there.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<K, T> Index<Stamped<K>> for Roster<K, T> {
    type Output = T;

    fn index(&self, id: Stamped<K>) -> &T {
        let (stamp, entry) = &self.entries[id.number() as usize];
        debug_assert_eq!(*stamp, id.stamp(), "the number has passed on");
        entry
    }
}

impl<K, T> IndexMut<Stamped<K>> for Roster<K, T> {
    fn index_mut(&mut self, id: Stamped<K>) -> &mut T {
        let (stamp, entry) = &mut self.entries[id.number() as usize];
        debug_assert_eq!(*stamp, id.stamp(), "the number has passed on");
        entry
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::TaskId;

    #[test]
    fn an_id_that_has_outlived_its_subject_finds_nobody() {
        let mut roster = Roster::default();
        let first: TaskId = roster.insert('a');
        assert_eq!(roster.get(first), Some(&'a'));
        assert_eq!(roster.remove(first), 'a');
        let second = roster.insert('b');
        assert_eq!((first.number(), first == second), (second.number(), false));
        assert_eq!(roster.get(first), None);
        assert_eq!(roster.get_mut(second), Some(&mut 'b'));
        assert!(roster.contains(second) && !roster.contains(first) && !roster.is_empty());
        assert_eq!(roster.at(second.number()), Some((second, &'b')));
        assert_eq!(roster.iter().collect::<Vec<_>>(), [(second, &'b')]);
    }
}
