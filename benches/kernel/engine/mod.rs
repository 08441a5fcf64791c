//! The contestants.

mod bare;
mod heapwise;
mod nexosim;
mod simcore;

pub use bare::Bare;
pub use heapwise::Heapwise;
pub use nexosim::Nexosim;
pub use simcore::Simcore;
