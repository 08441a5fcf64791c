//! Pool memory taken from the system: all at the start, or in steps, each byte at the price of its first touch.
//!
//! A request that needs new memory has it at once, but goes on only when a core has touched it. Where nobody waits, for
//! network buffers and caches, the core is busy beside the others. What a TaskManager takes at its start delays the
//! start itself; those that are there at time 0 have done so before.

use super::memory::Tenancy;
use super::meters::Level;
use super::operation::{Leg, Purpose};
use super::world::World;
use crate::base::{Bytes, SimSpan};
use crate::cluster::region::Region;
use crate::pool::Reservation;

impl World<'_> {
    /// Shows what a new TaskManager has taken.
    pub(super) fn take_memory(&mut self, host: u32) {
        let taken = self.committed(host);
        self.shift(Level::Committed, taken);
    }

    /// Shows that a TaskManager has given its memory back.
    pub(super) fn give_up_memory(&mut self, host: u32) {
        let taken = self.committed(host);
        self.shift(Level::Committed, -taken);
    }

    /// A process begins anew: it has taken no more than its blocks reach.
    pub(super) fn trim_memory(&mut self, host: u32) {
        self.give_up_memory(host);
        self.managers[host as usize].regions.iter_mut().for_each(Region::trim);
        self.take_memory(host);
    }

    fn committed(&self, host: u32) -> f64 {
        let followed = self.scenario.regions.reservation.as_ref().map(|_| &self.managers[host as usize].regions);
        let taken: Bytes = followed.into_iter().flatten().map(Region::committed).sum();
        taken.as_f64()
    }

    /// By how much taking all memory delays the start of a TaskManager that is ordered.
    pub(super) fn touching_at_start(&self) -> SimSpan {
        let all = self.scenario.regions.reservation.as_deref() == Some(&Reservation::All);
        let first = self.managers.first().filter(|_| all);
        first.map_or(SimSpan::ZERO, |first| SimSpan::from_nanos(self.touch(first.pool_capacity())))
    }

    /// Work of the first touch.
    fn touch(&self, bytes: Bytes) -> f64 {
        bytes.as_f64() * self.scenario.regions.touch_price
    }

    /// Whether the last grant of a region took memory whose first touch is work.
    pub(super) fn is_fresh(&self, tenancy: Tenancy) -> bool {
        let region = &self.managers[tenancy.host as usize].regions[tenancy.region as usize];
        self.touch(region.fresh()) > 0.0
    }

    /// Starts the first touch of what a request was granted, once that is all of it; true where there is work to do.
    pub(super) fn touch_first(&mut self, number: u32) -> bool {
        let pending = self.requests[number as usize];
        let fresh = pending.fresh + self.region_mut(pending.tenancy).take_fresh();
        let work = self.touch(fresh);
        let begins = pending.short == Bytes::ZERO && work > 0.0;
        let request = &mut self.requests[number as usize];
        request.fresh = if begins { Bytes::ZERO } else { fresh };
        if begins {
            request.legs += 1;
            self.leave_line(number);
            let leg = Leg { station: self.managers[pending.tenancy.host as usize].cpu, work };
            self.operate([Some(leg), None, None], Purpose::Work { request: (number, pending.stamp) });
        }
        begins
    }

    /// The same for memory that nobody waits for.
    pub(super) fn touch_aside(&mut self, tenancy: Tenancy) {
        if self.is_fresh(tenancy) {
            let fresh = self.region_mut(tenancy).take_fresh();
            let leg = Leg { station: self.managers[tenancy.host as usize].cpu, work: self.touch(fresh) };
            self.operate([Some(leg), None, None], Purpose::Touch);
        }
    }
}
