//! Which part of a pool has been taken from the system: all at once, in steps, or as it is needed.

use crate::base::{Bytes, Misread, Readable};

/// When memory is taken from the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reservation {
    /// All of it at the start.
    #[default]
    All,
    /// This much more whenever the pool reaches beyond what there is; 0 is taken as 1 byte.
    Steps(Bytes),
}

impl Readable for Reservation {
    fn read(text: &str) -> Result<Reservation, Misread> {
        let fault = match text.parse::<Bytes>() {
            _ if text == "all" => return Ok(Reservation::All),
            Ok(step) if step > Bytes::ZERO => return Ok(Reservation::Steps(step)),
            Ok(_) => "a step takes nothing: expected \"all\" or a size above 0 B".to_string(),
            Err(error) => format!("expected \"all\" or a size such as \"64 MiB\": {error}"),
        };
        Err(fault.into())
    }
}

/// Follows how far a pool reaches. What has been taken stays until it is trimmed.
#[derive(Clone, Copy, Debug)]
pub struct Reserve {
    reservation: Reservation,
    capacity: Bytes,
    committed: Bytes,
}

impl Reserve {
    /// For a pool of `capacity`; steps of a page are on demand.
    pub fn new(reservation: Reservation, capacity: Bytes) -> Reserve {
        let committed = if reservation == Reservation::All { capacity } else { Bytes::ZERO };
        Reserve { reservation, capacity, committed }
    }

    /// Bytes taken so far.
    pub fn committed(&self) -> Bytes {
        self.committed
    }

    /// The pool reaches up to `extent` now; returns the bytes newly taken, whose first touch has a price.
    pub fn cover(&mut self, extent: Bytes) -> Bytes {
        let wanted = self.needed(extent).max(self.committed);
        let more = wanted - self.committed;
        self.committed = wanted;
        more
    }

    /// Gives back what lies beyond `extent`, in whole steps; returns those bytes.
    pub fn trim(&mut self, extent: Bytes) -> Bytes {
        let kept = self.needed(extent).min(self.committed);
        let less = self.committed - kept;
        self.committed = kept;
        less
    }

    fn needed(&self, extent: Bytes) -> Bytes {
        match self.reservation {
            Reservation::All => self.capacity,
            Reservation::Steps(step) => {
                let whole = extent.0.checked_next_multiple_of(step.0.max(1));
                whole.map_or(self.capacity, Bytes).min(self.capacity)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_taken_as_the_pool_grows_and_given_back_as_it_is_trimmed() {
        let mut reserve = Reserve::new(Reservation::Steps(Bytes(16)), Bytes(100));
        let taken = [1, 16, 17, 5, 99, 100].map(|extent| reserve.cover(Bytes(extent)).0);
        assert_eq!((taken, reserve.committed().0), ([16, 0, 16, 0, 68, 0], 100));
        assert_eq!((reserve.trim(Bytes(33)).0, reserve.committed().0), (52, 48));
        let mut all = Reserve::new(Reservation::All, Bytes(100));
        assert_eq!((all.cover(Bytes(60)).0, all.trim(Bytes(1)).0, all.committed().0), (0, 0, 100));
        assert_eq!(Reserve::new(Reservation::Steps(Bytes(0)), Bytes(9)).cover(Bytes(u64::MAX)), Bytes(9));
    }
}
