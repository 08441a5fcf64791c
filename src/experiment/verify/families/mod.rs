//! All families, in files by what they exercise.
//!
//! To add one: a line in the `FAMILIES` of its file, [`Family::exact`] with a function from parameters and quantity to an
//! [`super::Answer`], or [`Family::simulated`] with one from parameters to a [`super::Trial`]. A file of its own needs one
//! line in [`GROUPS`].

mod allocators;
mod heaps;
mod hotspot;
mod memory;
mod queues;
mod sharing;
mod stations;
mod statistics;
mod traffic;
mod workloads;

use super::family::Family;

/// Every family, group by group.
pub static GROUPS: &[&[Family]] = &[
    queues::FAMILIES,
    stations::FAMILIES,
    memory::FAMILIES,
    allocators::FAMILIES,
    heaps::FAMILIES,
    hotspot::FAMILIES,
    traffic::FAMILIES,
    sharing::FAMILIES,
    workloads::FAMILIES,
    statistics::FAMILIES,
];
