//! How large G1 makes eden until the next collection.
//!
//! Source: HotSpot of JDK 17 (`G1Policy::calculate_young_target_length`, `calculate_desired_eden_length_by_pause`,
//! `preventive_collection_required`). Young regions take between 5 and 60 % of the heap: as many as the pause goal allows and as fit
//! outside of the reserve together with a pessimistic estimate of what will be copied. Where even the least do not
//! fit they eat up to half of the reserve. While mixed collections last the least is taken. Departure: HotSpot's preventive
//! collection, which comes as soon as what is expected to be copied would not fit any more, is foreseen as a bound on eden.

/// Lengths of a heap in bytes, all multiples of a region but the last ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State {
    /// Size of a region.
    pub region: f64,
    /// Free regions, with eden empty.
    pub free: f64,
    /// Regions with survivors.
    pub survivors: f64,
    /// Bytes in them.
    pub survived: f64,
    /// Regions kept for evacuation.
    pub reserve: f64,
    /// Least and most that the young generation takes.
    pub young: (f64, f64),
    /// Eden that would just meet the pause goal.
    pub goal: f64,
    /// Expected share of eden that is copied.
    pub survival: f64,
    /// Bytes expected to be copied from old regions, while mixed collections last.
    pub mixed: Option<f64>,
}

/// 100 / `G1ConfidencePercent` x (1 + what allocation buffers waste): how much room a copied byte is given.
const ROOM_PER_COPY: f64 = 2.2;

/// How pessimistic the estimate of a preventive collection is.
const PESSIMISM: f64 = 1.5;

/// Regions for what allocation buffers of survivors and old regions leave unused.
const BUFFERS: f64 = 2.0;

impl State {
    /// Young generation that the pause goal alone would give.
    pub fn desired(&self) -> f64 {
        (self.goal + self.survivors).clamp(self.young.0, self.young.1)
    }

    /// Eden in whole regions; 0 where only a full collection can help.
    pub fn eden(&self) -> f64 {
        let mut eden = self.wanted();
        if self.mixed.is_some() {
            eden = eden.min((self.young.0 - self.survivors).max(self.region));
        }
        let limit = self.limit();
        if eden > self.region {
            eden = eden.min(limit);
        }
        let whole = (eden / self.region).floor() * self.region;
        if whole >= self.region {
            whole
        } else if self.free >= 2.0 * self.region && limit >= self.region {
            self.region
        } else {
            0.0
        }
    }

    /// Eden beyond which what is copied might find no room.
    fn limit(&self) -> f64 {
        let copied = self.survived + self.mixed.unwrap_or(0.0) + BUFFERS * self.region;
        (self.free - copied) / (1.0 + PESSIMISM * self.survival)
    }

    /// Eden by pause goal, bounds and reserve.
    fn wanted(&self) -> f64 {
        let outside = self.free - self.reserve;
        let fit = outside.max(0.0) / (1.0 + ROOM_PER_COPY * self.survival);
        let young = (self.goal.min(fit) + self.survivors).clamp(self.young.0, self.young.1);
        let wanted = young - self.survivors;
        let from_reserve = self.young.0.min((self.reserve + self.region) / 2.0);
        if outside <= 0.0 {
            self.free.min(young).min(from_reserve) - self.survivors
        } else if wanted > outside {
            outside + (wanted - outside).min(from_reserve)
        } else {
            wanted
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOMY: State = State {
        region: 1.0,
        free: 800.0,
        survivors: 10.0,
        survived: 9.5,
        reserve: 100.0,
        young: (50.0, 600.0),
        goal: f64::INFINITY,
        survival: 0.0,
        mixed: None,
    };

    #[test]
    fn eden_takes_what_bounds_goal_and_reserve_leave() {
        assert_eq!(ROOMY.eden(), 590.0);
        assert_eq!(State { goal: 123.4, ..ROOMY }.eden(), 123.0);
        assert_eq!(State { goal: 1.0, ..ROOMY }.eden(), 40.0);
        assert_eq!(State { free: 300.0, ..ROOMY }.eden(), 200.0);
        // 200 outside of the reserve, which also have to take 2.2 x 50 % of eden.
        assert_eq!(State { free: 300.0, survival: 0.5, ..ROOMY }.eden(), (200.0_f64 / 2.1).floor());
        assert_eq!(State { mixed: Some(20.0), ..ROOMY }.eden(), 40.0);
        assert_eq!(State { goal: 123.4, ..ROOMY }.desired(), 133.4);
    }

    #[test]
    fn the_least_eats_into_the_reserve_and_no_further() {
        // 10 outside, 40 wanted: 30 come from the reserve.
        assert_eq!(State { free: 110.0, ..ROOMY }.eden(), 40.0);
        assert_eq!(State { free: 90.0, survivors: 0.0, ..ROOMY }.eden(), 50.0);
        // What is copied would not fit.
        assert_eq!(State { free: 30.0, survivors: 0.0, survived: 28.0, ..ROOMY }.eden(), 0.0);
        assert_eq!(State { free: 30.0, survivors: 0.0, survived: 26.5, ..ROOMY }.eden(), 1.0);
    }
}
