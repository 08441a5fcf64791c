//! The queue against a shadow: an ordered map that does the same slowly and obviously.

use super::*;
use crate::kernel::{Stream, Streams};
use proptest::prelude::*;

/// An ordered map by (time, class, order of scheduling).
#[derive(Default)]
struct Shadow {
    pending: BTreeMap<(u64, u8, u64), u32>,
    now: u64,
    sequence: u64,
}

/// Both queues, and the ids of everything ever scheduled, pending or stale.
struct Pair {
    queue: EventQueue<u32>,
    shadow: Shadow,
    ids: Vec<(EventId, (u64, u8, u64))>,
}

impl Pair {
    fn new() -> Pair {
        Pair { queue: EventQueue::new(), shadow: Shadow::default(), ids: Vec::new() }
    }

    fn schedule(&mut self, at: u64, class: u8) {
        let key = (at.min(LAST), class, self.shadow.sequence);
        let event = self.shadow.sequence as u32;
        self.shadow.sequence += 1;
        self.shadow.pending.insert(key, event);
        self.ids.push((self.queue.schedule(SimTime(at), class, event), key));
    }

    fn cancel(&mut self, pick: usize) {
        if let Some((id, key)) = self.ids.get(pick % self.ids.len().max(1)) {
            assert_eq!(self.queue.cancel(*id), self.shadow.pending.remove(key).is_some());
        }
    }

    /// Takes one event out of each; false if there was none.
    fn pop(&mut self) -> bool {
        let next = self.shadow.pending.pop_first().map(|((at, _, _), event)| (SimTime(at), event));
        if let Some((at, _)) = next {
            self.shadow.now = at.0;
        }
        assert_eq!(self.queue.pop(), next);
        self.check();
        next.is_some()
    }

    fn check(&mut self) {
        assert_eq!((self.queue.now().0, self.queue.len()), (self.shadow.now, self.shadow.pending.len()));
        assert_eq!(self.queue.is_empty(), self.shadow.pending.is_empty());
    }

    /// Nothing is taken out before its time.
    fn check_next(&mut self) {
        let next = self.shadow.pending.first_key_value().map(|((at, _, _), _)| *at);
        if let Some(before) = next.and_then(|at| at.checked_sub(1)) {
            assert_eq!(self.queue.pop_until(SimTime(before)), None);
        }
    }

    fn drain(&mut self) {
        while self.pop() {}
    }
}

#[derive(Clone, Debug)]
enum Step {
    Schedule { delay: u64, class: u8, copies: usize },
    Pop(usize),
    PopUntil(u64),
    Cancel(usize),
    CancelRecent(usize),
}

/// Delays of all magnitudes: none, ties, near, and up to the end of time.
fn delays() -> impl Strategy<Value = u64> {
    prop_oneof![
        3 => Just(0u64),
        3 => 0..4u64,
        3 => 0..1000u64,
        3 => (0..64u32, any::<u64>()).prop_map(|(bits, x)| x >> bits),
        1 => Just(u64::MAX),
        2 => (1..50u64).prop_map(|x| x * 1_000_000),
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (delays(), 0..4u8, 1..20usize)
            .prop_map(|(delay, class, copies)| Step::Schedule { delay, class, copies }),
        1 => (delays(), Just(0), 50..300usize).prop_map(|(delay, class, copies)| Step::Schedule { delay, class, copies }),
        4 => (1..30usize).prop_map(Step::Pop),
        1 => delays().prop_map(Step::PopUntil),
        2 => any::<usize>().prop_map(Step::Cancel),
        2 => (0..40usize).prop_map(Step::CancelRecent),
    ]
}

/// Copies are spread a little or not at all, by the parity of their number.
fn take(pair: &mut Pair, step: Step) {
    match step {
        Step::Schedule { delay, class, copies } => {
            let spread = if copies % 2 == 0 { 0 } else { delay / 7 };
            for copy in 0..copies as u64 {
                let at = pair.shadow.now.saturating_add(delay).saturating_add((copy * 31 % 17).saturating_mul(spread));
                pair.schedule(at, class);
            }
        }
        Step::Pop(times) => (0..times).for_each(|_| {
            pair.pop();
        }),
        Step::PopUntil(delay) => {
            let until = SimTime(pair.shadow.now.saturating_add(delay));
            let mut popped = 0;
            while popped < 50 && pair.shadow.pending.first_key_value().is_some_and(|(key, _)| key.0 <= until.0) {
                let ((at, _, _), event) = pair.shadow.pending.pop_first().unwrap();
                pair.shadow.now = at;
                popped += 1;
                assert_eq!(pair.queue.pop_until(until), Some((SimTime(at), event)));
            }
            if popped < 50 {
                assert_eq!(pair.queue.pop_until(until), None);
            }
        }
        Step::Cancel(pick) => pair.cancel(pick),
        Step::CancelRecent(back) => {
            let last = pair.ids.len().saturating_sub(1);
            pair.cancel(last.saturating_sub(back));
        }
    }
    pair.check();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn agrees_with_the_shadow_under_any_steps(steps in proptest::collection::vec(steps(), 1..120)) {
        let mut pair = Pair::new();
        for step in steps {
            take(&mut pair, step);
        }
        pair.drain();
    }
}

