//! The common shape of a task, whether read from a cluster trace or drawn at random, and the stream that carries it.
//!
//! Some sources know at the arrival of a task all that it will ever ask for (a finished trace with one series a task,
//! a synthetic law). Others learn it as time goes on (an event log). One interface serves both: an arrival carries
//! the steps known up front, and [`TraceEvent::Demand`] and [`TraceEvent::Departure`] bring what comes to be known
//! later. The simulator asks for the next event when the time of the last one is reached, so that one event is
//! buffered.

use crate::base::{Bytes, SimSpan, SimTime};
use crate::input::InputError;

/// A task (or a group of equal tasks) that enters the system.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskArrival {
    /// When it arrives.
    pub at: SimTime,
    /// Its name in later events; unlike that of any other task alive.
    pub task: u64,
    /// Kind of task, an index into [`TaskSource::classes`], for statistics by class.
    pub class: u32,
    /// The job it belongs to, as numbered by the source; tasks of one job may share a prediction or a fair share.
    pub job: u64,
    /// Equal instances that arrive together, at least 1.
    pub instances: u32,
    /// CPU time of one instance on one core.
    pub cpu_work: SimSpan,
    /// The most cores that one instance can use, above 0; 1 for a thread, more for a process of several.
    pub cores: f64,
    /// When it leaves.
    pub stay: Stay,
    /// Memory held by one instance: sorted by offset, the first at offset 0, neighbours differ.
    pub demand: Vec<DemandStep>,
    /// 0 is the lowest.
    pub priority: u8,
}

/// When a task leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stay {
    /// When its CPU work is done.
    UntilDone,
    /// After this time from its start, whatever the CPU does.
    For(SimSpan),
    /// When the source sends its [`TraceEvent::Departure`].
    UntilDeparture,
}

/// A change of the memory demand of one instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemandStep {
    /// Counted from the start of the task.
    pub offset: SimSpan,
    /// Memory held from then on.
    pub bytes: Bytes,
}

/// What a source tells next.
#[derive(Clone, Debug, PartialEq)]
pub enum TraceEvent {
    /// A task enters.
    Arrival(TaskArrival),
    /// Each instance of a task holds `bytes` from `at` on. The simulator ignores it where the task is gone.
    Demand {
        /// The task's name in its arrival.
        task: u64,
        /// When.
        at: SimTime,
        /// Memory held by one instance from then on.
        bytes: Bytes,
    },
    /// A task that stays [`Stay::UntilDeparture`] leaves.
    Departure {
        /// The task's name in its arrival.
        task: u64,
        /// When.
        at: SimTime,
    },
}

impl TraceEvent {
    /// When the event happens.
    pub fn at(&self) -> SimTime {
        match self {
            TraceEvent::Arrival(arrival) => arrival.at,
            TraceEvent::Demand { at, .. } | TraceEvent::Departure { at, .. } => *at,
        }
    }

    /// The task it is about.
    pub fn task(&self) -> u64 {
        match self {
            TraceEvent::Arrival(arrival) => arrival.task,
            TraceEvent::Demand { task, .. } | TraceEvent::Departure { task, .. } => *task,
        }
    }
}

impl TaskArrival {
    /// The most memory that one instance is known to ask for.
    pub fn peak(&self) -> Bytes {
        self.demand.iter().map(|step| step.bytes).max().unwrap_or_default()
    }
}

/// Something that hands out tasks, in non-decreasing time.
pub trait TaskSource {
    /// The next event, or `None` at the end (a synthetic source may have none).
    ///
    /// An error is the last thing that a source says; what it delivered before stays valid.
    fn next_event(&mut self) -> Option<Result<TraceEvent, InputError>>;

    /// Names of the classes met so far; grows while a source discovers new ones, never changes order.
    fn classes(&self) -> &[String] {
        &[]
    }

    /// Tasks left out so far because the source does not say enough about them; the format's header says which.
    fn left_out(&self) -> u64 {
        0
    }
}
