//! From logs and wishes to a reply: fits, replays, asks, and finds Flink's line.

use super::grid::{combine, default_heaps};
use super::notes::{Known, notes};
use super::replays::{Basis, Replays, kind_of};
use super::{Answer, Change, Choice, Measured, Program, Question, Reply, Smallest, ask, change};
use crate::base::Bytes;
use crate::flink::layout::Options;
use crate::gc_study::calibrate::{Calibrated, Class, Logs, Observed, Sample, calibrate};
use crate::gc_study::replay::{Prices, Source};
use crate::heap::hotspot::{CollectorKind, Flags, Machine};
use crate::jvm::description::Calibration;

/// What a user wants to know. What is empty is taken from the log.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// Heaps; if empty, a grid about the logged one.
    pub heaps: Vec<Bytes>,
    /// Cores.
    pub cores: Vec<u32>,
    /// Collectors; if empty, the logged one, or the JVM's own choice where the log shows that nobody chose.
    pub collectors: Vec<CollectorKind>,
    /// By what share the live set grows, at least -1.
    pub live_growth: f64,
    /// Greatest loss of the smallest heap, above 0 and below 1.
    pub max_loss: f64,
    /// Share of draws that intervals hold, above 0 and below 1.
    pub interval: f64,
    /// Seed of the draws.
    pub seed: u64,
    /// Threads that work, at least 1.
    pub threads: usize,
    /// Flags over those of the log.
    pub flags: String,
    /// Costs in place of fitted ones.
    pub calibration: Option<Calibration>,
    /// Flink's configuration, in today's keys.
    pub flink: Option<Options>,
}

/// Answers `wishes` for the program of `logs`: of several runs, that of the longest.
///
/// # Errors
/// Logs that do not tell enough, and flags that contradict them; all of it, in words.
pub fn whatif(logs: Logs, wishes: &Wishes) -> Result<Reply, Vec<String>> {
    let one = |fault: String| vec![format!("error: {fault}")];
    let calibrated = calibrate(logs, wishes.seed);
    let run = longest(&calibrated).ok_or_else(|| one("the logs have no run with times".into()))?;
    let mut source = Source::of(&calibrated, run).map_err(one)?;
    if let Some(calibration) = &wishes.calibration {
        source.prices = Prices::described(calibration).map_err(one)?;
    }
    let known = known(&calibrated, run, &source, wishes)?;
    let measured = Measured::of(run);
    let question = question(&source, &known, wishes);
    let program = Program {
        name: run.name.clone(),
        jdk: run.facts.major().map(|jdk| jdk as u32),
        live: source.demand.live.mean,
        rate: source.demand.rate.mean,
    };
    let replays = Replays::new(Basis {
        source,
        known: &shared(&calibrated),
        flags: known.flags.clone(),
        live_growth: wishes.live_growth,
        measured: measured.as_ref(),
        scatter: scatter(&calibrated, run),
        seed: wishes.seed,
    });
    let mut told = calibrated.remarks.clone();
    told.extend(several(&calibrated, run));
    told.extend(
        replays
            .notes(&question.choices)
            .map_err(|faults| faults.iter().map(|fault| format!("error: {fault}")).collect::<Vec<_>>())?,
    );
    told.extend(notes(&known, &question.choices));
    let answer = ask(&replays, &question, measured.as_ref()).map_err(one)?;
    told.extend(misfit(&answer));
    let flink = flink(wishes, (&question.logged, &answer.smallest), &mut told);
    Ok(Reply { source: program, question, answer, measured, flink, notes: told })
}

/// The run that was observed longest; the first of equals.
fn longest(calibrated: &Calibrated) -> Option<&Observed> {
    let length = |run: &Observed| run.span().map(|(from, until)| until - from);
    let timed = calibrated.runs.iter().filter_map(|run| Some((length(run)?, run)));
    timed.reduce(|best, one| if one.0 > best.0 { one } else { best }).map(|best| best.1)
}

/// Sections of collectors of which the logs tell what a further GC thread adds.
fn shared(calibrated: &Calibrated) -> Vec<&'static str> {
    let told = calibrated.sections.iter().filter(|section| section.laws.iter().any(|law| law.efficiency_fitted));
    told.filter_map(|section| section.name).collect()
}

/// Measured over fitted length of pauses: of those that collect, where there are enough.
fn scatter(calibrated: &Calibrated, run: &Observed) -> Vec<f64> {
    let of = |wanted: fn(Class) -> bool| -> Vec<f64> {
        let samples = run.samples.iter().filter(|sample| wanted(sample.class));
        let ratio = |sample: &Sample| Some(sample.duration_s / calibrated.predict(run, sample)?);
        samples.filter_map(ratio).filter(|ratio| ratio.is_finite() && *ratio > 0.0).collect()
    };
    let collecting = of(|class| matches!(class, Class::Young | Class::Mixed | Class::Full));
    let all = if collecting.len() < FEWEST { of(Class::is_pause) } else { collecting };
    if all.len() < FEWEST { vec![1.0] } else { all }
}

