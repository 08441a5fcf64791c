//! Heaps of the simulator under steady allocation, priced linearly: what fluid models of collection say of them.

use super::super::family::unknown_quantity;
use super::super::parts::part;
use super::super::rows::{Answer, Refusal};
use crate::base::{Bytes, SimSpan, Value};
use crate::heap::{Allocation, COLLECTORS, CollectionKind, Heap, HeapSpec, Touched};
use crate::price::collection::{COLLECTION_PRICES, CollectionPrice};

/// A linear price in which everything costs nothing but what is given: bytes in ns, fixed parts in s.
pub fn price(
    bytes: &[(&'static str, f64)],
    times: &[(&'static str, f64)],
) -> Result<Box<dyn CollectionPrice>, Refusal> {
    let zero = |name| (name, Value::Number(0.0));
    let mut given: Vec<(&'static str, Value)> = ["copied", "marked", "compacted", "swept"].map(zero).into();
    given.extend(["young-fixed", "full-fixed", "card"].map(|name| (name, Value::Span(SimSpan::ZERO))));
    given.extend(bytes.iter().map(|(name, ns)| (*name, Value::Number(*ns))));
    given.extend(times.iter().map(|(name, seconds)| (*name, Value::Span(SimSpan::from_secs(*seconds)))));
    part(COLLECTION_PRICES, "linear", &given)
}

/// A heap that holds `live` bytes for ever and nothing else.
pub fn settled(spec: HeapSpec, collector: &str, given: &[(&'static str, Value)], live: f64) -> Result<Heap, Refusal> {
    let mut heap = Heap::new(spec, part(COLLECTORS, collector, given)?);
    heap.grow(Bytes::from_f64(live), &mut Vec::new()).map_err(|error| Refusal::Parameters(error.to_string()))?;
    heap.settle();
    match heap.room() {
        Bytes::ZERO => Err(Refusal::Parameters("the live set leaves no room in the heap".into())),
        _ => Ok(heap),
    }
}

/// Allocates what dies before the next collection but for a share `survival`; what the collections touched.
pub fn churn(heap: &mut Heap, bytes: f64, survival: f64) -> Result<Vec<Touched>, Refusal> {
    let mut out = Vec::new();
    let request = Allocation { bytes: Bytes::from_f64(bytes), survival, ..Allocation::default() };
    heap.allocate(request, &mut out).map_err(|error| Refusal::Parameters(error.to_string()))?;
    Ok(out)
}

/// Seconds of the pauses for all that was touched.
pub fn pause(price: &dyn CollectionPrice, touched: &[Touched]) -> f64 {
    touched.iter().map(|touched| price.cost(touched, 1.0).pause.as_secs()).sum()
}

/// One space, collected by marking and sweeping when it is full.
#[derive(Clone, Copy, Debug)]
pub struct Full {
    /// Live bytes, and the size of the heap.
    pub live: f64,
    /// See [`Full::live`].
    pub heap: f64,
    /// Bytes allocated a second of the mutator's time.
    pub rate: f64,
    /// Seconds of pause for a live byte, for a byte of the heap, and besides.
    pub live_byte: f64,
    /// See [`Full::live_byte`].
    pub heap_byte: f64,
    /// See [`Full::live_byte`].
    pub fixed: f64,
}

/// Periods that are averaged; seconds in which collections are counted, and most of them.
const PERIODS: f64 = 1000.0;
const HOUR: f64 = 3600.0;
const MOST: f64 = 1e7;

impl Full {
    /// The value of a quantity.
    ///
    /// # Errors
    /// The heap cannot hold the live set, or there is no such quantity.
    pub fn answer(&self, quantity: &str) -> Result<Answer, Refusal> {
        let bytes = [("marked", self.live_byte * 1e9), ("swept", self.heap_byte * 1e9)];
        let price = price(&bytes, &[("full-fixed", self.fixed)])?;
        let spec = HeapSpec::new(Bytes::from_f64(self.heap), 1.0);
        let mut heap = settled(spec, "mark-compact", &[], self.live)?;
        if quantity == "collections_in_3600s" {
            return self.in_an_hour(heap, &*price);
        }
        let room = heap.room().as_f64();
        // Each period is collected when the next byte comes.
        let out = churn(&mut heap, PERIODS * room + 1.0, 0.0)?;
        let count = out.iter().map(|touched| touched.count).sum::<u64>() as f64;
        let interval = PERIODS * room / self.rate / count;
        let length = pause(&*price, &out) / count;
        Ok(Answer::Number(match quantity {
            "mutator_interval_s" => interval,
            "pause_s" => length,
            "gc_time_fraction" => length / (interval + length),
            "throughput_factor" => interval / (interval + length),
            "overhead_ratio" => length / interval,
            _ => return Err(unknown_quantity(quantity)),
        }))
    }

    /// Collections that are over within an hour.
    fn in_an_hour(&self, mut heap: Heap, price: &dyn CollectionPrice) -> Result<Answer, Refusal> {
        if HOUR * self.rate / heap.room().as_f64() > MOST {
            return Err(Refusal::Parameters(format!("more than {MOST} collections an hour, expected fewer")));
        }
        let (mut clock, mut collections) = (0.0, 0);
        loop {
            let room = heap.room();
            let mut out = churn(&mut heap, room.as_f64(), 0.0)?;
            heap.collect_now(&mut out);
            clock += room.as_f64() / self.rate + pause(price, &out);
            if clock > HOUR {
                return Ok(Answer::Number(f64::from(collections)));
            }
            collections += 1;
        }
    }
}

/// An eden whose survivors are all promoted, and an old generation that is compacted when it is full.
#[derive(Clone, Copy, Debug)]
pub struct Generational {
    /// Bytes of eden, and the share of them that is promoted.
    pub eden: f64,
    /// See [`Generational::eden`].
    pub promoted: f64,
    /// Seconds of a minor pause besides copying, and for a copied byte.
    pub minor_fixed: f64,
    /// See [`Generational::minor_fixed`].
    pub copied_byte: f64,
    /// Bytes of the old generation, and those that live there for ever.
    pub old: f64,
    /// See [`Generational::old`].
    pub old_live: f64,
    /// Seconds of a major pause for a live byte.
    pub live_byte: f64,
    /// Bytes allocated a second of the mutator's time.
    pub rate: f64,
}

/// So many times as long are pauses, for all their digits to remain in whole nanoseconds.
const SLOWER: f64 = 1000.0;
/// Eden, generations and heap are multiples of this many times 8 in Serial's heaps, whatever they round to.
const GRAIN: f64 = (2u64 << 20) as f64;
/// Minor collections between two major ones, at least and at most.
const MINORS: (u64, u64) = (10_000, 2_000_000);
/// Before the end of a period the heap is filled eden by eden.
const STEPWISE: u64 = 200;

/// A heap as the simulator has it: in bytes, all multiples of [`GRAIN`], and an eden with a whole number of promoted bytes.
#[derive(Clone, Copy, Debug)]
struct Scaled {
    eden: f64,
    survivors: f64,
    minors: u64,
    live: f64,
}

/// What happens from one major collection to the next.
#[derive(Clone, Copy, Debug)]
struct Period {
    minors: f64,
    minor_pause: f64,
    major_pause: f64,
    moved: f64,
}

impl Generational {
    /// The value of a quantity.
    ///
    /// The heap collects whole edens and keeps an eye on what the next one may promote, which costs each period the same
    /// few collections whatever the size of the old generation. So two heaps are asked, with one and two such old generations,
    /// and the second one's surplus is what an old generation brings. All is proportional to sizes, and scaled back.
    ///
    /// # Errors
    /// The old generation cannot hold what lives in it, or there is no such quantity.
    pub fn answer(&self, quantity: &str) -> Result<Answer, Refusal> {
        if !(self.old_live < self.old && self.promoted <= 1.0) {
            let expected = "expected old_live below old, and at most 1 promoted";
            return Err(Refusal::Parameters(format!("old_live={} of old={}: {expected}", self.old_live, self.old)));
        }
        let scaled = self.scaled()?;
        let [one, two] = [self.period(&scaled, 1)?, self.period(&scaled, 2)?];
        let fluid = (self.old - self.old_live) / (self.promoted * self.eden);
        let larger = scaled.minors as f64 / fluid;
        let minors = (two.minors - one.minors) / larger;
        let major = two.major_pause - one.major_pause;
        let paused = minors * two.minor_pause + major;
        Ok(Answer::Number(match quantity {
            "minor_pause_s" => two.minor_pause,
            "major_pause_s" => major,
            "minors_per_major" => minors,
            "gc_time_fraction" => paused / (paused + minors * self.eden / self.rate),
            "write_amplification_copied_per_allocated" => {
                (two.moved - one.moved) / ((two.minors - one.minors) * scaled.eden)
            }
            _ => return Err(unknown_quantity(quantity)),
        }))
    }

    /// Whole numbers that stand in the proportions of the model.
    fn scaled(&self) -> Result<Scaled, Refusal> {
        let unable =
            || Refusal::Parameters("sizes in no proportion of small whole numbers, expected few digits".into());
        let edens = (1..2000).map(|number| f64::from(number) * 8.0 * GRAIN);
        let is_whole = |part: f64| part >= 1000.0 && part.fract() == 0.0;
        let found = edens.map(|eden| (eden, self.promoted * eden)).find(|(_, part)| is_whole(*part));
        let (eden, survivors) = found.ok_or_else(unable)?;
        let ratio = self.old_live / (self.old - self.old_live);
        let grains = |size: f64| {
            let count = (size / GRAIN).round();
            ((size / GRAIN - count).abs() < 1e-9 * count.max(1.0)).then_some(count * GRAIN)
        };
        let fits = |minors: &u64| {
            let room = grains(*minors as f64 * survivors)?;
            Some(Scaled { eden, survivors, minors: *minors, live: grains(room * ratio)? })
        };
        (MINORS.0..=MINORS.1).find_map(|minors| fits(&minors)).ok_or_else(unable)
    }

    /// A period of the heap with `times` as much of everything in the old generation.
    fn period(&self, scaled: &Scaled, times: u64) -> Result<Period, Refusal> {
        let Scaled { eden, survivors, minors, live } = *scaled;
        let minors = minors * times;
        let old = times as f64 * live + minors as f64 * survivors;
        // Eden is eight tenths of a young generation.
        let young = Bytes::from_f64(eden * 1.25);
        let spec = HeapSpec { young: Some(young), ..HeapSpec::new(Bytes::from_f64(old) + young, 1.0) };
        let plain = [("tenuring", Value::Count(0)), ("dead-wood", Value::Number(0.0))];
        let mut heap = Heap::new(spec, part(COLLECTORS, "serial", &plain)?);
        heap.pin(Bytes::from_f64(times as f64 * live)).map_err(|error| Refusal::Parameters(error.to_string()))?;
        let spaces = heap.generations().spaces;
        if (spaces.eden, spaces.old) != (Bytes::from_f64(eden), Bytes::from_f64(old)) {
            return Err(Refusal::Unable(format!("{spaces:?}, expected {eden} and {old} bytes")));
        }
        let mut out = Vec::new();
        // The first periods settle what the heap expects of the next.
        for _ in 0..3 {
            out = churn(&mut heap, minors.saturating_sub(STEPWISE) as f64 * eden, survivors / eden)?;
            while !out.iter().any(|touched| touched.kind == CollectionKind::Full) {
                out.extend(churn(&mut heap, eden, survivors / eden)?);
            }
        }
        self.seen(scaled, &out)
    }

    /// Prices what was touched in a period.
    fn seen(&self, scaled: &Scaled, out: &[Touched]) -> Result<Period, Refusal> {
        let copied = self.copied_byte * self.promoted * self.eden / scaled.survivors;
        let marked = self.live_byte * self.old_live / scaled.live;
        let ns = 1e9 * SLOWER;
        let bytes = [("copied", copied * ns), ("marked", marked * ns)];
        let price = price(&bytes, &[("young-fixed", self.minor_fixed * SLOWER)])?;
        let of = |kind| out.iter().filter(move |touched| touched.kind == kind);
        let each = |kind| of(kind).next_back().map_or(0.0, |one| pause(&*price, &[Touched { count: 1, ..*one }]));
        Ok(Period {
            minors: of(CollectionKind::Young).map(|touched| touched.count).sum::<u64>() as f64,
            minor_pause: each(CollectionKind::Young) / SLOWER,
            major_pause: each(CollectionKind::Full) / SLOWER,
            moved: out.iter().map(|one| one.count as f64 * (one.copied + one.compacted).as_f64()).sum(),
        })
    }
}
