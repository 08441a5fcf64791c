//! heapwise: a discrete-event simulator of memory management in Flink-like clusters.
//!
//! It answers, before anyone touches production, what a memory decision would do: which allocation, spill or migration
//! policy is better, how large a cluster must be, and how throughput depends on heap for each core (D/C).
//!
//! # The way through
//!
//! `main` -> [`cli::main`] -> [`sweep::sweep`] -> [`sim::run`] -> [`kernel::drive`] -> a handler in [`sim`] -> a policy.
//! Configuration goes down that way once (text, tree, checked scenario, world), results come up it once (meters, record,
//! row, table, chart).
//!
//! # Layers
//!
//! A module imports only from lower layers or its own folder; neighbours on one layer do not know each other.
//! `tests/tidy` holds the same table and compares.
//!
//! | layer | modules | holds | must never know |
//! |---|---|---|---|
//! | L0 | [`base`] | sizes, times, ids, parameters, registries | anything |
//! | L1 | [`kernel`], [`input`] | event queue, driver, random streams, distributions; files as users have them | bytes of a run, Flink, the wall clock |
//! | L2 | [`stats`], [`cache`], [`heap`], [`pool`] | statistics; hit ratios; the heap and its collectors; pools and their allocators | events, policies |
//! | L3 | [`flink`], [`cluster`] | Flink's configuration, layout and advice; regions (the ledger), shared capacity, the faces that policies see | events, policies, randomness |
//! | L4 | [`policy`], [`price`], [`workload`], [`metrics`], [`gc_log`] | decisions; times; what arrives; what is measured; logs of collectors | one another, the ledger, the event queue |
//! | L5 | [`jvm`] | a JVM on its cores: what collections cost it, work beside the mutator, descriptions of machines | clusters, events, files |
//! | L6 | [`scenario`] | TOML to a checked specification, all faults at once | a running simulation, threads |
//! | L7 | [`sim`] | events, handlers, the auditor | threads, files but traces, the command line |
//! | L8 | [`sweep`], [`gc_study`], [`frag`] | many runs, resuming, ranking; studies from GC logs; studies of allocators | formats of results, drawing |
//! | L9 | [`evidence`] | verification against theory, validation against measurements | formats of results, drawing |
//! | L10 | [`report`], [`chart`] | tables, manifest, layouts in words; charts from tables and layouts | how a run works |
//! | L11 | [`cli`] | commands; wiring only | any rule of the model |
//!
//! # What always holds
//!
//! - **Bytes.** They change in [`cluster::region`] and nowhere else, together with the blocks that stand for them. Each
//!   run recounts its books at the end; [`sim::audit`] replays the log of decisions with arithmetic of its own.
//! - **Decisions are values.** A policy sees a read-only face and answers; only [`sim`] changes state, and it ends the
//!   run with an error where an answer is illegal.
//! - **Order.** Events are ordered by time, class and sequence. Time is integer nanoseconds.
//! - **Randomness.** One stream for each purpose and entity, from the seed of the replication. What arrives does not
//!   depend on policies, so policies meet the same sample paths.
//! - **Bytes of results.** The scenario, the seed and the version decide them; threads, order and neighbours do not.
//! - **Faults.** A user's fault names file, line or key, value and what was expected, all of them at once, and cannot
//!   cause a panic.

#![forbid(unsafe_code)]

pub mod base;
pub mod cache;
pub mod chart;
pub mod cli;
pub mod cluster;
pub mod evidence;
pub mod flink;
pub mod frag;
pub mod gc_log;
pub mod gc_study;
pub mod heap;
pub mod input;
pub mod jvm;
pub mod kernel;
pub mod metrics;
pub mod policy;
pub mod pool;
pub mod price;
pub mod report;
pub mod scenario;
pub mod sim;
pub mod stats;
pub mod sweep;
pub mod workload;
