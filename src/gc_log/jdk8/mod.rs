//! The logging of JDK 8 and earlier.
//!
//! A collection is a nest of brackets that may stretch over several lines, and a line of a concurrent phase may stand
//! in the middle of it. So a line is read token by token, and the open brackets are kept between lines.

mod concurrent;
mod families;
mod header;
mod pause;

use super::cycle::CycleReader;
use super::event::{Event, Kind, Tenuring, Workers};
use super::record::Record;
use super::stamps;
use super::tenuring;
use super::text::{Scan, Sizes, find};
use super::verdict::Verdict;
use crate::heap::hotspot::CollectorKind;
use concurrent::Word;
use pause::{Bracket, Space};

/// Brackets deeper than this are not ours.
const DEEPEST: usize = 16;

/// Lines that other threads print into the middle of a line.
const INTRUDERS: [&[u8]; 2] = [b"Total time for which application threads were stopped: ", b"Application time: "];

/// Brackets inside a collection that are passed over whole, with what they hold.
const OTHERS: &[&[u8]] = &[
    b"SoftReference",
    b"WeakReference",
    b"FinalReference",
    b"PhantomReference",
    b"JNI Weak Reference",
    b"weak refs processing",
    b"class unloading",
    b"scrub symbol",
    b"scrub string",
    b"Rescan",
    b"GC ref-proc",
    b"Unloading",
    b"Finalize Marking",
    b"1 CMS-initial-mark",
    b"1 CMS-remark",
    b"YG occupancy",
    b"G1Ergonomics",
    b"References",
    b"grey object rescan",
    b"root rescan",
    b"visit unhandled CLDs",
    b"dirty klass scan",
    b"Preclean",
    b"Verif",
    b"CMSAdaptiveSizePolicy",
    b"ref-proc",
    b"System Dictionary",
    b"Reference Processing",
    b"GC concurrent-string-deduplication",
    b"G1Concurrent",
    b"1 CMS",
];

/// Reads the lines of one run.
#[derive(Default)]
pub(super) struct Jdk8 {
    open: Vec<Bracket>,
    pause: Option<Event>,
    tenuring: Option<Box<Tenuring>>,
    cycles: CycleReader,
    in_cycle: bool,
    /// Whether a collection has begun; what comes before is the end of one that is cut off.
    has_begun: bool,
    now_s: Option<f64>,
}

/// Whether a line can be of no other logging.
pub(super) fn is_jdk8(line: &[u8]) -> bool {
    let mut scan = Scan::new(line);
    let is_stamped = !stamps::leading(&mut scan).is_none();
    let rest = scan.rest();
    let is_stop = INTRUDERS.iter().any(|begin| rest.starts_with(begin));
    rest.starts_with(b"[GC")
        || rest.starts_with(b"[Full GC")
        || rest.starts_with(b"CommandLine flags: ")
        || rest.starts_with(b"{Heap before ")
        || (is_stamped && rest.starts_with(b"[CMS-concurrent-"))
        || (find(rest, b" VM (").is_some() && find(rest, b" JRE (").is_some())
        || find(rest, b"GC log file created").is_some()
        || is_stop
}

impl Jdk8 {
    /// Takes one line; `at_s` is its time.
    pub fn line(&mut self, line: &[u8], at_s: Option<f64>, record: &mut Record) -> Verdict {
        self.now_s = at_s;
        if line.iter().all(u8::is_ascii_whitespace) {
            return Verdict::PassedOver;
        }
        let mut scan = Scan::new(line);
        stamps::leading(&mut scan);
        if let Some(at) = INTRUDERS.iter().find_map(|begin| find(scan.rest(), begin)) {
            return self.intruder(scan.rest(), at, record);
        }
        let text = scan.rest();
        if tenuring::line(&mut self.tenuring, text) || header::line(&mut record.facts, text) {
            return Verdict::Understood;
        }
        if text.starts_with(b"   ") && self.workers(text, record) {
            return Verdict::Understood;
        }
        // Stamps inside the line are tokens, so the line is read from its beginning.
        self.tokens(text, record)
            .unwrap_or_else(|| Verdict::passed_over(families::is_known(text)).unwrap_or(Verdict::Unexplained))
    }

    /// A line with another in its middle: what stands before it may belong to a collection.
    fn intruder(&mut self, text: &[u8], at: usize, record: &mut Record) -> Verdict {
        let (before, rest) = text.split_at_checked(at).unwrap_or((&[], text));
        if !record.stops.line(rest) {
            return Verdict::Unexplained;
        }
        let mut scan = Scan::new(before.trim_ascii());
        stamps::leading(&mut scan);
        let before = scan.rest();
        if !before.is_empty() && self.tokens(before, record).is_none() && !families::is_known(text) {
            return Verdict::Unexplained;
        }
        Verdict::Understood
    }

