//! Studies of JVMs from their GC logs: [`calibrate`] fits the prices of a machine, [`replay`] lets a logged program run
//! on other heaps and collectors, [`whatif`] answers questions with replays.

pub mod calibrate;
pub mod replay;
pub mod whatif;
