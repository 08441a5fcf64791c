//! What Kubernetes decides about the memory of containers: how much they should ask for, and who is killed first.

mod oom_score;
mod vertical;

pub use oom_score::{Quality, oom_score_adj};
pub use vertical::{Recommendation, Recommender, Settings, after_out_of_memory};
