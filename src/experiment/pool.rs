//! Carries out a range of runs on several threads and hands them over in index order.
//!
//! Threads take indices in order, but run ahead of the oldest unfinished run by a bounded number only, so that what
//! waits for its turn stays small. A run that panics is caught and handed over as such.

use std::any::Any;
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Condvar, Mutex, PoisonError};

use super::{Order, Plan, Progress, RunOutput, SinkError, Status, Stop, Sweep, SweepError, Work};

/// Runs a thread may be ahead of the oldest unfinished one.
const AHEAD: usize = 32;

/// Hands out indices.
struct Gate<'a> {
    range: Range<usize>,
    order: Order,
    stop: &'a Stop,
    state: Mutex<Turn>,
    moved: Condvar,
}

/// Runs handed out, runs that may be handed out, and whether any more may.
struct Turn {
    taken: usize,
    limit: usize,
    closed: bool,
}

impl Gate<'_> {
    /// The next index, once it is not too far ahead; `None` when there is none or nobody wants any more.
    fn take(&self) -> Option<usize> {
        let mut turn = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if turn.closed || self.stop.is_requested() || turn.taken >= self.range.len() {
                return None;
            }
            if turn.taken < turn.limit {
                turn.taken += 1;
                return Some(match self.order {
                    Order::Forward => self.range.start + turn.taken - 1,
                    Order::Reverse => self.range.end - turn.taken,
                });
            }
            turn = self.moved.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn change(&self, edit: impl FnOnce(&mut Turn)) {
        edit(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.moved.notify_all();
    }
}

/// Runs all of `range` and passes each output to `accept`, in order. Ends early when a stop is asked for, or with
/// the first error of `accept`.
pub(super) fn carry_out(
    work: &dyn Work,
    sweep: &Sweep,
    range: Range<usize>,
    accept: &mut dyn FnMut(usize, RunOutput) -> Result<(), SinkError>,
) -> Result<(), SweepError> {
    let threads = sweep.threads.max(1);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| SweepError::Threads(error.to_string()))?;
    let limit = if sweep.order == Order::Reverse { range.len() } else { threads * AHEAD };
    let gate = Gate {
        range: range.clone(),
        order: sweep.order,
        stop: sweep.stop,
        state: Mutex::new(Turn { taken: 0, limit, closed: false }),
        moved: Condvar::new(),
    };
    let progress = Progress::new(range.len(), sweep.quiet);
    let (sender, receiver) = channel();
    let result = pool.in_place_scope(|scope| {
        for _ in 0..threads {
            let (sender, gate, progress) = (sender.clone(), &gate, &progress);
            scope.spawn(move |_| serve(work, sweep, (gate, progress), sender));
        }
        drop(sender);
        let (mut waiting, mut next, mut result) = (BTreeMap::new(), range.start, Ok(()));
        for (index, output) in receiver {
            waiting.insert(index, output);
            while let Some(output) = waiting.remove(&next).filter(|_| result.is_ok()) {
                result = accept(next, output);
                next += 1;
            }
            let failed = result.is_err();
            gate.change(|turn| (turn.limit, turn.closed) = (limit + next - range.start, failed));
        }
        result
    });
    progress.clear();
    result.map_err(SweepError::Sink)
}

/// One thread: takes runs and carries them out until there are none.
fn serve(work: &dyn Work, sweep: &Sweep, (gate, progress): (&Gate, &Progress), sender: Sender<(usize, RunOutput)>) {
    let plan = Plan::of(sweep.meta);
    let label = |index: usize| sweep.meta.label(plan.key(index).cell);
    while let Some(index) = gate.take() {
        progress.start(index, label);
        let output = catch_unwind(AssertUnwindSafe(|| work.run(plan.key(index))))
            .unwrap_or_else(|payload| RunOutput::nothing(Status::Panicked(message(payload.as_ref()))));
        progress.finish(index, label);
        if sender.send((index, output)).is_err() {
            return;
        }
    }
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a message".into())
}
