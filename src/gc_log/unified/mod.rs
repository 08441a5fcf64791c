//! Unified logging, JDK 9 and later.

mod families;
mod parts;
mod startup;
mod step;
mod zgc;

use super::cycle::CycleReader;
use super::decorations::Decorated;
use super::event::{CpuTimes, Event, Kind};
use super::record::Record;
use super::text::{Scan, readable};
use super::verdict::Verdict;
use crate::heap::hotspot::CollectorKind;
use parts::Parts;
use step::Step;

/// Collections whose details are kept at once: one in a pause, a few beside the application.
const OPEN: usize = 8;

/// Steps that have begun and not ended, at the most; older ones are forgotten.
const BEGUN: usize = 32;

/// Reads the lines of one run.
#[derive(Default)]
pub(super) struct Unified {
    begun: Vec<Begun>,
    parts: Vec<(Option<u64>, Parts)>,
    cycles: CycleReader,
}

/// A step of which the begin was read.
struct Begun {
    id: Option<u64>,
    name: String,
    at_s: Option<f64>,
}

/// Whether a line can be of no other logging: brackets, or the number of a collection, or the announcement of one.
pub(super) fn is_unified(line: &[u8]) -> bool {
    let decorated = Decorated::read(line);
    let says_time = !decorated.stamp.is_none() || decorated.has_known_tags();
    (decorated.count > 0 && says_time) || number(&mut Scan::new(line)).is_some() || is_start(line)
}

/// Whether a text announces a JVM that starts.
pub(super) fn is_start(text: &[u8]) -> bool {
    startup::announced(text).is_some()
}

/// "GC(12) ".
fn number(scan: &mut Scan) -> Option<u64> {
    let mut at = *scan;
    let id = at.eat(b"GC(").then(|| at.integer())??;
    if !at.eat(b")") {
        return None;
    }
    *scan = at;
    Some(id)
}

impl Unified {
    /// Takes one line; `at_s` is its time.
    pub fn line(&mut self, line: &Decorated, at_s: Option<f64>, record: &mut Record) -> Verdict {
        let mut scan = Scan::new(line.text);
        let id = number(&mut scan);
        let whole = scan.rest().trim_ascii();
        let text = zgc::without_generation(whole);
        if text.is_empty() {
            return Verdict::PassedOver;
        }
        Verdict::understood(self.step(id, text, at_s, record))
            .or_else(|| Verdict::understood(self.detail(id, whole, record)))
            .or_else(|| Verdict::passed_over(line.is_detail() || families::is_known(text, id.is_some())))
            .unwrap_or(Verdict::Unexplained)
    }

    /// Lines that begin or end a step.
    fn step(&mut self, id: Option<u64>, text: &[u8], at_s: Option<f64>, record: &mut Record) -> bool {
        let may_be = matches!(text.first(), Some(b'P' | b'C' | b'G' | b'M' | b'Y' | b'O' | b'A' | b'R'));
        if !may_be {
            return false;
        }
        let Some((step, kind)) = Step::read(text).and_then(|step| Some((step, step.kind()?))) else { return false };
        if id.is_none() && !matches!(kind, Kind::AllocationStall | Kind::RelocationStall) {
            return false;
        }
        if !step.is_end() {
            self.begin(id, step.name, at_s);
            return true;
        }
        if step.is_aborted && step.name == b"Concurrent Mark" {
            self.parts(id).failures.aborted = true;
            return true;
        }
        let start_s = self.begun_at(id, step.name);
        let mut event = step.event(kind, start_s, at_s);
        event.id = id;
        self.parts(id).complete(&mut event);
        observe(&event, record);
        self.cycle(&event, record);
        record.push(event);
        true
    }

    fn begin(&mut self, id: Option<u64>, name: &[u8], at_s: Option<f64>) {
        if self.begun.len() == BEGUN {
            self.begun.remove(0);
        }
        self.begun.push(Begun { id, name: readable(name, 100), at_s });
    }

    /// When the step of this name began, if its begin was read.
    fn begun_at(&mut self, id: Option<u64>, name: &[u8]) -> Option<f64> {
        let fits = |begun: &Begun| begun.id == id && begun.name.as_bytes() == name;
        let at = self.begun.iter().rposition(fits)?;
        self.begun.remove(at).at_s
    }

