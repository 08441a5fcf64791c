//! Cores, disks and links, and the operations that take their time on them beside the work of subtasks.
//!
//! What ends is handed out as a value; what follows from it is for the world to do.

mod operation;
mod station;

pub use operation::{Leg, Operation, Purpose};
pub use station::{Job, Load, Station};

use super::books::Books;
use crate::base::{AnOperation, ById, OperationId, Roster, StationId, WorkId};
use crate::cluster::share::Share;

/// All stations, and the operations under way.
#[derive(Default)]
pub struct Devices {
    stations: ById<StationId, Station>,
    operations: Roster<AnOperation, Operation>,
}

impl Devices {
    /// Adds an idle station.
    pub fn add(&mut self, share: Share) -> StationId {
        self.stations.push(Station::new(share))
    }

    /// The capacity of a station and who uses it.
    pub fn share(&self, station: StationId) -> &Share {
        &self.stations[station].share
    }

    /// The same, to bring it up to date.
    pub fn share_mut(&mut self, station: StationId) -> &mut Share {
        &mut self.stations[station].share
    }

    /// Starts work for `job`; returns the key to cancel it with.
    pub fn start(&mut self, books: &mut Books<'_>, station: StationId, job: Job, load: Load) -> WorkId {
        let entry = &mut self.stations[station];
        let key = entry.start(books.now, job, load);
        entry.reschedule(books, station);
        key
    }

    /// Takes work away before it ends; returns what is left of it.
    pub fn cancel(&mut self, books: &mut Books<'_>, station: StationId, key: WorkId) -> f64 {
        let entry = &mut self.stations[station];
        let left = entry.cancel(books.now, key);
        entry.reschedule(books, station);
        left
    }

    /// Stops or resumes all work of a station.
    pub fn freeze(&mut self, books: &mut Books<'_>, station: StationId, frozen: bool) {
        let entry = &mut self.stations[station];
        entry.share.freeze(books.now, frozen);
        entry.reschedule(books, station);
    }

    /// The event of a station has come.
    pub fn wake(&mut self, station: StationId) {
        self.stations[station].wake();
    }

    /// The next job that has ended at a station that is awake; with none left, the station waits for its next event.
    pub fn next_ended(&mut self, books: &mut Books<'_>, station: StationId) -> Option<Job> {
        let entry = &mut self.stations[station];
        let job = entry.pop_ended(books.now);
        if job.is_none() {
            entry.reschedule(books, station);
        }
        job
    }

    /// Starts an operation; legs without work are skipped. One without any ends at once, and its purpose is the answer.
    pub fn begin(&mut self, books: &mut Books<'_>, legs: [Option<Leg>; 3], purpose: Purpose) -> Option<Purpose> {
        let operation = self.operations.insert(Operation::new(legs, purpose));
        self.go_on(books, operation)
    }

    /// Starts the next leg of an operation; after the last one its purpose is the answer.
    pub fn go_on(&mut self, books: &mut Books<'_>, operation: OperationId) -> Option<Purpose> {
        match self.operations[operation].next_leg() {
            Some(Leg { station, work }) => {
                self.start(books, station, Job::Operation(operation), Load { work, width: 1.0 });
                None
            }
            None => Some(self.operations.remove(operation).purpose),
        }
    }
}
