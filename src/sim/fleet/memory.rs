//! Who holds pool memory where, and the changes to it that have been decided on: here they meet the ledger.

use super::Fleet;
use crate::base::{Bytes, ConsumerId, TaskManagerId};
use crate::cluster::view::{Consumer, Purpose};
use crate::sim::books::Books;
use crate::sim::log::{Entry, Place};
use crate::sim::meters::Level;
use crate::sim::tenancy::Tenancy;

/// The level on which memory of a purpose is shown.
pub fn level_of(purpose: Purpose) -> Level {
    match purpose {
        Purpose::Network => Level::Network,
        Purpose::Sort => Level::Sort,
        Purpose::Hash => Level::Hash,
        Purpose::State => Level::State,
        Purpose::Task => Level::Task,
    }
}

impl Fleet {
    /// Registers a consumer on a TaskManager; `facts` carries what policies should know of it.
    pub fn register(&mut self, books: &mut Books<'_>, id: TaskManagerId, facts: Consumer) -> Tenancy {
        let member = &mut self.members[id];
        let region = member.region_for(facts.purpose);
        let consumer = ConsumerId(self.consumers);
        self.consumers += 1;
        let facts = Consumer { id: consumer, ..facts };
        let handle = member.regions[region].register(facts);
        self.expect_peak(id, facts.peak);
        let place = Place { task_manager: id, region };
        books.tell(|| Entry::Registered { place, consumer });
        Tenancy { place, handle, purpose: facts.purpose }
    }

    /// Whether the consumer is still the one that the tenancy was made for.
    pub fn is_current(&self, tenancy: Tenancy) -> bool {
        self.region(tenancy.place).holds(tenancy.handle)
    }

    /// Bytes that a consumer holds.
    pub fn held(&self, tenancy: Tenancy) -> Bytes {
        self.facts(tenancy).held
    }

    /// What the ledger knows of a consumer.
    pub fn facts(&self, tenancy: Tenancy) -> &Consumer {
        self.region(tenancy.place).consumer(tenancy.handle)
    }

    /// The same, to update what is not a byte count.
    pub fn facts_mut(&mut self, tenancy: Tenancy) -> &mut Consumer {
        self.region_mut(tenancy.place).consumer_mut(tenancy.handle)
    }

    /// Places bytes that have been decided on; false where the allocator finds no room.
    pub fn place(&mut self, books: &mut Books<'_>, tenancy: Tenancy, bytes: Bytes) -> bool {
        let followed = self.rules.reservation;
        let region = self.region_mut(tenancy.place);
        let committed = followed.map(|_| region.committed());
        if !region.grant(tenancy.handle, bytes) {
            return false;
        }
        if let Some(before) = committed {
            let more = region.committed() - before;
            books.shift(Level::Committed, more.as_f64());
        }
        books.shift(level_of(tenancy.purpose), bytes.as_f64());
        let Tenancy { place, handle, .. } = tenancy;
        books.tell(|| Entry::Granted { place, consumer: handle.consumer, bytes });
        self.show_region(books, tenancy.place);
        true
    }

    /// Takes up to `bytes` back from a consumer; returns what was taken.
    pub fn take_back(&mut self, books: &mut Books<'_>, tenancy: Tenancy, bytes: Bytes) -> Bytes {
        let taken = self.region_mut(tenancy.place).give_back(tenancy.handle, bytes);
        if taken > Bytes::ZERO {
            books.shift(level_of(tenancy.purpose), -taken.as_f64());
            let Tenancy { place, handle, .. } = tenancy;
            books.tell(|| Entry::Returned { place, consumer: handle.consumer, bytes: taken });
            self.show_region(books, place);
        }
        taken
    }

    /// Forgets a consumer that holds nothing any more.
    pub fn dismiss(&mut self, books: &mut Books<'_>, tenancy: Tenancy) {
        let region = self.region_mut(tenancy.place);
        let spilled = region.consumer(tenancy.handle).spilled;
        let peak = region.consumer(tenancy.handle).peak;
        region.unregister(tenancy.handle);
        self.forget_peak(tenancy.place.task_manager, peak);
        books.shift(Level::Spilled, -spilled.as_f64());
        books.tell(|| Entry::Left { place: tenancy.place, consumer: tenancy.handle.consumer });
    }
}
