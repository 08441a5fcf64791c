//! Caches of the region shrink, the largest first. Takes no time.

use super::Outcome;
use crate::base::{Bytes, RequestId};
use crate::cluster::region::Handle;
use crate::sim::meters::Count;
use crate::sim::tenancy::Tenancy;
use crate::sim::world::World;

/// Makes room for what a request lacks.
pub fn step(world: &mut World<'_>, request: RequestId) -> Outcome {
    let pending = world.requests[request];
    world.evict_caches(pending.tenancy, pending.short);
    Outcome::Over
}

impl World<'_> {
    /// Shrinks caches beside a consumer, the largest first, until `bytes` are free there.
    pub(in crate::sim) fn evict_caches(&mut self, beside: Tenancy, bytes: Bytes) {
        let region = self.fleet.region_mut(beside.place);
        let mut caches: Vec<(Bytes, Handle)> = (region.consumers().iter().enumerate())
            .filter(|(_, consumer)| consumer.evictable && consumer.held > Bytes::ZERO)
            .filter(|(_, consumer)| consumer.id != beside.handle.consumer)
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
            self.books.count(Count::Evicted, taken.as_f64());
            self.cache_shrunk(tenancy);
            left = left.saturating_sub(taken);
        }
    }

    /// The tenancy of another consumer in the region of `beside`.
    pub(super) fn tenancy_of(&self, beside: Tenancy, handle: Handle) -> Tenancy {
        let purpose = self.fleet.region(beside.place).consumer(handle).purpose;
        Tenancy { handle, purpose, ..beside }
    }
}
