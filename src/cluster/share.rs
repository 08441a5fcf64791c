//! A capacity shared equally by those who use it: cores by threads, a disk or a link by transfers.
//!
//! Idea: processor sharing with a virtual clock (Kleinrock 1976; Parekh & Gallager's fluid server). Each job has a
//! width (threads it can run, or 1 for a transfer); the clock tells how much one unit of width has been served since
//! the start. A job ends when the clock reaches a value that is fixed when the job enters, so a change of rate costs
//! O(1) and only the earliest end needs an event. Departure: the clock is a float that restarts at 0 whenever nobody
//! is served, so that it stays exact to a fraction of a nanosecond; ends are rounded up to whole nanoseconds.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::base::{SimSpan, SimTime};

/// One unit of work in progress. Ends are ordered by clock value, then by order of entry.
#[derive(Clone, Copy, Debug)]
struct Job {
    end: f64,
    entry: u64,
    width: f64,
    key: u32,
    stamp: u32,
}

impl PartialEq for Job {
    fn eq(&self, other: &Job) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Job {}
impl PartialOrd for Job {
    fn partial_cmp(&self, other: &Job) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Job {
    /// Reversed, because `BinaryHeap` gives the greatest first.
    fn cmp(&self, other: &Job) -> Ordering {
        other.end.total_cmp(&self.end).then(other.entry.cmp(&self.entry))
    }
}

/// A shared capacity with the jobs it serves.
#[derive(Clone, Debug)]
pub struct Share {
    capacity: f64,
    cap: f64,
    frozen: bool,
    clock: f64,
    width: f64,
    last: SimTime,
    entries: u64,
    jobs: BinaryHeap<Job>,
    stamps: Vec<u32>,
    busy: f64,
}

impl Share {
    /// `cores` cores, of which one unit of width gets at most one.
    pub fn of_cores(cores: f64) -> Share {
        Share::new(cores, 1.0)
    }

    /// `bandwidth` in bytes a second, all of which one transfer can use; work is then in bytes.
    pub fn of_bandwidth(bandwidth: f64) -> Share {
        Share::new(bandwidth / 1e9, f64::INFINITY)
    }

    fn new(capacity: f64, cap: f64) -> Share {
        Share {
            capacity,
            cap,
            frozen: false,
            clock: 0.0,
            width: 0.0,
            last: SimTime::ZERO,
            entries: 0,
            jobs: BinaryHeap::new(),
            stamps: Vec::new(),
            busy: 0.0,
        }
    }

    /// Clock units a nanosecond: what one unit of width is served now.
    fn rate(&self) -> f64 {
        if self.frozen || self.width <= 0.0 { 0.0 } else { (self.capacity / self.width).min(self.cap) }
    }

    /// Brings clock and busy time up to `now`.
    pub fn advance(&mut self, now: SimTime) {
        let span = now.since(self.last).as_nanos();
        self.last = now;
        if span > 0.0 && self.width > 0.0 {
            let rate = self.rate();
            self.clock += rate * span;
            self.busy += rate * self.width * span;
        }
    }

    /// Starts work of `work` (nanoseconds of one core, or bytes) for `key`, with `width` threads working on it.
    /// A key has at most one job at a time.
    pub fn start(&mut self, now: SimTime, key: u32, work: f64, width: f64) {
        self.advance(now);
        if self.width <= 0.0 {
            self.clock = 0.0;
            self.width = 0.0;
            self.jobs.clear();
        }
        if self.stamps.len() <= key as usize {
            self.stamps.resize(key as usize + 1, 0);
        }
        let width = width.max(1e-9);
        self.entries += 1;
        let stamp = self.stamps[key as usize];
        self.jobs.push(Job { end: self.clock + work / width, entry: self.entries, width, key, stamp });
        self.width += width;
    }

