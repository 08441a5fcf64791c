//! Hit ratios of a cache over keys drawn independently from a Zipf law.
//!
//! Source: static optimum by generalised harmonic sums; LRU by the characteristic time of Che, Tung and Wang, IEEE JSAC 2002; FIFO
//! (and random replacement, which has the same hit ratio: Gelenbe 1973) by the matching approximation of Fricker, Robert and
//! Roberts 2012. Departure: sums over many keys are taken key by key over the hottest ones only; the tail, where terms
//! change slowly, is an integral. That makes the cost of an answer independent of the number of keys.

pub mod hit_table;

crate::choice! {
    /// What is kept in the cache.
    pub enum Eviction {
        /// The hottest keys, known in advance: the best a cache can do under independent references.
        Static = "top-k",
        /// The least recently used goes.
        Lru = "lru",
        /// The oldest goes; random replacement hits as often.
        Fifo = "fifo",
    }
}

/// Keys 1 ..= n, the k-th drawn with a probability in proportion to k^-s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zipf {
    keys: u64,
    exponent: f64,
    norm: f64,
}

/// Terms summed one by one before the tail is integrated.
const EXACT: u64 = 2048;

/// Abscissas and weights of Gauss-Legendre quadrature with eight nodes on [-1, 1], the positive half.
const GAUSS: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

impl Zipf {
    /// The law over `keys` keys (at least 1) with exponent `exponent`, 0 (uniform) or more.
    pub fn new(keys: u64, exponent: f64) -> Zipf {
        let keys = keys.max(1);
        Zipf { keys, exponent, norm: harmonic(keys as f64, exponent) }
    }

    /// Number of keys.
    pub fn keys(&self) -> u64 {
        self.keys
    }

    /// Probability of the k-th hottest key, 1 ..= keys.
    pub fn probability(&self, rank: f64) -> f64 {
        rank.powf(-self.exponent) / self.norm
    }

    /// Share of references that go to the `count` hottest keys: the hit ratio of the static optimum.
    pub fn hottest(&self, count: f64) -> f64 {
        if count >= self.keys as f64 { 1.0 } else { harmonic(count.max(0.0), self.exponent) / self.norm }
    }

    /// Share of references that hit a cache with room for `capacity` keys of equal size.
    pub fn hit_ratio(&self, eviction: Eviction, capacity: f64) -> f64 {
        if capacity >= self.keys as f64 {
            return 1.0;
        }
        if capacity <= 0.0 {
            return 0.0;
        }
        if eviction == Eviction::Static {
            return self.hottest(capacity);
        }
        let points = self.points();
        let time = solve(&points, eviction, capacity);
        sum(&points, |p| p * residence(eviction, p * time))
    }

    /// References after which an unused key leaves (LRU), or the mean stay (FIFO), for 0 < `capacity` < keys.
    pub fn characteristic_time(&self, eviction: Eviction, capacity: f64) -> f64 {
        solve(&self.points(), eviction, capacity)
    }

    /// Probabilities with the number of keys that each stands for: the hottest keys one by one, the rest as an integral
    /// over the logarithm of the rank.
    fn points(&self) -> Vec<(f64, f64)> {
        let exact = self.keys.min(EXACT);
        let mut points: Vec<(f64, f64)> = (1..=exact).map(|rank| (self.probability(rank as f64), 1.0)).collect();
        if exact == self.keys {
            return points;
        }
        // Midpoint rule: key k stands for the ranks k - 1/2 .. k + 1/2.
        let (from, to) = ((exact as f64 + 0.5).ln(), (self.keys as f64 + 0.5).ln());
        let pieces = ((to - from) * 8.0).ceil().max(1.0);
        let half = (to - from) / pieces / 2.0;
        for piece in 0..pieces as u32 {
            let centre = from + half * (2.0 * f64::from(piece) + 1.0);
            for (x, w) in GAUSS {
                for at in [centre - half * x, centre + half * x] {
                    points.push((self.probability(at.exp()), w * half * at.exp()));
                }
            }
        }
        points
    }
}

/// Sum of `f(probability)` over all keys.
fn sum(points: &[(f64, f64)], f: impl Fn(f64) -> f64) -> f64 {
    points.iter().map(|(p, keys)| keys * f(*p)).sum()
}

