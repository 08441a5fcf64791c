//! The collections of the later part of a run, by a JVM that was calibrated on the earlier part.
//!
//! The whole run is replayed, so that what adapts has adapted when the later part begins: the program is that of the log
//! ([`super::trace`]); heap, rules and prices are those of the earlier part. The second quarter judges the replay: where it
//! is not far off, what it is off by corrects the later part, but for G1, whose young generation follows from the state of
//! the moment. Where it is far off, the rules are not those of this JVM, and there is no answer.

use super::run::{clock, shape};
use super::trace::{Step, Trace, steps};
use super::{Setting, Source};
use crate::base::Bytes;
use crate::gc_study::calibrate::{Calibrated, Class, Observed, Sample};
use crate::heap::CollectionKind;
use crate::heap::hotspot::CollectorKind;
use crate::heap::{Cycles, Identity};
use crate::jvm::Clock;

/// Collections as which the belief in an uncorrected replay counts.
const BELIEF: f64 = 4.0;
/// Measured over replayed collections of the second quarter beyond which a replay is not believed.
const TRUSTED: std::ops::RangeInclusive<f64> = 0.7..=1.5;
/// Collections for each event of the log after which a replay has gone astray.
const MOST: usize = 50;
/// A heap that was this much smaller at the split than it may be has not grown to its size.
const GROWN: f64 = 0.85;
/// Printed size of the young generation over that of HotSpot's rule, where the rule holds.
const BY_RULE: std::ops::RangeInclusive<f64> = 0.75..=1.1;

/// Collections that free memory after `split` (seconds of the run), given the run as it stood then and what was learned of it.
///
/// # Errors
/// A log that does not tell enough to replay it, or a replay that does not fit the log.
pub fn half(run: &Observed, split: f64, (early, known): (&Observed, &Calibrated)) -> Result<f64, String> {
    let source = Source::untuned(known, early)?;
    let steps = steps(run);
    let middle = early.span().map_or(split, |(from, _)| 0.5 * (from + split));
    let part = |time: f64| usize::from(time > middle) + usize::from(time > split);
    let (mut counts, mut seen) = ([0.0; 3], [0.0; 3]);
    for sample in early.samples.iter().filter(|sample| sample.counts) {
        seen[part(sample.start_s.unwrap_or(0.0))] += 1.0;
    }
    let mut replay = Replay { clock: clock(&source, &at_split(&source, early))?, run, told: 0 };
    if !replay.go(&steps, source.tenuring, |time, count| counts[part(time)] += count) {
        return Err("the replay collects without end".into());
    }
    let [_, quarter, late] = counts;
    let off = (seen[1] + BELIEF) / (quarter.max(0.0) + BELIEF);
    if !TRUSTED.contains(&off) {
        return Err(format!("the replay of the second quarter has {quarter:.0} collections, the log {}", seen[1]));
    }
    Ok(late.max(0.0) * if run.collector == CollectorKind::G1 { 1.0 } else { off })
}

/// The heap as it was committed at the split: not every heap has its largest size.
fn at_split(source: &Source, early: &Observed) -> Setting {
    let mut setting = source.as_logged();
    let last = |of: fn(&Sample) -> Option<f64>| early.samples.iter().rev().find_map(of);
    if let Some(capacity) = last(|sample| sample.capacity).filter(|size| *size < GROWN * setting.heap.as_f64()) {
        setting.heap = Bytes::from_f64(capacity);
    }
    let told = last(|sample| sample.young).filter(|_| setting.collector != "g1");
    let most = shape(source, &setting, (setting.heap, setting.collector)).young.map(|(_, most)| most.as_f64());
    if let (Some(told), Some(most)) = (told, most)
        && !BY_RULE.contains(&(told / most))
    {
        // What is printed leaves out one survivor space.
        let whole = Some(Bytes::from_f64(1.1 * told));
        (setting.flags.new_size, setting.flags.max_new_size) = (whole, whole);
    }
    setting
}

struct Replay<'a> {
    clock: Clock,
    run: &'a Observed,
    /// Pauses already told.
    told: usize,
}

impl Replay<'_> {
    /// Goes through all steps; tells `sink` the time in the log, and collections of that time. False if it gave up.
    fn go(&mut self, steps: &[Step], tenuring: u64, mut sink: impl FnMut(f64, f64)) -> bool {
        let (most, mut failed) = (MOST * (steps.len() + MOST), 0);
        let mut trace = Trace::new(steps, tenuring);
        let mut before: Option<f64> = None;
        while let Some((at, step)) = trace.step() {
            if let Some(before) = before.filter(|before| *before < step.end_s) {
                // A collection half way belongs to both sides.
                let left = self.left();
                sink(before, left);
                sink(step.end_s, -left);
            }
            before = Some(step.end_s);
            if let Err(error) = self.clock.step(&mut trace) {
                // The log went on: not all was live that was taken for it.
                self.clock.release(error.live.scale(0.1).max(Bytes::mib(1)));
                self.clock.compact();
                failed += 1;
            }
            if failed > most || self.told > most {
                return false;
            }
            sink(step.end_s, self.count());
            let over = trace.step().is_none_or(|(now, _)| now != at);
            if let (true, Some(sample)) = (over, step.asked.and_then(|sample| self.run.samples.get(sample))) {
                if sample.class == Class::Full {
                    self.clock.compact();
                }
                sink(step.end_s, 1.0);
            }
        }
        if let Some(last) = steps.last() {
            sink(last.end_s, self.left());
        }
        true
    }

    fn in_cycles(&self) -> bool {
        Identity::of(self.run.collector).cycles == Cycles::Alone
    }

    /// How full eden is, as a share: the part of the next collection that has come about.
    fn left(&self) -> f64 {
        let heap = &self.clock.jvm().heap;
        let share = heap.eden_used().as_f64() / heap.eden_capacity().as_f64().max(1.0);
        if self.in_cycles() { 0.0 } else { share.min(1.0) }
    }

    /// Collections since the last call.
    fn count(&mut self) -> f64 {
        let cycles = self.in_cycles();
        let pauses = self.clock.log().pauses();
        let new = pauses.get(self.told..).unwrap_or_default();
        let count = new.iter().filter(|pause| cycles || pause.kind != CollectionKind::Remark).count();
        self.told = pauses.len();
        count as f64
    }
}
