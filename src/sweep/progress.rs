//! The progress line on standard error: what runs, how many runs are left, how long that will take.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::base::SimSpan;

/// Shows progress, or keeps silent. Shared by the threads of a sweep.
pub struct Progress {
    bar: ProgressBar,
    started: Instant,
    running: Mutex<BTreeSet<usize>>,
}

impl Progress {
    /// For `runs` runs yet to do; silent if told so or where standard error is not a terminal.
    pub fn new(runs: usize, quiet: bool) -> Progress {
        let silent = quiet || runs == 0 || !std::io::stderr().is_terminal();
        let target = if silent { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(runs as u64), target);
        if let Ok(style) = ProgressStyle::with_template("[{bar:20}] {prefix} | {wide_msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Progress { bar, started: Instant::now(), running: Mutex::new(BTreeSet::new()) }
    }

    /// Run `index` starts; `label` says what a run is.
    pub fn start(&self, index: usize, label: impl Fn(usize) -> String) {
        self.change(|running| running.insert(index), label);
    }

    /// Run `index` is over.
    pub fn finish(&self, index: usize, label: impl Fn(usize) -> String) {
        self.bar.inc(1);
        self.change(|running| running.remove(&index), label);
    }

    fn change(&self, edit: impl Fn(&mut BTreeSet<usize>) -> bool, label: impl Fn(usize) -> String) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        edit(&mut running);
        if self.bar.is_hidden() {
            return;
        }
        let (total, done) = (self.bar.length().unwrap_or(0), self.bar.position());
        self.bar.set_prefix(left(total, done, self.started.elapsed()));
        self.bar.set_message(running.first().map(|index| label(*index)).unwrap_or_default());
    }

    /// Removes the line.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

/// "12 of 80 runs left, about 4 s".
fn left(total: u64, done: u64, elapsed: Duration) -> String {
    let left = total.saturating_sub(done);
    if done == 0 {
        return format!("{left} of {total} runs left");
    }
    let seconds = elapsed.as_secs_f64() / done as f64 * left as f64;
    let rounded = if seconds < 10.0 { (10.0 * seconds).round() / 10.0 } else { seconds.round() };
    format!("{left} of {total} runs left, about {}", SimSpan::from_secs(rounded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_many_and_how_long() {
        assert_eq!(left(80, 0, Duration::ZERO), "80 of 80 runs left");
        assert_eq!(left(80, 20, Duration::from_secs(10)), "60 of 80 runs left, about 30 s");
        assert_eq!(left(4, 3, Duration::from_secs(9)), "1 of 4 runs left, about 3 s");
    }

    #[test]
    fn a_silent_line_still_counts() {
        let progress = Progress::new(3, true);
        progress.start(0, |_| unreachable!("a silent line needs no words"));
        progress.finish(0, |_| unreachable!("a silent line needs no words"));
        assert_eq!(progress.bar.position(), 1);
    }
}