/// The time at which the expected number of cached keys is `capacity`, by bisection.
fn solve(points: &[(f64, f64)], eviction: Eviction, capacity: f64) -> f64 {
    let occupied = |time: f64| sum(points, |p| residence(eviction, p * time));
    let (mut low, mut high) = (capacity, 2.0 * capacity);
    while occupied(high) < capacity && high < 1e300 {
        (low, high) = (high, 2.0 * high);
    }
    while high - low > 1e-12 * high {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if occupied(middle) < capacity { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Probability that a key is in the cache, where it is referenced `load` times per characteristic time on average.
fn residence(eviction: Eviction, load: f64) -> f64 {
    match eviction {
        Eviction::Fifo => load / (1.0 + load),
        _ => -(-load).exp_m1(),
    }
}

/// Sum of k^-s for k = 1 ..= n, linear between whole n: term by term for the first, by Euler and Maclaurin beyond.
fn harmonic(n: f64, s: f64) -> f64 {
    let whole = n.floor();
    let rest = (n - whole) * (whole + 1.0).powf(-s);
    let exact = whole.min(EXACT as f64);
    let head: f64 = (1..=exact as u64).map(|k| (k as f64).powf(-s)).sum();
    if whole <= exact {
        return head + rest;
    }
    let (a, b) = (exact, whole);
    let power = |x: f64| x.powf(-s);
    let integral = if (s - 1.0).abs() < 1e-12 { (b / a).ln() } else { (b.powf(1.0 - s) - a.powf(1.0 - s)) / (1.0 - s) };
    let ends = (power(b) - power(a)) / 2.0;
    let first = s * (power(a) / a - power(b) / b) / 12.0;
    let third = s * (s + 1.0) * (s + 2.0) * (power(a) / a.powi(3) - power(b) / b.powi(3)) / 720.0;
    head + integral + ends + first - third + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(got: f64, expected: f64, tolerance: f64) {
        assert!((got / expected - 1.0).abs() < tolerance, "got {got}, expected {expected}");
    }

    /// Families cache_irm_small and cache_irm_large: formulas within 1e-6.
    #[test]
    fn formulas_match_the_published_values() {
        let small = [
            (8, 1.0, 3.0, 0.6745510293, 0.5316730884),
            (6, 0.8, 2.0, 0.5555394684, 0.4084822452),
            (10, 1.2, 4.0, 0.7668315128, 0.6538298958),
        ];
        for (keys, s, capacity, best, lru) in small {
            let zipf = Zipf::new(keys, s);
            close(zipf.hit_ratio(Eviction::Static, capacity), best, 1e-9);
            close(zipf.hit_ratio(Eviction::Lru, capacity), lru, 1e-9);
        }
        let large = [
            (10_000, 0.8, 1000.0, [1472.479532, 0.4366597222, 0.3941791006, 0.5706175855]),
            (100_000, 1.0, 5000.0, [11993.07852, 0.6653542767, 0.6266926032, 0.7522248909]),
        ];
        for (keys, s, capacity, [time, lru, fifo, best]) in large {
            let zipf = Zipf::new(keys, s);
            close(zipf.characteristic_time(Eviction::Lru, capacity), time, 1e-6);
            close(zipf.hit_ratio(Eviction::Lru, capacity), lru, 1e-6);
            close(zipf.hit_ratio(Eviction::Fifo, capacity), fifo, 1e-6);
            close(zipf.hit_ratio(Eviction::Static, capacity), best, 1e-9);
        }
    }

    /// The exact values of the small cases lie within one (LRU) and two (FIFO) percentage points of the approximations.
    #[test]
    fn approximations_are_near_the_exact_small_caches() {
        let cases = [(8, 1.0, 3.0, 0.5356153359, 0.5089580862), (10, 1.2, 4.0, 0.6524571398, 0.6076340616)];
        for (keys, s, capacity, lru, fifo) in cases {
            let zipf = Zipf::new(keys, s);
            assert!((zipf.hit_ratio(Eviction::Lru, capacity) - lru).abs() < 0.01);
            assert!((zipf.hit_ratio(Eviction::Fifo, capacity) - fifo).abs() < 0.02);
        }
    }

    #[test]
    fn long_sums_agree_with_their_terms() {
        for s in [0.0, 0.6, 1.0, 1.3] {
            let terms: f64 = (1..=300_000_u64).map(|k| (k as f64).powf(-s)).sum();
            close(harmonic(300_000.0, s), terms, 1e-12);
        }
    }

    /// The tail integral against the plain sum, on a law long enough to have a tail.
    #[test]
    fn the_tail_integral_agrees_with_the_plain_sum() {
        let zipf = Zipf::new(50_000, 0.9);
        let time = zipf.characteristic_time(Eviction::Lru, 4000.0);
        let plain: f64 = (1..=50_000_u64).map(|k| 1.0 - (-zipf.probability(k as f64) * time).exp()).sum();
        close(plain, 4000.0, 1e-7);
    }

    #[test]
    fn a_hundred_million_keys_take_no_longer() {
        let zipf = Zipf::new(100_000_000, 0.99);
        let hit = zipf.hit_ratio(Eviction::Lru, 1e6);
        assert!(hit > 0.6 && hit < zipf.hottest(1e6), "{hit}");
    }

    proptest! {
        #[test]
        fn more_room_hits_more_and_foresight_hits_most(keys in 2_u64..5000, s in 0.0..1.5, share in 0.01..0.98_f64) {
            let zipf = Zipf::new(keys, s);
            let room = (share * keys as f64).max(1.0);
            let hit = |eviction, room| zipf.hit_ratio(eviction, room);
            let best = hit(Eviction::Static, room);
            for eviction in [Eviction::Lru, Eviction::Fifo] {
                prop_assert!(hit(eviction, room) <= best + 1e-9);
                prop_assert!(hit(eviction, room) <= hit(eviction, room * 1.01) + 1e-9);
            }
            prop_assert!(hit(Eviction::Fifo, room) <= hit(Eviction::Lru, room) + 1e-9);
        }
    }
}
