//! HotSpot's G1: young collections within a pause goal, marking beside the mutator, mixed collections of the emptiest old regions.
//!
//! Source: Detlefs et al., ISMM 2004; HotSpot of JDK 17. Old data lies in cohorts that wear out as it is replaced, so what a mixed
//! collection copies and frees follows from ages alone. A marking begins after the second collection that finds old
//! data above the threshold; it knows what was garbage at its start. After it one more young collection lines up
//! regions that are live to less than 85 %, and mixed ones take up to a tenth of the heap each, until what is left to
//! gain is under 5 %. A full collection comes where a collection would find no room for what it copies, and where no eden is
//! left. Departures: no periodic, explicit or metaspace collections; the rest is said in the files beside this one.

pub mod humongous;
pub mod ihop;
mod learned;
mod objects;
mod refinement;
mod regions;
mod sizing;

use super::{Capabilities, Collector, Cycles, HotSpot, Identity, Notes, Object, Placement, Step, shape_of};
use crate::base::{Args, Build, Bytes, Entry, Kind, Param, SimSpan, param};
use crate::heap::cohorts::{Cohorts, Limit};
use crate::heap::hotspot::{CollectorKind, Flags};
use crate::heap::{CollectionKind, Generations, HeapSpec, Phase, Spaces, Touched};
use humongous::Humongous;
use ihop::Adaptive;
use learned::Learned;
use objects::{Objects, regions_of};
use refinement::Refinement;
use sizing::State;

const PARAMS: &[Param] = &[
    param("jdk", Kind::Count(8, 99), "17", "release whose region sizes are taken"),
    param(
        "threshold",
        Kind::Number(0.0, 1.0),
        "0.45",
        "share of the heap in old data that starts the first three cycles",
    ),
    param("adaptive", Kind::Flag, "true", "adapt that threshold to measured cycles (G1UseAdaptiveIHOP)"),
    param("reserve", Kind::Number(0.0, 0.5), "0.1", "share of the heap kept free for evacuation"),
    param("waste", Kind::Number(0.0, 0.5), "0.05", "share of the heap that may stay garbage after mixed collections"),
    param("mixed-rounds", Kind::Count(1, 64), "8", "mixed collections that are aimed at after a cycle"),
    param("mixed-share", Kind::Number(0.001, 1.0), "0.1", "largest share of the heap that one mixed collection takes"),
    param("live-limit", Kind::Number(0.0, 1.0), "0.85", "old regions with a larger live share are left alone"),
    param("pause-goal", Kind::Span, "200 ms", "pause that young and mixed collections aim at"),
    param("pessimism", Kind::Number(1.0, 10.0), "1.7", "how much longer pauses are foreseen than they are"),
    param("green-growth", Kind::Number(1.0, 2.0), "1.1", "growth of the cards left for a pause, a collection"),
    param(
        "rebuild",
        Kind::Number(0.0, 10.0),
        "0.5",
        "bytes traced to rebuild remembered sets after a marking, over live bytes of regions that may be evacuated",
    ),
    param("archive", Kind::Count(0, 64), "2", "regions with the classes of the JVM itself"),
    param("tenuring", Kind::Count(0, 15), "15", "copies before promotion at the latest"),
    param("tax", Kind::Number(0.0, 10.0), "0.07", "mutator time for barriers, as a share of its useful time"),
];

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Collector>> = Entry {
    name: "g1",
    summary: "regions: young and mixed collections within a pause goal, marking beside the mutator",
    source: "HotSpot of JDK 17, -XX:+UseG1GC; Detlefs et al., ISMM 2004",
    params: PARAMS,
    traits: &[],
    build: |args| Ok(Box::new(G1::new(args))),
};

