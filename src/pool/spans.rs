//! What slabs, segregated fits and size-class spans share: objects of one size class lie side by side in a span, and
//! spans are cut from the pool as needed.
//!
//! A request gets the lowest free object of the lowest span of its class that is not full; where there is none, a new
//! span is cut from the lowest large enough hole between spans, and it returns as soon as its last object has gone.
//! Headers and tails of spans are neither free nor asked for: they count as allocated. Holes, as the measures see
//! them, are maximal free intervals, although an object's place inside a span serves its own class only.

use std::collections::BTreeSet;

use super::holes::HoleIndex;
use super::sums::Holes;
use super::{Block, BlockAllocator, shrink_apart};
use crate::base::Bytes;

/// A class of objects and the spans that hold them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class {
    /// Size of an object.
    pub object: u64,
    /// Size of a span.
    pub span: u64,
    /// Bytes at the start of a span that hold no object.
    pub header: u64,
}

impl Class {
    /// How many objects a span holds.
    pub fn objects(self) -> u64 {
        (self.span - self.header) / self.object
    }
}

/// Which class serves which request.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// Classes by ascending size of object.
    pub classes: Vec<Class>,
    /// Requests beyond the last class get a span of their own, of whole multiples of this; `None` refuses them.
    pub whole: Option<u64>,
    /// Every span has a multiple of this size.
    pub granule: u64,
}

impl Plan {
    /// The class of a request and its number; one past the last for a span of its own.
    fn class(&self, request: u64) -> Option<(usize, Class)> {
        let number = self.classes.partition_point(|class| class.object < request);
        let own = || {
            let object = request.checked_next_multiple_of(self.whole?)?;
            Some(Class { object, span: object, header: 0 })
        };
        Some((number, self.classes.get(number).copied().or_else(own)?))
    }
}

#[derive(Debug)]
struct Span {
    start: u64,
    number: usize,
    class: Class,
    used: u64,
    /// A bit for each free object, and the first word that may have one.
    free: Vec<u64>,
    hint: usize,
}

impl Span {
    fn new(start: u64, number: usize, class: Class) -> Span {
        let objects = class.objects() as usize;
        let mut free = vec![u64::MAX; objects.div_ceil(64)];
        if let (Some(last), used) = (free.last_mut(), objects % 64) {
            *last = if used == 0 { u64::MAX } else { (1 << used) - 1 };
        }
        Span { start, number, class, used: 0, free, hint: 0 }
    }

    /// Takes the lowest free object.
    fn take(&mut self) -> Option<u64> {
        let word = self.hint + self.free[self.hint..].iter().position(|word| *word != 0)?;
        let bit = self.free[word].trailing_zeros();
        self.free[word] &= self.free[word] - 1;
        self.hint = word;
        self.used += 1;
        let object = word as u64 * 64 + u64::from(bit);
        Some(self.start + self.class.header + object * self.class.object)
    }

    fn give(&mut self, address: u64) {
        let object = (address - self.start - self.class.header) / self.class.object;
        let word = (object / 64) as usize;
        self.free[word] |= 1 << (object % 64);
        self.hint = self.hint.min(word);
        self.used -= 1;
    }

    fn is_full(&self) -> bool {
        self.used == self.class.objects()
    }

    /// Header and tail: start and length.
    fn margins(&self) -> [(u64, u64); 2] {
        let objects = self.class.header + self.class.objects() * self.class.object;
        [(self.start, self.class.header), (self.start + objects, self.class.span - objects)]
    }
}

/// A pool cut into spans.
#[derive(Debug)]
pub(super) struct Spans {
    plan: Plan,
    spans: Vec<Option<Span>>,
    spare: Vec<u32>,
    /// Spans of each class that have room, by address.
    open: Vec<BTreeSet<(u64, u32)>>,
    /// What no span takes.
    between: HoleIndex,
    /// What no object, header or tail takes.
    holes: HoleIndex,
    margins: u64,
}

impl Spans {
    /// An empty pool of `capacity`.
    pub fn new(plan: Plan, capacity: Bytes) -> Spans {
        let capacity = capacity.0 / plan.granule * plan.granule;
        let mut between = HoleIndex::new(capacity);
        between.switch_off();
        let open = vec![BTreeSet::new(); plan.classes.len() + 1];
        Spans { plan, spans: vec![], spare: vec![], open, between, holes: HoleIndex::new(capacity), margins: 0 }
    }

    /// Cuts a new span for a class; its number.
    fn cut(&mut self, number: usize, class: Class) -> Option<u32> {
        let hole = self.between.first(class.span)?;
        self.between.cut(hole, class.span);
        let start = hole.start;
        let span = Span::new(start, number, class);
        for (from, size) in span.margins().into_iter().filter(|margin| margin.1 > 0) {
            self.holes.take(from, size);
            self.margins += size;
        }
        let id = self.spare.pop().unwrap_or(self.spans.len() as u32);
        match self.spans.get_mut(id as usize) {
            Some(slot) => *slot = Some(span),
            None => self.spans.push(Some(span)),
        }
        self.open[number].insert((start, id));
        Some(id)
    }

    /// Gives the whole of an empty span back.
    fn drop_span(&mut self, id: u32) {
        let Some(span) = self.spans[id as usize].take() else { return };
        for (from, size) in span.margins().into_iter().filter(|margin| margin.1 > 0) {
            self.holes.give(from, size);
            self.margins -= size;
        }
        self.open[span.number].remove(&(span.start, id));
        self.between.give(span.start, span.class.span);
        self.spare.push(id);
    }
}

impl BlockAllocator for Spans {
    fn allocate(&mut self, request: Bytes) -> Option<Block> {
        let (number, class) = self.plan.class(request.0.max(1))?;
        let open = self.open[number].first().map(|span| span.1);
        let tag = open.or_else(|| self.cut(number, class))?;
        let span = self.spans[tag as usize].as_mut()?;
        let address = span.take()?;
        if span.is_full() {
            self.open[number].remove(&(span.start, tag));
        }
        self.holes.take(address, class.object);
        Some(Block { address, requested: request, size: Bytes(class.object), tag })
    }

    fn free(&mut self, block: &Block) {
        self.holes.give(block.address, block.size.0);
        let Some(Some(span)) = self.spans.get_mut(block.tag as usize) else { return };
        span.give(block.address);
        if span.used == 0 {
            self.drop_span(block.tag);
        } else {
            self.open[span.number].insert((span.start, block.tag));
        }
    }

    fn shrink(&mut self, block: &Block, request: Bytes) -> Option<Block> {
        Some(shrink_apart(self, block, request))
    }

    fn granule(&self) -> Bytes {
        Bytes(self.plan.granule)
    }

    fn holes(&self) -> Option<&dyn Holes> {
        Some(&self.holes)
    }

    fn overhead(&self) -> Bytes {
        Bytes(self.margins)
    }

    fn largest_fit(&self) -> Option<Bytes> {
        let room = self.between.largest();
        let last = self.plan.classes.last().map_or(0, |class| class.object);
        let own = self.plan.whole.map_or(0, |whole| room / whole * whole);
        let own = if own > last { own } else { 0 };
        let classes = self.plan.classes.iter().zip(&self.open).rev();
        let mut placed = classes.filter(|(class, open)| !open.is_empty() || class.span <= room);
        Some(Bytes(placed.next().map_or(0, |(class, _)| class.object).max(own)))
    }

    fn watch(&mut self, probe: Bytes) {
        self.holes.watch(probe.0.max(1));
    }

    fn unmeasured(&mut self) {
        self.holes.switch_off();
    }
}
