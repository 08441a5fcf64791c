//! Everything is scheduled before the start, at random times, to ten receivers, which only count.

use crate::model::Model;
use heapwise::kernel::Streams;

/// The schedule storm of simcore's own `performance` example.
#[derive(Clone, Copy, Default)]
pub struct Storm {
    events: u64,
}

impl Storm {
    /// `events` events.
    pub fn new(events: u64) -> Storm {
        Storm { events }
    }
}

/// Receipts, and a sum that depends on their order.
#[derive(Default)]
pub struct Receiver {
    receipts: u64,
    order: u64,
}

impl Model for Storm {
    type Entity = Receiver;
    type Event = ();

    fn entities(&self) -> Vec<Receiver> {
        (0..10).map(|_| Receiver::default()).collect()
    }

    fn start(&self, _: &mut [Receiver], mut post: impl FnMut(u64, u32, ())) {
        let mut stream = Streams::new(1).stream("storm", 0);
        for event in 0..self.events {
            let at = 1 + (stream.uniform() * 1e12) as u64;
            post(at, (event % 10) as u32, ());
        }
    }

    #[inline]
    fn on(&self, entity: &mut Receiver, _: u32, now: u64, (): (), _: impl FnMut(u64, u32, ())) {
        entity.receipts += 1;
        entity.order = entity.order.wrapping_mul(31).wrapping_add(now);
    }

    fn until(&self) -> u64 {
        u64::MAX
    }

    fn digest(entity: &Receiver) -> u64 {
        entity.receipts ^ entity.order
    }

    fn result(&self, entities: &[&Receiver]) -> String {
        format!("{} receipts at each of 10", entities[0].receipts)
    }
}