/// Fewer pauses than this tell nothing of how they scatter.
const FEWEST: usize = 20;

fn misfit(answer: &Answer) -> Option<String> {
    let names = answer.stretch.quantities();
    (!names.is_empty()).then(|| {
        format!(
            "as logged, the log measured something else than the replay says and its draws allow ({}); all intervals are \
             stretched by as much",
            names.join(", ")
        )
    })
}

fn several(calibrated: &Calibrated, run: &Observed) -> Option<String> {
    let count = calibrated.runs.len();
    (count > 1).then(|| {
        format!("the program is that of {}, the longest of {count} runs; the others add to the fit of costs", run.name)
    })
}

/// Flags of the log with those of the user over them.
fn flags(run: &Observed, wishes: &Wishes) -> Result<Flags, Vec<String>> {
    Flags::parse(&wishes.flags)?;
    let logged = run.facts.flags.join(" ");
    // HotSpot started with the flags of the log, so a fault here is one of reading them.
    let logged = Flags::parse(&logged).map(|_| logged).unwrap_or_default();
    Flags::parse(format!("{logged} {}", wishes.flags).trim())
}

fn known(calibrated: &Calibrated, run: &Observed, source: &Source, wishes: &Wishes) -> Result<Known, Vec<String>> {
    let flags = flags(run, wishes)
        .map_err(|faults| faults.iter().map(|fault| format!("--flags: error: {fault}")).collect::<Vec<_>>())?;
    let logged = Choice {
        collector: kind_of(source.logged.collector),
        cores: source.logged.cores.ceil().max(1.0) as u32,
        heap: source.logged.heap,
        grown: false,
    };
    let cores = calibrated.runs.iter().filter_map(|run| run.facts.cpus).map(|cores| cores as u32);
    let heaps = || calibrated.runs.iter().filter_map(|run| run.facts.heap_max).chain([logged.heap]);
    Ok(Known {
        logged,
        cores: cores.chain([logged.cores]).collect(),
        heaps: (heaps().min().unwrap_or_default(), heaps().max().unwrap_or_default()),
        machine: Machine { jdk: source.jdk, cpus: logged.cores, memory: run.facts.memory.unwrap_or(Bytes(u64::MAX)) },
        flags_known: !run.facts.flags.is_empty(),
        flags,
        efficiency_known: calibrated
            .sections
            .iter()
            .any(|section| section.laws.iter().any(|law| law.efficiency_fitted)),
        asked: !wishes.collectors.is_empty(),
        grown: wishes.live_growth != 0.0,
    })
}

fn question(source: &Source, known: &Known, wishes: &Wishes) -> Question {
    let heaps = if wishes.heaps.is_empty() { default_heaps(known.logged.heap) } else { wishes.heaps.clone() };
    let cores = if wishes.cores.is_empty() { vec![known.logged.cores] } else { wishes.cores.clone() };
    Question {
        choices: combine(known, (&wishes.collectors, &cores), &heaps),
        logged: known.logged,
        live: source.demand.live.mean * (1.0 + wishes.live_growth),
        live_growth: wishes.live_growth,
        max_loss: wishes.max_loss,
        interval: wishes.interval,
        threads: wishes.threads,
    }
}

/// The change of Flink's configuration for the one heap asked for, else for the smallest one of the logged collector and
/// cores, else of the first.
fn flink(wishes: &Wishes, (logged, smallest): (&Choice, &[Smallest]), notes: &mut Vec<String>) -> Option<Change> {
    let options = wishes.flink.as_ref()?;
    let is_logged = |side: &&Smallest| (side.collector, side.cores) == (logged.collector, logged.cores);
    let side = smallest.iter().find(is_logged).or(smallest.first());
    let found = side.and_then(|side| side.heap).map(|heap| Bytes::from_f64(heap.value));
    let heap = match wishes.heaps[..] {
        [heap] => Some(heap),
        _ => found,
    };
    let Some(heap) = heap else {
        notes.push("no heap stays under the bound, so there is nothing to change in Flink's configuration".into());
        return None;
    };
    match change(options, heap) {
        Ok(change) => {
            let (now, then) = (change.before.jvm_heap().as_f64(), logged.heap.as_f64());
            if (now / then - 1.0).abs() > 0.02 {
                notes.push(format!(
                    "Flink's configuration gives the JVM a heap of {}, the log ran with {}",
                    change.before.jvm_heap(),
                    logged.heap
                ));
            }
            Some(change)
        }
        Err(fault) => {
            notes.push(format!("Flink: {fault}"));
            None
        }
    }
}
