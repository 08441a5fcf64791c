//! What the later collections of a run cost by its earlier ones, given what each touched.
//!
//! Unlike the laws of a description this knows one run alone: mixed collections have prices of their own, and the old
//! generation a price of its size, since cards and remembered sets are scanned that no log counts. Whether that price is
//! believed is decided by the earlier collections: those of their last third are told from the rest with and without it.

use super::least::{self, MOST, Row};
use super::sample::{Class, Sample};

/// Prices of one class.
struct Prices {
    class: Class,
    prices: [f64; MOST],
    with_old: bool,
    /// How much longer the latest ones took than these prices say.
    excess: f64,
}

/// Prices by class.
pub struct Pricing<'a> {
    early: &'a [Sample],
    classes: Vec<Prices>,
}

/// Fewer collections than this get a fixed part and the price of one quantity.
const FEW: usize = 6;
/// Fewer than this do not tell whether the old generation has a price.
const ENOUGH: usize = 12;
/// The old generation gets a price only where that lowers the error of the last third by so much.
const BETTER: f64 = 0.02;
/// Short pauses of one kind: the mean of so many, the latest.
const LATEST: usize = 20;

impl Pricing<'_> {
    /// Prices of the collections in `early`.
    pub fn of(early: &[Sample]) -> Pricing<'_> {
        let classes = [Class::Young, Class::Mixed, Class::Full].into_iter().filter_map(|class| {
            let all: Vec<&Sample> = early.iter().filter(|sample| sample.class == class).collect();
            (!all.is_empty()).then(|| believed(class, &all))
        });
        Pricing { early, classes: classes.collect() }
    }

    /// Seconds of a pause. A mixed collection is priced as a young one where there was none before; a class that was never
    /// seen has no price.
    pub fn predict(&self, sample: &Sample) -> f64 {
        let of = |class: Class| self.classes.iter().find(|one| one.class == class);
        let young = || of(Class::Young).filter(|_| sample.class == Class::Mixed);
        match of(sample.class).or_else(young) {
            Some(one) => one.predict(sample),
            None => self.mean(sample),
        }
    }

    /// The mean of the latest pauses of the same kind, else of the same class.
    fn mean(&self, sample: &Sample) -> f64 {
        let latest = |like: &dyn Fn(&&Sample) -> bool| {
            // From the end, so that a log of many thousand pauses is not gone through for each of them.
            let alike = self.early.iter().rev().filter(like).take(LATEST);
            let latest: Vec<f64> = alike.map(|early| early.duration_s).collect();
            (!latest.is_empty()).then(|| latest.iter().sum::<f64>() / latest.len() as f64)
        };
        latest(&|early| early.kind == sample.kind)
            .or_else(|| latest(&|early| early.class == sample.class))
            .unwrap_or(0.0)
    }
}

impl Prices {
    fn predict(&self, sample: &Sample) -> f64 {
        self.excess * row(sample, self.with_old).predict(&self.prices)
    }
}

/// Quantities in MB, so that all prices are of one order.
fn row(sample: &Sample, with_old: bool) -> Row {
    let mega = |bytes: Option<f64>| 1e-6 * bytes.unwrap_or(0.0);
    let x = match sample.class {
        Class::Full => [1.0, mega(sample.live), mega(sample.before), 0.0],
        _ => [1.0, mega(sample.copied), mega(sample.fresh), if with_old { mega(sample.old) } else { 0.0 }],
    };
    Row { x, y: sample.duration_s }
}

fn fitted(class: Class, all: &[&Sample], with_old: bool) -> Prices {
    let rows: Vec<Row> = all.iter().map(|sample| row(sample, with_old)).collect();
    let free: &[usize] = match (all.len() < FEW, with_old) {
        (true, _) => &[0, 1],
        (false, false) => &[0, 1, 2],
        (false, true) => &[0, 1, 2, 3],
    };
    let prices = least::fit(&rows, free, [0.0; MOST]);
    let (told, measured) =
        rows.iter().skip(rows.len() / 2).fold((0.0, 0.0), |sum, row| (sum.0 + row.predict(&prices), sum.1 + row.y));
    let excess = if told > 0.0 { measured / told } else { 1.0 };
    Prices { class, prices, with_old, excess }
}

/// The prices that tell the last third from the rest better.
fn believed(class: Class, all: &[&Sample]) -> Prices {
    let (first, last) = all.split_at(all.len() * 2 / 3);
    let error = |with_old: bool| {
        let prices = fitted(class, first, with_old);
        let told: f64 = last.iter().map(|sample| prices.predict(sample)).sum();
        let measured: f64 = last.iter().map(|sample| sample.duration_s).sum();
        (told.max(1e-12) / measured.max(1e-12)).ln().abs()
    };
    let with_old = class != Class::Full && all.len() >= ENOUGH && error(true) < error(false) - BETTER;
    fitted(class, all, with_old)
}
