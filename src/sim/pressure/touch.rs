//! The first touch of new memory: a request goes on only when a core has done it.

use crate::base::{Bytes, RequestId};
use crate::sim::devices::{Leg, Purpose};
use crate::sim::tenancy::Tenancy;
use crate::sim::world::World;

impl World<'_> {
    /// Starts the first touch of what a request was granted, once that is all of it; true where there is work to do.
    pub(in crate::sim) fn touch_first(&mut self, number: RequestId) -> bool {
        let pending = self.requests[number];
        let fresh = pending.fresh + self.fleet.region_mut(pending.tenancy.place).take_fresh();
        let work = self.fleet.touch(fresh);
        let begins = pending.short == Bytes::ZERO && work > 0.0;
        let request = &mut self.requests[number];
        request.fresh = if begins { Bytes::ZERO } else { fresh };
        if begins {
            request.legs += 1;
            self.leave_line(number);
            let leg = Leg { station: self.fleet[pending.tenancy.place.task_manager].cpu, work };
            self.operate([Some(leg), None, None], Purpose::Work { request: number });
        }
        begins
    }

    /// The same for memory that nobody waits for.
    pub(in crate::sim) fn touch_aside(&mut self, tenancy: Tenancy) {
        if self.fleet.is_fresh(tenancy) {
            let fresh = self.fleet.region_mut(tenancy.place).take_fresh();
            let leg = Leg { station: self.fleet[tenancy.place.task_manager].cpu, work: self.fleet.touch(fresh) };
            self.operate([Some(leg), None, None], Purpose::Touch);
        }
    }
}
