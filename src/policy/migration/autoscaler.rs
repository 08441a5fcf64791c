//! Autoscaler: keeps the utilisation of the cores within a band by adding and draining TaskManagers.
//!
//! Idea: reactive scaling on measured rates. From the mean busy share over a window, the TaskManagers needed are `n *
//! busy / target`, and in addition those for the tasks in line; while busy stays within the band `target` +-
//! `boundary` and nobody waits, nothing is done. Flink's autoscaler (`JobVertexScaler`, FLIP-271) with its defaults:
//! no decision before a window is full nor for a while after one; a fall is carried out only when it was wanted for
//! `scale_down_interval`, to the highest number wanted meanwhile, and by at most `max_down` of what there is.
//! Departures: it scales TaskManagers, not the parallelism of vertices; the line stands for lag, at one slot a
//! waiting task; there is no target for catching up; drained TaskManagers finish what they have; and the upper edge
//! of the band is at most 0.95, since cores that are all busy do not show how much more would come.

use std::collections::VecDeque;

use super::{Action, MigrationPolicy, Occasion, held};
use crate::base::{Args, Build, Entry, Kind, SimSpan, SimTime, TaskManagerId, param};
use crate::cluster::view::Sample;

/// Registry entry.
pub const ENTRY: Entry<Build<dyn MigrationPolicy>> = Entry {
    name: "autoscaler",
    summary: "adds and drains TaskManagers to keep core utilisation within a band and the line short",
    source: "Flink autoscaler (JobVertexScaler, FLIP-271)",
    params: &[
        param("target", Kind::Number(0.01, 1.0), "0.7", "utilisation aimed at (utilization.target)"),
        param("boundary", Kind::Number(0.0, 1.0), "0.3", "half width of the band (target.utilization.boundary)"),
        param("window", Kind::Span, "15 min", "samples that are averaged (metrics.window)"),
        param("stabilization", Kind::Span, "5 min", "rest after a change (stabilization.interval)"),
        param("scale_down_interval", Kind::Span, "1 h", "time that a fall must be wanted (scale-down.interval)"),
        param("max_down", Kind::Number(0.0, 1.0), "0.6", "most of the cluster drained at once (scale-down.max-factor)"),
        param("max_up", Kind::Count(1, 100_000), "100", "most TaskManagers added at once"),
        param("least", Kind::Count(1, 100_000), "1", "TaskManagers that stay in any case"),
    ],
    traits: &[],
    build: |args: &Args| {
        Ok(Box::new(Autoscaler {
            target: args.number("target"),
            boundary: args.number("boundary"),
            window: args.span("window"),
            stabilization: args.span("stabilization"),
            scale_down_interval: args.span("scale_down_interval"),
            max_down: args.number("max_down"),
            max_up: args.count("max_up"),
            least: args.count("least"),
            begun: None,
            loads: VecDeque::new(),
            falls: Vec::new(),
        }))
    },
};

/// Busy share from which on cores count as saturated.
const SATURATED: f64 = 0.95;

struct Autoscaler {
    target: f64,
    boundary: f64,
    window: SimSpan,
    stabilization: SimSpan,
    scale_down_interval: SimSpan,
    max_down: f64,
    max_up: u64,
    least: u64,
    /// From when on samples count.
    begun: Option<SimTime>,
    /// Busy share of the cluster, oldest first.
    loads: VecDeque<(SimTime, f64)>,
    /// TaskManagers wanted since a fall was first wanted, with their time; empty otherwise.
    falls: Vec<(SimTime, u64)>,
}

/// What a vertex has to do, in records a second unless it says otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// Records that come.
    pub rate: f64,
    /// Records that wait.
    pub backlog: f64,
    /// Share of the time that an instance should be busy, above 0.
    pub utilisation: f64,
    /// Seconds that a restart takes, during which nothing is served.
    pub restart: f64,
    /// Seconds within which to catch up, above 0.
    pub catch_up: f64,
}

impl Target {
    /// The capacity that serves what comes and catches up in time: Kalavri et al., OSDI 2018, as Flink's autoscaler has it
    /// (there rounded to whole records).
    pub fn capacity(&self) -> f64 {
        (self.backlog + self.rate * self.restart) / self.catch_up + self.rate / self.utilisation
    }
}

/// Instances that have this capacity together, each of which can serve `each` of it (its true rate, above 0).
pub fn instances(capacity: f64, each: f64) -> u64 {
    (capacity / each).ceil() as u64
}

/// Mean busy share of the cores of open TaskManagers, and how many of those there are.
fn load(sample: &Sample) -> (f64, u64) {
    let open = || sample.task_managers.iter().filter(|seen| seen.face.open);
    let cores: f64 = open().map(|seen| seen.face.cores).sum();
    let busy: f64 = open().map(|seen| seen.face.cores * seen.cpu_busy).sum();
    (if cores > 0.0 { busy / cores } else { 0.0 }, open().count() as u64)
}

impl Autoscaler {
    /// Averages over the window; `None` until it is full.
    fn observe(&mut self, sample: &Sample, busy: f64) -> Option<f64> {
        let begun = *self.begun.get_or_insert(sample.taken);
        if sample.taken < begun {
            return None;
        }
        self.loads.push_back((sample.taken, busy));
        while self.loads.front().is_some_and(|(at, _)| sample.taken.since(*at) > self.window) {
            self.loads.pop_front();
        }
        let is_full = sample.taken.since(begun) >= self.window;
        is_full.then(|| self.loads.iter().map(|(_, busy)| busy).sum::<f64>() / self.loads.len() as f64)
    }

