//! The granule: what sizes are rounded up to.

use crate::base::{Args, Bytes, Kind, Param, param};

/// The parameter of all allocators that cut holes to size.
pub(super) const GRANULE: Param =
    param("granule", Kind::Bytes, "1 B", "sizes are rounded up to multiples of this, so addresses are multiples too");

/// At least 1 byte.
#[derive(Clone, Copy, Debug)]
pub(super) struct Granule {
    bytes: u64,
    /// Whether rounding needs no division.
    is_power: bool,
}

impl Granule {
    /// The parameter's value, which must not be 0.
    pub fn of(args: &Args) -> Result<Granule, String> {
        match args.bytes("granule").0 {
            0 => Err("`granule` is 0 B: expected at least 1 B".into()),
            bytes => Ok(Granule { bytes, is_power: bytes.is_power_of_two() }),
        }
    }

    /// In bytes.
    pub fn bytes(self) -> Bytes {
        Bytes(self.bytes)
    }

    /// The whole granules of a range.
    pub fn whole(self, capacity: Bytes) -> u64 {
        capacity.0 / self.bytes * self.bytes
    }

    /// What a request takes, at least one granule; `None` beyond 64 bits.
    #[inline]
    pub fn round_up(self, request: Bytes) -> Option<u64> {
        let size = request.0.max(1);
        if self.is_power {
            return Some(size.checked_add(self.bytes - 1)? & !(self.bytes - 1));
        }
        size.checked_next_multiple_of(self.bytes)
    }
}
