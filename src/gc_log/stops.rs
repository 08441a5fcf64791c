//! Stops of the application (safepoints): for collections and for everything else.

use super::text::{Scan, contains};

/// Stops of one sort.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StopSum {
    /// How many.
    pub count: u64,
    /// Their length together, seconds.
    pub total_s: f64,
    /// The longest, seconds.
    pub max_s: f64,
}

impl StopSum {
    fn add(&mut self, seconds: f64) {
        self.count += 1;
        self.total_s += seconds;
        self.max_s = self.max_s.max(seconds);
    }
}

/// All stops that a log mentions. They contain the pauses of collections and must not be added to them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stops {
    /// Stops in which a collection, or a step of one, ran.
    pub collections: StopSum,
    /// All others (deoptimisation, thread dumps, clean-up, ...).
    pub others: StopSum,
    /// Time until all threads stood still, seconds, over both sorts.
    pub reaching_s: f64,
}

/// Reads stops; remembers whether a pause came since the last one.
#[derive(Clone, Debug, Default)]
pub(super) struct StopReader {
    pub sums: Stops,
    has_paused: bool,
}

/// Beginnings of the names of operations that are, or are part of, a collection.
const OF_COLLECTIONS: &[&[u8]] = &[
    b"G1",
    b"ParallelGC",
    b"Parallel",
    b"GenCollect",
    b"CollectFor",
    b"Z",
    b"XMark",
    b"XRelocate",
    b"XVerify",
    b"Shenandoah",
    b"CMS",
    b"CGC",
    b"SerialGC",
    b"Serial",
    b"PSCollect",
];

const TOTAL: &[u8] = b"Total time for which application threads were stopped: ";

impl StopReader {
    /// A pause of a collection ended.
    pub fn pause(&mut self) {
        self.has_paused = true;
    }

    /// Takes the text of a line about stops.
    pub fn line(&mut self, text: &[u8]) -> bool {
        let mut scan = Scan::new(text);
        if scan.eat(b"Safepoint \"") {
            return self.safepoint(scan).is_some();
        }
        if scan.eat(TOTAL) {
            return self.total(scan).is_some();
        }
        if scan.eat(b"Entering safepoint region: ") {
            self.has_paused |= is_collection(scan.rest());
            return true;
        }
        scan.eat(b"Leaving safepoint region") || (scan.eat(b"Application time: ") && scan.span().is_some())
    }

    /// JDK 13 and later name the operation and the parts of the stop in one line.
    fn safepoint(&mut self, mut scan: Scan) -> Option<()> {
        let operation = scan.until(b'"')?;
        let part = |name: &[u8]| {
            let at = super::text::find(scan.rest(), name)?;
            let mut scan = Scan::new(scan.rest().get(at + name.len()..)?);
            scan.span()
        };
        let reaching = part(b"Reaching safepoint: ")?;
        let total = part(b"Total: ")?;
        self.sums.reaching_s += reaching;
        self.has_paused = false;
        self.add(is_collection(operation), total);
        Some(())
    }

    /// Up to JDK 12 a stop does not say what it was for: it was for the pauses before it.
    fn total(&mut self, mut scan: Scan) -> Option<()> {
        let total = scan.span()?;
        if scan.eat(b", Stopping threads took: ") {
            self.sums.reaching_s += scan.span()?;
        }
        let of_collection = std::mem::take(&mut self.has_paused);
        self.add(of_collection, total);
        Some(())
    }

    fn add(&mut self, of_collection: bool, seconds: f64) {
        match of_collection {
            true => self.sums.collections.add(seconds),
            false => self.sums.others.add(seconds),
        }
    }
}

fn is_collection(operation: &[u8]) -> bool {
    OF_COLLECTIONS.iter().any(|begin| operation.starts_with(begin)) || contains(operation, b"GC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_by_what_they_were_for() {
        let mut reader = StopReader::default();
        let rest = "Time since last: 1 ns, Reaching safepoint: 2000 ns, At safepoint: 3000 ns, Total: 5000 ns";
        assert!(reader.line(format!("Safepoint \"G1CollectForAllocation\", {rest}").as_bytes()));
        assert!(reader.line(format!("Safepoint \"Cleanup\", {rest}").as_bytes()));
        assert!(reader.line(b"Total time for which application threads were stopped: 0.5 seconds"));
        reader.pause();
        let line =
            "Total time for which application threads were stopped: 0.25 seconds, Stopping threads took: 0.125 seconds";
        assert!(reader.line(line.as_bytes()));
        assert!(reader.line(b"Application time: 1.5639792 seconds"));
        assert!(!reader.line(b"Safepoint \"x"));
        assert!(!reader.line(b"Application time: soon"));
        let sums = reader.sums;
        assert_eq!((sums.collections.count, sums.others.count), (2, 2));
        assert_eq!(sums.others.max_s, 0.5);
        assert!((sums.collections.total_s - 0.250005).abs() < 1e-12);
        assert!((sums.reaching_s - 0.125004).abs() < 1e-12);
    }
}
