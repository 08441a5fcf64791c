//! nexosim on one thread. All entities live in one of its models, which schedules events for itself: a model for
//! each entity would need an output port to each of the others and a second hop for each event. So nothing is
//! sent from model to model here, which is to nexosim's advantage.

use crate::clock::Stopwatch;
use crate::model::{Engine, Model, Outcome};
use nexosim::model::{Context, schedulable};
use nexosim::ports::EventSource;
use nexosim::simulation::{Mailbox, SimInit, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// nexosim's single-threaded executor.
pub struct Nexosim;

/// The model of nexosim that holds a whole model of ours.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Host<M: Model> {
    #[serde(skip)]
    model: M,
    #[serde(skip)]
    entities: Vec<M::Entity>,
    #[serde(skip)]
    events: u64,
    #[serde(skip)]
    result: Arc<Mutex<(u64, Vec<M::Entity>)>>,
}

#[nexosim::model::Model]
impl<M: Model> Host<M> {
    /// Posts the first events.
    pub fn begin(&mut self, _: (), context: &Context<Self>) {
        self.model.start(&mut self.entities, |delay, to, event| {
            let _ = context.schedule_event(Duration::from_nanos(delay), schedulable!(Host::<M>::on), (to, event));
        });
    }

    #[nexosim(schedulable)]
    fn on(&mut self, (to, event): (u32, M::Event), context: &Context<Self>) {
        let now = context.time().duration_since(MonotonicTime::EPOCH).as_nanos() as u64;
        self.events += 1;
        self.model.on(&mut self.entities[to as usize], to, now, event, |delay, to, event| {
            let _ = context.schedule_event(Duration::from_nanos(delay), schedulable!(Host::<M>::on), (to, event));
        });
    }

    /// Hands the final state out.
    pub fn end(&mut self, _: ()) {
        let entities = std::mem::take(&mut self.entities);
        *self.result.lock().expect("one thread, which cannot have failed") = (self.events, entities);
    }
}

impl Engine for Nexosim {
    fn run<M: Model>(model: &M) -> Outcome {
        let result = Arc::default();
        let host = Host { model: *model, entities: model.entities(), events: 0, result: Arc::clone(&result) };
        let seconds = simulate(host, model.until()).expect("the simulation runs");
        let (events, entities) = &*result.lock().expect("one thread, which cannot have failed");
        Outcome::new(model, *events, seconds, &entities.iter().collect::<Vec<_>>())
    }
}

fn simulate<M: Model>(host: Host<M>, until: u64) -> Result<f64, SimulationError> {
    let mailbox = Mailbox::new();
    let mut bench = SimInit::with_num_threads(1);
    let begin = EventSource::new().connect(Host::begin, &mailbox).register(&mut bench);
    let end = EventSource::new().connect(Host::end, &mailbox).register(&mut bench);
    let mut simulation = bench.add_model(host, mailbox, "host").init(MonotonicTime::EPOCH)?;
    let start = Stopwatch::start();
    simulation.process_event(&begin, ())?;
    if until == u64::MAX {
        simulation.run()?;
    } else {
        simulation.step_until(MonotonicTime::EPOCH + Duration::from_nanos(until))?;
    }
    let seconds = start.seconds();
    simulation.process_event(&end, ())?;
    Ok(seconds)
}
