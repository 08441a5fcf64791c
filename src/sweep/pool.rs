//! Carries out a range of runs on several threads and hands them over in index order.
//!
//! Threads take indices in order, but run ahead of the oldest unfinished run by a bounded number only, so that what
//! waits for its turn stays small. A run that panics is caught and handed over as such. Of runs that are known to be alike
//! the first is carried out, and its output handed over for each of them.

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
    /// Runs to carry out, in the order in which they start.
    runs: Vec<usize>,
    stop: &'a Stop,
    state: Mutex<Turn>,
    moved: Condvar,
}

/// Number of runs handed out, the index below which runs may be, and whether any more may.
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
            let index = *self.runs.get(turn.taken).filter(|_| !turn.closed && !self.stop.is_requested())?;
            if index < turn.limit {
                turn.taken += 1;
                return Some(index);
            }
            turn = self.moved.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn change(&self, edit: impl FnOnce(&mut Turn)) {
        edit(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.moved.notify_all();
    }
}

/// Outputs that wait for their turn.
struct Waiting {
    start: usize,
    /// The run that stands for each: the first of those that are alike.
    leaders: Vec<usize>,
    /// For how many runs each stands.
    followers: Vec<usize>,
    /// Outputs of leaders, with the number of runs that still want them.
    outputs: BTreeMap<usize, (RunOutput, usize)>,
}

impl Waiting {
    fn new(work: &dyn Work, plan: Plan, range: &Range<usize>) -> Waiting {
        let alike: Vec<usize> = (0..plan.cells).map(|cell| work.alike(cell)).collect();
        let mut first = BTreeMap::new();
        let leader = |index: usize| {
            let key = plan.key(index);
            *first.entry((key.replication, alike[key.cell])).or_insert(index)
        };
        let (start, leaders) = (range.start, range.clone().map(leader).collect::<Vec<usize>>());
        let mut followers = vec![0; leaders.len()];
        leaders.iter().for_each(|leader| followers[leader - start] += 1);
        Waiting { start, leaders, followers, outputs: BTreeMap::new() }
    }

    /// Runs to carry out, in ascending order.
    fn runs(&self) -> Vec<usize> {
        let all = self.leaders.iter().enumerate();
        all.filter(|(place, leader)| self.start + place == **leader).map(|(_, leader)| *leader).collect()
    }

    fn put(&mut self, index: usize, output: RunOutput) {
        self.outputs.insert(index, (output, self.followers[index - self.start]));
    }

    /// The output of a run, if it is there.
    fn take(&mut self, index: usize) -> Option<RunOutput> {
        let leader = *self.leaders.get(index - self.start)?;
        let (output, wanted) = self.outputs.get_mut(&leader)?;
        *wanted -= 1;
        if *wanted > 0 {
            return Some(output.clone());
        }
        self.outputs.remove(&leader).map(|(output, _)| output)
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
    let mut waiting = Waiting::new(work, Plan::of(sweep.meta), &range);
    let mut runs = waiting.runs();
    let ahead = if sweep.order == Order::Reverse { range.len() } else { threads * AHEAD };
    if sweep.order == Order::Reverse {
        runs.reverse();
    }
    let progress = Progress::new(runs.len(), sweep.quiet);
    let gate = Gate {
        runs,
        stop: sweep.stop,
        state: Mutex::new(Turn { taken: 0, limit: range.start + ahead, closed: false }),
        moved: Condvar::new(),
    };
    let (sender, receiver) = channel();
    let result = pool.in_place_scope(|scope| {
        for _ in 0..threads {
            let worker = Worker { gate: &gate, progress: &progress, sender: sender.clone() };
            scope.spawn(move |_| worker.serve(work, sweep));
        }
        drop(sender);
        let (mut next, mut result) = (range.start, Ok(()));
        for (index, output) in receiver {
            waiting.put(index, output);
            while result.is_ok()
                && let Some(output) = waiting.take(next)
            {
                result = accept(next, output);
                next += 1;
            }
            let failed = result.is_err();
            gate.change(|turn| (turn.limit, turn.closed) = (next + ahead, failed));
        }
        result
    });
    progress.clear();
    result.map_err(SweepError::Sink)
}

/// One thread.
struct Worker<'a> {
    gate: &'a Gate<'a>,
    progress: &'a Progress,
    /// Takes outputs with the indices of their runs.
    sender: Sender<(usize, RunOutput)>,
}

impl Worker<'_> {
    /// Takes runs and carries them out until there are none.
    fn serve(self, work: &dyn Work, sweep: &Sweep) {
        let plan = Plan::of(sweep.meta);
        let label = |index: usize| sweep.meta.label(plan.key(index).cell);
        while let Some(index) = self.gate.take() {
            self.progress.start(index, label);
            let output = catch_unwind(AssertUnwindSafe(|| work.run(plan.key(index))))
                .unwrap_or_else(|payload| RunOutput::nothing(Status::Panicked(message(payload.as_ref()))));
            self.progress.finish(index, label);
            if self.sender.send((index, output)).is_err() {
                return;
            }
        }
    }
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a message".into())
}
