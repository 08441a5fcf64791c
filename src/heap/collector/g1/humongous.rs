//! Objects of more than half a region, which get regions of their own.
//!
//! Source: HotSpot (`G1CollectedHeap::is_humongous`, `humongous_obj_size_in_regions`). They lie in regions next to each other, and what they
//! leave free in the last one is lost until they die. Departure: for those that live for ever, free regions are taken to lie
//! next to each other, so that only their number decides; those that die have a place (`regions.rs`).

use crate::base::Bytes;

/// What an object needs beyond its bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Humongous {
    /// Regions of its own; 0 for an ordinary object.
    pub regions: u64,
    /// Bytes lost in the last one.
    pub waste: Bytes,
}

impl Humongous {
    /// An object of `bytes` in a heap with regions of `region`, at least 1.
    pub fn of(bytes: Bytes, region: Bytes) -> Humongous {
        if bytes.0 <= region.0 / 2 {
            return Humongous::default();
        }
        let regions = bytes.0.div_ceil(region.0.max(1));
        Humongous { regions, waste: Bytes(regions.saturating_mul(region.0)).saturating_sub(bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A power of two with a header takes almost one region more.
    #[test]
    fn only_more_than_half_a_region_is_humongous() {
        let region = Bytes::mib(4);
        assert_eq!(Humongous::of(Bytes::mib(2), region), Humongous::default());
        assert_eq!(Humongous::of(Bytes(2_097_160), region), Humongous { regions: 1, waste: Bytes(2_097_144) });
        assert_eq!(Humongous::of(Bytes(4_194_320), region), Humongous { regions: 2, waste: Bytes(4_194_288) });
    }
}
