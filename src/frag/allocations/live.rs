//! Which blocks are live, and which have been.

use std::collections::BTreeMap;

/// What an id stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It was never allocated.
    Unknown,
    /// It was allocated and has been freed.
    Freed,
    /// It is live in this slot.
    Live(u32),
    /// It was left out when it was allocated, so whatever becomes of it is left out too.
    LeftOut,
}

/// Live blocks by id, each in a slot; slots are used again.
#[derive(Debug, Default)]
pub(super) struct Live {
    slots: BTreeMap<u64, Option<u32>>,
    spare: Vec<u32>,
    /// Slots given out so far.
    pub most: u32,
    /// Ids that have been freed, as ranges from first to last: programs mostly number their blocks in order.
    freed: BTreeMap<u64, u64>,
}

impl Live {
    pub fn standing(&self, id: u64) -> Standing {
        let freed = || self.freed.range(..=id).next_back().is_some_and(|(_, last)| *last >= id);
        match self.slots.get(&id) {
            Some(Some(slot)) => Standing::Live(*slot),
            Some(None) => Standing::LeftOut,
            None if freed() => Standing::Freed,
            None => Standing::Unknown,
        }
    }

    /// Makes an id live; its slot.
    pub fn begin(&mut self, id: u64) -> u32 {
        let slot = self.spare.pop().unwrap_or(self.most);
        self.most = self.most.max(slot + 1);
        self.slots.insert(id, Some(slot));
        slot
    }

    /// Remembers an id that was left out.
    pub fn leave_out(&mut self, id: u64) {
        self.slots.entry(id).or_insert(None);
    }

    /// An id is no longer live.
    pub fn end(&mut self, id: u64) {
        if let Some(slot) = self.slots.remove(&id) {
            self.spare.extend(slot);
        }
        let below = self.freed.range(..=id).next_back().map(|(first, last)| (*first, *last));
        if below.is_some_and(|(_, last)| last >= id) {
            return;
        }
        let first = below.filter(|(_, last)| last + 1 == id).map_or(id, |(first, _)| first);
        let last = id.checked_add(1).and_then(|next| self.freed.remove(&next)).unwrap_or(id);
        self.freed.insert(first, last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freed_ids_in_order_take_one_range_however_many_there_are() {
        let mut live = Live::default();
        for id in 0..1000 {
            assert_eq!(live.begin(id), 0);
            live.end(id);
        }
        assert_eq!((live.freed.len(), live.most), (1, 1));
        live.end(1001);
        assert_eq!(live.standing(1000), Standing::Unknown);
        live.end(1000);
        assert_eq!((live.freed.len(), live.standing(500)), (1, Standing::Freed));
        live.end(u64::MAX);
        assert_eq!((live.standing(u64::MAX), live.begin(7)), (Standing::Freed, 0));
    }
}