/// Who it is.
pub const IDENTITY: Identity = Identity {
    name: ENTRY.name,
    shown: "G1",
    hotspot: Some(HotSpot {
        kind: CollectorKind::G1,
        also: &[],
        flags: &["UseG1GC"],
        announced: &["G1"],
        percents: &[("reserve", "G1ReservePercent"), ("threshold", "InitiatingHeapOccupancyPercent")],
    }),
    section: Some(ENTRY.name),
    cycles: Cycles::Beside,
};

struct G1 {
    jdk: u32,
    threshold: f64,
    adaptive: bool,
    reserve: f64,
    waste: f64,
    rounds: u64,
    share: f64,
    live_limit: f64,
    goal: SimSpan,
    pessimism: f64,
    green_growth: f64,
    rebuild: f64,
    archive: u64,
    tenuring: usize,
    tax: f64,
}

/// What G1 keeps in mind between collections.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    region: u64,
    /// Whole regions of the heap, in bytes.
    usable: Bytes,
    /// Least and most of the young generation.
    young: (Bytes, Bytes),
    /// Regions that nothing moves out of, in bytes: humongous objects are among them.
    fixed: Bytes,
    /// Those with the classes of the JVM itself, in bytes.
    archive: Bytes,
    /// Humongous objects that can die, from the first one on.
    objects: Option<Objects>,
    /// Pause threads.
    threads: u32,
    pub(super) old: Cohorts,
    refinement: Refinement,
    learned: Learned,
    /// Old data was above the threshold at the last collection: the next one starts a marking.
    wants_marking: bool,
    /// Share of eden that collections copy, averaged.
    survival: f64,
    /// Bytes of old regions that each mixed collection has to take at least.
    least_mixed: Bytes,
}

impl Plan {
    /// Takes another size of the heap over; regions keep theirs.
    fn follow(&mut self, capacity: Bytes) {
        let usable = Bytes((capacity.0 / self.region).max(1) * self.region);
        let factor = usable.as_f64() / self.usable.as_f64().max(1.0);
        let whole =
            |bytes: Bytes| Bytes(((bytes.as_f64() * factor / self.region as f64).round() as u64).max(1) * self.region);
        self.young = (whole(self.young.0), whole(self.young.1));
        self.usable = usable;
    }

    fn compact(&mut self, heap: &Generations, moves: bool) {
        let pinned = heap.pinned();
        self.old.compact(heap.old_used() - pinned, heap.old_live() - pinned);
        self.with_objects(heap, |objects, old| objects.full(old, moves));
    }

    /// Changes the humongous objects, if there are any; `work` is told the number of regions with old data.
    fn with_objects(&mut self, heap: &Generations, work: impl FnOnce(&mut Objects, u32)) {
        let Some(objects) = &mut self.objects else { return };
        let bytes = |objects: &Objects| Bytes(objects.regions() * self.region);
        let others = self.fixed - bytes(objects);
        work(objects, regions_of(heap.old_used() + others - self.archive, self.region));
        self.fixed = others + bytes(objects);
    }
}

impl G1 {
    fn new(args: &Args) -> G1 {
        G1 {
            jdk: args.count("jdk") as u32,
            threshold: args.number("threshold"),
            adaptive: args.flag("adaptive"),
            reserve: args.number("reserve"),
            waste: args.number("waste"),
            rounds: args.count("mixed-rounds"),
            share: args.number("mixed-share"),
            live_limit: args.number("live-limit"),
            goal: args.span("pause-goal"),
            pessimism: args.number("pessimism"),
            green_growth: args.number("green-growth"),
            rebuild: args.number("rebuild"),
            archive: args.count("archive"),
            tenuring: args.count("tenuring") as usize,
            tax: args.number("tax"),
        }
    }

