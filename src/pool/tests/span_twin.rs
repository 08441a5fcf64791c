//! Slabs, segregated fits, size classes and regions against twins that look through everything.

use proptest::prelude::*;

use super::*;
use crate::pool::Block;

/// A stretch of the pool that holds objects of one size.
struct Span {
    start: u64,
    object: u64,
    header: u64,
    taken: Vec<bool>,
    size: u64,
}

/// Spans in no order.
struct Twin {
    units: u64,
    spans: Vec<Span>,
}

impl Twin {
    /// The lowest free object of the lowest span of its class, or of a new one in the lowest place that holds it.
    fn place(&mut self, (object, size, header): (u64, u64, u64)) -> Option<u64> {
        let same = |span: &&mut Span| span.object == object && span.taken.contains(&false);
        let start = match self.spans.iter_mut().filter(same).map(|span| span.start).min() {
            Some(start) => start,
            None => {
                let apart = |start: u64, span: &Span| start + size <= span.start || span.start + span.size <= start;
                let fits =
                    |start: &u64| start + size <= self.units && self.spans.iter().all(|span| apart(*start, span));
                let start = (0..self.units).find(fits)?;
                let taken = vec![false; ((size - header) / object) as usize];
                self.spans.push(Span { start, object, header, taken, size });
                start
            }
        };
        let span = self.spans.iter_mut().find(|span| span.start == start)?;
        let free = span.taken.iter().position(|taken| !taken)?;
        span.taken[free] = true;
        Some(start + header + free as u64 * object)
    }

    fn free(&mut self, address: u64) {
        let holds = |span: &&mut Span| (span.start..span.start + span.size).contains(&address);
        let span = self.spans.iter_mut().find(holds).expect("a span");
        span.taken[((address - span.start - span.header) / span.object) as usize] = false;
        self.spans.retain(|span| span.taken.contains(&true));
    }
}

/// (object, span, header) of a request, straight from what the rules say. Spans are multiples of 8 units here.
fn class(rule: &str, request: u64, units: u64) -> (u64, u64, u64) {
    match rule {
        "slab" if request <= 3 => (3, 8, 1),
        "slab" => (request.next_multiple_of(8), request.next_multiple_of(8), 0),
        "segregated-fits" => {
            let object = [1, 2, 4, 8, 16, 32, 64, 128, 256].into_iter().find(|object| *object >= request).unwrap();
            (object, object.next_multiple_of(8), 0)
        }
        _ => {
            let classes = [1u64, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32];
            let common = |object: u64| (1..).map(|pages| pages * 8).find(|span| span % object == 0).unwrap();
            let pages = |object: u64| object.next_multiple_of(8);
            let span = |object: u64| if object <= 6 { common(object) } else { pages(object) };
            let fitting = |object: &u64| *object >= request && span(*object) <= units;
            let object = classes.into_iter().find(fitting).unwrap_or(pages(request));
            (if object <= 6 { object } else { pages(object) }, span(object), 0)
        }
    }
}

fn spans(rule: &str, units: u64) -> Pool {
    let bytes = |number| Value::Bytes(Bytes(number));
    match rule {
        "slab" => pool_with(rule, units, &[("object", bytes(3)), ("slab", bytes(8)), ("header", bytes(1))]),
        "segregated-fits" => {
            pool_with(rule, units, &[("ratio", Value::Number(2.0)), ("smallest", bytes(1)), ("span", bytes(8))])
        }
        _ => pool_with(rule, units, &[("quantum", bytes(1)), ("page", bytes(8)), ("small", bytes(6))]),
    }
}

/// Regions of 8 units as lists of what was laid in them: address, size, whether it lives.
struct Regions {
    units: u64,
    regions: Vec<Vec<(u64, u64, bool)>>,
    current: Option<usize>,
}

impl Regions {
    fn run(&self, regions: usize) -> Option<usize> {
        (0..self.regions.len()).find(|first| {
            self.regions[*first..].len() >= regions && self.regions[*first..first + regions].iter().all(Vec::is_empty)
        })
    }

    fn place(&mut self, size: u64) -> Option<u64> {
        if size > 4 {
            let regions = size.div_ceil(8) as usize;
            let first = self.run(regions)?;
            (first..first + regions).for_each(|region| self.regions[region].push((first as u64 * 8, size, true)));
            return Some(first as u64 * 8);
        }
        let top = |region: usize, this: &Regions| {
            this.regions[region].last().map_or(region as u64 * 8, |last| last.0 + last.1)
        };
        let stays = self.current.filter(|region| top(*region, self) + size <= (*region as u64 + 1) * 8);
        let region = stays.or_else(|| self.run(1))?;
        let address = top(region, self);
        self.regions[region].push((address, size, true));
        self.current = Some(region);
        Some(address)
    }