    /// "   [Parallel Time: 3.8 ms, GC Workers: 2]".
    fn workers(&mut self, text: &[u8], record: &mut Record) -> bool {
        if !text.trim_ascii_start().starts_with(b"[Parallel Time") {
            return false;
        }
        let name: &[u8] = b"GC Workers: ";
        let Some(at) = find(text, name) else { return false };
        let used = Scan::new(text.get(at + name.len()..).unwrap_or_default()).integer();
        if let (Some(used), Some(event)) = (used, record.latest_pause()) {
            event.workers = Some(Workers { used, of: None });
        }
        used.is_some()
    }

    /// Reads a line token by token; `None` if it holds anything that is none.
    fn tokens(&mut self, text: &[u8], record: &mut Record) -> Option<Verdict> {
        let mut scan = Scan::new(text);
        let mut taken = 0;
        loop {
            scan.spaces();
            match scan.peek() {
                None => break,
                Some(b'[') => {
                    scan.skip(1);
                    self.bracket(&mut scan, record)?;
                }
                Some(b']') => {
                    scan.skip(1);
                    self.close(record);
                }
                Some(b',' | b':') => scan.skip(1),
                Some(b'(') => {
                    let remark = scan.parenthesis()?;
                    match &mut self.pause {
                        Some(event) => pause::remark(event, remark),
                        None if self.has_begun => return None,
                        None => {}
                    }
                }
                Some(b'0'..=b'9') => self.number(&mut scan, record)?,
                Some(_) => self.word(&mut scan)?,
            }
            taken += 1;
        }
        (taken > 0).then_some(Verdict::Understood)
    }

    /// Words outside brackets.
    fn word(&mut self, scan: &mut Scan) -> Option<()> {
        if scan.eat(b"--") {
            self.pause.as_mut()?.failures.promotion = true;
            return Some(());
        }
        // Statistics that begin inside a collection take the rest of the line.
        let to_the_end: [&[u8]; 3] = [b"AdaptiveSize", b"Before GC:", b"After GC:"];
        if self.pause.is_some() && to_the_end.iter().any(|word| scan.rest().starts_with(word)) {
            scan.skip(usize::MAX);
            return Some(());
        }
        if scan.eat(b"icms_dc=") {
            scan.integer()?;
            return Some(());
        }
        (scan.eat(b"CMS: abort preclean due to time") || scan.eat(b"CMS: abort preclean due to loop")).then_some(())
    }

    /// What stands after an opening bracket.
    fn bracket(&mut self, scan: &mut Scan, record: &mut Record) -> Option<()> {
        if let Some(phase) = concurrent::read(scan) {
            self.phase(phase, record);
            return Some(());
        }
        if let Some(times) = pause::times(scan) {
            if let Some(event) = record.latest(|event| event.cpu.is_none() && !event.kind.is_cycle()) {
                event.cpu = Some(times);
            }
            return Some(());
        }
        if scan.rest().starts_with(b"Eden: ") {
            let mut spare = Event::new(Kind::Young, String::new());
            return pause::eden(record.latest_pause().unwrap_or(&mut spare), scan);
        }
        let mut bare = *scan;
        bare.spaces();
        if let Some(sizes) = bare.sizes() {
            // G1 up to JDK 6 gives the heap in brackets of its own.
            *scan = bare;
            scan.eat(b"]");
            pause::set(record.latest_pause()?, None, sizes);
            return Some(());
        }
        if let Some((space, collector)) = pause::space(scan) {
            self.space(space, collector, record)?;
            return Some(());
        }
        if OTHERS.iter().any(|other| scan.rest().starts_with(other)) {
            return self.other(scan);
        }
        self.begin(scan, record)
    }

    /// `[GC`, `[Full GC` and their variants.
    fn begin(&mut self, scan: &mut Scan, record: &mut Record) -> Option<()> {
        let names: [(&[u8], Kind); 6] = [
            (b"Full GC", Kind::Full),
            (b"GC pause", Kind::Young),
            (b"GC remark", Kind::Remark),
            (b"GC cleanup", Kind::Cleanup),
            (b"GC--", Kind::Young),
            (b"GC", Kind::Young),
        ];
        let which = names.iter().position(|name| scan.eat(name.0))?;
        let (name, kind) = names.get(which)?;
        if !matches!(scan.rest().trim_ascii_start().first(), None | Some(b'[' | b'(' | b'-' | b'0'..=b'9')) {
            return None;
        }
        if self.pause.take().is_some() {
            record.torn += 1;
        }
        let mut event = Event::new(*kind, pause::name(*kind).into());
        event.start_s = self.now_s;
        event.failures.promotion = name.ends_with(b"--");
        if matches!(*name, b"GC pause" | b"GC remark" | b"GC cleanup") {
            record.facts.observe(CollectorKind::G1);
        }
        self.open.clear();
        self.open.push(Bracket::Pause);
        self.pause = Some(event);
        self.has_begun = true;
        Some(())
    }

    fn push(&mut self, bracket: Bracket) -> Option<()> {
        (self.open.len() < DEEPEST).then(|| self.open.push(bracket))
    }