    /// The plan for an empty heap.
    fn plan(&self, spec: &HeapSpec) -> Plan {
        let shape = shape_of(spec, CollectorKind::G1, Flags::default(), self.jdk);
        // HotSpot rounds a heap up to whole regions; bytes that were not asked for are not used here.
        let least = (spec.capacity.0 / LEAST_REGIONS).max(1);
        let region = shape.region.map_or(least, |(size, _)| size.0.min(least));
        let usable = Bytes(spec.capacity.0 / region * region);
        let (least, most) = shape.young.unwrap_or((Bytes::ZERO, usable));
        let whole = |bytes: Bytes| Bytes((bytes.0 / region).max(1) * region);
        let most = whole(most).min(usable);
        let archive = Bytes(self.archive * region).min(usable.scale(0.125));
        Plan {
            region,
            usable,
            young: (whole(least.min(usable.scale(0.05).max(spec.young.unwrap_or_default()))).min(most), most),
            fixed: archive,
            archive,
            objects: None,
            threads: shape.gc_threads.max(1),
            old: Cohorts::default(),
            refinement: Refinement::new(shape.gc_threads, self.green_growth),
            learned: Learned::default(),
            wants_marking: false,
            survival: 0.0,
            least_mixed: Bytes::ZERO,
        }
    }

    /// Takes the plan out of the heap; [`G1::close`] puts it back.
    fn open(&self, heap: &mut Generations) -> Box<Plan> {
        match std::mem::take(&mut heap.notes) {
            Notes::G1(plan) => plan,
            _ => Box::new(self.plan(&heap.spec)),
        }
    }

    fn state(&self, heap: &Generations, plan: &Plan) -> State {
        let up = |bytes: Bytes| (bytes.0.div_ceil(plan.region) * plan.region) as f64;
        let (survivors, usable) = (up(heap.survivor_used()), plan.usable.as_f64());
        let region = plan.region as f64;
        let mixed =
            matches!(heap.phase, Phase::Mixed { .. }).then(|| plan.least_mixed.as_f64() * plan.old.next_share());
        State {
            region,
            free: (usable - up(heap.old_used()) - plan.fixed.as_f64() - survivors).max(0.0),
            survivors,
            survived: heap.survivor_used().as_f64(),
            reserve: (usable * self.reserve / region).ceil() * region,
            young: (plan.young.0.as_f64(), plan.young.1.as_f64()),
            goal: plan.learned.eden_within(self.goal, self.pessimism),
            survival: plan.survival,
            mixed,
        }
    }

    /// Sizes eden for the time until the next collection; false where there is none to give.
    fn divide(&self, heap: &mut Generations, plan: &Plan) -> bool {
        let eden = self.state(heap, plan).eden();
        heap.spaces.eden = Bytes::from_f64(eden);
        eden > 0.0
    }

    /// Young or mixed collection. False where it found no room for all that it had to copy.
    fn evacuate(&self, heap: &mut Generations, plan: &mut Plan, out: &mut Vec<Touched>) -> bool {
        let up = |bytes: u64| bytes.div_ceil(plan.region) * plan.region;
        let young = heap.eden_used().0 + up(heap.survivor_used().0);
        heap.spaces.survivor = Bytes(up(young / SURVIVOR_PART));
        let mixed = matches!(heap.phase, Phase::Mixed { .. }).then(|| self.mixed_limit(plan));
        // What dies by itself is free before the survivors are counted against the room.
        plan.with_objects(heap, |objects, _| objects.young());
        let (stores, cards) = heap.stores();
        let cards = plan.refinement.cards(stores, cards);
        plan.refinement.collected(cards.logged);
        let (room, wanted, live) = (self.unused(heap, plan), heap.would_copy(), heap.old_live());
        let touched = heap.young(plan.threads);
        plan.old.promote(touched.promoted, heap.old_live() - live);
        let (eden, copied) = heap.last_eden;
        plan.survival = 0.7 * plan.survival + 0.3 * copied.as_f64() / eden.as_f64().max(1.0);
        let taken = mixed.map(|limit| plan.old.take(limit)).unwrap_or_default();
        if mixed.is_some() {
            let before = heap.old_used();
            heap.evacuate(taken.bytes - taken.live, 0.0);
            plan.old.promote(taken.bytes - (before - heap.old_used()), taken.live);
        }
        plan.with_objects(heap, Objects::set_old);
        let kind = if mixed.is_some() { CollectionKind::Mixed } else { CollectionKind::Young };
        let touched = Touched {
            kind,
            copied: touched.copied + taken.live,
            logged: cards.logged,
            refined: cards.refined,
            after: self.used(heap, plan),
            ..touched
        };
        touched.push_onto(out);
        wanted + taken.live <= room
    }

