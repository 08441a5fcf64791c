//! Who a collector is: its names, what it is in HotSpot, and whose prices it pays. One declaration, beside its entry.
//!
//! Logs, flags, descriptions, tables and people name collectors in ways of their own. Whoever meets such a name asks here.
//! What differs among collectors but is no name is in [`super::Capabilities`].

use std::fmt;

use super::{IDENTITIES, none};
use crate::heap::hotspot::CollectorKind;

/// Who a collector is.
#[derive(Debug)]
pub struct Identity {
    /// Its name in the registry, which scenarios use.
    pub name: &'static str,
    /// Its name as people write it.
    pub shown: &'static str,
    /// What it is in HotSpot; `None` for collectors that HotSpot has not.
    pub hotspot: Option<HotSpot>,
    /// Section of a JVM's description whose prices its collections pay: its own, of its registry name, or that of a
    /// collector like it; `None` where no description has one.
    pub section: Option<&'static str>,
    /// What it does in concurrent cycles.
    pub cycles: Cycles,
}

/// What a collector does in concurrent cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cycles {
    /// There are none: all collections pause.
    Never,
    /// They are there beside young collections, which free memory too.
    Beside,
    /// Memory is freed in cycles alone; what else there is are their steps and their failures.
    Alone,
}

/// What a collector is in HotSpot.
#[derive(Debug)]
pub struct HotSpot {
    /// Its kind.
    pub kind: CollectorKind,
    /// Kinds that logs tell apart and that it stands for as well, each with its name as people write it.
    pub also: &'static [(CollectorKind, &'static str)],
    /// Flags that switch it on, without `-XX:+`; the usual one first.
    pub flags: &'static [&'static str],
    /// What the JVM calls it when it starts, behind "Using".
    pub announced: &'static [&'static str],
    /// Parameters that are shares, each with the flag that sets it in percent, without `-XX:`.
    pub percents: &'static [(&'static str, &'static str)],
}

impl Identity {
    /// A collector that HotSpot has not, that no description prices, and that only pauses.
    pub const fn plain(name: &'static str) -> Identity {
        Identity { name, shown: name, hotspot: None, section: None, cycles: Cycles::Never }
    }

    /// The collector that stands for `kind`.
    pub fn of(kind: CollectorKind) -> &'static Identity {
        // A test holds that every kind has one; what nobody knows never collects.
        first(|identity| identity.name_of(kind).is_some()).unwrap_or(&none::IDENTITY)
    }

    /// The collector that the registry calls `name`.
    pub fn registered(name: &str) -> Option<&'static Identity> {
        first(|identity| identity.name == name)
    }

    /// The collector that people call `name`: as registered, as shown or by its flag, in any case, with "GC" or without.
    pub fn called(name: &str) -> Option<&'static Identity> {
        let asked = bare(name);
        first(|identity| {
            let flags = identity.hotspot.iter().flat_map(|hotspot| hotspot.flags);
            [identity.name, identity.shown].iter().chain(flags).any(|known| bare(known) == asked)
        })
    }

    /// Collectors with a section of their own in descriptions.
    pub fn described() -> impl Iterator<Item = &'static Identity> {
        IDENTITIES.iter().copied().filter(|identity| identity.own_section().is_some())
    }

    /// The section that holds its own prices; `None` where it pays those of another collector, or none.
    pub fn own_section(&self) -> Option<&'static str> {
        self.section.filter(|section| *section == self.name)
    }

    /// The kind of HotSpot that it is.
    pub fn kind(&self) -> Option<CollectorKind> {
        self.hotspot.as_ref().map(|hotspot| hotspot.kind)
    }

    /// What people call `kind`; `None` where this collector does not stand for it.
    fn name_of(&self, kind: CollectorKind) -> Option<&'static str> {
        let hotspot = self.hotspot.as_ref()?;
        let also = hotspot.also.iter().find(|also| also.0 == kind).map(|also| also.1);
        if hotspot.kind == kind { Some(self.shown) } else { also }
    }
}

impl CollectorKind {
    /// The name that people use.
    pub fn name(self) -> &'static str {
        let identity = Identity::of(self);
        identity.name_of(self).unwrap_or(identity.shown)
    }

    /// The flag that switches it on, as a command line has it.
    pub fn flag(self) -> String {
        let flags = Identity::of(self).hotspot.iter().flat_map(|hotspot| hotspot.flags);
        flags.take(1).map(|flag| format!("-XX:+{flag}")).collect()
    }

    /// The kind that `flag` switches on, which stands behind `-XX:+`.
    pub fn flagged(flag: &str) -> Option<CollectorKind> {
        by_hotspot(|hotspot| hotspot.flags.contains(&flag))
    }

    /// The kind that a JVM announces as `name` when it starts.
    pub fn announced(name: &str) -> Option<CollectorKind> {
        by_hotspot(|hotspot| hotspot.announced.contains(&name))
    }
}

