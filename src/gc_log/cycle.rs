//! Concurrent cycles that no line announces as a whole: CMS, Shenandoah, and G1 in the older format.

use super::event::{Change, Event, Kind};

/// The cycle under way, put together from its phases.
#[derive(Clone, Debug, Default)]
pub(super) struct CycleReader {
    open: Option<Open>,
}

#[derive(Clone, Debug)]
struct Open {
    id: Option<u64>,
    start_s: f64,
    end_s: f64,
    heap: Option<Change>,
}

impl CycleReader {
    /// A phase (or pause) of the cycle `event.id`; the cycle before it, if it was another, is over.
    pub fn phase(&mut self, event: &Event) -> Option<Event> {
        let (start_s, end_s) = (event.start_s?, event.end_s()?);
        let over = match &self.open {
            Some(open) if open.id != event.id => self.finish(false),
            _ => None,
        };
        let fresh = Open { id: event.id, start_s, end_s, heap: event.heap };
        let open = self.open.get_or_insert(fresh);
        open.end_s = open.end_s.max(end_s);
        if let Some(now) = event.heap {
            let before = open.heap.map_or(now.before, |heap| heap.before);
            open.heap = Some(Change { before, ..now });
        }
        over
    }

    /// Ends the cycle under way.
    pub fn finish(&mut self, aborted: bool) -> Option<Event> {
        let open = self.open.take()?;
        let mut event = Event::new(Kind::Cycle, "Concurrent Cycle".into());
        event.id = open.id;
        event.start_s = Some(open.start_s);
        event.duration_s = Some((open.end_s - open.start_s).max(0.0));
        event.heap = open.heap;
        event.failures.aborted = aborted;
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(id: u64, start_s: f64, duration_s: f64) -> Event {
        let mut event = Event::new(Kind::ConcurrentPhase, "Concurrent reset".into());
        (event.id, event.start_s, event.duration_s) = (Some(id), Some(start_s), Some(duration_s));
        event
    }

    #[test]
    fn a_cycle_reaches_from_its_first_phase_to_its_last() {
        let mut cycles = CycleReader::default();
        assert_eq!(cycles.phase(&phase(0, 1.0, 0.5)), None);
        assert_eq!(cycles.phase(&phase(0, 2.0, 0.5)), None);
        let over = cycles.phase(&phase(1, 9.0, 1.0)).unwrap();
        assert_eq!((over.id, over.start_s, over.duration_s), (Some(0), Some(1.0), Some(1.5)));
        let over = cycles.finish(true).unwrap();
        assert_eq!((over.id, over.duration_s, over.failures.aborted), (Some(1), Some(1.0), true));
        assert_eq!(cycles.finish(false), None);
    }
}
