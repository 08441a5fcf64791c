//! Registries: one line a plug-in, everything else in the plug-in's own file.

use super::{Args, Param};

/// What a plug-in says of itself, and how to build it. A constant in the plug-in's own file.
pub struct Entry<Build: 'static> {
    /// The name in scenarios and lists: lower case, words joined by hyphens.
    pub name: &'static str,
    /// One line: what it does.
    pub summary: &'static str,
    /// Paper or system that it comes from.
    pub source: &'static str,
    /// Its parameters; empty for most.
    pub params: &'static [Param],
    /// What it needs of the rest of the scenario, and what it is (see [`Trait`]).
    pub traits: &'static [Trait],
    /// Makes one from checked parameters. A text answers for a combination of parameters that makes no sense.
    pub build: Build,
}

/// The shape of most constructors: checked parameters in, a boxed plug-in out.
pub type Build<T> = fn(&Args) -> Result<Box<T>, String>;

/// A capability or need, as data; `heapwise check` refuses combinations that do not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// Does nothing: the template to copy.
    Baseline,
    /// Unlimited or clairvoyant: an unreachable reference, marked as such in tables.
    Bound,
    /// Needs to know the future demand of a task.
    NeedsForesight,
    /// Needs tasks with a priority.
    NeedsPriority,
    /// Needs a cluster with more than one TaskManager.
    NeedsPeers,
    /// Offers the future demand of its tasks (traces do).
    OffersForesight,
    /// Offers priorities.
    OffersPriority,
    /// Keeps no addresses, so that groups of identical requests may be served as one.
    Addressless,
    /// Hands out Flink's pages: its parameter `page` is that of the TaskManagers unless a scenario says otherwise.
    Paged,
    /// Grants beyond the capacity of the pool; without it, a full pool refuses.
    Unlimited,
    /// Blocks may take more than was asked for.
    Rounds,
    /// Fits only keyed state that lives there, in the words of the key `state`; without it, state anywhere.
    OnlyState(&'static str),
    /// Fits only the collector of this name; without it, every collector.
    OnlyCollector(&'static str),
}

/// Anything that lists itself: lets `heapwise list` and the parser treat all families alike.
pub trait Listed {
    /// The name in scenarios.
    fn name(&self) -> &'static str;
    /// One line for people, source, parameters and capabilities.
    fn facts(&self) -> Facts;
}

/// What [`Listed::facts`] tells.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// One line: what it does.
    pub summary: &'static str,
    /// Paper or system.
    pub source: &'static str,
    /// Declared parameters.
    pub params: &'static [Param],
    /// Capabilities and needs.
    pub traits: &'static [Trait],
}

impl<Build> Listed for Entry<Build> {
    fn name(&self) -> &'static str {
        self.name
    }
    fn facts(&self) -> Facts {
        Facts { summary: self.summary, source: self.source, params: self.params, traits: self.traits }
    }
}

/// Declares the modules of a family and its registry: one line a member.
///
/// `registry! { pub static ALLOCATORS: Build<dyn BlockAllocator>; first_fit, best_fit, }` expects a file
/// `first_fit.rs` with `pub const ENTRY: Entry<Build<dyn BlockAllocator>>`.
///
/// A second list, `pub static IDENTITIES: Identity = IDENTITY;` behind the first, takes the constant of that name out of
/// each file as well.
#[macro_export]
macro_rules! registry {
    ($(#[$doc:meta])* pub static $list:ident : $build:ty; $($member:ident,)*) => {
        $(pub mod $member;)*

        $(#[$doc])*
        pub static $list: &[&$crate::base::Entry<$build>] = &[$(&$member::ENTRY,)*];
    };
    (
        $(#[$doc:meta])* pub static $list:ident : $build:ty;
        $(#[$more:meta])* pub static $beside:ident : $what:ty = $constant:ident;
        $($member:ident,)*
    ) => {
        $crate::registry! { $(#[$doc])* pub static $list: $build; $($member,)* }

        $(#[$more])*
        pub static $beside: &[&$what] = &[$(&$member::$constant,)*];
    };
}
