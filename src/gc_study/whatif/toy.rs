//! A program whose loss is a formula.

use super::{Choice, Measured, Play, Player, Program, Question, Reply, ask};
use crate::base::Bytes;
use crate::heap::hotspot::CollectorKind;

/// Live bytes of the toy.
pub const LIVE: f64 = 128.0 * 1_048_576.0;

/// Loss at the best guess: live bytes over free ones, a tenth of it.
pub fn loss(heap: f64) -> f64 {
    (0.1 * LIVE / (heap - LIVE)).min(1.0)
}

/// The toy; draws scatter evenly by up to a fifth.
pub struct Toy;

impl Player for Toy {
    fn play(&self, choice: &Choice, draw: u64) -> Play {
        let heap = choice.heap.as_f64();
        if heap <= LIVE {
            return Play { out_of_memory: true, ..Play::default() };
        }
        let off = if draw == 0 { 1.0 } else { 0.8 + 0.01 * (draw % 41) as f64 };
        let (loss, pause) = ((loss(heap) * off).min(1.0), 0.05 * off);
        Play {
            loss,
            paused: loss,
            p50_s: pause,
            p99_s: 2.0 * pause,
            max_s: 3.0 * pause,
            per_hour: 3600.0 * loss / pause,
            out_of_memory: false,
        }
    }
}

/// Four heaps, of which the third is the logged one, and the first too small.
pub fn question() -> Question {
    let heap = |mib: u64| Choice { collector: CollectorKind::G1, cores: 2, heap: Bytes::mib(mib), grown: false };
    let choices = [64, 256, 512, 1024].map(heap).to_vec();
    Question { logged: choices[2], choices, live: LIVE, live_growth: 0.0, max_loss: 0.05, interval: 0.9, threads: 1 }
}

/// The answer to [`question`].
pub fn reply() -> Reply {
    let measured = Measured {
        paused: 0.03,
        p50_s: 0.06,
        p99_s: 0.09,
        max_s: 0.2,
        per_hour: 2400.0,
        span_s: 90.0,
        collections: 60,
    };
    let answer = ask(&Toy, &question(), Some(&measured)).expect("threads");
    let source = Program { name: "toy.log".into(), jdk: Some(17), live: LIVE, rate: 1e9 };
    let notes = vec!["a toy".into()];
    Reply { source, question: question(), answer, measured: Some(measured), flink: None, notes }
}