impl fmt::Display for CollectorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

fn first(test: impl Fn(&Identity) -> bool) -> Option<&'static Identity> {
    IDENTITIES.iter().copied().find(|identity| test(identity))
}

fn by_hotspot(test: impl Fn(&HotSpot) -> bool) -> Option<CollectorKind> {
    first(|identity| identity.hotspot.as_ref().is_some_and(&test))?.kind()
}

/// A name without what people leave out or put in at will.
fn bare(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    let lower = lower.strip_prefix("use").unwrap_or(&lower);
    lower.strip_suffix("gc").unwrap_or(lower).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::COLLECTORS;
    use super::*;

    /// The kind behind `kind`: a new one does not compile before it has its place here.
    fn next(kind: CollectorKind) -> Option<CollectorKind> {
        match kind {
            CollectorKind::Serial => Some(CollectorKind::Parallel),
            CollectorKind::Parallel => Some(CollectorKind::Cms),
            CollectorKind::Cms => Some(CollectorKind::G1),
            CollectorKind::G1 => Some(CollectorKind::Z),
            CollectorKind::Z => Some(CollectorKind::GenerationalZ),
            CollectorKind::GenerationalZ => Some(CollectorKind::Shenandoah),
            CollectorKind::Shenandoah => Some(CollectorKind::Epsilon),
            CollectorKind::Epsilon => None,
        }
    }

    fn kinds() -> impl Iterator<Item = CollectorKind> {
        std::iter::successors(Some(CollectorKind::Serial), |kind| next(*kind))
    }

    fn is(found: Option<&Identity>, wanted: &Identity) -> bool {
        found.is_some_and(|found| std::ptr::eq(found, wanted))
    }

    #[test]
    fn every_entry_has_the_identity_of_its_name() {
        let names: Vec<&str> = COLLECTORS.iter().map(|entry| entry.name).collect();
        assert_eq!(IDENTITIES.iter().map(|identity| identity.name).collect::<Vec<_>>(), names);
        assert!(IDENTITIES.iter().all(|identity| is(Identity::registered(identity.name), identity)));
    }

    #[test]
    fn collectors_of_hotspot_are_found_by_all_their_names() {
        for identity in IDENTITIES {
            let Some(hotspot) = &identity.hotspot else { continue };
            assert!(is(Some(Identity::of(hotspot.kind)), identity), "{}", identity.name);
            let (lower, upper) = (identity.shown.to_lowercase(), identity.shown.to_uppercase());
            for name in [identity.name, identity.shown, &lower, &upper].iter().chain(hotspot.flags) {
                assert!(is(Identity::called(name), identity), "{name}");
            }
            assert!(!hotspot.flags.is_empty() && !hotspot.announced.is_empty(), "{}", identity.name);
            let same = |kind| kind == Some(hotspot.kind);
            assert!(hotspot.flags.iter().all(|flag| same(CollectorKind::flagged(flag))), "{}", identity.name);
            assert!(hotspot.announced.iter().all(|name| same(CollectorKind::announced(name))), "{}", identity.name);
        }
        assert!(Identity::called("").is_none() && Identity::called("gc").is_none());
    }

    #[test]
    fn every_kind_has_one_collector_and_a_name_of_its_own() {
        for kind in kinds() {
            let count = IDENTITIES.iter().filter(|identity| identity.name_of(kind).is_some()).count();
            assert_eq!(count, 1, "{kind:?}");
            assert_eq!(kinds().filter(|other| other.name() == kind.name()).count(), 1, "{kind}");
        }
        assert_eq!(CollectorKind::GenerationalZ.to_string(), "generational ZGC");
        assert_eq!(Identity::of(CollectorKind::GenerationalZ).name, "z");
        assert_eq!(CollectorKind::Parallel.flag(), "-XX:+UseParallelGC");
    }

    #[test]
    fn percents_set_parameters_that_are_there() {
        for (identity, entry) in IDENTITIES.iter().zip(COLLECTORS) {
            for (name, flag) in identity.hotspot.iter().flat_map(|hotspot| hotspot.percents) {
                assert!(entry.params.iter().any(|param| param.name == *name), "{flag} sets {}.{name}", entry.name);
            }
        }
    }
}
