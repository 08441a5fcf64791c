//! Memory as state: address ranges, and what lies in them. Knows nothing of events, policies or prices.

pub mod pool;
