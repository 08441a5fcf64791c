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

/// All families.
pub fn families() -> impl Iterator<Item = &'static Family> {
    GROUPS.iter().copied().flatten()
}

/// The family called `name`.
///
/// # Errors
/// There is none; the text offers the nearest name.
pub fn family(name: &str) -> Result<&'static Family, String> {
    families().find(|family| family.name == name).ok_or_else(|| {
        let near = crate::base::nearest(name, families().map(|family| family.name));
        let hint = near.map_or(String::new(), |near| format!(", did you mean `{near}`?"));
        format!("there is no family `{name}`{hint}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_mistyped_ones_get_a_hint() {
        let names: Vec<&str> = families().map(|family| family.name).collect();
        for (place, name) in names.iter().enumerate() {
            assert!(!names[..place].contains(name), "{name} twice");
        }
        assert!(family("mm1").is_ok());
        assert!(family("erlang_bb").unwrap_err().ends_with("did you mean `erlang_b`?"));
    }
}
