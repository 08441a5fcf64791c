//! Pool memory taken from the system: all at the start, or in steps, each byte at the price of its first touch.
//!
//! A request that needs new memory has it at once, but goes on only when a core has touched it. Where nobody waits, for
//! network buffers and caches, the core is busy beside the others. What a TaskManager takes at its start delays the
//! start itself; those that are there at time 0 have done so before.

use super::Fleet;
use crate::base::{Bytes, SimSpan, TaskManagerId};
use crate::cluster::region::Region;
use crate::pool::Reservation;
use crate::sim::books::Books;
use crate::sim::meters::Level;
use crate::sim::tenancy::Tenancy;

impl Fleet {
    /// Shows what a new TaskManager has taken.
    pub fn take_memory(&mut self, books: &mut Books<'_>, id: TaskManagerId) {
        let taken = self.committed(id);
        books.shift(Level::Committed, taken);
    }

    /// Shows that a TaskManager has given its memory back.
    pub fn give_up_memory(&mut self, books: &mut Books<'_>, id: TaskManagerId) {
        let taken = self.committed(id);
        books.shift(Level::Committed, -taken);
    }

    /// A process begins anew: it has taken no more than its blocks reach.
    pub fn trim_memory(&mut self, books: &mut Books<'_>, id: TaskManagerId) {
        self.give_up_memory(books, id);
        self.members[id].regions.iter_mut().for_each(Region::trim);
        self.take_memory(books, id);
    }

    fn committed(&self, id: TaskManagerId) -> f64 {
        let followed = self.rules.reservation.map(|_| &self.members[id].regions);
        let taken: Bytes = followed.into_iter().flatten().map(Region::committed).sum();
        taken.as_f64()
    }

    /// By how much taking all memory delays the start of a TaskManager that is ordered.
    pub fn touching_at_start(&self) -> SimSpan {
        let all = self.rules.reservation == Some(Reservation::All);
        let first = self.iter().next().filter(|_| all);
        first.map_or(SimSpan::ZERO, |first| SimSpan::from_nanos(self.touch(first.pool_capacity())))
    }

    /// Work of the first touch.
    pub fn touch(&self, bytes: Bytes) -> f64 {
        bytes.as_f64() * self.rules.touch_price
    }

    /// Whether the last grant of a region took memory whose first touch is work.
    pub fn is_fresh(&self, tenancy: Tenancy) -> bool {
        let region = self.region(tenancy.place);
        self.touch(region.fresh()) > 0.0
    }
}