    /// How much of the old generation the next mixed collection takes.
    fn mixed_limit(&self, plan: &Plan) -> Limit {
        let most = plan.usable.scale(self.share);
        let live = plan.learned.copied_within(self.goal, self.pessimism);
        let least = plan.least_mixed.min(most).scale(plan.old.next_share());
        Limit { bytes: most, live: live.max(least) }
    }

    /// Bytes in use, as far as there is a heap: a collection that failed has none left.
    fn used(&self, heap: &Generations, plan: &Plan) -> Bytes {
        (heap.used() + plan.fixed).min(heap.spec.capacity)
    }

    fn unused(&self, heap: &Generations, plan: &Plan) -> Bytes {
        plan.usable.saturating_sub(heap.used() + plan.fixed)
    }

    /// Decides what the next collections are for.
    fn turn(&self, heap: &mut Generations, plan: &mut Plan, out: &mut Vec<Touched>) {
        match heap.phase {
            Phase::Prepare => {
                let found = plan.old.select(self.live_limit);
                let rounds = plan.region * self.rounds;
                plan.least_mixed = Bytes(found.bytes.0.div_ceil(rounds.max(1)) * plan.region);
                plan.learned.prepared();
                self.go_on_mixed(heap, plan);
            }
            Phase::Mixed { .. } => self.go_on_mixed(heap, plan),
            _ => {}
        }
        if heap.phase == Phase::Idle {
            let above = heap.old_used() + plan.fixed > self.marking_threshold(heap, plan);
            if above && plan.wants_marking {
                self.mark(heap, plan, out);
            }
            plan.wants_marking = above && !plan.wants_marking;
        }
    }

    fn go_on_mixed(&self, heap: &mut Generations, plan: &mut Plan) {
        let garbage = plan.old.left().garbage;
        heap.phase = Phase::Mixed { rounds: 1, garbage };
        if garbage <= plan.usable.scale(self.waste) {
            heap.phase = Phase::Idle;
            plan.old.forget_candidates();
        }
    }

    fn marking_threshold(&self, heap: &Generations, plan: &Plan) -> Bytes {
        let start = plan.usable.scale(self.threshold);
        let Some((marking, growth)) = plan.learned.cycles.ready().filter(|_| self.adaptive) else { return start };
        let adaptive = Adaptive {
            capacity: plan.usable,
            target: plan.usable,
            reserve: 100.0 * self.reserve,
            waste: 100.0 * self.waste,
            marking,
            growth,
            young: Bytes::from_f64(self.state(heap, plan).desired()),
        };
        adaptive.threshold()
    }

    fn mark(&self, heap: &mut Generations, plan: &mut Plan, out: &mut Vec<Touched>) {
        heap.phase = Phase::Marking { garbage: heap.old_used() - heap.old_live() };
        plan.old.begin_marking();
        plan.with_objects(heap, |objects, _| objects.begin_marking());
        plan.learned.marking_begins();
        let threads = self.concurrent_threads(heap.spec.cores);
        let cycle = Touched::nothing(CollectionKind::ConcurrentMark, threads, self.used(heap, plan));
        out.push(Touched { marked: heap.live(), swept: heap.old_used(), ..cycle });
    }

