//! Granting, returning and accounting pool memory: the only place where a decision about bytes meets the ledger.

use super::fleet::State;
use super::log::Entry;
use super::meters::{Count, Level};
use super::recorder::Tally;
use super::tenancy::{Owner, Tenancy};
use super::world::World;
use crate::base::{Bytes, TaskManagerId};
use crate::cluster::view::Request;

impl World<'_> {
    /// Ends a tenancy; whoever waits for memory there is asked again.
    pub(super) fn unregister(&mut self, tenancy: Tenancy) {
        self.give_back(tenancy, Bytes(u64::MAX));
        self.fleet.dismiss(&mut self.books, tenancy);
        // Even one that held nothing may have counted in the shares of those who wait.
        self.serve_waiters(tenancy.place);
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
            self.books.illegal("allocation", &self.scenario.policies.allocation.name.clone(), rule);
            return Bytes::ZERO;
        }
        if grant > Bytes::ZERO && self.fleet.place(&mut self.books, tenancy, grant) {
            return grant;
        }
        Bytes::ZERO
    }

    /// Takes up to `bytes` back, and asks those again who wait.
    pub(super) fn give_back(&mut self, tenancy: Tenancy, bytes: Bytes) -> Bytes {
        let taken = self.fleet.take_back(&mut self.books, tenancy, bytes);
        if taken > Bytes::ZERO {
            self.serve_waiters(tenancy.place);
        }
        taken
    }

    /// Brings what a consumer holds to `bytes`: gives back, or asks for more. True where that is done at once;
    /// else the pressure steps have begun and the owner hears of the end.
    pub(super) fn resize(&mut self, owner: Owner, tenancy: Tenancy, bytes: Bytes, least: Bytes) -> bool {
        let held = self.fleet.held(tenancy);
        self.fleet.facts_mut(tenancy).wanted = bytes;
        self.fleet.facts_mut(tenancy).last_used = self.books.now;
        self.fleet.facts_mut(tenancy).uses += 1;
        if bytes <= held {
            let lost = self.leak_blocks(owner, tenancy, held - bytes);
            self.give_back(tenancy, held - bytes - lost);
            return true;
        }
        let wanted = bytes - held;
        self.books.count(Count::Requests, 1.0);
        let granted = if self.must_queue(tenancy) { Bytes::ZERO } else { self.try_grant(tenancy, wanted, least) };
        if granted == wanted && self.fleet.is_fresh(tenancy) {
            self.press(owner, tenancy, Bytes::ZERO, false);
            return false;
        }
        if granted == wanted {
            self.books.record(Tally::MemoryWait, 0.0, 1.0);
            return true;
        }
        self.books.count(Count::Blocked, 1.0);
        self.fleet.show_stranded(&mut self.books, tenancy.place.task_manager);
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

    /// Takes `count` free slots of a TaskManager as one seat; returns the seat's number, which no other holds.
    pub(super) fn take_slots(&mut self, task_manager: TaskManagerId, count: u32) -> u32 {
        let seat = self.fleet.take_slots(task_manager, count);
        self.fleet.show_stranded(&mut self.books, task_manager);
        seat
    }

    /// Frees the `count` slots of a seat.
    pub(super) fn free_slots(&mut self, task_manager: TaskManagerId, seat: u32, count: u32) {
        self.fleet.free_slots(task_manager, seat, count);
        self.fleet.show_stranded(&mut self.books, task_manager);
        self.end_if_drained(task_manager);
    }

    /// Ends a TaskManager that drains and has become empty.
    pub(super) fn end_if_drained(&mut self, task_manager: TaskManagerId) {
        if self.fleet[task_manager].state != State::Draining || !self.fleet.is_empty(task_manager) {
            return;
        }
        let member = &self.fleet[task_manager];
        let (cores, pool) = (member.cores, member.pool_capacity());
        self.reclaim_leaks(task_manager);
        self.fleet.give_up_memory(&mut self.books, task_manager);
        self.fleet.set_state(task_manager, State::Ended);
        self.fleet.show_stranded(&mut self.books, task_manager);
        self.books.shift(Level::TaskManagers, -1.0);
        self.books.shift(Level::Cores, -cores);
        self.books.shift(Level::PoolCapacity, -pool.as_f64());
        self.books.tell(|| Entry::Ended(task_manager));
    }
}
