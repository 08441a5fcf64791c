//! What a workload is, told so that every engine can run it.

use serde::{Serialize, de::DeserializeOwned};

/// What engines ask of the data of an event.
pub trait Payload: Copy + Ord + Send + Serialize + DeserializeOwned + 'static {}
impl<T: Copy + Ord + Send + Serialize + DeserializeOwned + 'static> Payload for T {}

/// A model made of entities that send events to each other. Each entity has its own random stream, so that the
/// result does not depend on which of two simultaneous events at different entities goes first.
pub trait Model: Copy + Default + Send + 'static {
    /// An entity's state.
    type Entity: Send + 'static;
    /// What an event carries, besides its time and the entity that gets it.
    type Event: Payload;

    /// The entities before the start.
    fn entities(&self) -> Vec<Self::Entity>;

    /// Posts the first events: delay from time 0 in nanoseconds (at least 1), receiver, event.
    fn start(&self, entities: &mut [Self::Entity], post: impl FnMut(u64, u32, Self::Event));

    /// Handles an event at the entity numbered `me`; posts others: delay (at least 1), receiver, event.
    fn on(
        &self,
        entity: &mut Self::Entity,
        me: u32,
        now: u64,
        event: Self::Event,
        post: impl FnMut(u64, u32, Self::Event),
    );

    /// The time after which no event is run.
    fn until(&self) -> u64;

    /// What an entity adds to the digest.
    fn digest(entity: &Self::Entity) -> u64;

    /// The result in a few words.
    fn result(&self, entities: &[&Self::Entity]) -> String;
}

/// An engine that can run models.
pub trait Engine {
    /// Runs the model and measures from the first post to the last event.
    fn run<M: Model>(model: &M) -> Outcome;
}

/// What one run gave.
pub struct Outcome {
    /// Events run.
    pub events: u64,
    /// Time on the processor.
    pub seconds: f64,
    /// Stands for the final state of all entities.
    pub digest: u64,
    /// The result in a few words.
    pub result: String,
}

impl Outcome {
    /// Sums up a run.
    pub fn new<M: Model>(model: &M, events: u64, seconds: f64, entities: &[&M::Entity]) -> Outcome {
        let fold = |digest: u64, entity: &&M::Entity| {
            (digest ^ M::digest(entity)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29)
        };
        let digest = entities.iter().fold(0, fold);
        Outcome { events, seconds, digest, result: model.result(entities) }
    }

    /// Million events a second on the processor.
    pub fn rate(&self) -> f64 {
        self.events as f64 / self.seconds / 1e6
    }
}
