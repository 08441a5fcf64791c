//! The closed list of events, and the order of those that fall on the same instant.

use crate::base::{GroupId, JobId, RequestId, SimTime, SourceId, StationId, SubtaskId, TaskManagerId};

/// Something that happens, and to whom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// The earliest work on a CPU, disk or link ends.
    Station(StationId),
    /// A pause of a TaskManager ends.
    Resume(TaskManagerId),
    /// A TaskManager stalls until then because another one pauses (mechanism M5).
    Stall(TaskManagerId, SimTime),
    /// A TaskManager misses its heartbeat (mechanism M7).
    Missed(TaskManagerId),
    /// A TaskManager has passed the memory limit of its container.
    Killed(TaskManagerId),
    /// A lost job runs again.
    Restarted(JobId),
    /// The next event of a task source is due.
    Source(SourceId),
    /// A group of task instances has stayed long enough.
    Leave(GroupId),
    /// The memory demand of a group changes.
    Step(GroupId),
    /// A streaming or batch job arrives.
    Job(JobId),
    /// Records arrive at a source subtask of a job.
    Records(JobId),
    /// The oldest pane of a window expires.
    Slide(SubtaskId),
    /// Pool memory of a subtask has been held long enough.
    Unhold(SubtaskId),
    /// A request has waited for memory long enough.
    Patience(RequestId),
    /// TaskManagers that were asked for are there.
    Provisioned(u32),
    /// The monitor samples.
    Monitor,
    /// The leak monitor looks.
    LeakWindow,
    /// The time series are sampled.
    Sample,
}

impl Event {
    /// Releases go before requests, requests before ticks, ticks before observations: whoever asks at an instant
    /// finds all memory that is returned at that instant, and whoever observes sees the instant's final state.
    pub fn class(&self) -> u8 {
        match self {
            Event::Station(_) | Event::Resume(_) | Event::Leave(_) | Event::Slide(_) | Event::Unhold(_) => 0,
            Event::Restarted(_) | Event::Provisioned(_) | Event::Stall(..) => 0,
            Event::Missed(_) | Event::Killed(_) => 0,
            Event::Source(_) | Event::Step(_) | Event::Job(_) | Event::Records(_) => 1,
            Event::Patience(_) | Event::Monitor | Event::LeakWindow => 2,
            Event::Sample => 3,
        }
    }
}
