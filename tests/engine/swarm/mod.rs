//! Swarm test: many small random scenarios, each run under an independent judge.
//!
//! A failing seed prints the whole drawn scenario. `HEAPWISE_SWARM=first..last` runs other seeds than the standard ones.

mod draw;
mod liveness;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use draw::{Drawn, draw};
use heapwise::base::SimTime;
use heapwise::scenario::load;
use heapwise::scenario::spec::Scenario;
use heapwise::sim::audit::Auditor;
use heapwise::sim::log::{Entry, Observer};
use heapwise::sim::{Ending, RunResult, run};

/// Seeds that run by default.
const STANDARD: Range<u64> = 0..150;

/// Longer than any of these runs may take; what takes longer does not come to an end.
const PATIENCE: Duration = Duration::from_secs(20);

/// Log entries after which a run counts as one that never ends.
const MOST_ENTRIES: u64 = 20_000_000;

struct Judge(Auditor);

impl Observer for Judge {
    fn hear(&mut self, now: SimTime, entry: &Entry) {
        self.0.hear(now, entry);
        assert!(self.0.entries() < MOST_ENTRIES, "the run does not come to an end");
    }
}

/// What became of one draw.
enum Verdict {
    Refused(String),
    Ran(Ending),
    Faulty(String),
}

fn seeds() -> Range<u64> {
    let Ok(text) = std::env::var("HEAPWISE_SWARM") else { return STANDARD };
    let (first, last) = text.split_once("..").expect("HEAPWISE_SWARM is first..last");
    first.parse().expect("first seed")..last.parse().expect("last seed")
}

fn text_of(drawn: &Drawn, folder: &Path, seed: u64) -> String {
    let path = folder.join(format!("trace_{seed}.csv"));
    std::fs::write(&path, &drawn.trace).expect("the trace is written");
    drawn.text.replace("TRACE", &path.display().to_string())
}

fn try_out(seed: u64, folder: &Path) -> Verdict {
    let text = text_of(&draw(seed), folder, seed);
    let loaded = match load(&text, "swarm.toml", &[]) {
        Ok(loaded) => loaded,
        Err(faults) => return Verdict::Refused(faults[0].to_string()),
    };
    match catch_unwind(AssertUnwindSafe(|| judged(&loaded.cells[0].scenario, seed))) {
        Ok(Ok(ending)) => Verdict::Ran(ending),
        Ok(Err(fault)) => Verdict::Faulty(fault),
        Err(payload) => Verdict::Faulty(format!("panicked: {}", message(&*payload))),
    }
}

fn message(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().cloned();
    text.or_else(|| payload.downcast_ref::<&str>().map(|text| text.to_string())).unwrap_or_default()
}

/// Runs twice, once with and once without the judge.
fn judged(scenario: &Scenario, seed: u64) -> Result<Ending, String> {
    let mut judge = Judge(Auditor::new());
    let first = run(scenario, seed, Some(&mut judge));
    if let [rule, ..] = judge.0.verdict() {
        return Err(format!("a rule broke: {rule}"));
    }
    let ours = ["books do not agree", " policy ", "not registered"];
    if let Ending::Failed(text) = &first.ending
        && ours.iter().any(|fault| text.contains(fault))
    {
        return Err(text.clone());
    }
    let mut judge = Judge(Auditor::new());
    same(&first, &run(scenario, seed, Some(&mut judge)))?;
    Ok(first.ending)
}

fn same(first: &RunResult, second: &RunResult) -> Result<(), String> {
    let text = |result: &RunResult| format!("{:?} {:?} {:?}", result.ending, result.record, result.series);
    if text(first) == text(second) { Ok(()) } else { Err("a rerun gives another record".into()) }
}

/// Tries a seed out on a thread that bears its name, so that even a stack overflow tells the seed.
fn on_a_thread(seed: u64, folder: &Path) -> Receiver<Verdict> {
    let (sender, receiver) = channel();
    let folder = folder.to_path_buf();
    let thread = std::thread::Builder::new().name(format!("seed {seed}"));
    thread.spawn(move || sender.send(try_out(seed, &folder))).expect("a thread starts");
    receiver
}

fn fail(seed: u64, fault: &str) -> String {
    format!("seed {seed}: {fault}\n{}", draw(seed).text)
}

#[test]
fn random_scenarios_break_no_rule() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let seeds = seeds();
    let (mut faults, mut refused, mut complete) = (Vec::new(), Vec::new(), 0);
    let mut under_way = seeds.clone().take(1).map(|seed| on_a_thread(seed, folder.path())).next();
    for seed in seeds.clone() {
        // Two at a time: the next one starts before the answer to this one is awaited.
        let next = seeds.contains(&(seed + 1)).then(|| on_a_thread(seed + 1, folder.path()));
        match std::mem::replace(&mut under_way, next).map(|answer| answer.recv_timeout(PATIENCE)) {
            Some(Ok(Verdict::Ran(ending))) => complete += u64::from(ending == Ending::Complete),
            Some(Ok(Verdict::Refused(fault))) => refused.push(format!("seed {seed}: {fault}")),
            Some(Ok(Verdict::Faulty(fault))) => faults.push(fail(seed, &fault)),
            _ => faults.push(fail(seed, "does not come to an end")),
        }
    }
    let all = seeds.end - seeds.start;
    println!("{all} scenarios: {complete} complete, {} refused, {} faulty", refused.len(), faults.len());
    assert!(faults.is_empty(), "{} of {all} scenarios are faulty:\n\n{}", faults.len(), faults.join("\n\n"));
    assert!(refused.len() as u64 <= all / 4, "too many draws make no scenario:\n{}", refused.join("\n"));
    assert!(complete >= all / 3, "only {complete} of {all} runs come to their end");
}