    /// The details of a collection, which may be none yet.
    fn parts(&mut self, id: Option<u64>) -> &mut Parts {
        let at = match self.parts.iter().position(|open| open.0 == id) {
            Some(at) => at,
            None => {
                if self.parts.len() == OPEN {
                    self.parts.remove(0);
                }
                self.parts.push((id, Parts::default()));
                self.parts.len() - 1
            }
        };
        &mut self.parts[at].1
    }

    /// Lines that belong to a collection, to the JVM or to a stop.
    fn detail(&mut self, id: Option<u64>, whole: &[u8], record: &mut Record) -> bool {
        let text = zgc::without_generation(whole);
        if id.is_some() {
            if text.starts_with(b"User=") {
                return cpu(id, text, record);
            }
            let parts = self.parts(id);
            return parts.line(text, &mut record.facts) || zgc::row(parts, text, whole.starts_with(b"O: "));
        }
        record.stops.line(text) || startup::line(&mut record.facts, text) || metaspace(text, record)
    }

    /// CMS and Shenandoah do not announce their cycles.
    fn cycle(&mut self, event: &Event, record: &mut Record) {
        let is_unannounced = matches!(record.facts.collector, Some(CollectorKind::Cms | CollectorKind::Shenandoah));
        let is_phase = matches!(
            event.kind,
            Kind::InitialMark | Kind::Remark | Kind::OtherPause | Kind::ConcurrentPhase | Kind::Degenerated
        );
        if !is_unannounced || !is_phase {
            return;
        }
        // A degenerated cycle has been finished in the pause, under a number of its own or under the cycle's.
        let over = match event.kind {
            Kind::Degenerated => self.cycles.finish(true),
            _ => self.cycles.phase(event),
        };
        if let Some(over) = over {
            record.push(over);
        }
    }

    /// The run ends.
    pub fn finish(&mut self, record: &mut Record) {
        if let Some(over) = self.cycles.finish(false) {
            record.push(over);
        }
    }
}

/// Names that only one collector uses, where the start of the log is lost.
fn observe(event: &Event, record: &mut Record) {
    let collector = match event.kind {
        Kind::MinorCycle | Kind::MajorCycle => CollectorKind::GenerationalZ,
        Kind::Cycle if event.name == "Garbage Collection" => CollectorKind::Z,
        Kind::Cycle | Kind::ConcurrentStart | Kind::PrepareMixed | Kind::Mixed => CollectorKind::G1,
        Kind::Degenerated => CollectorKind::Shenandoah,
        Kind::InitialMark if event.name == "Pause Init Mark" => CollectorKind::Shenandoah,
        Kind::ConcurrentPhase if event.name == "Concurrent reset" => CollectorKind::Shenandoah,
        _ if event.cause.starts_with("G1 ") => CollectorKind::G1,
        _ => return,
    };
    record.facts.observe(collector);
}

/// Shenandoah prints the metaspace without a number, after the last step of the cycle.
fn metaspace(text: &[u8], record: &mut Record) -> bool {
    let mut parts = Parts::default();
    if !text.starts_with(b"Metaspace: ") || !parts.line(text, &mut record.facts) {
        return false;
    }
    if let Some(event) = record.latest(|_| true) {
        event.spaces.metaspace = parts.spaces.metaspace;
    }
    true
}

/// "User=0.83s Sys=0.19s Real=1.43s", of the latest pause or cycle of that number.
fn cpu(id: Option<u64>, text: &[u8], record: &mut Record) -> bool {
    let Some(times) = cpu_times(text) else { return false };
    let fits = |event: &Event| event.id == id && (event.kind.is_pause() || event.kind.is_cycle());
    if let Some(event) = record.latest(fits) {
        event.cpu = Some(times);
    }
    true
}

fn cpu_times(text: &[u8]) -> Option<CpuTimes> {
    let mut scan = Scan::new(text);
    let user_s = scan.eat(b"User=").then(|| scan.span())??;
    let system_s = scan.eat(b" Sys=").then(|| scan.span())??;
    let real_s = scan.eat(b" Real=").then(|| scan.span())??;
    Some(CpuTimes { user_s, system_s, real_s })
}
