//! What a collector's log would show, and what falls into a measured window.

use crate::base::Bytes;
use crate::heap::CollectionKind;

/// A stretch of measured time, seconds since the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Begins here.
    pub from: f64,
    /// Ends here.
    pub until: f64,
}

impl Window {
    /// Length in seconds.
    pub fn length(&self) -> f64 {
        self.until - self.from
    }

    /// Seconds of `from .. until` within the window.
    pub fn overlap(&self, from: f64, until: f64) -> f64 {
        (until.min(self.until) - from.max(self.from)).max(0.0)
    }
}

/// One line of the log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pause {
    /// What it was.
    pub kind: CollectionKind,
    /// When it ended, seconds.
    pub end: f64,
    /// How long it took, seconds.
    pub length: f64,
    /// Bytes copied.
    pub copied: Bytes,
    /// Bytes that a young collection found in eden; 0 for others.
    pub eden: Bytes,
}

impl Pause {
    /// One of no length that copied nothing.
    pub fn of(kind: CollectionKind) -> Pause {
        Pause { kind, end: 0.0, length: 0.0, copied: Bytes::ZERO, eden: Bytes::ZERO }
    }
}

/// All pauses, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    pauses: Vec<Pause>,
}

/// Pauses within a window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    /// Young and mixed collections, refused ones among them.
    pub young: u64,
    /// Full collections.
    pub full: u64,
    /// Seconds of all pauses.
    pub paused: f64,
}

impl Log {
    /// Adds a pause that ends after all others.
    pub fn add(&mut self, pause: Pause) {
        self.pauses.push(pause);
    }

    /// All pauses so far.
    pub fn pauses(&self) -> &[Pause] {
        &self.pauses
    }

    /// Counts pauses that end within the window, and adds up what of all pauses lies in it.
    pub fn within(&self, window: Window) -> Sum {
        let mut sum = Sum::default();
        for pause in &self.pauses {
            sum.paused += window.overlap(pause.end - pause.length, pause.end);
            if pause.end > window.from && pause.end <= window.until {
                sum.count(pause.kind);
            }
        }
        sum
    }

    /// The log's last `length` seconds as somebody reads them who only has the log: they end with the last pause before
    /// `until`, and pauses that end within them count as a whole.
    pub fn last(&self, length: f64, until: f64) -> Sum {
        let known = self.pauses.iter().filter(|pause| pause.end <= until);
        let end = known.clone().next_back().map_or(until, |pause| pause.end);
        let mut sum = Sum::default();
        for pause in known.filter(|pause| pause.end > end - length) {
            sum.paused += pause.length;
            sum.count(pause.kind);
        }
        sum
    }
}

impl Sum {
    fn count(&mut self, kind: CollectionKind) {
        match kind {
            CollectionKind::Young | CollectionKind::Refused | CollectionKind::Mixed => self.young += 1,
            CollectionKind::Full => self.full += 1,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pause(kind: CollectionKind, end: f64, length: f64) -> Pause {
        Pause { end, length, ..Pause::of(kind) }
    }

    fn log() -> Log {
        let mut log = Log::default();
        log.add(pause(CollectionKind::Full, 2.0, 1.0));
        log.add(pause(CollectionKind::Young, 5.0, 0.5));
        log.add(pause(CollectionKind::Refused, 7.0, 0.0));
        log.add(pause(CollectionKind::Full, 9.0, 2.0));
        log
    }

    #[test]
    fn a_window_takes_parts_of_pauses_and_counts_their_ends() {
        assert_eq!(log().within(Window { from: 1.5, until: 8.0 }), Sum { young: 2, full: 1, paused: 2.0 });
        assert_eq!(log().within(Window { from: 9.0, until: 8.0 }), Sum::default());
    }

    #[test]
    fn the_end_of_a_log_is_its_last_pause() {
        assert_eq!(log().last(5.0, 8.0), Sum { young: 2, full: 0, paused: 0.5 });
        assert_eq!(log().last(5.5, 8.0), Sum { young: 2, full: 1, paused: 1.5 });
        assert_eq!(log().last(4.0, 10.0), Sum { young: 1, full: 1, paused: 2.0 });
        assert_eq!(Log::default().last(5.0, 8.0), Sum::default());
    }
}
