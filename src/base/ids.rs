//! Dense indices, one type an entity, so that a slot cannot be taken for a TaskManager.
//!
//! Most are given once in a run. Those of things that come and go by the million are given again, and carry a stamp that
//! tells the present holder from earlier ones (see [`Roster`](super::Roster)).

use std::marker::PhantomData;

/// A place in a list that holds one element an entity.
pub trait Id: Copy {
    /// The place.
    fn index(self) -> usize;

    /// The entity at a place.
    fn at(index: usize) -> Self;
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => { id! { $(#[$doc])* $name: u32 } };
    ($(#[$doc:meta])* $name:ident: $number:ty) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $number);

        impl $name {
            /// The index into a vector that holds one element an entity.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl Id for $name {
            fn index(self) -> usize {
                self.0 as usize
            }

            fn at(index: usize) -> $name {
                $name(index as $number)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(/// A TaskManager, 0 .. number of TaskManagers ever started.
    TaskManagerId);
id!(/// A region of pool memory, within its TaskManager.
    RegionId: u8);
id!(/// A consumer of pool memory: a subtask, a task of a trace, or a cache. Never reused within a run.
    ConsumerId);
id!(/// A station of shared capacity: the cores of a TaskManager, a disk, a link.
    StationId);
id!(/// A piece of work in progress, within its station. Given again when the work has ended.
    WorkId);
id!(/// A workload that tells of tasks.
    SourceId);
id!(/// A job of subtasks.
    JobId);
id!(/// An operator, within its job.
    OperatorId);
id!(/// A subtask of any job.
    SubtaskId);
id!(/// An input of a subtask, within the subtask.
    GateId);
id!(/// An output of a subtask, within the subtask.
    EdgeId);
id!(/// Subtasks that share a slot.
    SlotGroupId);

impl SubtaskId {
    /// The subtask so many after this one.
    pub fn offset(self, by: u32) -> SubtaskId {
        SubtaskId(self.0 + by)
    }
}

/// A number that is given again after its holder has gone, and the stamp of the present holder, which is not.
pub struct Stamped<K> {
    number: u32,
    stamp: u32,
    kind: PhantomData<K>,
}

impl<K> Stamped<K> {
    pub(super) fn new(number: usize, stamp: u32) -> Stamped<K> {
        Stamped { number: number as u32, stamp, kind: PhantomData }
    }

    /// The number alone, which others have had and will have.
    pub fn number(self) -> u32 {
        self.number
    }

    pub(super) fn stamp(self) -> u32 {
        self.stamp
    }
}

// Derived, these would ask the same of the kind, which is only a name.
impl<K> Clone for Stamped<K> {
    fn clone(&self) -> Stamped<K> {
        *self
    }
}

impl<K> Copy for Stamped<K> {}

impl<K> PartialEq for Stamped<K> {
    fn eq(&self, other: &Stamped<K>) -> bool {
        (self.number, self.stamp) == (other.number, other.stamp)
    }
}

impl<K> Eq for Stamped<K> {}

impl<K> std::fmt::Debug for Stamped<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.number, self.stamp)
    }
}

macro_rules! stamped {
    ($(#[$doc:meta])* $name:ident of $kind:ident) => {
        /// The kind of a stamped id.
        pub enum $kind {}
        $(#[$doc])*
        pub type $name = Stamped<$kind>;
    };
}

stamped!(/// A task, from its arrival to the end of its last instance.
    TaskId of ATask);
stamped!(/// Identical instances of a task on one TaskManager.
    GroupId of AGroup);
stamped!(/// A request for pool memory under pressure.
    RequestId of ARequest);
stamped!(/// An operation beside the work of subtasks: a spill, a move.
    OperationId of AnOperation);
stamped!(/// Records on their way between TaskManagers.
    ShipmentId of AShipment);
