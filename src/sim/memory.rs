//! Granting, returning and accounting pool memory: the only place where a decision about bytes meets the ledger.

use super::fleet::State;
use super::log::{Entry, Place};
use super::meters::{Count, Level};
use super::pressure::Owner;
use super::recorder::Tally;
use super::world::World;
use crate::base::{Bytes, ConsumerId, TaskManagerId};
use crate::cluster::region::Handle;
use crate::cluster::view::{Consumer, Purpose, Request};

/// Where a consumer's memory is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tenancy {
    /// TaskManager and region.
    pub place: Place,
    /// Consumer within the region.
    pub handle: Handle,
    /// What it is for.
    pub purpose: Purpose,
}

/// The level on which memory of a purpose is shown.
pub(super) fn level_of(purpose: Purpose) -> Level {
    match purpose {
        Purpose::Network => Level::Network,
        Purpose::Sort => Level::Sort,
        Purpose::Hash => Level::Hash,
        Purpose::State => Level::State,
        Purpose::Task => Level::Task,
    }
}

impl World<'_> {
    /// Registers a consumer on a TaskManager; `facts` carries what policies should know of it.
    pub(super) fn register(&mut self, task_manager: TaskManagerId, facts: Consumer) -> Tenancy {
        let member = &mut self.fleet[task_manager];
        let region = member.region_for(facts.purpose);
        let consumer = ConsumerId(self.consumers);
        self.consumers += 1;
        let facts = Consumer { id: consumer, ..facts };
        let handle = member.regions[region].register(facts);
        self.fleet.expect_peak(task_manager, facts.peak);
        let place = Place { task_manager, region };
        self.books.tell(|| Entry::Registered { place, consumer });
        Tenancy { place, handle, purpose: facts.purpose }
    }

    /// Ends a tenancy; whoever waits for memory there is asked again.
    pub(super) fn unregister(&mut self, tenancy: Tenancy) {
        self.give_back(tenancy, Bytes(u64::MAX));
        let member = &mut self.fleet[tenancy.place.task_manager];
        let region = &mut member.regions[tenancy.place.region];
        let spilled = region.consumer(tenancy.handle).spilled;
        let peak = region.consumer(tenancy.handle).peak;
        region.unregister(tenancy.handle);
        self.fleet.forget_peak(tenancy.place.task_manager, peak);
        self.books.shift(Level::Spilled, -spilled.as_f64());
        self.books.tell(|| Entry::Left { place: tenancy.place, consumer: tenancy.handle.consumer });
        // Even one that held nothing may have counted in the shares of those who wait.
        self.serve_waiters(tenancy.place);
    }

    /// Whether the consumer is still the one that the tenancy was made for.
    pub(super) fn is_current(&self, tenancy: Tenancy) -> bool {
        self.fleet.region(tenancy.place).holds(tenancy.handle)
    }

    /// Bytes that a consumer holds.
    pub(super) fn held(&self, tenancy: Tenancy) -> Bytes {
        self.facts(tenancy).held
    }

    /// What the ledger knows of a consumer.
    pub(super) fn facts(&self, tenancy: Tenancy) -> &Consumer {
        self.fleet.region(tenancy.place).consumer(tenancy.handle)
    }

    /// The same, to update what is not a byte count.
    pub(super) fn facts_mut(&mut self, tenancy: Tenancy) -> &mut Consumer {
        self.fleet.region_mut(tenancy.place).consumer_mut(tenancy.handle)
    }

    /// Asks the allocation policy, and places what it grants; returns the bytes granted.
    pub(super) fn try_grant(&mut self, tenancy: Tenancy, bytes: Bytes, least: Bytes) -> Bytes {
        if bytes == Bytes::ZERO {
            return Bytes::ZERO;
        }
        let member = &mut self.fleet[tenancy.place.task_manager];
        member.last_request[tenancy.place.region] = bytes;
        let region = &member.regions[tenancy.place.region];
        let request = Request { consumer: region.place(tenancy.handle), bytes, least };
        let view = region.view(self.books.now, tenancy.place.task_manager, member.slots);
        let free = view.free;
        let grant = self.policies.allocation.grant(&request, &view);
        if grant > bytes || grant > free || (grant < least && grant > Bytes::ZERO) {
            let rule = format!(
                "granted {grant} of {bytes} to consumer {} with {free} free; a grant is 0, or at least {least} and at most both",
                tenancy.handle.consumer
            );
            self.books.illegal("allocation", &self.settings.names.allocation.clone(), rule);
            return Bytes::ZERO;
        }
        if grant > Bytes::ZERO && self.place(tenancy, grant) {
            return grant;
        }
        Bytes::ZERO
    }

    /// Places bytes that have been decided on; false where the allocator finds no room.
    pub(super) fn place(&mut self, tenancy: Tenancy, bytes: Bytes) -> bool {
        let followed = self.settings.reservation;
        let region = self.fleet.region_mut(tenancy.place);
        let committed = followed.map(|_| region.committed());
        if !region.grant(tenancy.handle, bytes) {
            return false;
        }
        if let Some(before) = committed {
            let more = region.committed() - before;
            self.books.shift(Level::Committed, more.as_f64());
        }
        self.books.shift(level_of(tenancy.purpose), bytes.as_f64());
        let Tenancy { place, handle, .. } = tenancy;
        self.books.tell(|| Entry::Granted { place, consumer: handle.consumer, bytes });
        self.show_region(tenancy.place);
        true
    }

    /// Takes up to `bytes` back, and asks those again who wait.
    pub(super) fn give_back(&mut self, tenancy: Tenancy, bytes: Bytes) -> Bytes {
        let region = self.fleet.region_mut(tenancy.place);
        let taken = region.give_back(tenancy.handle, bytes);
        if taken == Bytes::ZERO {
            return taken;
        }
        self.books.shift(level_of(tenancy.purpose), -taken.as_f64());
        let Tenancy { place, handle, .. } = tenancy;
        self.books.tell(|| Entry::Returned { place, consumer: handle.consumer, bytes: taken });
        self.show_region(tenancy.place);
        self.serve_waiters(tenancy.place);
        taken
    }

    /// Brings what a consumer holds to `bytes`: gives back, or asks for more. True where that is done at once;
    /// else the pressure steps have begun and the owner hears of the end.
    pub(super) fn resize(&mut self, owner: Owner, tenancy: Tenancy, bytes: Bytes, least: Bytes) -> bool {
        let held = self.held(tenancy);
        self.facts_mut(tenancy).wanted = bytes;
        self.facts_mut(tenancy).last_used = self.books.now;
        self.facts_mut(tenancy).uses += 1;
        if bytes <= held {
            let lost = self.leak_blocks(owner, tenancy, held - bytes);
            self.give_back(tenancy, held - bytes - lost);
            return true;
        }
        let wanted = bytes - held;
        self.books.count(Count::Requests, 1.0);
        let granted = if self.must_queue(tenancy) { Bytes::ZERO } else { self.try_grant(tenancy, wanted, least) };
        if granted == wanted && self.is_fresh(tenancy) {
            self.press(owner, tenancy, Bytes::ZERO, false);
            return false;
        }
        if granted == wanted {
            self.books.record(Tally::MemoryWait, 0.0, 1.0);
            return true;
        }
        self.books.count(Count::Blocked, 1.0);
        self.show_stranded(tenancy.place.task_manager);
        let short = wanted - granted;
        let region = self.fleet.region(tenancy.place);
        let fragmented = granted == Bytes::ZERO && region.free() >= wanted && region.largest_hole() < wanted;
        if fragmented {
            self.books.count(Count::Fragmented, 1.0);
        }
        self.press(owner, tenancy, short, fragmented);
        false
    }

    /// Whether others wait in line, so that a newcomer may not pass them.
    fn must_queue(&self, tenancy: Tenancy) -> bool {
        let region = self.fleet.region(tenancy.place);
        !region.waiters.is_empty()
    }

    /// Ends a TaskManager that drains and has become empty.
    pub(super) fn end_if_drained(&mut self, task_manager: TaskManagerId) {
        if self.fleet[task_manager].state != State::Draining || !self.fleet.is_empty(task_manager) {
            return;
        }
        let member = &self.fleet[task_manager];
        let (cores, pool) = (member.cores, member.pool_capacity());
        self.reclaim_leaks(task_manager);
        self.give_up_memory(task_manager);
        self.fleet.set_state(task_manager, State::Ended);
        self.show_stranded(task_manager);
        self.books.shift(Level::TaskManagers, -1.0);
        self.books.shift(Level::Cores, -cores);
        self.books.shift(Level::PoolCapacity, -pool.as_f64());
        self.books.tell(|| Entry::Ended(task_manager));
    }
}
