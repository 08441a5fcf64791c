//! Whom the kernel of a node kills when its memory is exhausted.
//!
//! Source: the quality-of-service policy of the kubelet, as read (guaranteed containers get -998 there, -997 in newer
//! releases), and `oom_badness` of Linux: the score is memory in use in thousandths of the node's, plus the adjustment.

use crate::base::Bytes;

/// Class of service of a container, which follows from its requests and limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quality {
    /// Limits for all resources, equal to the requests.
    Guaranteed,
    /// A request or a limit for some resource.
    Burstable,
    /// Neither.
    BestEffort,
}

const GUARANTEED: i64 = -998;
const BEST_EFFORT: i64 = 1000;

/// The adjustment that the kubelet writes for a container that requests `request` bytes on a node of `capacity` bytes.
///
/// -998 and 1000 for the outer classes; a burstable container gets 1000 less a thousandth for each thousandth of the node
/// that it requests, kept within 2 ..= 999.
pub fn oom_score_adj(quality: Quality, request: Bytes, capacity: Bytes) -> i64 {
    match quality {
        Quality::Guaranteed => GUARANTEED,
        Quality::BestEffort => BEST_EFFORT,
        Quality::Burstable => {
            let share = 1000 * u128::from(request.0) / u128::from(capacity.0.max(1));
            // Above any guaranteed container that fills the node, below all of best effort.
            (BEST_EFFORT - share.min(1000) as i64).clamp(BEST_EFFORT + GUARANTEED, BEST_EFFORT - 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: Bytes = Bytes::gib(64);

    #[test]
    fn a_request_protects_in_proportion() {
        let burstable = |request| oom_score_adj(Quality::Burstable, request, NODE);
        assert_eq!(
            [burstable(Bytes::gib(8)), burstable(Bytes(1)), burstable(NODE), burstable(Bytes::ZERO)],
            [875, 999, 2, 999]
        );
        assert_eq!(oom_score_adj(Quality::Guaranteed, Bytes::gib(16), NODE), -998);
        assert_eq!(oom_score_adj(Quality::BestEffort, Bytes::ZERO, NODE), 1000);
    }
}
