//! The parts of a process and how each got its size.

use super::keys::{Key, task_manager as tm};

/// A component of a TaskManager process, in the order of Flink's own table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Component {
    /// Heap of Flink itself.
    FrameworkHeap,
    /// Heap of tasks.
    TaskHeap,
    /// Direct memory of Flink itself.
    FrameworkOffHeap,
    /// Direct memory of tasks.
    TaskOffHeap,
    /// Network buffers, direct.
    Network,
    /// Managed memory, native.
    Managed,
    /// Metaspace of the JVM.
    Metaspace,
    /// Whatever else the JVM needs: stacks, code cache, structures of the collector.
    Overhead,
}

impl Component {
    /// All components, in order.
    pub const ALL: [Component; 8] = [
        Component::FrameworkHeap,
        Component::TaskHeap,
        Component::FrameworkOffHeap,
        Component::TaskOffHeap,
        Component::Network,
        Component::Managed,
        Component::Metaspace,
        Component::Overhead,
    ];

    /// The name that Flink's messages use.
    pub fn name(self) -> &'static str {
        match self {
            Component::FrameworkHeap => "Framework Heap Memory",
            Component::TaskHeap => "Task Heap Memory",
            Component::FrameworkOffHeap => "Framework Off-Heap Memory",
            Component::TaskOffHeap => "Task Off-Heap Memory",
            Component::Network => "Network Memory",
            Component::Managed => "Managed Memory",
            Component::Metaspace => "JVM Metaspace",
            Component::Overhead => "JVM Overhead",
        }
    }

    /// The options that set, bound or scale the component: where to look, and whose origin to show.
    pub fn keys(self) -> &'static [&'static Key] {
        static KEYS: [&[&Key]; 8] = [
            &[&tm::FRAMEWORK_HEAP],
            &[&tm::TASK_HEAP],
            &[&tm::FRAMEWORK_OFF_HEAP],
            &[&tm::TASK_OFF_HEAP],
            &[&tm::NETWORK_MIN, &tm::NETWORK_MAX, &tm::NETWORK_FRACTION],
            &[&tm::MANAGED, &tm::MANAGED_FRACTION],
            &[&tm::METASPACE],
            &[&tm::OVERHEAD_MIN, &tm::OVERHEAD_MAX, &tm::OVERHEAD_FRACTION],
        ];
        KEYS[self as usize]
    }
}

/// How a component got its size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Derivation {
    /// The user set it.
    Given,
    /// Nobody set it: its default.
    #[default]
    Preset,
    /// A fraction of a total (or of the rest, where the total was not known yet).
    Fraction,
    /// A fraction that was raised to the minimum.
    AtMin,
    /// A fraction that was cut to the maximum.
    AtMax,
    /// What the other components left of a total.
    Rest,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_stand_in_the_order_of_their_index_and_of_their_keys() {
        let first = "framework.heap.size task.heap.size framework.off-heap.size task.off-heap.size network.min \
                     managed.size jvm-metaspace.size jvm-overhead.min";
        for (index, (component, key)) in Component::ALL.into_iter().zip(first.split_whitespace()).enumerate() {
            assert_eq!(component as usize, index);
            assert_eq!(component.keys()[0].name, format!("taskmanager.memory.{key}"));
        }
    }
}
