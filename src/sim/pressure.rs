//! What a request meets that cannot be granted: the scenario's steps, one after the other, each taking its time.

use super::event::Event;
use super::memory::Tenancy;
use super::meters::{Count, Level};
use super::operation::{Leg, Purpose as Aim};
use super::recorder::Tally;
use super::task::Stage;
use super::world::World;
use crate::base::{Bytes, SimTime, TaskManagerId};
use crate::cluster::region::Handle;
use crate::cluster::view::Request;
use crate::kernel::EventId;
use crate::policy::migration::Occasion;
use crate::policy::spill::Victim;
use crate::scenario::sections::Step;

/// Who asked, and hears of the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Owner {
    /// A group of task instances.
    Group(u32),
    /// A subtask.
    Subtask(u32),
}

/// A spill that a policy orders.
#[derive(Clone, Copy, Debug)]
struct Order {
    victim: Victim,
    handle: Handle,
    /// Whether the victim is the one who asks.
    own: bool,
}

/// A request on its way through the steps.
#[derive(Clone, Copy, Debug)]
pub struct Pending {
    owner: Owner,
    pub(super) tenancy: Tenancy,
    pub(super) short: Bytes,
    least: Bytes,
    fragmented: bool,
    step: usize,
    /// Operations that must end before the step is over.
    pub(super) legs: u32,
    pub(super) stamp: u64,
    since: SimTime,
    /// Bytes of its own that nobody has touched yet.
    pub(super) fresh: Bytes,
    patience: Option<EventId>,
}