    fn free(&mut self, address: u64) {
        for region in 0..self.regions.len() {
            let dying = self.regions[region].iter_mut().filter(|block| block.0 == address && block.2);
            dying.for_each(|block| block.2 = false);
            if self.regions[region].iter().all(|block| !block.2) {
                let was_used = !self.regions[region].is_empty();
                self.regions[region].clear();
                self.current = self.current.filter(|current| !was_used || *current != region);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_span_is_where_its_twin_has_it(
        units in 8u64..200,
        steps in prop::collection::vec((prop::bool::weighted(0.6), 1u64..30), 0..120),
    ) {
        for rule in ["slab", "segregated-fits", "size-classes"] {
            let (mut pool, mut live) = (spans(rule, units), Vec::<Block>::new());
            let mut twin = Twin { units: units / 8 * 8, spans: vec![] };
            for (asks, number) in &steps {
                if *asks {
                    let block = pool.allocate(Bytes(*number));
                    let expected = twin.place(class(rule, *number, twin.units));
                    prop_assert_eq!(block.map(|block| block.address), expected, "{}", rule);
                    live.extend(block);
                } else if !live.is_empty() {
                    let block = live.swap_remove(*number as usize % live.len());
                    pool.free(&block);
                    twin.free(block.address);
                }
                let margins: u64 = twin.spans.iter().map(|span| span.size - span.object * span.taken.len() as u64).sum();
                prop_assert_eq!(pool.allocator.overhead().0, margins);
            }
        }
    }

    #[test]
    fn every_region_holds_what_its_twin_does(
        units in 8u64..200,
        steps in prop::collection::vec((prop::bool::weighted(0.6), 1u64..20), 0..120),
    ) {
        let mut pool = pool_with("regions", units, &[("region", Value::Bytes(Bytes(8)))]);
        let mut twin = Regions { units: units / 8 * 8, regions: vec![vec![]; units as usize / 8], current: None };
        let mut live = Vec::<Block>::new();
        for (asks, number) in &steps {
            if *asks {
                let block = pool.allocate(Bytes(*number));
                prop_assert_eq!(block.map(|block| block.address), twin.place(*number));
                live.extend(block);
            } else if !live.is_empty() {
                let block = live.swap_remove(*number as usize % live.len());
                pool.free(&block);
                twin.free(block.address);
            }
            let room = |region: &usize| twin.regions[*region].is_empty();
            let rest = twin.current.map_or(0, |region| {
                (region as u64 + 1) * 8 - twin.regions[region].last().map_or(0, |last| last.0 + last.1)
            });
            let free = (0..twin.regions.len()).filter(room).count() as u64 * 8 + rest;
            prop_assert_eq!((pool.available().0, pool.capacity().0), (free, twin.units));
        }
    }
}

#[test]
fn a_slab_wastes_its_header_and_its_tail() {
    for row in exact_rows("slab_waste") {
        let [slab, object, header] = ["slab_bytes", "object_bytes", "header_bytes"].map(|key| row.number(key) as u64);
        let given = [("slab", slab), ("object", object), ("header", header)];
        let mut pool = pool_with("slab", slab, &given.map(|(name, value)| (name, Value::Bytes(Bytes(value)))));
        let objects = std::iter::from_fn(|| pool.allocate(Bytes(object))).count();
        let waste = pool.fragmentation(Bytes(object)).internal;
        let found = if row.quantity == "objects" { objects as f64 } else { waste };
        assert!(close(found, row.expected.parse().unwrap(), 1e-9), "{} {found}", row.quantity);
        assert_eq!(pool.available(), Bytes::ZERO);
    }
}

#[test]
fn large_objects_take_regions_of_their_own() {
    for row in exact_rows("g1_humongous") {
        let (region, object) = (row.number("region_mb") as u64 * 1_048_576, row.number("object_bytes") as u64);
        let mut pool = pool_with("regions", 4 * region, &[("region", Value::Bytes(Bytes(region)))]);
        let block = pool.allocate(Bytes(object)).unwrap();
        let humongous = block.size.0 >= region;
        let found = match row.quantity.as_str() {
            "humongous" => u64::from(humongous),
            "regions" => block.size.0 / region,
            _ => block.size.0 - object,
        };
        assert_eq!(found.to_string(), row.expected, "{} of {object} in regions of {region}", row.quantity);
    }
}

#[test]
fn parameters_that_make_no_sense_are_refused() {
    let refused = |rule: &str, given: &[(&'static str, u64)]| {
        let entry = BLOCK_ALLOCATORS.iter().find(|entry| entry.name == rule).unwrap();
        let values = given.iter().map(|(name, value)| (*name, Value::Bytes(Bytes(*value))));
        let mut args = Args::new(values.collect());
        args.set("ratio", Value::Number(2.0));
        (entry.build)(&args, Bytes(1 << 20)).err().expect(rule)
    };
    let told = refused("slab", &[("object", 100), ("slab", 120), ("header", 30)]);
    assert!(told.contains("`slab` is 120 B") && told.contains("30 B"), "{told}");
    assert!(refused("slab", &[("object", 0), ("slab", 120), ("header", 30)]).contains("`object`"));
    assert!(refused("size-classes", &[("quantum", 24), ("page", 4096), ("small", 0)]).contains("power of two"));
    assert!(refused("size-classes", &[("quantum", 8192), ("page", 4096), ("small", 0)]).contains("at most a page"));
    assert!(refused("segregated-fits", &[("smallest", 0), ("span", 10)]).contains("`smallest`"));
    assert!(refused("regions", &[("region", 0)]).contains("`region`"));
    assert!(refused("fibonacci-buddy", &[("smallest", 0)]).contains("`smallest`"));
}
