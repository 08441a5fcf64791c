//! The guide against the program: examples run, links lead somewhere, tables are those of the registries.
//!
//! `HEAPWISE_BLESS=1 cargo test --test product docs` writes the generated parts and the shown outputs again.

mod console;
mod generated;
mod links;
mod page;
mod predicted;
mod scenarios;

// The examples of docs/extending.md stand in their families' folders, so they import from `super` and, by way of
// `main.rs`, from `crate`.
use heapwise::policy::allocation::AllocationPolicy;
use heapwise::pool::{Block, BlockAllocator, BuildAllocator, Hole, HoleIndex, Holes};
use heapwise::{base, cluster};

#[path = "../../../docs/examples/last_fit.rs"]
mod last_fit;
#[path = "../../../docs/examples/reserve.rs"]
mod reserve;

use base::{Args, Bytes, ConsumerId, SimTime, TaskManagerId, Value};
use cluster::view::{Consumer, Purpose, RegionView, Request};

fn consumer(held: u64) -> Consumer {
    Consumer {
        id: ConsumerId(0),
        purpose: Purpose::Sort,
        slot: 0,
        slots: 1,
        weight: 1.0,
        priority: 0,
        held: Bytes(held),
        wanted: Bytes(held),
        spilled: Bytes::ZERO,
        peak: Bytes(held),
        spillable: true,
        evictable: false,
        last_used: SimTime::ZERO,
        uses: 1,
        next_use: SimTime::NEVER,
    }
}

#[test]
fn the_example_of_a_policy_keeps_its_reserve_for_newcomers() {
    let args = Args::new(vec![("reserve", Value::Number(0.2))]);
    let mut policy: Box<dyn AllocationPolicy> = (reserve::ENTRY.build)(&args).expect("a policy");
    let consumers = [consumer(50), consumer(0)];
    let view = RegionView {
        now: SimTime::ZERO,
        task_manager: TaskManagerId(0),
        capacity: Bytes(100),
        free: Bytes(50),
        largest_hole: Bytes(50),
        slots: 2,
        consumers: &consumers,
    };
    let mut granted = |consumer| policy.grant(&Request { consumer, bytes: Bytes(90), least: Bytes(1) }, &view).0;
    assert_eq!((granted(0), granted(1)), (30, 50));
}

#[test]
fn the_example_of_an_allocator_cuts_from_the_high_end() {
    let mut pool = (last_fit::ENTRY.build)(&Args::default(), Bytes(100)).expect("an allocator");
    let first = pool.allocate(Bytes(30)).expect("room");
    let second = pool.allocate(Bytes(30)).expect("room");
    assert_eq!((first.address, second.address), (70, 40));
    pool.free(&first);
    assert_eq!(pool.allocate(Bytes(10)).expect("room").address, 90);
    assert_eq!(pool.allocate(Bytes(41)), None);
}
