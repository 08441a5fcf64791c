//! A request that could not be granted, on its way: from step to step, in the line of those who wait, to its end.

use super::steps::{Outcome, carry_out};
use crate::base::{Bytes, RequestId, SimTime};
use crate::kernel::EventId;
use crate::sim::event::Event;
use crate::sim::log::Place;
use crate::sim::recorder::Tally;
use crate::sim::tenancy::{Owner, Tenancy};
use crate::sim::world::World;

/// A request on its way through the steps.
#[derive(Clone, Copy, Debug)]
pub struct Pending {
    pub(super) owner: Owner,
    pub(in crate::sim) tenancy: Tenancy,
    pub(in crate::sim) short: Bytes,
    pub(super) least: Bytes,
    pub(super) fragmented: bool,
    step: usize,
    /// Operations that must end before the step is over.
    pub(in crate::sim) legs: u32,
    since: SimTime,
    /// Bytes of its own that nobody has touched yet.
    pub(in crate::sim) fresh: Bytes,
    patience: Option<EventId>,
}

impl World<'_> {
    /// Sends a request for `short` bytes through the steps; one that has all its bytes waits for their first touch.
    pub(in crate::sim) fn press(&mut self, owner: Owner, tenancy: Tenancy, short: Bytes, fragmented: bool) {
        let least = if self.fleet.facts(tenancy).spillable {
            self.fleet[tenancy.place.task_manager].segment.min(short)
        } else {
            short
        };
        let pending = Pending {
            owner,
            tenancy,
            short,
            least,
            fragmented,
            step: 0,
            legs: 0,
            since: self.books.now,
            fresh: Bytes::ZERO,
            patience: None,
        };
        let number = self.requests.insert(pending);
        self.set_pending(owner, Some(number));
        if short == Bytes::ZERO {
            self.settle(number);
        } else {
            self.next_step(number);
        }
    }

    /// Tries the present step and those after it until one takes time, or the request ends.
    fn next_step(&mut self, number: RequestId) {
        while let Some(pending) = self.requests.get(number).copied() {
            let Some(step) = self.scenario.pressure.order.get(pending.step).copied() else {
                return self.refuse(number);
            };
            self.requests[number].step += 1;
            let busy = match carry_out(step, self, number) {
                Outcome::Over => false,
                Outcome::Busy => true,
                Outcome::Refused => return self.refuse(number),
            };
            if busy || !self.is_pending(number) || self.settle(number) {
                return;
            }
        }
    }

    /// Whether a request is still on its way: a step may stop the one who asks.
    pub(super) fn is_pending(&self, number: RequestId) -> bool {
        self.requests.contains(number)
    }

    /// Asks for memory once more; true where the request has ended.
    pub(super) fn settle(&mut self, number: RequestId) -> bool {
        let Some(pending) = self.requests.get(number).copied() else { return true };
        let granted = self.try_grant(pending.tenancy, pending.short, pending.least.min(pending.short));
        let short = pending.short - granted;
        self.requests[number].short = short;
        if self.scenario.regions.reservation.is_some() && self.touch_first(number) {
            return true;
        }
        if short > Bytes::ZERO {
            return false;
        }
        self.close(number);
        self.books.record(Tally::MemoryWait, self.books.now.since(pending.since).as_secs(), 1.0);
        self.granted(pending.owner);
        true
    }

    fn refuse(&mut self, number: RequestId) {
        let pending = self.close(number);
        self.refused(pending.owner, pending.fragmented);
    }

    pub(super) fn close(&mut self, number: RequestId) -> Pending {
        self.leave_line(number);
        let pending = self.requests.remove(number);
        self.set_pending(pending.owner, None);
        pending
    }

    /// Takes a request out of the line of those who wait for memory.
    pub(in crate::sim) fn leave_line(&mut self, number: RequestId) {
        let pending = &mut self.requests[number];
        let (patience, tenancy) = (pending.patience.take(), pending.tenancy);
        if let Some(id) = patience {
            self.books.queue.cancel(id);
        }
        self.fleet.region_mut(tenancy.place).waiters.retain(|waiter| *waiter != number);
    }

    /// Withdraws the request of an owner that ends or moves.
    pub(in crate::sim) fn withdraw(&mut self, number: RequestId) {
        self.close(number);
    }

    fn set_pending(&mut self, owner: Owner, number: Option<RequestId>) {
        match owner {
            Owner::Group(group) => self.tasks.groups[group].request = number,
            Owner::Subtask(subtask) => self.streaming.subtasks[subtask].request = number,
        }
    }

    fn granted(&mut self, owner: Owner) {
        match owner {
            Owner::Group(group) => self.group_granted(group),
            Owner::Subtask(subtask) => self.subtask_granted(subtask),
        }
    }

    fn refused(&mut self, owner: Owner, fragmented: bool) {
        match owner {
            Owner::Group(group) => self.group_refused(group, fragmented),
            Owner::Subtask(subtask) => self.subtask_refused(subtask),
        }
    }

    /// One operation of a request has ended; with the last one the request goes on.
    pub(in crate::sim) fn end_request_leg(&mut self, number: RequestId) {
        let Some(pending) = self.requests.get_mut(number) else { return };
        pending.legs -= 1;
        if pending.legs == 0 && !self.settle(number) {
            self.next_step(number);
        }
    }

    /// Puts a request in the line of its region, for as long as its patience lasts.
    pub(super) fn wait_in_line(&mut self, number: RequestId) {
        let id = self.books.after(self.scenario.pressure.patience, Event::Patience(number));
        let pending = &mut self.requests[number];
        pending.patience = Some(id);
        let tenancy = pending.tenancy;
        self.fleet.region_mut(tenancy.place).waiters.push_back(number);
    }

    /// Patience is at an end: the request goes on to its next step.
    pub(in crate::sim) fn on_patience(&mut self, number: RequestId) {
        let Some(pending) = self.requests.get_mut(number) else { return };
        pending.patience = None;
        let tenancy = pending.tenancy;
        self.fleet.region_mut(tenancy.place).waiters.retain(|waiter| *waiter != number);
        self.next_step(number);
    }

    /// Memory has come back: those who wait are asked in order, until one does not fit.
    pub(in crate::sim) fn serve_waiters(&mut self, place: Place) {
        while let Some(&number) = self.fleet.region(place).waiters.front() {
            if !self.settle(number) {
                return;
            }
        }
    }
}
