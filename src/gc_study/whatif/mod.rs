//! "What if the heap were D and the cores C?": the program of a log under other heaps, cores and collectors.
//!
//! Whoever can play the program under a setting ([`Player`]) is asked for every combination of the grid, once with the
//! best guess of all coefficients and then with draws of them; the draws carry the uncertainty of the calibration. A draw
//! has the same coefficients in every setting, so that settings differ by what they are and not by luck.

mod flink;
mod grid;
mod likely;
mod measured;
mod notes;
mod replays;
mod smallest;
mod stretch;
mod study;
#[cfg(test)]
pub(crate) mod toy;

pub use flink::{Change, Line, change};
pub use grid::{LEAST_HEAP, collector_called};
pub use likely::Likely;
pub use measured::Measured;
pub use stretch::Stretch;
pub use study::{Wishes, whatif};

use rayon::prelude::*;

use crate::base::Bytes;
use crate::heap::hotspot::CollectorKind;

/// Draws of the coefficients beside the best guess.
pub const DRAWS: u64 = 100;

/// A setting under which the program is to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// Which collector.
    pub collector: CollectorKind,
    /// Cores that the JVM sees, at least 1.
    pub cores: u32,
    /// `-Xmx` = `-Xms`.
    pub heap: Bytes,
    /// Whether the live set has grown as the question asks; the logged setting has that of the log.
    pub grown: bool,
}

/// What came of running the program once.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Play {
    /// Throughput lost to collection in all, 0 ..= 1: pauses, cores taken beside the program, barriers.
    pub loss: f64,
    /// Share of the time spent in pauses, 0 ..= 1.
    pub paused: f64,
    /// Median pause, seconds.
    pub p50_s: f64,
    /// 99th percentile of pauses, seconds.
    pub p99_s: f64,
    /// Longest pause, seconds.
    pub max_s: f64,
    /// Collections an hour.
    pub per_hour: f64,
    /// Whether it ended in java.lang.OutOfMemoryError.
    pub out_of_memory: bool,
}

/// Runs the program of a log.
pub trait Player: Sync {
    /// One run under `choice`; draw 0 is the best guess of all coefficients, every other one a draw of its own.
    fn play(&self, choice: &Choice, draw: u64) -> Play;
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// All combinations, in the order of the answer.
    pub choices: Vec<Choice>,
    /// Which of them is the logged one.
    pub logged: Choice,
    /// Live bytes of the program, grown as asked; no smaller heap is tried when the smallest is looked for.
    pub live: f64,
    /// What the live set is to grow by: 0.2 is a fifth more, at least -1.
    pub live_growth: f64,
    /// Greatest share of throughput that the smallest heap may lose, above 0 and below 1.
    pub max_loss: f64,
    /// Share of the draws that intervals hold, above 0 and below 1.
    pub interval: f64,
    /// Threads that work on it, at least 1; the answer does not depend on them.
    pub threads: usize,
}

/// The answer for one setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// The setting.
    pub choice: Choice,
    /// Whether this is what the log shows.
    pub as_logged: bool,
    /// Chance of java.lang.OutOfMemoryError.
    pub out_of_memory: Likely,
    /// What it costs; `None` where every draw runs out of memory.
    pub cost: Option<Cost>,
}

/// What collections cost under one setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Throughput lost, 0 ..= 1.
    pub loss: Likely,
    /// Share of the time in pauses, 0 ..= 1.
    pub paused: Likely,
    /// Median pause, seconds.
    pub p50_s: Likely,
    /// 99th percentile of pauses, seconds.
    pub p99_s: Likely,
    /// Longest pause, seconds.
    pub max_s: Likely,
    /// Collections an hour.
    pub per_hour: Likely,
}

/// The smallest heap of a collector on so many cores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Smallest {
    /// Which collector.
    pub collector: CollectorKind,
    /// How many cores.
    pub cores: u32,
    /// Bytes; `None` where even `most` loses too much.
    pub heap: Option<Likely>,
    /// The largest heap that was tried, bytes.
    pub most: f64,
    /// What it loses by the best guess: what no heap avoids, such as barriers.
    pub remains: f64,
}

/// The whole answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The logged setting, whether or not it is among the choices.
    pub logged: Row,
    /// How far intervals were stretched to hold what the log measured.
    pub stretch: Stretch,
    /// One a choice, in their order.
    pub rows: Vec<Row>,
    /// One a collector and number of cores, in the order in which choices name them.
    pub smallest: Vec<Smallest>,
}