    /// A part of the heap opens, inside a collection or after it.
    fn space(&mut self, space: Space, collector: Option<CollectorKind>, record: &mut Record) -> Option<()> {
        if let Some(collector) = collector {
            record.facts.observe(collector);
        }
        // An old generation inside a young collection: the young one failed and became a full one.
        if let Some(event) = self.pause.as_mut().filter(|event| event.kind == Kind::Young)
            && space == Space::Old
        {
            pause::rename(event, Kind::Full);
        }
        self.push(Bracket::Space(space))
    }

    /// A bracket that is not needed: passed over whole, or left open if it does not end in this line.
    fn other(&mut self, scan: &mut Scan) -> Option<()> {
        if let Some(event) = self.pause.as_mut().filter(|event| event.kind == Kind::Young) {
            match scan.rest() {
                [b'1', b' ', b'C', b'M', b'S', b'-', b'i', ..] => pause::rename(event, Kind::InitialMark),
                [b'Y', b'G', ..] => pause::rename(event, Kind::Remark),
                _ => {}
            }
        }
        let mut depth = 0usize;
        for (at, byte) in scan.rest().iter().enumerate() {
            match byte {
                b'[' => depth += 1,
                b']' if depth == 0 => {
                    scan.skip(at + 1);
                    return Some(());
                }
                b']' => depth -= 1,
                _ => {}
            }
        }
        scan.skip(usize::MAX);
        self.push(Bracket::Other)
    }

    /// A closing bracket; the one of the collection ends it.
    fn close(&mut self, record: &mut Record) {
        if self.open.pop() != Some(Bracket::Pause) {
            return;
        }
        let Some(mut event) = self.pause.take() else { return };
        if event.kind.is_collection() {
            event.tenuring = self.tenuring.take();
        }
        if event.failures.concurrent_mode && self.in_cycle {
            self.end_cycle(true, record);
        }
        if matches!(event.kind, Kind::InitialMark | Kind::Remark | Kind::Cleanup) {
            self.in_cycle |= event.kind == Kind::InitialMark;
            if let Some(over) = self.in_cycle.then(|| self.cycles.phase(&event)).flatten() {
                record.push(over);
            }
        }
        record.push(event);
    }

    fn phase(&mut self, phase: concurrent::Phase, record: &mut Record) {
        let is_cms = phase.name.starts_with(b"CMS-");
        record.facts.observe(if is_cms { CollectorKind::Cms } else { CollectorKind::G1 });
        self.in_cycle = true;
        match phase.word {
            Word::Begin => {
                let begin = concurrent::event(phase.name, 0.0, self.now_s);
                self.cycles.phase(&begin);
            }
            Word::End(seconds) => {
                let event = concurrent::event(phase.name, seconds, self.now_s);
                self.cycles.phase(&event);
                record.push(event);
                if matches!(phase.name, b"CMS-concurrent-reset" | b"cleanup") {
                    self.end_cycle(false, record);
                }
            }
            Word::Abort => self.end_cycle(true, record),
        }
    }

    fn end_cycle(&mut self, aborted: bool, record: &mut Record) {
        self.in_cycle = false;
        if let Some(over) = self.cycles.finish(aborted) {
            record.push(over);
        }
    }

    /// Sizes, a filling, a length, or the stamp of a part.
    fn number(&mut self, scan: &mut Scan, record: &mut Record) -> Option<()> {
        if let Some(sizes) = scan.sizes() {
            return self.sizes(sizes, record);
        }
        let mut at = *scan;
        if let Some(size) = at.size() {
            let capacity = at.parenthesis().and_then(|inner| Scan::new(inner).size())?;
            *scan = at;
            let sizes = Sizes { before: size, capacity_before: None, after: size, capacity: Some(capacity) };
            return self.sizes(sizes, record);
        }
        if let Some(seconds) = scan.span() {
            if let (Some(Bracket::Pause), Some(event)) = (self.open.last(), &mut self.pause) {
                event.duration_s = Some(seconds);
            }
            return Some(());
        }
        (!stamps::leading(scan).is_none()).then_some(())
    }

    fn sizes(&mut self, sizes: Sizes, record: &mut Record) -> Option<()> {
        let space = match self.open.last() {
            Some(Bracket::Space(space)) => Some(*space),
            Some(Bracket::Other) => return Some(()),
            Some(Bracket::Pause) | None => None,
        };
        match (&mut self.pause, space) {
            (Some(event), space) => pause::set(event, space, sizes),
            (None, _) if !self.has_begun => {}
            (None, Some(space)) => pause::set(record.latest_pause()?, Some(space), sizes),
            (None, None) => return None,
        }
        Some(())
    }

    /// The run ends; a collection that is still open is cut off.
    pub fn finish(&mut self, record: &mut Record) {
        record.torn += u64::from(self.pause.take().is_some());
        if self.in_cycle {
            self.end_cycle(false, record);
        }
    }
}

#[cfg(test)]
mod tests;
