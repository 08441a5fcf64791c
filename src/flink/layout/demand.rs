//! How many network buffers a job needs on one TaskManager.
//!
//! Idea: a slot holds one subtask of every operator, so for each all-to-all exchange of the job it has one output and
//! one input gate. Channels between subtasks of the same TaskManager are local and need no exclusive buffers.
//!
//! Source: the pools of [`super::network`]. Departures: TaskManagers are filled slot by slot, so the one looked at has
//! all its slots in use (or the whole job); a job with forward edges only has no gates to count.

use super::network::{BufferRules, Exchange};
use super::task_manager::Layout;
use crate::base::Bytes;

/// The largest parallelism that Flink allows, that of its key groups.
pub const MAX_PARALLELISM: u32 = 1 << 15;

/// What is known of a job's exchanges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobDemand {
    /// Parallelism of the job; 0 needs nothing.
    pub parallelism: u32,
    /// Input gates of the subtasks of one slot together: the all-to-all exchanges of the job.
    pub gates: u32,
    /// Channels of a gate, which is the parallelism of the producers; the job's parallelism where it is not given.
    pub channels: Option<u32>,
    /// How the exchanges hand data over.
    pub exchange: Exchange,
    /// How many buffers channels, gates and outputs take.
    pub rules: BufferRules,
}

/// The buffers of a job on one TaskManager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferNeed {
    /// Slots of the TaskManager that the job uses.
    pub slots_used: u32,
    /// Channels of a gate that come from other TaskManagers.
    pub remote: u32,
    /// Without these in each slot no subtask starts.
    pub required_per_slot: u64,
    /// With these in each slot the exchanges run at full speed.
    pub desired_per_slot: u64,
    /// `required_per_slot` times the slots in use.
    pub required: u64,
    /// `desired_per_slot` times the slots in use.
    pub desired: u64,
}

impl JobDemand {
    /// A streaming job of `parallelism` with one all-to-all exchange.
    pub fn streaming(parallelism: u32) -> JobDemand {
        JobDemand {
            parallelism,
            gates: 1,
            channels: None,
            exchange: Exchange::PipelinedBounded,
            rules: BufferRules::default(),
        }
    }

    /// The buffers that the job needs on a TaskManager of `layout`.
    pub fn on(&self, layout: &Layout) -> BufferNeed {
        let channels = self.channels.unwrap_or(self.parallelism);
        let slots_used = layout.slots.min(self.parallelism);
        // Where producers are fewer than slots, the TaskManager that holds fewest of them needs the most buffers.
        let elsewhere = channels.max(self.parallelism) - slots_used;
        let remote = channels.min(elsewhere);
        let output = self.rules.output(self.exchange, self.parallelism);
        let gate = self.rules.gate(self.exchange, channels);
        // An output without an upper limit runs at full speed with what a bounded one would have.
        let bounded = self.rules.output(Exchange::PipelinedBounded, self.parallelism);
        let output_max = if self.exchange == Exchange::Pipelined { bounded.max } else { output.max };
        let per_slot = |buffers: u64| buffers.saturating_mul(u64::from(self.gates));
        let required_per_slot = per_slot(output.min + gate.required(remote));
        let desired_per_slot = per_slot(output_max + gate.desired(remote));
        let slots = u64::from(slots_used);
        BufferNeed {
            slots_used,
            remote,
            required_per_slot,
            desired_per_slot,
            required: required_per_slot.saturating_mul(slots),
            desired: desired_per_slot.saturating_mul(slots),
        }
    }

    /// The buffers that Flink sizes a slot for, where its group asks for sizes of its own: each input as if all its
    /// channels were remote, each output with all it can use if it is pipelined and with the least if not.
    pub fn announced(&self) -> u64 {
        let channels = self.channels.unwrap_or(self.parallelism);
        let output = self.rules.output(self.exchange, self.parallelism);
        let gate = self.rules.gate(self.exchange, channels);
        let output = if self.exchange == Exchange::Blocking { output.min } else { output.max };
        output.saturating_add(gate.desired(channels)).saturating_mul(u64::from(self.gates))
    }

    /// The largest parallelism, 0 ..= [`MAX_PARALLELISM`], at which the required buffers still fit the network memory
    /// of `layout` in segments of `segment` bytes; `self.parallelism` does not matter.
    pub fn highest_parallelism(&self, layout: &Layout, segment: Bytes) -> u32 {
        let available = layout.segments(segment);
        let fits = |parallelism| JobDemand { parallelism, ..*self }.on(layout).required <= available;
        let (mut fitting, mut above) = (0, MAX_PARALLELISM + 1);
        while above - fitting > 1 {
            let middle = fitting + (above - fitting) / 2;
            *if fits(middle) { &mut fitting } else { &mut above } = middle;
        }
        fitting
    }
}

#[cfg(test)]
mod tests {
    use super::super::options::Options;
    use super::*;
    use proptest::prelude::*;

    fn layout(process: &str, slots: u32) -> Layout {
        let slots = slots.to_string();
        let options = [("taskmanager.memory.process.size", process), ("taskmanager.numberOfTaskSlots", &slots)];
        Layout::derive(&Options::from_iter(options)).unwrap()
    }

    #[test]
    fn exchanges_of_known_width() {
        let need = |parallelism| JobDemand::streaming(parallelism).on(&layout("1728m", 4));
        let hundred = need(100);
        assert_eq!((hundred.slots_used, hundred.remote), (4, 96));
        assert_eq!((hundred.required_per_slot, hundred.desired_per_slot), (294, 408));
        assert_eq!((hundred.required, hundred.desired), (1176, 1632));
        assert_eq!(JobDemand::streaming(100).announced(), 2 * 208);
        assert_eq!(need(1000).required, 11976);
        assert_eq!(need(3).remote, 0);
        assert_eq!(need(0).required, 0);
    }

    #[test]
    fn few_producers_are_taken_to_be_elsewhere() {
        let remote = |channels| {
            JobDemand { channels: Some(channels), ..JobDemand::streaming(100) }.on(&layout("1728m", 4)).remote
        };
        assert_eq!([remote(1), remote(96), remote(98), remote(100), remote(200)], [1, 96, 96, 96, 196]);
    }

    #[test]
    fn unbounded_outputs_do_not_wish_for_all_there_is() {
        let pipelined = JobDemand { exchange: Exchange::Pipelined, ..JobDemand::streaming(100) };
        assert_eq!(pipelined.on(&layout("1728m", 4)).desired, 1632);
    }

    #[test]
    fn wide_blocking_exchanges_are_limited_by_flink_alone() {
        let blocking = JobDemand { exchange: Exchange::Blocking, ..JobDemand::streaming(1) };
        assert_eq!(blocking.highest_parallelism(&layout("1728m", 1), Bytes(32768)), MAX_PARALLELISM);
    }

    proptest! {
        #[test]
        fn the_highest_parallelism_fits_and_one_more_does_not(slots in 1u32..64, gates in 1u32..8, mib in 1200u64..9000) {
            let (layout, segment) = (layout(&format!("{mib}m"), slots), Bytes(32768));
            let job = JobDemand { gates, ..JobDemand::streaming(0) };
            let highest = job.highest_parallelism(&layout, segment);
            let required = |parallelism| JobDemand { parallelism, ..job }.on(&layout).required;
            prop_assert!(required(highest) <= layout.segments(segment));
            prop_assert!(highest == MAX_PARALLELISM || required(highest + 1) > layout.segments(segment));
        }
    }
}