/// The program of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// The log's name.
    pub name: String,
    /// Feature release of its JDK, where the log tells it.
    pub jdk: Option<u32>,
    /// Live bytes.
    pub live: f64,
    /// Bytes allocated a second.
    pub rate: f64,
}

/// Question and answer, with all that is known beside them.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Whom the answer is about.
    pub source: Program,
    /// What was asked.
    pub question: Question,
    /// What came of it.
    pub answer: Answer,
    /// What the log measured of the setting as logged; `None` where it tells no times.
    pub measured: Option<Measured>,
    /// What to change in Flink's configuration, where one was given.
    pub flink: Option<Change>,
    /// What a reader must know.
    pub notes: Vec<String>,
}

/// Answers. `measured` is what the log says of the setting as logged.
///
/// # Errors
/// Threads that cannot be started.
pub fn ask(player: &dyn Player, question: &Question, measured: Option<&Measured>) -> Result<Answer, String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(question.threads.max(1)).build();
    let pool = pool.map_err(|error| format!("threads cannot be started: {error}"))?;
    Ok(pool.install(|| {
        let plain = made((&question.logged, plays(player, &[question.logged]).pop().unwrap_or_default()), question);
        let stretch = plain.cost.zip(measured).map(|(cost, measured)| Stretch::of(&cost, measured)).unwrap_or_default();
        let wide = |row: Row| Row { cost: row.cost.map(|cost| stretch.apply(&cost)), ..row };
        let logged = wide(plain);
        let ratio = |end: fn(&Likely) -> f64| match (plain.cost, logged.cost) {
            (Some(plain), Some(wide)) if end(&plain.loss) > 0.0 => end(&wide.loss) / end(&plain.loss),
            _ => 1.0,
        };
        let ends = Ends { low: ratio(|loss| loss.low).max(1e-6), high: ratio(|loss| loss.high) };
        let rows = question.choices.iter().zip(plays(player, &question.choices)).map(|row| wide(made(row, question)));
        let smallest = sides(&question.choices).into_par_iter().map(|side| side_smallest(player, question, ends, side));
        Answer { logged, stretch, rows: rows.collect(), smallest: smallest.collect() }
    }))
}

/// Every play of every choice: the best guess first, then the draws.
fn plays(player: &dyn Player, choices: &[Choice]) -> Vec<Vec<Play>> {
    let draws = DRAWS as usize + 1;
    let jobs: Vec<(usize, u64)> = (0..choices.len() * draws).map(|job| (job / draws, (job % draws) as u64)).collect();
    let play = |job: &(usize, u64)| choices.get(job.0).map_or_else(Play::default, |choice| player.play(choice, job.1));
    let all: Vec<Play> = jobs.par_iter().map(play).collect();
    all.chunks(draws).map(<[Play]>::to_vec).collect()
}

fn made((choice, plays): (&Choice, Vec<Play>), question: &Question) -> Row {
    let share = question.interval;
    let hits = plays.iter().filter(|play| play.out_of_memory).count();
    let whole: Vec<&Play> = plays.iter().filter(|play| !play.out_of_memory).collect();
    let of = |read: fn(&Play) -> f64| {
        let draws: Vec<f64> = whole.iter().map(|play| read(play)).collect();
        // Where the best guess runs out of memory, the draws that do not have to speak for themselves.
        let mut sorted = draws.clone();
        sorted.sort_by(f64::total_cmp);
        let guess = plays.first().filter(|play| !play.out_of_memory).map(read).or(likely::quantile(&sorted, 0.5));
        Likely::around(guess.unwrap_or(0.0), &draws, share)
    };
    let cost = || Cost {
        loss: of(|play| play.loss),
        paused: of(|play| play.paused),
        p50_s: of(|play| play.p50_s),
        p99_s: of(|play| play.p99_s),
        max_s: of(|play| play.max_s),
        per_hour: of(|play| play.per_hour),
    };
    Row {
        choice: *choice,
        as_logged: *choice == question.logged,
        out_of_memory: Likely::chance(hits, plays.len(), share),
        cost: (!whole.is_empty()).then(cost),
    }
}

/// What a heap is looked for.
#[derive(Clone, Copy, PartialEq)]
struct Side {
    collector: CollectorKind,
    cores: u32,
}

