//! What the detail lines of a collection say, until the line comes that ends it.

use super::step::change;
use crate::base::Bytes;
use crate::gc_log::event::{Change, Event, Failures, Regions, Spaces, Tenuring, Workers};
use crate::gc_log::facts::JvmFacts;
use crate::gc_log::tenuring;
use crate::gc_log::text::Scan;
use crate::heap::hotspot::CollectorKind;

/// Details of one collection.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    pub spaces: Spaces,
    pub live: Option<Bytes>,
    pub capacity: Option<Bytes>,
    pub promoted: Option<Bytes>,
    pub workers: Option<Workers>,
    pub tenuring: Option<Box<Tenuring>>,
    pub failures: Failures,
}

impl Parts {
    /// Takes a detail line.
    pub fn line(&mut self, text: &[u8], facts: &mut JvmFacts) -> bool {
        match text.first() {
            Some(b'U') => self.workers_line(text).is_some(),
            Some(b'T') if text.starts_with(b"To-space exhausted") => {
                self.failures.evacuation = true;
                true
            }
            Some(b'P') if text.starts_with(b"Promotion failed") => {
                self.failures.promotion = true;
                true
            }
            Some(b'D' | b'-') if tenuring::line(&mut self.tenuring, text) => true,
            Some(b'E' | b'S' | b'O' | b'H' | b'A') if self.regions(text, facts).is_some() => true,
            Some(b'D' | b'P' | b'T' | b'C' | b'M' | b'E' | b'F') => self.space(text, facts).is_some(),
            _ => false,
        }
    }

    /// "Using 1 workers of 1 for evacuation", "Using 2 of 4 workers for concurrent reset", "Using 1 workers".
    fn workers_line(&mut self, text: &[u8]) -> Option<()> {
        let mut scan = Scan::new(text.strip_prefix(b"Using ")?);
        let used = scan.integer()?;
        scan.spaces();
        let is_named = |scan: &mut Scan| scan.eat(b"workers") || scan.eat(b"Workers") || scan.eat(b"worker");
        let before = is_named(&mut scan);
        scan.spaces();
        let of = if scan.eat(b"of ") { scan.integer() } else { None };
        scan.spaces();
        if !before && !is_named(&mut scan) {
            return None;
        }
        self.workers = Some(Workers { used, of });
        Some(())
    }

    /// "Eden regions: 40->0(33)".
    fn regions(&mut self, text: &[u8], facts: &mut JvmFacts) -> Option<()> {
        let spaces = &mut self.spaces;
        let mut none = None;
        let places: [(&[u8], &mut Option<Regions>); 5] = [
            (b"Eden regions: ", &mut spaces.eden_regions),
            (b"Survivor regions: ", &mut spaces.survivor_regions),
            (b"Old regions: ", &mut spaces.old_regions),
            (b"Humongous regions: ", &mut spaces.humongous_regions),
            (b"Archive regions: ", &mut none),
        ];
        for (name, place) in places {
            if let Some(value) = text.strip_prefix(name) {
                let (before, after, limit) = Scan::new(value).regions()?;
                *place = Some(Regions { before, after, limit });
                facts.observe(CollectorKind::G1);
                return Some(());
            }
        }
        None
    }

    /// "PSYoungGen: 82869K(114688K)->13932K(114688K) Eden: 82869K(98304K)->0K(98304K) From: ..."; one or more in a line.
    fn space(&mut self, text: &[u8], facts: &mut JvmFacts) -> Option<()> {
        let mut scan = Scan::new(text);
        while !scan.is_done() {
            let name = scan.until(b':')?;
            scan.spaces();
            let change = change(scan.sizes()?);
            self.take(name, change, facts)?;
            scan.spaces();
        }
        Some(())
    }