    /// TaskManagers to add for the load and for the line.
    fn wanted(&self, sample: &Sample, busy: f64, open: u64) -> u64 {
        let slots = sample.task_managers.first().map_or(1, |seen| u64::from(seen.face.slots.max(1)));
        let upper = (self.target + self.boundary).min(SATURATED.max(self.target));
        let is_outside = busy > upper || busy < self.target - self.boundary;
        // In TaskManagers: so many are busy; the line has a measure of its own.
        let rate = open as f64 * busy;
        let target = Target { rate, backlog: 0.0, utilisation: self.target, restart: 0.0, catch_up: 1.0 };
        let for_load = if is_outside { instances(target.capacity(), 1.0) } else { open };
        for_load.max(if sample.queue > 0 { open + sample.queue.div_ceil(slots) } else { 0 }).max(self.least)
    }

    /// The number to fall to, once a fall has been wanted for long enough.
    fn fall(&mut self, now: SimTime, wanted: u64, open: u64) -> Option<u64> {
        self.falls.push((now, wanted));
        let since = self.falls.first().map_or(SimSpan::ZERO, |(at, _)| now.since(*at));
        if since < self.scale_down_interval {
            return None;
        }
        let highest = self.falls.iter().map(|(_, wanted)| *wanted).max()?;
        Some(highest.max((open as f64 * (1.0 - self.max_down)).ceil() as u64))
    }

    fn rest(&mut self, now: SimTime) {
        self.begun = Some(now + self.stabilization);
        self.loads.clear();
        self.falls.clear();
    }
}

impl MigrationPolicy for Autoscaler {
    fn plan(&mut self, occasion: Occasion, sample: &Sample, out: &mut Vec<Action>) {
        if occasion != Occasion::Tick {
            return;
        }
        let (busy, open) = load(sample);
        let Some(busy) = self.observe(sample, busy) else { return };
        let wanted = self.wanted(sample, busy, open);
        if wanted >= open {
            self.falls.clear();
        }
        if wanted > open {
            out.push(Action::Add((wanted - open).min(self.max_up) as u32));
            self.rest(sample.taken);
        } else if wanted < open {
            let Some(goal) = self.fall(sample.taken, wanted, open) else { return };
            let mut order: Vec<usize> =
                (0..sample.task_managers.len()).filter(|at| sample.task_managers[*at].face.open).collect();
            // Those with the least to finish leave first; among equals the latest started.
            order.sort_by_key(|at| (held(&sample.task_managers[*at].face), std::cmp::Reverse(*at)));
            let leaving = order.into_iter().take(open.saturating_sub(goal) as usize);
            out.extend(leaving.map(|at| Action::Drain(TaskManagerId(at as u32))));
            self.rest(sample.taken);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{resident, task_manager, tick};
    use super::*;
    use crate::base::Value;

    fn policy() -> Box<dyn MigrationPolicy> {
        let spans = [("window", 20), ("stabilization", 30), ("scale_down_interval", 60)];
        let numbers = [("target", 0.7), ("boundary", 0.2), ("max_down", 0.6)];
        let mut args = Args::new(spans.map(|(name, secs)| (name, Value::Span(SimSpan::secs(secs)))).to_vec());
        numbers.into_iter().for_each(|(name, value)| args.set(name, Value::Number(value)));
        [("max_up", 100), ("least", 1)].into_iter().for_each(|(name, value)| args.set(name, Value::Count(value)));
        (ENTRY.build)(&args).unwrap()
    }

    #[test]
    fn a_full_window_above_the_band_adds() {
        // Busy 0.9, 1.0 and 1.0 over a window of 20 s: mean 0.967 > 0.9, so 4 * 0.967/0.7 = 5.5, 6 wanted, 2 added.
        let mut policy = policy();
        let cluster = |busy| vec![task_manager(busy, &[]); 4];
        assert_eq!(tick(&mut *policy, 0, 0, &cluster(0.9)), []);
        assert_eq!(tick(&mut *policy, 10, 0, &cluster(1.0)), []);
        assert_eq!(tick(&mut *policy, 20, 0, &cluster(1.0)), [Action::Add(2)]);
        // Rest until 50 s, then the window fills again until 70 s. Busy is in the band, but nine tasks wait: 3 more.
        for at in [30, 40, 50, 60] {
            assert_eq!(tick(&mut *policy, at, 9, &cluster(0.8)), []);
        }
        assert_eq!(tick(&mut *policy, 70, 9, &cluster(0.8)), [Action::Add(3)]);
    }

    #[test]
    fn a_fall_waits_and_takes_the_highest_number_wanted() {
        // Busy 0.35, then 0.14, of 5: 3 wanted at 20 s, 2 or 1 later. At 80 s a fall has been wanted for 60 s: to 3,
        // the highest. Drained are the two that hold least: the last two of the empty ones.
        let mut policy = policy();
        let cluster = |busy| {
            let mut task_managers = vec![task_manager(busy, &[]); 5];
            task_managers[4] = task_manager(busy, &[resident(1, 50, 50, 1.0)]);
            task_managers
        };
        for (at, busy) in [(0, 0.35), (20, 0.35), (40, 0.14), (60, 0.14)] {
            assert_eq!(tick(&mut *policy, at, 0, &cluster(busy)), []);
        }
        let drained = [Action::Drain(TaskManagerId(3)), Action::Drain(TaskManagerId(2))];
        assert_eq!(tick(&mut *policy, 80, 0, &cluster(0.14)), drained);
    }
}