    /// Marking is over; the remembered sets of regions that may be evacuated are rebuilt, which traces them again.
    fn remark(&self, heap: &mut Generations, out: &mut Vec<Touched>) {
        let mut plan = self.open(heap);
        plan.with_objects(heap, |objects, _| objects.end_marking());
        let used = self.used(heap, &plan);
        Touched::nothing(CollectionKind::Remark, plan.threads, used).push_onto(out);
        heap.phase = Phase::Prepare;
        let sparse = plan.old.select(self.live_limit);
        let traced = (sparse.bytes - sparse.garbage.min(sparse.bytes)).scale(self.rebuild);
        if self.jdk >= REBUILDS && traced > Bytes::ZERO {
            heap.phase = Phase::Updating;
            let threads = self.concurrent_threads(heap.spec.cores);
            let update = Touched::nothing(CollectionKind::ReferenceUpdate, threads, used);
            out.push(Touched { marked: traced, ..update });
        }
        heap.notes = Notes::G1(plan);
    }

    fn full(&self, heap: &mut Generations, plan: &mut Plan, out: &mut Vec<Touched>) {
        let before = self.used(heap, plan);
        let touched = heap.full(plan.threads);
        plan.compact(heap, self.jdk >= OBJECTS_MOVE);
        plan.wants_marking = false;
        plan.learned.marking_ends();
        Touched { before, swept: before, after: self.used(heap, plan), ..touched }.push_onto(out);
        if !self.divide(heap, plan) {
            // The last regions: the next collection is likely to be full again.
            let free = self.unused(heap, plan).0 / plan.region * plan.region;
            heap.spaces.eden = Bytes(free.min(plan.region));
        }
    }
}

/// The release since which remembered sets are kept for regions that may be evacuated only, and rebuilt after marking.
const REBUILDS: u32 = 11;

/// The release since which a full collection moves humongous objects.
const OBJECTS_MOVE: u32 = 22;

impl G1 {
    /// Looks for regions next to each other, beside those of the young generation.
    fn put(&self, heap: &mut Generations, object: Object) -> Option<u32> {
        let mut plan = self.open(heap);
        let region = plan.region;
        let (all, archive) = (regions_of(plan.usable, region), regions_of(plan.archive, region));
        let _ = plan.objects.get_or_insert_with(|| Objects::new(all, archive));
        let young = regions_of(heap.eden_used(), region) + regions_of(heap.survivor_used(), region);
        let mut number = None;
        plan.with_objects(heap, |objects, old| {
            objects.set_old(old);
            number = objects.place(regions_of(object.bytes, region), young, object.references);
        });
        if number.is_some() {
            // What allocation may use until the next collection has become less.
            let left = self.unused(heap, &plan).0 / region * region;
            heap.spaces.eden = heap.spaces.eden.min(heap.eden_used() + Bytes(left));
        }
        heap.notes = Notes::G1(plan);
        number
    }

    /// Whether old data and the object are above the threshold, so that a marking has to begin first.
    fn crosses(&self, heap: &mut Generations, bytes: Bytes) -> bool {
        let mut plan = self.open(heap);
        let above = heap.old_used() + plan.fixed + bytes > self.marking_threshold(heap, &plan);
        let begins = above && heap.phase == Phase::Idle;
        plan.wants_marking |= begins;
        heap.notes = Notes::G1(plan);
        begins
    }
}

/// A survivor space takes at most this part of the young generation (`SurvivorRatio`).
const SURVIVOR_PART: u64 = 8;

/// Regions of a heap at least, for heaps too small for HotSpot.
const LEAST_REGIONS: u64 = 8;

impl Collector for G1 {
    fn capabilities(&self) -> Capabilities {
        Capabilities { learns: true, repeats: false, tax: self.tax, ..Capabilities::default() }
    }

    fn found(&self, spec: &HeapSpec) -> Generations {
        let spaces = Spaces { eden: Bytes::ZERO, survivor: Bytes::ZERO, old: spec.capacity };
        let mut heap = Generations::new(*spec, spaces, self.tenuring);
        let plan = Box::new(self.plan(spec));
        self.divide(&mut heap, &plan);
        heap.notes = Notes::G1(plan);
        heap
    }

