//! The loop: take the next event, hand it over, until time is up or nothing is left.

use super::EventQueue;
use crate::base::SimTime;

/// Whoever gives events a meaning.
pub trait Handler<E> {
    /// Handles `event`, which happens at `now`; may schedule and cancel events of `queue`.
    fn handle(&mut self, now: SimTime, event: E, queue: &mut EventQueue<E>);
}

/// Runs every event at or before `until`, and tells how many there were. Later events stay in the queue.
pub fn run<E, H: Handler<E>>(queue: &mut EventQueue<E>, handler: &mut H, until: SimTime) -> u64 {
    run_while(queue, handler, until, |_| true)
}

/// As [`run`], but asks `go_on` before each event and stops where it says no.
pub fn run_while<E, H: Handler<E>>(
    queue: &mut EventQueue<E>,
    handler: &mut H,
    until: SimTime,
    mut go_on: impl FnMut(&H) -> bool,
) -> u64 {
    let mut handled = 0;
    while go_on(handler)
        && let Some((now, event)) = queue.pop_until(until)
    {
        handler.handle(now, event, queue);
        handled += 1;
    }
    handled
}

/// A model that owns its queue, so that any of its parts can schedule.
pub trait Model<E> {
    /// The queue.
    fn queue(&mut self) -> &mut EventQueue<E>;

    /// Handles `event`, which happens at `now`.
    fn handle(&mut self, now: SimTime, event: E);

    /// Asked before each event: whether the run ends here.
    fn is_over(&self) -> bool {
        false
    }
}

/// Runs every event of `model` at or before `until`, unless it is over before.
pub fn drive<E, M: Model<E>>(model: &mut M, until: SimTime) {
    while !model.is_over()
        && let Some((now, event)) = model.queue().pop_until(until)
    {
        model.handle(now, event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts down, one event a nanosecond.
    struct Countdown(Vec<u64>);

    impl Handler<u32> for Countdown {
        fn handle(&mut self, now: SimTime, event: u32, queue: &mut EventQueue<u32>) {
            self.0.push(now.0);
            if event > 0 {
                queue.schedule(SimTime(now.0 + 1), 0, event - 1);
            }
        }
    }

    fn countdown_from(n: u32) -> (EventQueue<u32>, Countdown) {
        let mut queue = EventQueue::new();
        queue.schedule(SimTime(10), 0, n);
        (queue, Countdown(vec![]))
    }

    #[test]
    fn runs_until_nothing_is_left() {
        let (mut queue, mut handler) = countdown_from(3);
        assert_eq!(run(&mut queue, &mut handler, SimTime::NEVER), 4);
        assert_eq!(handler.0, [10, 11, 12, 13]);
    }

    #[test]
    fn the_last_instant_is_included_and_later_events_stay() {
        let (mut queue, mut handler) = countdown_from(3);
        assert_eq!(run(&mut queue, &mut handler, SimTime(11)), 2);
        assert_eq!((queue.now(), queue.len()), (SimTime(11), 1));
        assert_eq!(run(&mut queue, &mut handler, SimTime::NEVER), 2);
    }

    #[test]
    fn a_predicate_stops_the_run_before_the_next_event() {
        let (mut queue, mut handler) = countdown_from(9);
        assert_eq!(run_while(&mut queue, &mut handler, SimTime::NEVER, |h| h.0.len() < 2), 2);
        assert_eq!(queue.len(), 1);
    }
}
