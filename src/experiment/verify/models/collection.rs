//! Heaps of the simulator under steady allocation, priced linearly: what fluid models of collection say of them.

use super::super::family::unknown_quantity;
use super::super::parts::part;
use super::super::rows::{Answer, Refusal};
use crate::base::{Bytes, SimSpan, Value};
use crate::memory::heap::{Allocation, COLLECTORS, CollectionKind, Heap, HeapSpec, Touched};
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

/// The heap counts whole collections and keeps an eye on what the next one may promote: a few minor collections more or
/// less. The fluid model is its limit for an old generation that takes ever more edens to fill, so it is asked with one
/// that takes so many; all is proportional to sizes, and scaled back.
const MINORS: f64 = 4e10;
/// Fillings of the old generation that are averaged.
const FILLINGS: u32 = 20;
/// Most bytes of the old generation, and most that are allocated at a time.
const MOST_BYTES: f64 = 5e18;
/// Serial's spaces are multiples of 64 KiB, and eden is eight survivor spaces.
const EDEN_GRAIN: f64 = 524_288.0;
/// So many times as long are pauses, for all their digits to remain in whole nanoseconds.
const SLOWER: f64 = 1000.0;

/// What a scaled heap did.
struct Seen {
    /// Edens of the scaled heap in one of the model's, and old generations of the model in one of the scaled heap.
    larger: f64,
    minors: f64,
    majors: f64,
    minor_pause: f64,
    major_pause: f64,
    moved: f64,
    allocated: f64,
}

impl Generational {
    /// The value of a quantity.
    ///
    /// # Errors
    /// The old generation cannot hold what lives in it, or there is no such quantity.
    pub fn answer(&self, quantity: &str) -> Result<Answer, Refusal> {
        if !(self.old_live < self.old && self.promoted <= 1.0) {
            let expected = "expected old_live below old, and at most 1 promoted";
            return Err(Refusal::Parameters(format!("old_live={} of old={}: {expected}", self.old_live, self.old)));
        }
        let seen = self.run()?;
        let minor = seen.minor_pause * seen.minors;
        let paused = minor + seen.major_pause * seen.majors * seen.larger;
        let mutator = seen.minors * self.eden / self.rate;
        Ok(Answer::Number(match quantity {
            "minor_pause_s" => seen.minor_pause,
            "major_pause_s" => seen.major_pause,
            "minors_per_major" => seen.minors / seen.majors / seen.larger,
            "gc_time_fraction" => paused / (paused + mutator),
            "write_amplification_copied_per_allocated" => seen.moved / seen.allocated,
            _ => return Err(unknown_quantity(quantity)),
        }))
    }

    fn run(&self) -> Result<Seen, Refusal> {
        let (eden, survivors) = self.whole_eden()?;
        let wide = self.old / (self.old - self.old_live);
        let most = (MOST_BYTES / (survivors * wide)).min(MOST_BYTES / eden).floor();
        let (minors, fluid) = (MINORS.min(most), (self.old - self.old_live) / (self.promoted * self.eden));
        let room = minors * survivors;
        let live = room * wide - room;
        let mut heap = self.heap(eden, (live, room))?;
        let copied = self.copied_byte * self.promoted * self.eden / survivors;
        let marked = self.live_byte * self.old_live / live;
        let ns = 1e9 * SLOWER;
        let price =
            price(&[("copied", copied * ns), ("marked", marked * ns)], &[("young-fixed", self.minor_fixed * SLOWER)])?;
        let mut out = Vec::new();
        for _ in 0..FILLINGS {
            out.extend(churn(&mut heap, minors * eden, survivors / eden)?);
        }
        let of = |kind| out.iter().filter(move |touched| touched.kind == kind);
        let count = |kind| of(kind).map(|touched| touched.count).sum::<u64>() as f64;
        let each = |kind| of(kind).next_back().map_or(0.0, |one| pause(&*price, &[Touched { count: 1, ..*one }]));
        Ok(Seen {
            larger: minors / fluid,
            minors: count(CollectionKind::Young),
            majors: count(CollectionKind::Full),
            minor_pause: each(CollectionKind::Young) / SLOWER,
            major_pause: each(CollectionKind::Full) / SLOWER,
            moved: out.iter().map(|one| one.count as f64 * (one.copied + one.compacted).as_f64()).sum(),
            allocated: f64::from(FILLINGS) * minors * eden,
        })
    }

    /// A heap whose old generation has `room` bytes beside `live` ones.
    fn heap(&self, eden: f64, (live, room): (f64, f64)) -> Result<Heap, Refusal> {
        // Eden is eight tenths of a young generation.
        let young = Bytes::from_f64(eden * 1.25);
        let spec = HeapSpec { young: Some(young), ..HeapSpec::new(Bytes::from_f64(live + room) + young, 1.0) };
        let plain = [("tenuring", Value::Count(0)), ("dead-wood", Value::Number(0.0))];
        let mut heap = Heap::new(spec, part(COLLECTORS, "serial", &plain)?);
        heap.pin(Bytes::from_f64(live)).map_err(|error| Refusal::Parameters(error.to_string()))?;
        match heap.eden_capacity() == Bytes::from_f64(eden) {
            true => Ok(heap),
            false => Err(Refusal::Unable(format!("eden has {} instead of {eden} bytes", heap.eden_capacity().0))),
        }
    }

    /// An eden that Serial can have and whose promoted part is a whole number of bytes, so that every minor collection is
    /// like the one before.
    fn whole_eden(&self) -> Result<(f64, f64), Refusal> {
        let edens = (1..100_000).map(|number| f64::from(number) * EDEN_GRAIN);
        let is_whole = |part: f64| part >= 1000.0 && part.fract() == 0.0;
        let found = edens.map(|eden| (eden, self.promoted * eden)).find(|(_, part)| is_whole(*part));
        found.ok_or_else(|| {
            Refusal::Parameters(format!("promoted_fraction={}, expected a number of a few digits", self.promoted))
        })
    }
}