    /// Takes the job of `key` away, whatever is left of it; returns that rest, in the unit of `start`.
    pub fn cancel(&mut self, now: SimTime, key: u32) -> Option<f64> {
        self.advance(now);
        let job = *self.jobs.iter().find(|job| job.key == key && self.stamps[key as usize] == job.stamp)?;
        self.stamps[key as usize] += 1;
        self.leave(job.width);
        Some(((job.end - self.clock) * job.width).max(0.0))
    }

    fn leave(&mut self, width: f64) {
        self.width -= width;
        // Widths such as 0.1 do not add up exactly; without anybody left the rest is rounding.
        if self.width < 1e-7 {
            self.width = 0.0;
        }
    }

    fn drop_stale(&mut self) {
        while let Some(job) = self.jobs.peek() {
            if self.stamps[job.key as usize] == job.stamp {
                break;
            }
            self.jobs.pop();
        }
    }

    /// When the earliest job ends if nothing changes.
    pub fn next_end(&mut self) -> Option<SimTime> {
        self.drop_stale();
        let job = self.jobs.peek()?;
        let rate = self.rate();
        if rate <= 0.0 {
            return None;
        }
        let left = ((job.end - self.clock) / rate).max(0.0).ceil();
        Some(self.last + SimSpan(left as u64))
    }

    /// Removes a job that has ended by `now`, the earliest first, and gives its key.
    pub fn pop_ended(&mut self, now: SimTime) -> Option<u32> {
        self.advance(now);
        self.drop_stale();
        let job = *self.jobs.peek()?;
        // An end is rounded up to whole nanoseconds, so what is left here is float error only.
        if (job.end - self.clock) > self.rate() * 0.5 {
            return None;
        }
        self.jobs.pop();
        self.stamps[job.key as usize] += 1;
        self.leave(job.width);
        Some(job.key)
    }

    /// Stops (true) or resumes (false) all service.
    pub fn freeze(&mut self, now: SimTime, frozen: bool) {
        self.advance(now);
        self.frozen = frozen;
    }

    /// Width of all jobs together.
    pub fn demand(&self) -> f64 {
        self.width
    }

    /// Capacity served so far: core-nanoseconds, or bytes.
    pub fn served(&self) -> f64 {
        self.busy
    }

    /// Cores, or bytes a nanosecond.
    pub fn capacity(&self) -> f64 {
        self.capacity
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two jobs of 10 ns and 4 ns on one core from time 0: the short one ends at 8, the long one at 14.
    #[test]
    fn two_jobs_share_one_core() {
        let mut cpu = Share::of_cores(1.0);
        cpu.start(SimTime(0), 0, 10.0, 1.0);
        cpu.start(SimTime(0), 1, 4.0, 1.0);
        assert_eq!(cpu.next_end(), Some(SimTime(8)));
        assert_eq!(cpu.pop_ended(SimTime(8)), Some(1));
        assert_eq!(cpu.pop_ended(SimTime(8)), None);
        assert_eq!(cpu.next_end(), Some(SimTime(14)));
    }

    /// A pause of 5 ns delays the end by exactly 5 ns; two cores serve two jobs at full speed.
    #[test]
    fn pauses_delay_and_cores_do_not_share() {
        let mut cpu = Share::of_cores(2.0);
        cpu.start(SimTime(0), 0, 10.0, 1.0);
        cpu.start(SimTime(0), 1, 10.0, 1.0);
        cpu.freeze(SimTime(4), true);
        assert_eq!(cpu.next_end(), None);
        cpu.freeze(SimTime(9), false);
        assert_eq!(cpu.next_end(), Some(SimTime(15)));
        assert_eq!(cpu.served(), 8.0);
    }

    /// 100 bytes at 1e9 bytes/s, cancelled half way: 50 bytes are left.
    #[test]
    fn a_cancelled_job_tells_what_is_left() {
        let mut disk = Share::of_bandwidth(1e9);
        disk.start(SimTime(0), 3, 100.0, 1.0);
        assert_eq!(disk.cancel(SimTime(50), 3), Some(50.0));
        assert_eq!(disk.next_end(), None);
        assert_eq!(disk.cancel(SimTime(50), 3), None);
    }
}
