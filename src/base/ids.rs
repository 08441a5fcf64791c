//! Dense indices, one type an entity, so that a slot cannot be taken for a TaskManager.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The index into a vector that holds one element an entity.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(/// A TaskManager, 0 .. number of TaskManagers ever started.
    TaskManagerId);
id!(/// A consumer of pool memory: a subtask, a task of a trace, or a cache. Never reused within a run.
    ConsumerId);
