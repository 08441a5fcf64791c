//! Granting, returning and accounting pool memory: the only place where a decision about bytes meets the ledger.

use super::host::State;
use super::log::Entry;
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
    /// TaskManager.
    pub host: u32,
    /// Region of it.
    pub region: u8,
    /// Consumer within the region.
    pub handle: Handle,
    /// Number of the consumer, never reused.
    pub consumer: u32,
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
    pub(super) fn register(&mut self, host: u32, facts: Consumer) -> Tenancy {
        let manager = &mut self.managers[host as usize];
        let region = manager.region_for(facts.purpose);
        let consumer = self.consumers;
        self.consumers += 1;
        let facts = Consumer { id: ConsumerId(consumer), ..facts };
        let handle = manager.regions[region as usize].register(facts);
        self.hosts[host as usize].peak_memory += facts.peak;
        let place = Self::place_of(host, region);
        self.tell(|| Entry::Registered { place, consumer });
        Tenancy { host, region, handle, consumer, purpose: facts.purpose }
    }

    /// Ends a tenancy; whoever waits for memory there is asked again.
    pub(super) fn unregister(&mut self, tenancy: Tenancy) {
        self.give_back(tenancy, Bytes(u64::MAX));
        let manager = &mut self.managers[tenancy.host as usize];
        let region = &mut manager.regions[tenancy.region as usize];
        let spilled = region.consumer(tenancy.handle).spilled;
        let peak = region.consumer(tenancy.handle).peak;
        region.unregister(tenancy.handle);
        let face = &mut self.hosts[tenancy.host as usize];
        face.peak_memory = face.peak_memory.saturating_sub(peak);
        self.shift(Level::Spilled, -spilled.as_f64());
        let place = Self::place_of(tenancy.host, tenancy.region);
        self.tell(|| Entry::Left { place, consumer: tenancy.consumer });
        // Even one that held nothing may have counted in the shares of those who wait.
        self.serve_waiters(tenancy.host, tenancy.region);
    }

    /// Whether the consumer is still the one that the tenancy was made for.
    pub(super) fn is_current(&self, tenancy: Tenancy) -> bool {
        let region = &self.managers[tenancy.host as usize].regions[tenancy.region as usize];
        region.holds(tenancy.handle, ConsumerId(tenancy.consumer))
    }

    /// Bytes that a consumer holds.
    pub(super) fn held(&self, tenancy: Tenancy) -> Bytes {
        self.facts(tenancy).held
    }

    /// What the ledger knows of a consumer.
    pub(super) fn facts(&self, tenancy: Tenancy) -> &Consumer {
        self.managers[tenancy.host as usize].regions[tenancy.region as usize].consumer(tenancy.handle)
    }

    /// The same, to update what is not a byte count.
    pub(super) fn facts_mut(&mut self, tenancy: Tenancy) -> &mut Consumer {
        self.managers[tenancy.host as usize].regions[tenancy.region as usize].consumer_mut(tenancy.handle)
    }

    /// Asks the allocation policy, and places what it grants; returns the bytes granted.
    pub(super) fn try_grant(&mut self, tenancy: Tenancy, bytes: Bytes, least: Bytes) -> Bytes {
        if bytes == Bytes::ZERO {
            return Bytes::ZERO;
        }
        let manager = &mut self.managers[tenancy.host as usize];
        manager.last_request[tenancy.region as usize] = bytes;
        let region = &manager.regions[tenancy.region as usize];
        let request = Request { consumer: region.place(tenancy.handle), bytes, least };
        let view = region.view(self.now, TaskManagerId(tenancy.host), manager.slots);
        let free = view.free;
        let grant = self.policies.allocation.grant(&request, &view);
        if grant > bytes || grant > free || (grant < least && grant > Bytes::ZERO) {
            let rule = format!(
                "granted {grant} of {bytes} to consumer {} with {free} free; a grant is 0, or at least {least} and at most both",
                tenancy.consumer
            );
            self.illegal("allocation", &self.scenario.policies.allocation.name.clone(), rule);
            return Bytes::ZERO;
        }
        if grant > Bytes::ZERO && self.place(tenancy, grant) {
            return grant;
        }
        Bytes::ZERO
    }

    /// Places bytes that have been decided on; false where the allocator finds no room.
    pub(super) fn place(&mut self, tenancy: Tenancy, bytes: Bytes) -> bool {
        let region = &mut self.managers[tenancy.host as usize].regions[tenancy.region as usize];
        let committed = self.scenario.regions.reservation.as_ref().map(|_| region.committed());
        if !region.grant(tenancy.handle, bytes) {
            return false;
        }
        if let Some(before) = committed {
            let more = region.committed() - before;
            self.shift(Level::Committed, more.as_f64());
        }
        self.shift(level_of(tenancy.purpose), bytes.as_f64());
        let place = Self::place_of(tenancy.host, tenancy.region);
        self.tell(|| Entry::Granted { place, consumer: tenancy.consumer, bytes });
        self.show_region(tenancy.host, tenancy.region);
        true
    }

    /// Takes up to `bytes` back, and asks those again who wait.
    pub(super) fn give_back(&mut self, tenancy: Tenancy, bytes: Bytes) -> Bytes {
        let region = &mut self.managers[tenancy.host as usize].regions[tenancy.region as usize];
        let taken = region.give_back(tenancy.handle, bytes);
        if taken == Bytes::ZERO {
            return taken;
        }
        self.shift(level_of(tenancy.purpose), -taken.as_f64());
        let place = Self::place_of(tenancy.host, tenancy.region);
        self.tell(|| Entry::Returned { place, consumer: tenancy.consumer, bytes: taken });
        self.show_region(tenancy.host, tenancy.region);
        self.serve_waiters(tenancy.host, tenancy.region);
        taken
    }

    /// Brings what a consumer holds to `bytes`: gives back, or asks for more. True where that is done at once;
    /// else the pressure steps have begun and the owner hears of the end.
    pub(super) fn resize(&mut self, owner: Owner, tenancy: Tenancy, bytes: Bytes, least: Bytes) -> bool {
        let held = self.held(tenancy);
        self.facts_mut(tenancy).wanted = bytes;
        self.facts_mut(tenancy).last_used = self.now;
        self.facts_mut(tenancy).uses += 1;
        if bytes <= held {
            let lost = self.leak_blocks(owner, tenancy, held - bytes);
            self.give_back(tenancy, held - bytes - lost);
            return true;
        }
        let wanted = bytes - held;
        self.count(Count::Requests, 1.0);
        let granted = if self.must_queue(tenancy) { Bytes::ZERO } else { self.try_grant(tenancy, wanted, least) };
        if granted == wanted && self.is_fresh(tenancy) {
            self.press(owner, tenancy, Bytes::ZERO, false);
            return false;
        }
        if granted == wanted {
            self.recorder.add(Tally::MemoryWait, self.now, 0.0, 1.0);
            return true;
        }
        self.count(Count::Blocked, 1.0);
        self.show_stranded(tenancy.host);
        let short = wanted - granted;
        let region = &self.managers[tenancy.host as usize].regions[tenancy.region as usize];
        let fragmented = granted == Bytes::ZERO && region.free() >= wanted && region.largest_hole() < wanted;
        if fragmented {
            self.count(Count::Fragmented, 1.0);
        }
        self.press(owner, tenancy, short, fragmented);
        false
    }

    /// Whether others wait in line, so that a newcomer may not pass them.
    fn must_queue(&self, tenancy: Tenancy) -> bool {
        let region = &self.managers[tenancy.host as usize].regions[tenancy.region as usize];
        !region.waiters.is_empty()
    }

    /// Ends a TaskManager that drains and has become empty.
    pub(super) fn end_if_drained(&mut self, host: u32) {
        if self.managers[host as usize].state != State::Draining || !self.is_empty(host) {
            return;
        }
        let manager = &mut self.managers[host as usize];
        manager.state = State::Ended;
        let (cores, pool) = (manager.cores, manager.pool_capacity());
        self.reclaim_leaks(host);
        self.give_up_memory(host);
        self.show_candidate(host);
        self.shift(Level::TaskManagers, -1.0);
        self.shift(Level::Cores, -cores);
        self.shift(Level::PoolCapacity, -pool.as_f64());
        self.tell(|| Entry::Ended(TaskManagerId(host)));
    }
}