impl World<'_> {
    /// Sends a request for `short` bytes through the steps; one that has all its bytes waits for their first touch.
    pub(super) fn press(&mut self, owner: Owner, tenancy: Tenancy, short: Bytes, fragmented: bool) {
        self.stamps += 1;
        let least =
            if self.facts(tenancy).spillable { self.managers[tenancy.host as usize].segment.min(short) } else { short };
        let pending = Pending {
            owner,
            tenancy,
            short,
            least,
            fragmented,
            step: 0,
            legs: 0,
            stamp: self.stamps,
            since: self.now,
            fresh: Bytes::ZERO,
            patience: None,
        };
        let number = self.requests.insert(pending) as u32;
        self.set_pending(owner, Some(number));
        if short == Bytes::ZERO {
            self.settle(number);
        } else {
            self.next_step(number);
        }
    }

    /// Tries the present step and those after it until one takes time, or the request ends.
    fn next_step(&mut self, number: u32) {
        let Some(stamp) = self.requests.get(number as usize).map(|pending| pending.stamp) else { return };
        while let Some(pending) = self.requests.get(number as usize).copied().filter(|pending| pending.stamp == stamp) {
            let Some(step) = self.scenario.pressure.order.get(pending.step).copied() else {
                return self.refuse(number);
            };
            self.requests[number as usize].step += 1;
            let busy = match step {
                Step::Evict => self.step_evict(pending),
                Step::Compact => self.step_compact(number, pending),
                Step::Spill => self.step_spill(number, pending),
                Step::Wait => self.step_wait(number),
                Step::Migrate => self.step_migrate(number, pending),
                Step::Request => self.step_request(number),
                Step::Fail => return self.refuse(number),
            };
            if busy || !self.is_pending(number, stamp) || self.settle(number) {
                return;
            }
        }
    }

    /// Whether a number still stands for the request with that stamp: a step may stop the one who asks.
    fn is_pending(&self, number: u32, stamp: u64) -> bool {
        self.requests.get(number as usize).is_some_and(|pending| pending.stamp == stamp)
    }

    /// Asks for memory once more; true where the request has ended.
    fn settle(&mut self, number: u32) -> bool {
        let Some(pending) = self.requests.get(number as usize).copied() else { return true };
        let granted = self.try_grant(pending.tenancy, pending.short, pending.least.min(pending.short));
        let short = pending.short - granted;
        self.requests[number as usize].short = short;
        if self.scenario.regions.reservation.is_some() && self.touch_first(number) {
            return true;
        }
        if short > Bytes::ZERO {
            return false;
        }
        self.close(number);
        self.recorder.add(Tally::MemoryWait, self.now, self.now.since(pending.since).as_secs(), 1.0);
        self.granted(pending.owner);
        true
    }

    fn refuse(&mut self, number: u32) {
        let pending = self.close(number);
        self.refused(pending.owner, pending.fragmented);
    }

    fn close(&mut self, number: u32) -> Pending {
        self.leave_line(number);
        let pending = self.requests.remove(number as usize);
        self.set_pending(pending.owner, None);
        pending
    }

    /// Takes a request out of the line of those who wait for memory.
    pub(super) fn leave_line(&mut self, number: u32) {
        let pending = &mut self.requests[number as usize];
        let (patience, tenancy) = (pending.patience.take(), pending.tenancy);
        if let Some(id) = patience {
            self.queue.cancel(id);
        }
        self.region_mut(tenancy).waiters.retain(|waiter| *waiter != number);
    }

    /// Withdraws the request of an owner that ends or moves.
    pub(super) fn withdraw(&mut self, number: u32) {
        self.close(number);
    }

    pub(super) fn region_mut(&mut self, tenancy: Tenancy) -> &mut crate::cluster::region::Region {
        &mut self.managers[tenancy.host as usize].regions[tenancy.region as usize]
    }

    fn set_pending(&mut self, owner: Owner, number: Option<u32>) {
        match owner {
            Owner::Group(group) => self.tasks.groups[group as usize].request = number,
            Owner::Subtask(subtask) => self.streaming.subtasks[subtask as usize].request = number,
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

    /// Shrinks caches of the region; takes no time.
    fn step_evict(&mut self, pending: Pending) -> bool {
        self.evict_caches(pending.tenancy, pending.short);
        false
    }

    /// Shrinks caches beside a consumer, the largest first, until `bytes` are free there.
    pub(super) fn evict_caches(&mut self, beside: Tenancy, bytes: Bytes) {
        let region = self.region_mut(beside);
        let mut caches: Vec<(Bytes, Handle)> = (region.consumers().iter().enumerate())
            .filter(|(_, consumer)| consumer.evictable && consumer.held > Bytes::ZERO)
            .filter(|(_, consumer)| consumer.id.0 != beside.consumer)
            .map(|(place, consumer)| (consumer.held, region.handle_at(place)))
            .collect();
        caches.sort_by_key(|(held, _)| std::cmp::Reverse(*held));
        let mut left = bytes.saturating_sub(region.free());
        for (held, handle) in caches {
            if left == Bytes::ZERO {
                break;
            }
            let tenancy = self.tenancy_of(beside, handle);
            let taken = self.give_back(tenancy, left.min(held));
            self.count(Count::Evicted, taken.as_f64());
            self.cache_shrunk(tenancy);
            left = left.saturating_sub(taken);
        }
    }

    /// The tenancy of another consumer in the region of `beside`.
    fn tenancy_of(&mut self, beside: Tenancy, handle: Handle) -> Tenancy {
        let facts = self.region_mut(beside).consumer(handle);
        let (consumer, purpose) = (facts.id.0, facts.purpose);
        Tenancy { handle, consumer, purpose, ..beside }
    }

    /// Writes victims to disk; true where something is on its way.
    fn step_spill(&mut self, number: u32, pending: Pending) -> bool {
        let tenancy = pending.tenancy;
        let manager = &self.managers[tenancy.host as usize];
        let region = &manager.regions[tenancy.region as usize];
        let view = region.view(self.now, TaskManagerId(tenancy.host), manager.slots);
        let asker = region.place(tenancy.handle);
        let request = Request { consumer: asker, bytes: pending.short, least: pending.least };
        // One who could use any page has been offered all that its policy allows: what is free still is not for it.
        let offered = pending.fragmented || pending.least < pending.short;
        let shortage = pending.short.saturating_sub(if offered { Bytes::ZERO } else { view.free });
        let shortage = if shortage == Bytes::ZERO { pending.short } else { shortage };
        let mut victims = Vec::new();
        self.policies.spill.victims(&request, shortage, &view, &mut victims);
        if let Some(stranger) = victims.iter().find(|victim| victim.consumer >= region.consumers().len()) {
            let rule = format!("names consumer {} of {}", stranger.consumer, region.consumers().len());
            self.illegal("spill", &self.scenario.policies.spill.name.clone(), rule);
            return false;
        }
        let order = |victim: &Victim| Order {
            victim: *victim,
            handle: region.handle_at(victim.consumer),
            own: victim.consumer == asker,
        };
        let orders: Vec<Order> = victims.iter().map(order).collect();
        if let Some(rule) = illegal_spill(&orders, region.consumers(), pending.short) {
            self.illegal("spill", &self.scenario.policies.spill.name.clone(), rule);
            return false;
        }
        let orders = raised(orders, region.consumers(), (pending.short, self.scenario.pressure.spill_share));
        self.requests[number as usize].legs = orders.len() as u32;
        for order in &orders {
            // A spill that takes no time may have served others, and that may have stopped the one who asks.
            if self.is_pending(number, pending.stamp) {
                self.spill_one((number, pending.stamp), *order);
            }
        }
        !orders.is_empty()
    }

    fn spill_one(&mut self, (number, stamp): (u32, u64), order: Order) {
        let Order { victim, handle, own } = order;
        let pending = self.requests[number as usize];
        let tenancy = self.tenancy_of(pending.tenancy, handle);
        let legs = self.spill_legs(tenancy.host, victim.bytes);
        self.count(Count::SpillBytes, victim.bytes.as_f64());
        self.count(Count::Spills, 1.0);
        self.shift(Level::Spilled, victim.bytes.as_f64());
        self.shift(Level::Spilling, 1.0);
        self.facts_mut(tenancy).spilled += victim.bytes;
        let place = Self::place_of(tenancy.host, tenancy.region);
        self.tell(|| super::log::Entry::Spilled { place, consumer: tenancy.consumer, bytes: victim.bytes });
        if own {
            // What the requester itself spills never needs memory: it goes straight to disk.
            self.requests[number as usize].short -= victim.bytes;
            self.facts_mut(tenancy).wanted = self.facts(tenancy).wanted.saturating_sub(victim.bytes);
            return self.operate(legs, Aim::Overflow { request: (number, stamp) });
        }
        let aim = Aim::Spill {
            host: tenancy.host,
            region: tenancy.region,
            handle: handle.0,
            consumer: tenancy.consumer,
            bytes: victim.bytes,
            request: (number, stamp),
        };
        self.operate(legs, aim);
    }

    /// Work of writing (or reading back) `bytes`: compression on the cores, then the disk.
    pub(super) fn spill_legs(&mut self, host: u32, bytes: Bytes) -> [Option<Leg>; 3] {
        let manager = &self.managers[host as usize];
        let (cpu, disk) = (manager.cpu, manager.disk);
        let (stored, squeeze) = match self.scenario.pressure.spill_compression {
            true => {
                let packed = self.prices.compression.codec().pack(bytes);
                (packed.bytes, packed.pack)
            }
            false => (bytes, crate::base::SimSpan::ZERO),
        };
        let work = self.prices.spill.io(stored);
        self.count(Count::DiskBytes, work.bytes.as_f64());
        // A fixed latency of the device is kept as the bytes that would have passed meanwhile.
        let latency = work.latency.as_nanos() * self.stations[disk as usize].share.capacity();
        [
            Some(Leg { station: cpu, work: (squeeze + work.cpu).as_nanos() }),
            Some(Leg { station: disk, work: work.bytes.as_f64() + latency }),
            None,
        ]
    }

    /// A victim's bytes have reached the disk: its memory is free.
    pub(super) fn end_spill(&mut self, seat: Tenancy, bytes: Bytes, request: (u32, u64)) {
        if self.is_current(seat) {
            // Another spill of the same memory may have been under way: what is gone cannot lie on disk twice.
            let twice = bytes.saturating_sub(self.held(seat));
            self.facts_mut(seat).spilled = self.facts(seat).spilled.saturating_sub(twice);
            self.shift(Level::Spilled, -twice.as_f64());
            self.give_back(seat, bytes);
        }
        self.end_pressure_leg(request);
    }

    pub(super) fn purpose_at(&self, host: u32, region: u8, handle: u32) -> crate::cluster::view::Purpose {
        let region = &self.managers[host as usize].regions[region as usize];
        let place = region.place(Handle(handle));
        region.consumers().get(place).map_or(crate::cluster::view::Purpose::Task, |consumer| consumer.purpose)
    }

    /// A spill of a request has ended.
    pub(super) fn end_pressure_leg(&mut self, request: (u32, u64)) {
        self.shift(Level::Spilling, -1.0);
        self.end_request_leg(request);
    }

    /// One operation of a request has ended; with the last one the request goes on.
    pub(super) fn end_request_leg(&mut self, (number, stamp): (u32, u64)) {
        let Some(pending) = self.requests.get_mut(number as usize).filter(|pending| pending.stamp == stamp) else {
            return;
        };
        pending.legs -= 1;
        if pending.legs == 0 && !self.settle(number) {
            self.next_step(number);
        }
    }

    fn step_wait(&mut self, number: u32) -> bool {
        let id = self.after(self.scenario.pressure.patience, Event::Patience(number));
        let pending = &mut self.requests[number as usize];
        pending.patience = Some(id);
        let tenancy = pending.tenancy;
        self.region_mut(tenancy).waiters.push_back(number);
        true
    }

    /// Patience is at an end: the request goes on to its next step.
    pub(super) fn on_patience(&mut self, number: u32) {
        let Some(pending) = self.requests.get_mut(number as usize) else { return };
        pending.patience = None;
        let tenancy = pending.tenancy;
        self.region_mut(tenancy).waiters.retain(|waiter| *waiter != number);
        self.next_step(number);
    }

    /// Memory has come back: those who wait are asked in order, until one does not fit.
    pub(super) fn serve_waiters(&mut self, host: u32, region: u8) {
        while let Some(&number) = self.managers[host as usize].regions[region as usize].waiters.front() {
            if !self.settle(number) {
                return;
            }
        }
    }

    fn step_migrate(&mut self, number: u32, pending: Pending) -> bool {
        let host = pending.tenancy.host;
        let occasion = Occasion::Shortage(TaskManagerId(host), pending.short, self.scenario.pressure.migrate_tasks);
        let started = self.plan_migration(occasion);
        if started == 0 {
            return false;
        }
        // The one who asks may have moved itself, and a move that takes no time has freed its memory already; else
        // what moves away frees it when it leaves, and until then the request waits in line.
        !self.is_pending(number, pending.stamp) || self.settle(number) || self.step_wait(number)
    }

    fn step_request(&mut self, number: u32) -> bool {
        self.order_managers(1);
        if self.ordered == 0 {
            // The cluster is as large as it may become.
            return false;
        }
        let owner = self.requests[number as usize].owner;
        match owner {
            // A task that has not begun goes back to the line and may land on the new TaskManager.
            Owner::Group(group) if self.tasks.groups[group as usize].stage == Stage::Starting => {
                self.close(number);
                self.requeue_group(group);
                true
            }
            Owner::Group(_) | Owner::Subtask(_) => self.step_wait(number),
        }
    }
}

/// Orders that write at least `share` of what each victim holds, or of the `short` bytes of the one who asks: the
/// policy says who spills and what must go, the scenario how coarse a spill is.
fn raised(
    mut orders: Vec<Order>,
    consumers: &[crate::cluster::view::Consumer],
    (short, share): (Bytes, f64),
) -> Vec<Order> {
    for Order { victim, own, .. } in &mut orders {
        let whole = if *own { short } else { consumers[victim.consumer].held };
        victim.bytes = victim.bytes.max(whole.scale(share));
    }
    orders
}

/// The rule that a spill order breaks, if it breaks one.
fn illegal_spill(orders: &[Order], consumers: &[crate::cluster::view::Consumer], short: Bytes) -> Option<String> {
    for (index, Order { victim, own, .. }) in orders.iter().enumerate() {
        let target = &consumers[victim.consumer];
        let most = if *own { short } else { target.held };
        if victim.bytes > most || victim.bytes == Bytes::ZERO {
            return Some(format!("spills {} of consumer {}, which has {most}", victim.bytes, target.id.0));
        }
        if !target.spillable {
            return Some(format!("spills consumer {}, whose memory cannot go to disk", target.id.0));
        }
        if orders[..index].iter().any(|other| other.victim.consumer == victim.consumer) {
            return Some(format!("names consumer {} twice", target.id.0));
        }
    }
    None
}