    fn take(&mut self, name: &[u8], change: Change, facts: &mut JvmFacts) -> Option<()> {
        let spaces = &mut self.spaces;
        let (place, collector) = match name {
            b"PSYoungGen" => (&mut spaces.young, Some(CollectorKind::Parallel)),
            b"DefNew" => (&mut spaces.young, Some(CollectorKind::Serial)),
            b"ParNew" => (&mut spaces.young, Some(CollectorKind::Cms)),
            b"ParOldGen" | b"PSOldGen" => (&mut spaces.old, Some(CollectorKind::Parallel)),
            b"Tenured" => (&mut spaces.old, Some(CollectorKind::Serial)),
            b"CMS" => (&mut spaces.old, Some(CollectorKind::Cms)),
            b"Eden" => (&mut spaces.eden, None),
            b"From" => (&mut spaces.survivor, None),
            b"Metaspace" => (&mut spaces.metaspace, None),
            b"NonClass" | b"Class" | b"To" => return Some(()),
            _ => return None,
        };
        *place = Some(change);
        if let Some(collector) = collector {
            facts.observe(collector);
        }
        Some(())
    }

    /// Puts the details into the event that they belong to.
    pub fn complete(&mut self, event: &mut Event) {
        event.workers = self.workers;
        if !event.kind.is_collection() {
            return;
        }
        let parts = std::mem::take(self);
        event.spaces = parts.spaces;
        event.live = parts.live;
        event.promoted = parts.promoted;
        event.tenuring = parts.tenuring;
        event.failures.evacuation |= parts.failures.evacuation;
        event.failures.aborted |= parts.failures.aborted;
        event.failures.promotion |= parts.failures.promotion;
        if let Some(heap) = &mut event.heap {
            heap.capacity = heap.capacity.or(parts.capacity);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(lines: &[&str]) -> (Parts, JvmFacts) {
        let (mut parts, mut facts) = (Parts::default(), JvmFacts::default());
        for line in lines {
            assert!(parts.line(line.as_bytes(), &mut facts), "{line}");
        }
        (parts, facts)
    }

    #[test]
    fn spaces_of_generations() {
        let line = "PSYoungGen: 82869K(114688K)->13932K(114688K) Eden: 82869K(98304K)->0K(98304K) From: 0K(1K)->2K(3K)";
        let (parts, facts) = parts(&[line, "ParOldGen: 0K->2121K(44032K)", "Metaspace: 15746K->15746K(1062912K)"]);
        let kib = |count: u64| Bytes(count << 10);
        let expected = Change { before: kib(82869), after: kib(13932), capacity: Some(kib(114688)) };
        assert_eq!(parts.spaces.young, Some(expected));
        assert_eq!(parts.spaces.survivor.map(|space| space.after), Some(kib(2)));
        assert_eq!(parts.spaces.old.map(|space| space.after), Some(kib(2121)));
        assert_eq!(facts.collector, Some(CollectorKind::Parallel));
    }

    #[test]
    fn regions_and_workers() {
        let lines = ["Eden regions: 40->0(33)", "Humongous regions: 0->7", "Using 2 of 4 workers for concurrent reset"];
        let (read, _) = parts(&lines);
        assert_eq!(read.spaces.eden_regions, Some(Regions { before: 40, after: 0, limit: Some(33) }));
        assert_eq!(read.spaces.humongous_regions, Some(Regions { before: 0, after: 7, limit: None }));
        assert_eq!(read.workers, Some(Workers { used: 2, of: Some(4) }));
        let (read, _) = parts(&["Using 1 workers of 1 for evacuation"]);
        assert_eq!(read.workers, Some(Workers { used: 1, of: Some(1) }));
    }

    #[test]
    fn other_lines_are_refused() {
        let (mut parts, mut facts) = (Parts::default(), JvmFacts::default());
        for line in ["Using G1", "Eden regions: many", "Metaspace: lots", "Mystery: 1K->2K(3K)", "Desired", ""] {
            assert!(!parts.line(line.as_bytes(), &mut facts), "{line}");
        }
    }
}
