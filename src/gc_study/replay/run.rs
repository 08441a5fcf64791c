//! The replay itself.

use super::load::Steady;
use super::{Outcome, Setting, Source};
use crate::base::{Bytes, Kind, SimSpan, Value};
use crate::heap::hotspot::{self, CollectorKind, Flags};
use crate::heap::{COLLECTORS, CollectionKind, Collector, Heap, HeapSpec, Identity, OutOfMemory};
use crate::jvm::description::Coefficients;
use crate::jvm::{Clock, Costs, Jvm, Machine, Window};
use crate::scenario;

/// Points of the heap that are kept, at most twice as many.
const POINTS: usize = 2000;
/// Share of the time asked for that runs before anything counts, so that adaptive sizes settle.
const WARM_UP: f64 = 0.1;
/// Live bytes over those with compressed pointers, where a heap is too large for them.
const UNCOMPRESSED: f64 = 1.32;

/// Runs the JVM of `source` in `setting` for `until` seconds, after a tenth of that to warm up.
///
/// # Errors
/// A collector that has no price or is not in the registry, or a heap of no size.
pub fn replay(source: &Source, setting: &Setting, until: f64) -> Result<Outcome, String> {
    let mut outcome = Outcome::default();
    outcome.notes.extend(about(source, setting));
    let mut clock = clock(source, setting)?;
    let mut load = Steady::new(source, setting.cores);
    let window = Window { from: WARM_UP * until, until: (1.0 + WARM_UP) * until };
    let ended = fill(&mut clock, source, setting).and_then(|()| {
        clock.measure(window);
        run(&mut clock, &mut load, (window, &mut outcome))
    });
    if let Err(error) = ended {
        outcome.out_of_memory = Some(error.to_string());
    }
    tell(&clock, window, &mut outcome);
    Ok(outcome)
}

pub(super) fn clock(source: &Source, setting: &Setting) -> Result<Clock, String> {
    if setting.heap == Bytes::ZERO || !(setting.cores > 0.0 && setting.cores.is_finite()) {
        return Err(format!("a JVM needs a heap and cores, not {} and {}", setting.heap, setting.cores));
    }
    let section = source.prices.section(setting.collector);
    let section = section.ok_or_else(|| format!("there is no price for the collector {}", setting.collector))?;
    let compressed = |heap: Bytes, name: &str| shape(source, setting, (heap, name)).compressed_pointers;
    let lost = compressed(source.logged.heap, source.logged.collector) && !compressed(setting.heap, setting.collector);
    let kind = Identity::registered(setting.collector).and_then(Identity::kind);
    let compresses = kind.is_none_or(|kind| hotspot::compressed_limit(kind, source.jdk).is_some());
    let young = setting.flags.new_size.filter(|_| setting.flags.new_size == setting.flags.max_new_size);
    let spec = HeapSpec {
        young: young.filter(|young| young.0 < setting.heap.0),
        // Where a collector compresses no pointers at all, its own coefficient says what that takes.
        inflation: if lost && compresses { UNCOMPRESSED } else { 1.0 },
        ..HeapSpec::new(setting.heap, setting.cores)
    };
    let heap = Heap::new(spec, collector(source, setting, section)?);
    let threads = source.logged.cores.min(setting.cores).max(1.0);
    let costs = Costs::described(section, Machine { cores: setting.cores, threads })?;
    Ok(Clock::new(Jvm::new(heap, costs)))
}

pub(super) fn shape(source: &Source, setting: &Setting, (heap, name): (Bytes, &str)) -> hotspot::HeapShape {
    let flags = Flags {
        collector: Identity::registered(name).and_then(Identity::kind),
        xmx: None,
        xms: None,
        ..setting.flags.clone()
    };
    let machine = hotspot::Machine { jdk: source.jdk, cpus: setting.cores.ceil().max(1.0) as u32, memory: heap };
    hotspot::shape(heap, &flags, &machine)
}

/// The collector, with what description, release and flags say of its rules.
fn collector(source: &Source, setting: &Setting, section: &Coefficients) -> Result<Box<dyn Collector>, String> {
    let entry = COLLECTORS.iter().find(|entry| entry.name == setting.collector);
    let entry = entry.ok_or_else(|| format!("there is no collector {}", setting.collector))?;
    let settings = settings(source, setting);
    let mut args = scenario::defaults(entry.params);
    for param in entry.params {
        let flagged = settings.iter().find(|(name, _)| *name == param.name).map(|(_, value)| within(param.kind, value));
        if let Some(value) = flagged.or_else(|| section.values.get(param.name).cloned()) {
            args.set(param.name, value);
        }
    }
    (entry.build)(&args)
}

/// The value in the form that the parameter has, within its bounds: flags have bounds of their own.
fn within(kind: Kind, value: &Value) -> Value {
    match (kind, value) {
        (Kind::Count(least, most), Value::Count(count)) => Value::Count((*count).clamp(least, most)),
        (Kind::Number(least, most), Value::Number(number)) => Value::Number(number.clamp(least, most)),
        _ => value.clone(),
    }
}

