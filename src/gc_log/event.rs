//! What a log says of one collection, cycle, phase or stall.

use crate::base::Bytes;

/// What an event is. A log of one collector has only some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Pause: the young generation alone.
    Young,
    /// Pause: a young collection of G1 that starts a marking cycle too ("Concurrent Start", earlier "Initial Mark").
    ConcurrentStart,
    /// Pause: the last young collection of G1 before mixed ones.
    PrepareMixed,
    /// Pause: G1's young generation and a part of the old one.
    Mixed,
    /// Pause: the whole heap.
    Full,
    /// Pause: a concurrent cycle of CMS, Shenandoah or ZGC begins to mark.
    InitialMark,
    /// Pause: marking ends (G1 and CMS "Remark", Shenandoah "Final Mark", ZGC "Mark End").
    Remark,
    /// Pause: G1 takes stock after marking.
    Cleanup,
    /// Pause: any other step of a concurrent cycle (ZGC "Relocate Start", Shenandoah "Init Update Refs").
    OtherPause,
    /// Pause: Shenandoah finishes a cycle with the application stopped.
    Degenerated,
    /// A concurrent cycle from its begin to its end, over the whole heap.
    Cycle,
    /// A concurrent cycle of generational ZGC over the young generation alone.
    MinorCycle,
    /// A concurrent cycle of generational ZGC over both generations.
    MajorCycle,
    /// One phase of a concurrent cycle, beside the application.
    ConcurrentPhase,
    /// One thread waited for memory.
    AllocationStall,
    /// One thread waited for an object to be moved.
    RelocationStall,
}

impl Kind {
    /// Whether the whole application stands still.
    pub fn is_pause(self) -> bool {
        self < Kind::Cycle
    }

    /// Whether it collects the young generation (with or without more) in one pause.
    pub fn is_young(self) -> bool {
        matches!(self, Kind::Young | Kind::ConcurrentStart | Kind::PrepareMixed | Kind::Mixed)
    }

    /// Whether it is a concurrent cycle as a whole.
    pub fn is_cycle(self) -> bool {
        matches!(self, Kind::Cycle | Kind::MinorCycle | Kind::MajorCycle)
    }

    /// Whether it frees memory: what counts as a collection.
    pub fn is_collection(self) -> bool {
        self.is_young() || self.is_cycle() || matches!(self, Kind::Full | Kind::Degenerated)
    }
}

/// A space of the heap before and after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Bytes in use before.
    pub before: Bytes,
    /// Bytes in use after.
    pub after: Bytes,
    /// Committed bytes after, where the log gives them.
    pub capacity: Option<Bytes>,
}

/// Regions of one sort before and after a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Regions {
    /// Regions before.
    pub before: u64,
    /// Regions after.
    pub after: u64,
    /// How many the next collection may find (eden) or may use (survivor).
    pub limit: Option<u64>,
}

/// The parts of the heap, as far as the log gives them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spaces {
    /// Young generation with its survivor space in use.
    pub young: Option<Change>,
    /// Eden.
    pub eden: Option<Change>,
    /// The survivor space in use.
    pub survivor: Option<Change>,
    /// Old generation; where the log gives only heap and young generation, their difference.
    pub old: Option<Change>,
    /// Metaspace, or the permanent generation of old versions.
    pub metaspace: Option<Change>,
    /// Eden regions.
    pub eden_regions: Option<Regions>,
    /// Survivor regions.
    pub survivor_regions: Option<Regions>,
    /// Old regions.
    pub old_regions: Option<Regions>,
    /// Regions that hold humongous objects.
    pub humongous_regions: Option<Regions>,
}

/// Processor time of a collection, seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CpuTimes {
    /// In user mode, summed over threads.
    pub user_s: f64,
    /// In the system, summed over threads.
    pub system_s: f64,
    /// Elapsed.
    pub real_s: f64,
}

/// GC threads of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Workers {
    /// Threads that took part.
    pub used: u64,
    /// Threads that there are, where given.
    pub of: Option<u64>,
}

/// Ages of survivors.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tenuring {
    /// Size that survivors should keep below.
    pub desired: Option<Bytes>,
    /// Collections that an object survives before promotion, 0 ..= 15 (31 in very old versions).
    pub threshold: u64,
    /// The largest threshold allowed.
    pub largest: u64,
    /// Bytes by age, starting with age 1.
    pub ages: Vec<Bytes>,
}

