//! The one shape that all collectors share: name, remarks in brackets, heap, length.
//!
//! `Pause Young (Normal) (G1 Evacuation Pause) 60M->9M(1000M) 1250.500ms` when it ends; without heap and length when
//! it begins.

use crate::gc_log::event::{Change, Event, Kind};
use crate::gc_log::text::{Scan, Sizes, contains, readable};

/// A step of a collection, as one line tells it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Step<'a> {
    pub name: &'a [u8],
    remarks: [&'a [u8]; 4],
    sizes: Option<Sizes>,
    pub duration_s: Option<f64>,
    pub is_aborted: bool,
}

/// Remarks that say which sort of young collection it is, not why it happened.
const SORTS: &[&[u8]] = &[b"Normal", b"Concurrent Start", b"Prepare Mixed", b"Mixed"];

impl<'a> Step<'a> {
    /// Reads a whole text; text that has anything else in it is not a step.
    pub fn read(text: &'a [u8]) -> Option<Step<'a>> {
        let mut scan = Scan::new(text);
        let name = scan.while_matches(|byte| !matches!(byte, b'(' | b'0'..=b'9'))?.trim_ascii();
        let mut step = Step { name, ..Step::default() };
        if let Some(name) = name.strip_suffix(b" Aborted").or_else(|| name.strip_suffix(b" Abort")) {
            (step.name, step.is_aborted) = (name, true);
        }
        let mut count = 0;
        loop {
            scan.spaces();
            match scan.peek() {
                None => return Some(step),
                Some(b'(') => {
                    let remark = scan.parenthesis()?;
                    if let Some(place) = step.remarks.get_mut(count) {
                        *place = remark;
                        count += 1;
                    }
                }
                Some(b'A') if scan.eat(b"Aborted") || scan.eat(b"Abort") => step.is_aborted = true,
                Some(_) => step.number(&mut scan)?,
            }
        }
    }

    fn number(&mut self, scan: &mut Scan) -> Option<()> {
        if let Some(sizes) = scan.sizes() {
            self.sizes = Some(sizes);
            return Some(());
        }
        self.duration_s = Some(scan.span()?);
        Some(())
    }

    /// Whether the line says that the step is over.
    pub fn is_end(&self) -> bool {
        self.sizes.is_some() || self.duration_s.is_some() || self.is_aborted
    }

    /// The remarks that there are.
    pub fn remarks(&self) -> impl Iterator<Item = &'a [u8]> {
        self.remarks.into_iter().filter(|remark| !remark.is_empty())
    }

    fn has(&self, remark: &[u8]) -> bool {
        self.remarks().any(|one| one == remark)
    }

    /// What it is; `None` for names that are no step.
    pub fn kind(&self) -> Option<Kind> {
        Some(match self.name {
            b"Pause Young" if self.has(b"Concurrent Start") => Kind::ConcurrentStart,
            b"Pause Young" if self.has(b"Prepare Mixed") => Kind::PrepareMixed,
            b"Pause Young" if self.has(b"Mixed") => Kind::Mixed,
            b"Pause Young" => Kind::Young,
            b"Pause Mixed" => Kind::Mixed,
            b"Pause Initial Mark" if self.remarks().next().is_some() => Kind::ConcurrentStart,
            b"Pause Full" => Kind::Full,
            b"Pause Degenerated GC" => Kind::Degenerated,
            b"Pause Initial Mark" | b"Pause Init Mark" | b"Pause Mark Start" => Kind::InitialMark,
            b"Pause Remark" | b"Pause Final Mark" | b"Pause Mark End" => Kind::Remark,
            b"Pause Cleanup" => Kind::Cleanup,
            b"Concurrent Cycle" | b"Concurrent Mark Cycle" | b"Concurrent Undo Cycle" => Kind::Cycle,
            b"Garbage Collection" => Kind::Cycle,
            b"Minor Collection" => Kind::MinorCycle,
            b"Major Collection" => Kind::MajorCycle,
            b"Young Generation" | b"Old Generation" => Kind::ConcurrentPhase,
            b"Allocation Stall" => Kind::AllocationStall,
            b"Relocation Stall" => Kind::RelocationStall,
            name if name.starts_with(b"Pause ") => Kind::OtherPause,
            name if name.starts_with(b"Concurrent ") => Kind::ConcurrentPhase,
            _ => return None,
        })
    }

