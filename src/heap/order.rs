//! How much of the live set still lies in the order of the references to it.
//!
//! What was allocated in one go lies in the order in which it is reached again, and compaction by sliding keeps that
//! order. Random replacement destroys it: after r replaced bytes of a live set of L, a share exp(-r/L) is still in place.
//! Source: our measurements of full collections after more or less replacement, OpenJDK 17. Departure: a collector that copies in the
//! order of the references restores some of it; here only growth brings new order.

use crate::base::Bytes;

/// The negative logarithm of the ordered share in steps of 2^-32, so that equal steps add up exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order(u64);

const ONE: f64 = (1_u64 << 32) as f64;

const STEP: u64 = 1 << 26;

/// An ordered share below exp(-8) = 0.03 % counts as none, so that a steady load reaches a state that repeats.
const NONE: u64 = 8 << 32;

impl Order {
    /// Share of the live set that lies in order, 0 ..= 1, up to 1.6 % too large: it falls in steps, so that collections
    /// between two steps are alike.
    pub fn share(self) -> f64 {
        if self.0 >= NONE { 0.0 } else { (-((self.0 / STEP * STEP) as f64) / ONE).exp() }
    }

    /// `times` as many bytes as the live set has were replaced, evenly chosen.
    pub fn replace(&mut self, times: f64) {
        self.0 = (self.0 + (times.clamp(0.0, 8.0) * ONE).round() as u64).min(NONE);
    }

    /// `bytes` in order join a live set of `live`.
    pub fn grow(&mut self, bytes: Bytes, live: Bytes) {
        if *self == Order::default() || bytes == Bytes::ZERO {
            return;
        }
        let exact = (-(self.0 as f64) / ONE).exp();
        let share = (exact * live.as_f64() + bytes.as_f64()) / (live + bytes).as_f64();
        *self = Order::default();
        self.replace(-share.ln());
    }

    /// The step from `earlier` to `self`, for [`Order::advance`].
    pub(super) fn since(self, earlier: Order) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// How often `step` can be repeated before the share changes.
    pub(super) fn steady(self, step: u64) -> u64 {
        if self.0 >= NONE { u64::MAX } else { (STEP - 1 - self.0 % STEP).checked_div(step).unwrap_or(u64::MAX) }
    }

    /// Repeats `step` so many times.
    pub(super) fn advance(&mut self, step: u64, times: u64) {
        self.0 = self.0.saturating_add(step.saturating_mul(times)).min(NONE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacement_destroys_order_and_growth_brings_some() {
        let mut order = Order::default();
        assert_eq!(order.share(), 1.0);
        order.replace(0.5);
        order.replace(0.5);
        assert!((order.share() - (-1.0_f64).exp()).abs() < 1e-9);
        order.grow(Bytes(100), Bytes(100));
        let half = 0.5 + 0.5 * (-1.0_f64).exp();
        assert!(order.share() >= half && order.share() < 1.016 * half);
        order.replace(100.0);
        assert_eq!(order.share(), 0.0);
        order.grow(Bytes(100), Bytes(900));
        assert!((order.share() - 0.1003).abs() < 0.0016);
    }

    #[test]
    fn steps_repeat_exactly() {
        let (mut order, mut twin) = (Order::default(), Order::default());
        order.replace(0.001);
        let step = order.since(twin);
        assert_eq!(twin.steady(step), 15);
        assert_eq!((order.share(), twin.steady(0)), (1.0, u64::MAX));
        twin.advance(step, 20_000);
        (1..20_000).for_each(|_| order.replace(0.001));
        assert_eq!(order, twin);
    }
}