    fn collect(&self, heap: &mut Generations, out: &mut Vec<Touched>) -> Step {
        let mut plan = self.open(heap);
        let mut done = self.evacuate(heap, &mut plan, out);
        if done {
            self.turn(heap, &mut plan, out);
            done = self.divide(heap, &plan);
        }
        if !done {
            self.full(heap, &mut plan, out);
        }
        heap.notes = Notes::G1(plan);
        Step::Collected
    }

    fn finish(&self, heap: &mut Generations, out: &mut Vec<Touched>) {
        match heap.phase {
            Phase::Marking { .. } => self.remark(heap, out),
            Phase::Updating => heap.phase = Phase::Prepare,
            _ => {}
        }
    }

    fn paused(&self, heap: &mut Generations, touched: &Touched, times: (SimSpan, SimSpan)) {
        let eden = heap.last_eden.0;
        let mut plan = self.open(heap);
        plan.learned.paused(touched, eden, times);
        heap.notes = Notes::G1(plan);
    }

    fn pin(&self, heap: &mut Generations, bytes: Bytes) -> bool {
        let mut plan = self.open(heap);
        let object = Humongous::of(bytes, Bytes(plan.region));
        let space = bytes + object.waste;
        let fits = space <= self.unused(heap, &plan) && heap.pin(bytes);
        if fits {
            plan.fixed += object.waste;
        }
        self.divide(heap, &plan);
        heap.notes = Notes::G1(plan);
        fits
    }

    fn resize(&self, heap: &mut Generations, capacity: Bytes) -> bool {
        let mut plan = self.open(heap);
        let before = (heap.spec.capacity, plan.usable, plan.young);
        heap.spec.capacity = capacity;
        heap.spaces.old = capacity;
        plan.follow(capacity);
        let fits = heap.used() + plan.fixed <= plan.usable && self.divide(heap, &plan);
        if !fits {
            heap.spec.capacity = before.0;
            heap.spaces.old = before.0;
            (plan.usable, plan.young) = (before.1, before.2);
            self.divide(heap, &plan);
        }
        heap.notes = Notes::G1(plan);
        fits
    }

    /// Where there is no room, a young collection comes first, and a full one where that does not help.
    fn place(&self, heap: &mut Generations, object: Object, out: &mut Vec<Touched>) -> Placement {
        let plan = self.open(heap);
        let size = Humongous::of(object.bytes, Bytes(plan.region));
        heap.notes = Notes::G1(plan);
        if size.regions == 0 {
            return Placement::Ordinary;
        }
        if self.crosses(heap, object.bytes + size.waste) {
            self.collect(heap, out);
        }
        let found = self.put(heap, object).or_else(|| {
            self.collect(heap, out);
            self.put(heap, object)
        });
        let found = found.or_else(|| {
            let mut plan = self.open(heap);
            self.full(heap, &mut plan, out);
            heap.notes = Notes::G1(plan);
            self.put(heap, object)
        });
        found.map_or(Placement::NoRoom(size.regions), Placement::Regions)
    }

    fn discard(&self, heap: &mut Generations, number: u32) {
        if let Notes::G1(plan) = &mut heap.notes
            && let Some(objects) = &mut plan.objects
        {
            objects.discard(number);
        }
    }

    fn settle(&self, heap: &mut Generations) {
        let mut plan = self.open(heap);
        heap.settle();
        plan.compact(heap, true);
        plan.wants_marking = false;
        plan.learned.marking_ends();
        self.divide(heap, &plan);
        heap.notes = Notes::G1(plan);
    }

    fn concurrent_threads(&self, cores: f64) -> u32 {
        ((super::parallel_threads(cores) + 2) / 4).max(1)
    }
}