/// Factors by which the ends of an interval are stretched.
#[derive(Clone, Copy)]
struct Ends {
    low: f64,
    high: f64,
}

/// Collectors and numbers of cores, in the order in which choices name them.
fn sides(choices: &[Choice]) -> Vec<Side> {
    let mut sides: Vec<Side> = Vec::new();
    for choice in choices {
        let side = Side { collector: choice.collector, cores: choice.cores };
        if !sides.contains(&side) {
            sides.push(side);
        }
    }
    sides
}

/// Heaps at which the smallest one is looked for first.
const TRIED: u32 = 10;
/// Heaps tried between them.
const STEPS: usize = 6;

/// The smallest heap of a side; `ends` stretch the interval of a loss.
fn side_smallest(player: &dyn Player, question: &Question, ends: Ends, Side { collector, cores }: Side) -> Smallest {
    let least = question.live.max(grid::LEAST_HEAP.as_f64());
    let largest = question.choices.iter().map(|choice| choice.heap.as_f64()).fold(0.0, f64::max);
    let most = (8.0 * question.logged.heap.as_f64()).max(largest).max(4.0 * least);
    let ratio = (most / least).powf(1.0 / f64::from(TRIED - 1));
    let heaps: Vec<f64> = (0..TRIED).map(|step| least * ratio.powi(step as i32)).collect();
    let grown = question.live_growth != 0.0;
    let choice = |heap: f64| Choice { collector, cores, heap: Bytes::from_f64(heap), grown };
    let tried: Vec<Choice> = heaps.iter().map(|heap| choice(*heap)).collect();
    let loss = |play: &Play| if play.out_of_memory { 1.0 } else { play.loss };
    let curves = plays(player, &tried);
    let curve = |draw: usize| -> Vec<(f64, f64)> {
        let losses = curves.iter().map(|plays| plays.get(draw).map_or(1.0, &loss));
        heaps.iter().copied().zip(losses).collect()
    };
    let remains = smallest::falling(&curve(0).iter().map(|point| point.1).collect::<Vec<_>>()).pop().unwrap_or(1.0);
    let guess = |heap: f64| loss(&player.play(&choice(heap), 0));
    let found = smallest::smallest(curve(0), question.max_loss, STEPS, guess).map(|heap| {
        let value = smallest::readable(heap);
        let around = |factor: f64| {
            let bound = question.max_loss / factor;
            let draws: Vec<f64> = (1..=DRAWS as usize).map(|draw| smallest::crossing(&curve(draw), bound)).collect();
            Likely::around(value, &draws, question.interval)
        };
        let (low, high) = (around(ends.low).low, around(ends.high).high);
        let high = if high.is_finite() { smallest::readable(high) } else { high };
        Likely { low: smallest::readable(low).min(value), high, value }
    });
    Smallest { collector, cores, heap: found, most, remains }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(threads: usize) -> Question {
        Question { threads, ..toy::question() }
    }

    #[test]
    fn the_toy_is_answered_as_its_formula_says() {
        let answer = ask(&toy::Toy, &question(1), None).unwrap();
        let [small, second, logged, large] = answer.rows[..] else { panic!("{answer:?}") };
        assert_eq!((small.cost, small.out_of_memory.value), (None, 1.0));
        assert!(logged.as_logged && !large.as_logged);
        let loss = |row: Row| row.cost.unwrap().loss;
        assert!((loss(second).value - toy::loss(256.0 * 1_048_576.0)).abs() < 1e-12);
        assert!(loss(large).low < loss(large).value && loss(large).value < loss(large).high);
        assert!(loss(second).value > loss(logged).value && loss(logged).value > loss(large).value);
        let heap = answer.smallest[0].heap.unwrap();
        assert!((toy::loss(heap.value) / 0.05 - 1.0).abs() < 0.05, "{heap:?}");
        assert!(heap.low < heap.value && heap.value < heap.high, "{heap:?}");
    }

    #[test]
    fn threads_change_nothing() {
        assert_eq!(ask(&toy::Toy, &question(1), None), ask(&toy::Toy, &question(3), None));
    }

    #[test]
    fn a_bound_below_every_loss_has_no_heap() {
        let answer = ask(&toy::Toy, &Question { max_loss: 1e-6, ..question(2) }, None).unwrap();
        assert_eq!(answer.smallest[0].heap, None);
        assert_eq!(answer.smallest[0].most, 4096.0 * 1_048_576.0);
    }
}
