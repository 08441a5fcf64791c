//! simcore (DSLab): one component for each entity. Its time is a float; one unit is a nanosecond here, so that every
//! time of the workloads is a whole number below 2^53 and the sums are exact.

use crate::clock::Stopwatch;
use crate::model::{Engine, Model, Outcome};
use simcore::{Event, EventHandler, Simulation, SimulationContext};
use std::cell::RefCell;
use std::rc::Rc;

/// simcore with callbacks.
pub struct Simcore;

struct Component<M: Model> {
    model: M,
    me: u32,
    entity: M::Entity,
    events: u64,
    context: SimulationContext,
}

impl<M: Model> EventHandler for Component<M> {
    fn on(&mut self, event: Event) {
        let Ok(data) = event.data.downcast::<Data<M::Event>>() else {
            return;
        };
        self.events += 1;
        let context = &self.context;
        self.model.on(&mut self.entity, self.me, event.time as u64, data.0, |delay, to, event| {
            context.emit(Data(event), to, delay as f64);
        });
    }
}

/// simcore asks for a type that can be serialized to a struct.
#[derive(Clone, serde::Serialize)]
struct Data<T>(T);

impl Engine for Simcore {
    fn run<M: Model>(model: &M) -> Outcome {
        let mut simulation = Simulation::new(1);
        let mut entities = model.entities();
        let (start, mut first) = (Stopwatch::start(), Vec::new());
        model.start(&mut entities, |delay, to, event| first.push((delay, to, event)));
        let drawing = start.seconds();
        let components: Vec<_> =
            (0..).zip(entities).map(|(me, entity)| add(&mut simulation, *model, me, entity)).collect();
        // Created last, so that the components have the numbers 0 and up.
        let starter = simulation.create_context("starter");
        let start = Stopwatch::start();
        for (delay, to, event) in first {
            starter.emit(Data(event), to, delay as f64);
        }
        if model.until() == u64::MAX {
            simulation.step_until_no_events();
        } else {
            simulation.step_until_time(model.until() as f64);
        }
        let seconds = drawing + start.seconds();
        let borrowed: Vec<_> = components.iter().map(|component| component.borrow()).collect();
        let events = borrowed.iter().map(|component| component.events).sum();
        Outcome::new(model, events, seconds, &borrowed.iter().map(|component| &component.entity).collect::<Vec<_>>())
    }
}

fn add<M: Model>(simulation: &mut Simulation, model: M, me: u32, entity: M::Entity) -> Rc<RefCell<Component<M>>> {
    let name = format!("entity {me}");
    let context = simulation.create_context(&name);
    let component = Rc::new(RefCell::new(Component { model, me, entity, events: 0, context }));
    let id = simulation.add_handler(name, component.clone());
    assert_eq!(id, me, "simcore numbers components from 0");
    component
}
