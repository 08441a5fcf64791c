//! Cards that wait for the next pause, and those that are refined before it.
//!
//! Source: HotSpot up to JDK 18 (`g1ConcurrentRefine.cpp`). A store into a clean card of an old region dirties and logs the card. The
//! first ones, up to the green zone, are left for the pause; every further one is refined and is clean again, so that the
//! next store into it counts afresh. The zone begins with a buffer of 256 cards for each thread and grows by a tenth at
//! each collection that found it full. Departure: HotSpot also shrinks the zone where scanning takes over a tenth of
//! the pause goal; nobody measures that share of a pause here.

/// Cards of a buffer (`G1UpdateBufferSize`).
const BUFFER: f64 = 256.0;

/// The green zone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Refinement {
    green: f64,
    growth: f64,
}

/// What happened to the cards that were stored into since the collection before.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cards {
    /// Cards that wait for the pause.
    pub logged: f64,
    /// Cards refined outside of it.
    pub refined: f64,
}

impl Refinement {
    /// The zone at the start, for so many threads of a pause; `growth` at least 1.
    pub fn new(threads: u32, growth: f64) -> Refinement {
        Refinement { green: BUFFER * f64::from(threads.max(1)), growth }
    }

    /// What `stores` into evenly chosen ones of `cards` cards lead to.
    pub fn cards(&self, stores: f64, cards: f64) -> Cards {
        if stores <= 0.0 || cards <= 0.0 {
            return Cards::default();
        }
        let distinct = -cards * (-stores / cards).exp_m1();
        if distinct <= self.green {
            return Cards { logged: distinct, refined: 0.0 };
        }
        // Stores until the zone is full; each later one that does not hit a waiting card is refined.
        let full = self.green / cards;
        let first = -cards * (-full).ln_1p();
        Cards { logged: self.green, refined: ((stores - first) * (1.0 - full)).max(0.0) }
    }

    /// A collection found so many cards waiting.
    pub fn collected(&mut self, logged: f64) {
        if logged >= self.green {
            // Far beyond any heap's cards it need not grow.
            self.green = (self.green * self.growth + 1.0).min(1e12);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_beyond_the_zone_are_refined() {
        let mut zone = Refinement::new(2, 1.1);
        let few = zone.cards(100.0, 1e9);
        assert!((few.logged - 100.0).abs() < 1e-3 && few.refined == 0.0);
        // Among very many cards each store hits a clean one.
        let many = zone.cards(10_000.0, 1e12);
        assert!((many.logged - 512.0).abs() < 1e-9 && (many.refined - 9488.0).abs() < 1e-3);
        // With few cards most stores hit one that waits already.
        let crowded = zone.cards(10_000.0, 600.0);
        let first = -600.0 * (1.0_f64 - 512.0 / 600.0).ln();
        assert!((crowded.refined - (10_000.0 - first) * 88.0 / 600.0).abs() < 1e-6);
        zone.collected(few.logged);
        assert_eq!(zone.cards(1e6, 1e12).logged, 512.0);
        zone.collected(many.logged);
        assert!((zone.cards(1e6, 1e12).logged - 564.2).abs() < 1e-9);
        assert_eq!(zone.cards(0.0, 1e6), Cards::default());
        assert_eq!(zone.cards(1e6, 0.0), Cards::default());
    }
}
