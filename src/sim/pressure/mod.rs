//! What a request meets that cannot be granted: the scenario's steps, one after the other, each taking its time.
//!
//! `request` leads a request through the steps, `steps` holds one file for each of them.

mod request;
mod steps;
mod touch;

pub use request::Pending;