/// How a collection went wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// G1 found no room to copy to.
    pub evacuation: bool,
    /// A young collection found no room in the old generation.
    pub promotion: bool,
    /// CMS lost the race against allocation.
    pub concurrent_mode: bool,
    /// A concurrent cycle ended before its work was done.
    pub aborted: bool,
}

/// One collection, cycle, phase or stall.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Index of the file, in the order in which the reading names them.
    pub file: usize,
    /// Line that ended it, counted from 1.
    pub line: u64,
    /// Index of the run of the JVM, from 0: a restart begins the next.
    pub run: usize,
    /// The number that unified logs give to collections.
    pub id: Option<u64>,
    /// Begin, seconds since the JVM started (see [`super::Clock`]); absent in logs without times.
    pub start_s: Option<f64>,
    /// Length in seconds: of a pause, cycle or phase, or of the wait of the one thread in a stall.
    pub duration_s: Option<f64>,
    /// What it is.
    pub kind: Kind,
    /// The name that the log uses, without cause ("Pause Young", "Concurrent Mark").
    pub name: String,
    /// Why; empty where the log does not say.
    pub cause: String,
    /// The heap.
    pub heap: Option<Change>,
    /// Bytes found alive by marking.
    pub live: Option<Bytes>,
    /// The parts of the heap.
    pub spaces: Spaces,
    /// Bytes moved into the old generation, where they follow from what the log gives.
    pub promoted: Option<Bytes>,
    /// Processor times.
    pub cpu: Option<CpuTimes>,
    /// GC threads.
    pub workers: Option<Workers>,
    /// Ages of survivors.
    pub tenuring: Option<Box<Tenuring>>,
    /// What went wrong.
    pub failures: Failures,
}

impl Event {
    /// An event of which only kind and name are known.
    pub(super) fn new(kind: Kind, name: String) -> Event {
        Event {
            file: 0,
            line: 0,
            run: 0,
            id: None,
            start_s: None,
            duration_s: None,
            kind,
            name,
            cause: String::new(),
            heap: None,
            live: None,
            spaces: Spaces::default(),
            promoted: None,
            cpu: None,
            workers: None,
            tenuring: None,
            failures: Failures::default(),
        }
    }

    /// End in seconds since the JVM started.
    pub fn end_s(&self) -> Option<f64> {
        Some(self.start_s? + self.duration_s.unwrap_or(0.0))
    }

    /// Adds what follows from the rest: the old generation from heap and young, promotion from the old generation.
    pub(super) fn derive(&mut self, region: Option<Bytes>) {
        let spaces = &mut self.spaces;
        if let (None, Some(heap), Some(young)) = (spaces.old, self.heap, spaces.young) {
            let minus = |a: Bytes, b: Bytes| Bytes(a.0.saturating_sub(b.0));
            let capacity = heap.capacity.zip(young.capacity).map(|(heap, young)| minus(heap, young));
            let (before, after) = (minus(heap.before, young.before), minus(heap.after, young.after));
            spaces.old = Some(Change { before, after, capacity });
        }
        if !matches!(self.kind, Kind::Young | Kind::ConcurrentStart | Kind::PrepareMixed) {
            return;
        }
        let by_bytes = spaces.old.map(|old| Bytes(old.after.0.saturating_sub(old.before.0)));
        let by_regions = spaces.old_regions.zip(region);
        let by_regions = by_regions.map(|(old, region)| Bytes(old.after.saturating_sub(old.before) * region.0));
        self.promoted = by_bytes.or(by_regions);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_generation_is_what_the_young_one_leaves() {
        let change = |before, after, capacity| Change { before: Bytes(before), after: Bytes(after), capacity };
        let mut event = Event::new(Kind::Young, "GC".into());
        event.heap = Some(change(120, 70, Some(Bytes(300))));
        event.spaces.young = Some(change(100, 10, Some(Bytes(110))));
        event.derive(None);
        assert_eq!(event.spaces.old, Some(change(20, 60, Some(Bytes(190)))));
        assert_eq!(event.promoted, Some(Bytes(40)));
    }

    #[test]
    fn pauses_and_collections_are_told_apart() {
        assert!(Kind::Degenerated.is_pause() && Kind::Degenerated.is_collection());
        assert!(!Kind::Cycle.is_pause() && Kind::Cycle.is_collection());
        assert!(Kind::Remark.is_pause() && !Kind::Remark.is_collection());
        assert!(!Kind::AllocationStall.is_pause() && !Kind::AllocationStall.is_collection());
    }
}
