//! A trace of which some frees get lost.

use super::recording::{Act, MOST_SLOTS, Op, Recording};

/// What became of lost frees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Frees of the trace, lost or not.
    pub frees: u64,
    /// Blocks that stay live for good.
    pub blocks: u64,
    /// Their bytes, as they were when they should have been freed.
    pub bytes: u128,
}

impl Recording {
    /// The same trace without the frees for which `lost` says so; it is asked once for each free, in order. Times stay
    /// as they are: where a free is lost, nothing happens. More than [`super::MOST_LIVE`] may be live in the end.
    pub fn leaking(&self, mut lost: impl FnMut() -> bool) -> (Recording, Lost) {
        let mut trace = Recording::like(self);
        let mut sum = Lost::default();
        // A lost block keeps its slot, so whoever comes after it needs another.
        let mut slots: Vec<u32> = (0..self.slots() as u32).collect();
        let mut next = self.slots() as u32;
        for op in self.ops() {
            let Some(slot) = slots.get_mut(op.slot as usize) else { continue };
            sum.frees += u64::from(op.act == Act::Free);
            if op.act == Act::Free && lost() && next < MOST_SLOTS {
                sum.blocks += 1;
                sum.bytes += u128::from(trace.held(*slot));
                *slot = next;
                next += 1;
            } else {
                trace.push(Op { slot: *slot, ..op });
            }
        }
        (trace, sum)
    }
}