    /// The event that ended at `end_s`; it began at `start_s` if a line told, or else its length before the end.
    pub fn event(&self, kind: Kind, start_s: Option<f64>, end_s: Option<f64>) -> Event {
        let mut event = Event::new(kind, readable(self.name, 100));
        let seconds = start_s.zip(end_s).map(|(start, end)| (end - start).max(0.0));
        event.duration_s = self.duration_s.or(seconds);
        event.start_s = start_s.or_else(|| Some((end_s? - event.duration_s.unwrap_or(0.0)).max(0.0)));
        event.heap = self.sizes.map(change);
        event.failures.aborted = self.is_aborted;
        let is_cause = |remark: &&[u8]| !SORTS.contains(remark) && !remark.starts_with(b"Evacuation Failure");
        event.cause = self.remarks().filter(is_cause).last().map(|cause| readable(cause, 100)).unwrap_or_default();
        event.failures.evacuation = self.remarks().any(|remark| contains(remark, b"Evacuation Failure"));
        event
    }
}

/// Sizes of a line as a change of the heap.
pub(super) fn change(sizes: Sizes) -> Change {
    Change { before: sizes.before, after: sizes.after, capacity: sizes.capacity }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Bytes;

    fn read(text: &str) -> Event {
        let step = Step::read(text.as_bytes()).unwrap_or_default();
        step.event(step.kind().expect("a kind"), None, Some(10.0))
    }

    #[test]
    fn pauses_of_all_versions() {
        let cases = [
            (
                "Pause Young (Normal) (G1 Evacuation Pause) 60M->9M(1000M) 1250.500ms",
                Kind::Young,
                "G1 Evacuation Pause",
            ),
            (
                "Pause Young (Concurrent Start) (G1 Humongous Allocation) 5M->3M(9M) 1ms",
                Kind::ConcurrentStart,
                "G1 Humongous Allocation",
            ),
            (
                "Pause Young (Mixed) (G1 Evacuation Pause) (Evacuation Failure) 5M->3M(9M) 1ms",
                Kind::Mixed,
                "G1 Evacuation Pause",
            ),
            (
                "Pause Initial Mark (G1 Evacuation Pause) 5M->3M(9M) 1,250ms",
                Kind::ConcurrentStart,
                "G1 Evacuation Pause",
            ),
            ("Pause Full (System.gc()) 12M->2M(100M) 7,125ms", Kind::Full, "System.gc()"),
            ("Pause Remark 45M->26M(64M) 3.359ms", Kind::Remark, ""),
            ("Pause Init Mark (unload classes) 3.206ms", Kind::InitialMark, "unload classes"),
            ("Pause Degenerated GC (Mark) 7683M->6267M(8192M) 5692.118ms", Kind::Degenerated, "Mark"),
            ("Garbage Collection (Warmup) 20M(20%)->9M(9%) 0.020s", Kind::Cycle, "Warmup"),
            ("Minor Collection (Allocation Rate) 1024M(20%)->512M(10%) 0.123s", Kind::MinorCycle, "Allocation Rate"),
            ("Allocation Stall (Source: gen (2/2)#0) 254.634ms", Kind::AllocationStall, "Source: gen (2/2)#0"),
        ];
        for (text, kind, cause) in cases {
            let event = read(text);
            assert_eq!((event.kind, event.cause.as_str()), (kind, cause), "{text}");
            assert!(event.duration_s.unwrap() > 0.0, "{text}");
        }
    }

    #[test]
    fn heap_length_and_failure() {
        let event = read("Pause Young (Mixed) (G1 Evacuation Pause) (Evacuation Failure: Allocation) 5M->3M(9M) 500ms");
        assert!(event.failures.evacuation);
        let heap = event.heap.unwrap();
        assert_eq!((heap.before, heap.after, heap.capacity), (Bytes(5 << 20), Bytes(3 << 20), Some(Bytes(9 << 20))));
        assert_eq!((event.start_s, event.duration_s), (Some(9.5), Some(0.5)));
    }

    #[test]
    fn begins_ends_and_other_text() {
        let is_end = |text: &str| Step::read(text.as_bytes()).map(|step| step.is_end());
        assert_eq!(is_end("Pause Young (Normal) (G1 Evacuation Pause)"), Some(false));
        assert_eq!(is_end("Garbage Collection (Allocation Rate) Aborted"), Some(true));
        assert_eq!(is_end("Pause Remark 45M->26M(64M) 3.359ms and more"), None);
        assert_eq!(is_end("Concurrent Mark (2.1s, 2.2s) 10.2ms"), Some(true));
    }
}
