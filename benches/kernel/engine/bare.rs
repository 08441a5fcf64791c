//! No engine: the loop that one writes by hand.

use crate::clock::Stopwatch;
use crate::model::{Engine, Model, Outcome};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A tight loop over the heap of the standard library, in the order of (time, sequence).
pub struct Bare;

/// Time, sequence, receiver, event; earliest first.
type Pending<T> = Reverse<(u64, u64, u32, T)>;

impl Engine for Bare {
    fn run<M: Model>(model: &M) -> Outcome {
        let mut entities = model.entities();
        let start = Stopwatch::start();
        let mut heap = BinaryHeap::<Pending<M::Event>>::new();
        let mut sequence = 0;
        model.start(&mut entities, |delay, to, event| {
            heap.push(Reverse((delay, sequence, to, event)));
            sequence += 1;
        });
        let mut events = 0;
        while let Some(Reverse((now, _, to, event))) = heap.pop() {
            if now > model.until() {
                break;
            }
            events += 1;
            model.on(&mut entities[to as usize], to, now, event, |delay, to, event| {
                heap.push(Reverse((now + delay, sequence, to, event)));
                sequence += 1;
            });
        }
        let seconds = start.seconds();
        Outcome::new(model, events, seconds, &entities.iter().collect::<Vec<_>>())
    }
}
