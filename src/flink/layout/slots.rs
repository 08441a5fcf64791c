//! What a slot is given, by default and on explicit request.
//!
//! Only managed memory is really a slot's own. Task heap, off-heap and network of a slot are numbers in the books:
//! threads of all slots share one heap and one pool of buffers.

use super::cpu::Cpu;
use super::task_manager::Layout;
use crate::base::Bytes;

/// The resources of a slot, or of a whole TaskManager.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlotProfile {
    /// CPU, bookkeeping.
    pub cpu: Cpu,
    /// Task heap, bookkeeping.
    pub task_heap: Bytes,
    /// Task off-heap memory, bookkeeping.
    pub task_off_heap: Bytes,
    /// Network memory, bookkeeping.
    pub network: Bytes,
    /// Managed memory, the slot's own.
    pub managed: Bytes,
}

impl Layout {
    /// The profile of one of `n` equal slots; remainders of the division are lost. `n` is at least 1: 0 counts as 1.
    pub fn slot(&self, n: u32) -> SlotProfile {
        let n = u64::from(n.max(1));
        let whole = self.whole();
        SlotProfile {
            cpu: Cpu(whole.cpu.0 / n),
            task_heap: Bytes(whole.task_heap.0 / n),
            task_off_heap: Bytes(whole.task_off_heap.0 / n),
            network: Bytes(whole.network.0 / n),
            managed: Bytes(whole.managed.0 / n),
        }
    }

    /// What the TaskManager offers undivided; framework memory, metaspace and overhead belong to no slot.
    pub fn whole(&self) -> SlotProfile {
        SlotProfile {
            cpu: self.cpu,
            task_heap: self.task_heap,
            task_off_heap: self.task_off_heap,
            network: self.network,
            managed: self.managed,
        }
    }
}

impl SlotProfile {
    /// All memory of the profile.
    pub fn memory(&self) -> Bytes {
        self.task_heap + self.task_off_heap + self.network + self.managed
    }

    /// What is left after a slot of `other` is cut out; `None` where it does not fit.
    pub fn minus(&self, other: &SlotProfile) -> Option<SlotProfile> {
        let less = |a: Bytes, b: Bytes| a.0.checked_sub(b.0).map(Bytes);
        Some(SlotProfile {
            cpu: Cpu(self.cpu.0.checked_sub(other.cpu.0)?),
            task_heap: less(self.task_heap, other.task_heap)?,
            task_off_heap: less(self.task_off_heap, other.task_off_heap)?,
            network: less(self.network, other.network)?,
            managed: less(self.managed, other.managed)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Layout, Options};
    use super::*;

    fn layout() -> Layout {
        Layout::derive(&Options::from_iter([("taskmanager.memory.process.size", "1728m")])).unwrap()
    }

    #[test]
    fn three_slots_lose_the_remainders() {
        let slot = layout().slot(3);
        assert_eq!((slot.task_heap, slot.network), (Bytes(134_217_724), Bytes(44_739_243)));
        assert_eq!((slot.managed, slot.cpu), (Bytes(178_956_973), Cpu(33_333_333)));
    }

    #[test]
    fn slots_are_cut_from_what_is_left() {
        let (whole, half) = (layout().whole(), layout().slot(2));
        let larger = SlotProfile { managed: half.managed + Bytes(1), ..half };
        assert_eq!(whole.minus(&half), Some(half));
        assert_eq!(half.minus(&larger), None);
    }
}