/// Holds `pending` events for `turns` turns; each event popped schedules one, and sometimes cancels one.
fn hold(pending: usize, turns: usize, mut delay: impl FnMut(&mut Stream) -> u64) {
    let (mut pair, mut stream) = (Pair::new(), Streams::new(pending as u64).stream("hold", 0));
    for _ in 0..pending {
        let at = delay(&mut stream);
        pair.schedule(at, 0);
    }
    for turn in 0..turns {
        assert!(pair.pop());
        let at = pair.shadow.now.saturating_add(delay(&mut stream));
        pair.schedule(at, stream.index(3) as u8);
        if turn % 5 == 0 {
            pair.cancel(pair.ids.len() - 1 - stream.index(pending.min(pair.ids.len())));
            let at = pair.shadow.now + delay(&mut stream);
            pair.schedule(at, 0);
        }
        pair.check_next();
    }
    pair.drain();
}

#[test]
fn agrees_with_the_shadow_while_many_events_are_held() {
    for pending in [1, 10, 65, 1000, 20_000] {
        hold(pending, 30_000, |stream| (-stream.uniform_positive().ln() * 1e9) as u64);
        hold(pending, 30_000, |stream| stream.index(50) as u64);
        hold(pending, 30_000, |stream| (stream.uniform_positive().powf(-2.0) * 10.0).min(1e15) as u64);
        hold(pending, 30_000, |stream| if stream.index(10) == 0 { 1_000_000_007 } else { stream.index(3) as u64 });
    }
}

#[test]
fn ties_go_by_class_and_then_by_order_of_scheduling() {
    let mut queue = EventQueue::new();
    for (class, event) in [(2, "c"), (0, "a"), (2, "d"), (1, "b")] {
        queue.schedule(SimTime(5), class, event);
    }
    let order: Vec<&str> = std::iter::from_fn(|| queue.pop()).map(|(_, event)| event).collect();
    assert_eq!(order, ["a", "b", "c", "d"]);
}

#[test]
fn a_stale_id_is_harmless() {
    let mut queue = EventQueue::new();
    let (first, second) = (queue.schedule(SimTime(1), 0, 'a'), queue.schedule(SimTime(1), 0, 'b'));
    assert_eq!(queue.pop(), Some((SimTime(1), 'a')));
    let third = queue.schedule(SimTime(1), 0, 'c');
    assert!(!queue.cancel(first));
    assert!(queue.cancel(second) && !queue.cancel(second));
    assert_eq!((queue.pop(), queue.pop()), (Some((SimTime(1), 'c')), None));
    assert!(!queue.cancel(third));
}

/// A timeout for each request, nearly always cancelled, must not pile up until its time comes.
#[test]
fn cancelled_events_of_the_far_future_are_swept() {
    let mut queue = EventQueue::new();
    for now in 0..100_000u64 {
        queue.schedule(SimTime(now), 0, 0);
        let timeout = queue.schedule(SimTime(now + 1_000_000_000), 0, 1);
        assert_eq!(queue.pop(), Some((SimTime(now), 0)));
        assert!(queue.cancel(timeout));
        assert!(queue.cancelled <= 65);
    }
    assert_eq!((queue.len(), queue.pop()), (0, None));
}

#[test]
fn many_events_of_one_instant_may_each_schedule_another() {
    let mut pair = Pair::new();
    pair.schedule(u64::MAX / 2, 0);
    for _ in 0..2000 {
        pair.schedule(7, 1);
    }
    for turn in 0..2000 {
        assert!(pair.pop());
        pair.schedule(7, [0, 1, 2][turn % 3]);
        pair.schedule(7 + (turn as u64 % 100), 1);
        pair.cancel(turn * 3);
    }
    pair.drain();
}

/// A sentinel at the end of a run must not make one bucket of all that comes before it.
#[test]
fn an_event_at_the_end_of_time_slows_no_others() {
    let mut queue = EventQueue::new();
    queue.schedule(SimTime::NEVER, 0, 0);
    for event in 1..50_000u64 {
        queue.schedule(SimTime(event * 7_919 % 50_000), 0, event);
    }
    assert_eq!(queue.pop().map(|(at, _)| at), Some(SimTime(1)));
    assert!(queue.nearest.len() + queue.front.len() <= SORTED_MAX);
    assert_eq!(std::iter::from_fn(|| queue.pop()).last(), Some((SimTime(LAST), 0)));
}

#[cfg(not(debug_assertions))]
#[test]
fn the_past_means_now() {
    let mut queue = EventQueue::new();
    queue.schedule(SimTime(10), 0, 'a');
    queue.pop();
    queue.schedule(SimTime(3), 0, 'b');
    assert_eq!(queue.pop(), Some((SimTime(10), 'b')));
}
