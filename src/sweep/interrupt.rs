//! A clean stop: runs that have started finish, no others start, every row that was written stays whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A wish to stop, shared with whoever may utter it.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Nobody wants to stop yet.
    pub fn new() -> Stop {
        Stop::default()
    }

    /// Asks for a stop.
    pub fn request(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether someone has asked.
    pub fn is_requested(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Listens for Ctrl-C and termination: the first one asks, the second one leaves at once with code 2. A row that
    /// the second one tears is dropped on resume. Fails where the process listens already.
    pub fn on_ctrl_c() -> Result<Stop, String> {
        let stop = Stop::new();
        let asked = stop.clone();
        let handler = move || {
            if asked.is_requested() {
                std::process::exit(2);
            }
            asked.request();
            eprintln!("\nstopping after the runs at work; press Ctrl-C again to abandon them");
        };
        ctrlc::set_handler(handler).map_err(|error| format!("cannot listen for Ctrl-C: {error}"))?;
        Ok(stop)
    }
}
