//! Victims that a policy names are written to disk; with the last of their bytes the request goes on.

use super::Outcome;
use crate::base::{Bytes, RequestId, SimSpan, TaskManagerId};
use crate::cluster::region::Handle;
use crate::cluster::view::{Consumer, Request};
use crate::policy::spill::Victim;
use crate::sim::devices::{Leg, Purpose as Aim};
use crate::sim::log::Entry;
use crate::sim::meters::{Count, Level};
use crate::sim::pressure::Pending;
use crate::sim::tenancy::Tenancy;
use crate::sim::world::World;

/// A spill that a policy orders.
#[derive(Clone, Copy, Debug)]
struct Order {
    victim: Victim,
    handle: Handle,
    /// Whether the victim is the one who asks.
    own: bool,
}

/// Sends what the policy orders on its way.
pub fn step(world: &mut World<'_>, request: RequestId) -> Outcome {
    let pending = world.requests[request];
    let orders = world.orders(&pending);
    if orders.is_empty() {
        return Outcome::Over;
    }
    world.requests[request].legs = orders.len() as u32;
    for order in &orders {
        // A spill that takes no time may have served others, and that may have stopped the one who asks.
        if world.is_pending(request) {
            world.spill_one(request, *order);
        }
    }
    Outcome::Busy
}

impl World<'_> {
    /// What the policy wants written for a request; nothing where that is illegal.
    fn orders(&mut self, pending: &Pending) -> Vec<Order> {
        let tenancy = pending.tenancy;
        let member = &self.fleet[tenancy.place.task_manager];
        let region = &member.regions[tenancy.place.region];
        let view = region.view(self.books.now, tenancy.place.task_manager, member.slots);
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
            self.books.illegal("spill", &self.scenario.policies.spill.name.clone(), rule);
            return Vec::new();
        }
        let order = |victim: &Victim| Order {
            victim: *victim,
            handle: region.handle_at(victim.consumer),
            own: victim.consumer == asker,
        };
        let orders: Vec<Order> = victims.iter().map(order).collect();
        if let Some(rule) = illegal_spill(&orders, region.consumers(), pending.short) {
            self.books.illegal("spill", &self.scenario.policies.spill.name.clone(), rule);
            return Vec::new();
        }
        raised(orders, region.consumers(), (pending.short, self.scenario.pressure.spill_share))
    }

    fn spill_one(&mut self, number: RequestId, order: Order) {
        let Order { victim, handle, own } = order;
        let pending = self.requests[number];
        let tenancy = self.tenancy_of(pending.tenancy, handle);
        let legs = self.spill_legs(tenancy.place.task_manager, victim.bytes);
        self.books.count(Count::SpillBytes, victim.bytes.as_f64());
        self.books.count(Count::Spills, 1.0);
        self.books.shift(Level::Spilled, victim.bytes.as_f64());
        self.books.shift(Level::Spilling, 1.0);
        self.fleet.facts_mut(tenancy).spilled += victim.bytes;
        let Tenancy { place, handle, .. } = tenancy;
        self.books.tell(|| Entry::Spilled { place, consumer: handle.consumer, bytes: victim.bytes });
        if own {
            // What the requester itself spills never needs memory: it goes straight to disk.
            self.requests[number].short -= victim.bytes;
            self.fleet.facts_mut(tenancy).wanted = self.fleet.facts(tenancy).wanted.saturating_sub(victim.bytes);
            return self.operate(legs, Aim::Overflow { request: number });
        }
        self.operate(legs, Aim::Spill { seat: tenancy, bytes: victim.bytes, request: number });
    }

    /// Work of writing (or reading back) `bytes`: compression on the cores, then the disk.
    pub(in crate::sim) fn spill_legs(&mut self, task_manager: TaskManagerId, bytes: Bytes) -> [Option<Leg>; 3] {
        let member = &self.fleet[task_manager];
        let (cpu, disk) = (member.cpu, member.disk);
        let (stored, squeeze) = match self.scenario.pressure.spill_compression {
            true => {
                let packed = self.prices.compression.codec().pack(bytes);
                (packed.bytes, packed.pack)
            }
            false => (bytes, SimSpan::ZERO),
        };
        let work = self.prices.spill.io(stored);
        self.books.count(Count::DiskBytes, work.bytes.as_f64());
        // A fixed latency of the device is kept as the bytes that would have passed meanwhile.
        let latency = work.latency.as_nanos() * self.devices.share(disk).capacity();
        [
            Some(Leg { station: cpu, work: (squeeze + work.cpu).as_nanos() }),
            Some(Leg { station: disk, work: work.bytes.as_f64() + latency }),
            None,
        ]
    }

    /// A victim's bytes have reached the disk: its memory is free.
    pub(in crate::sim) fn end_spill(&mut self, seat: Tenancy, bytes: Bytes, request: RequestId) {
        if self.fleet.is_current(seat) {
            // Another spill of the same memory may have been under way: what is gone cannot lie on disk twice.
            let twice = bytes.saturating_sub(self.fleet.held(seat));
            self.fleet.facts_mut(seat).spilled = self.fleet.facts(seat).spilled.saturating_sub(twice);
            self.books.shift(Level::Spilled, -twice.as_f64());
            self.give_back(seat, bytes);
        }
        self.end_pressure_leg(request);
    }

    /// A spill of a request has ended.
    pub(in crate::sim) fn end_pressure_leg(&mut self, request: RequestId) {
        self.books.shift(Level::Spilling, -1.0);
        self.end_request_leg(request);
    }
}

/// Orders that write at least `share` of what each victim holds, or of the `short` bytes of the one who asks: the
/// policy says who spills and what must go, the scenario how coarse a spill is.
fn raised(mut orders: Vec<Order>, consumers: &[Consumer], (short, share): (Bytes, f64)) -> Vec<Order> {
    for Order { victim, own, .. } in &mut orders {
        let whole = if *own { short } else { consumers[victim.consumer].held };
        victim.bytes = victim.bytes.max(whole.scale(share));
    }
    orders
}

/// The rule that a spill order breaks, if it breaks one.
fn illegal_spill(orders: &[Order], consumers: &[Consumer], short: Bytes) -> Option<String> {
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
