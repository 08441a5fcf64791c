//! The answer to "where does the memory go": one configuration as a sheet of quantities, and views of it.

mod answer;
mod batch;
pub mod diff;
mod jvm;
mod managed;
mod network;
mod origin;
mod parts;
pub mod print;
mod sheet;
mod slots;

pub use answer::{Configuration, Setting, job_manager, task_manager};
pub use batch::{BatchError, batch};
pub use origin::{brief, brief_how};
pub use sheet::{Quantity, Row, Section, Sheet};
pub use slots::request;
