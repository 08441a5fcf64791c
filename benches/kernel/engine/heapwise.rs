//! This crate.

use crate::clock::Stopwatch;
use crate::model::{Engine, Model, Outcome};
use heapwise::base::SimTime;
use heapwise::kernel::{EventQueue, Handler, run};

/// This crate's queue and driver.
pub struct Heapwise;

struct Dispatch<M: Model> {
    model: M,
    entities: Vec<M::Entity>,
}

impl<M: Model> Handler<(u32, M::Event)> for Dispatch<M> {
    #[inline]
    fn handle(&mut self, now: SimTime, (to, event): (u32, M::Event), queue: &mut EventQueue<(u32, M::Event)>) {
        self.model.on(&mut self.entities[to as usize], to, now.0, event, |delay, to, event| {
            queue.schedule(SimTime(now.0 + delay), 0, (to, event));
        });
    }
}

impl Engine for Heapwise {
    fn run<M: Model>(model: &M) -> Outcome {
        let mut dispatch = Dispatch { model: *model, entities: model.entities() };
        let start = Stopwatch::start();
        let mut queue = EventQueue::new();
        model.start(&mut dispatch.entities, |delay, to, event| {
            queue.schedule(SimTime(delay), 0, (to, event));
        });
        let events = run(&mut queue, &mut dispatch, SimTime(model.until()));
        let seconds = start.seconds();
        Outcome::new(model, events, seconds, &dispatch.entities.iter().collect::<Vec<_>>())
    }
}