/// Parameters of collectors that follow from flags and log; not every collector has each of them.
fn settings(source: &Source, setting: &Setting) -> Vec<(&'static str, Value)> {
    let flags = &setting.flags;
    let number = |name: &str| {
        let prefix = format!("-XX:{name}=");
        let value = flags.others.iter().find_map(|flag| flag.strip_prefix(&prefix)?.parse::<f64>().ok());
        value.filter(|value| value.is_finite() && *value >= 0.0)
    };
    let share = |name: &str| number(name).map(|percent| Value::Number(percent / 100.0));
    let mut all = vec![
        ("jdk", Some(Value::Count(source.jdk.into()))),
        ("tenuring", Some(Value::Count(source.tenuring))),
        ("new-ratio", flags.new_ratio.map(Value::Count)),
        ("survivor-ratio", flags.survivor_ratio.map(Value::Count)),
        ("pause-goal", number("MaxGCPauseMillis").map(|goal| Value::Span(SimSpan::from_secs(1e-3 * goal)))),
    ];
    if let Some(hotspot) = Identity::registered(setting.collector).and_then(|identity| identity.hotspot.as_ref()) {
        all.extend(hotspot.percents.iter().map(|(name, flag)| (*name, share(flag))));
        // What others call adaptive is not what this flag switches.
        all.extend(
            (hotspot.kind == CollectorKind::Parallel).then(|| ("adaptive", flags.adaptive_sizes.map(Value::Flag))),
        );
    }
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// Loads the live set.
fn fill(clock: &mut Clock, source: &Source, setting: &Setting) -> Result<(), OutOfMemory> {
    let live = source.demand.live().scale(setting.live_growth.max(0.0));
    clock.settle(live)
}

fn run(clock: &mut Clock, load: &mut Steady, (window, outcome): (Window, &mut Outcome)) -> Result<(), OutOfMemory> {
    let mut seen = clock.log().pauses().len();
    while clock.now() < window.until {
        clock.step(load)?;
        let pauses = clock.log().pauses();
        if pauses.len() > seen && clock.now() >= window.from {
            outcome.heap.push((clock.now() - window.from, clock.jvm().heap.used().as_f64()));
            if outcome.heap.len() >= 2 * POINTS {
                let mut place = 0;
                outcome.heap.retain(|_| {
                    place += 1;
                    place % 2 == 0
                });
            }
        }
        seen = pauses.len();
    }
    Ok(())
}

/// What a replay as logged does.
pub(super) struct Rates {
    /// Seconds without pauses.
    pub running: f64,
    /// Bytes allocated.
    pub allocated: f64,
    /// Bytes copied by young collections over those allocated before them; `None` without young collections.
    pub copied: Option<f64>,
}

/// Runs the JVM as logged for `until` seconds.
pub(super) fn rates(source: &Source, until: f64) -> Result<Rates, String> {
    let setting = source.as_logged();
    let mut clock = clock(source, &setting)?;
    let mut load = Steady::new(source, setting.cores);
    fill(&mut clock, source, &setting).map_err(|error| error.to_string())?;
    clock.measure(Window { from: 0.0, until });
    // What happens before memory runs out tells the rates as well.
    let _ended = clock.run(&mut load);
    let paused: f64 = clock.log().pauses().iter().map(|pause| pause.length).sum();
    let young = clock.log().pauses().iter().filter(|pause| pause.kind == CollectionKind::Young);
    let (copied, eden) = young.fold((0.0, 0.0), |sum, one| (sum.0 + one.copied.as_f64(), sum.1 + one.eden.as_f64()));
    let copied = (eden > 0.0).then_some(copied / eden);
    Ok(Rates { running: clock.now() - paused, allocated: load.allocated, copied })
}

/// Counts what lies in the window.
fn tell(clock: &Clock, window: Window, outcome: &mut Outcome) {
    let window = Window { until: clock.now().min(window.until).max(window.from), ..window };
    outcome.seconds = window.length();
    for pause in clock.log().pauses().iter().filter(|pause| pause.end > window.from && pause.end <= window.until) {
        match pause.kind {
            CollectionKind::Young | CollectionKind::Refused | CollectionKind::Mixed => outcome.young += 1,
            CollectionKind::Full | CollectionKind::Degenerated => outcome.full += 1,
            CollectionKind::Remark => outcome.cycles += 1,
            _ => {}
        }
        outcome.pauses.push(pause.length);
    }
    outcome.pauses.sort_by(f64::total_cmp);
    if outcome.seconds > 0.0 {
        outcome.lost = (1.0 - clock.units() / outcome.seconds).clamp(0.0, 1.0);
    }
}

/// The name of a collector as people write it.
fn shown(name: &'static str) -> &'static str {
    Identity::registered(name).map_or(name, |identity| identity.shown)
}

/// What a reader must know of a setting.
fn about(source: &Source, setting: &Setting) -> Vec<String> {
    let mut notes = source.notes.clone();
    if !source.prices.is_fitted(setting.collector) {
        let (factor, error) = source.prices.scale;
        notes.push(format!(
            "the log does not show {}: its costs are those of the bundled description times {factor:.2} (+- {:.0} %), as this \
             machine's other costs are to the bundled ones",
            shown(setting.collector),
            100.0 * error
        ));
    }
    let tax = source.prices.section(setting.collector).map_or(0.0, |section| section.get("tax"));
    if tax > 0.0 {
        notes.push(format!(
            "barriers of {} slow the program by {:.0} %, as the description says: no log shows them, and they are part of \
             what is lost on any heap",
            shown(setting.collector),
            100.0 * tax / (1.0 + tax)
        ));
    }
    if setting.cores > source.logged.cores {
        notes.push(
            "more cores than in the log help the collector, not the program: its load stays that of the log".into(),
        );
    }
    notes
}
