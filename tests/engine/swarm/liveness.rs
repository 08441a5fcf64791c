//! Jobs that end and meet no shortage: whatever the wiring, all their records must come through.

use std::fmt::Write;

use heapwise::metrics::columns;
use heapwise::scenario::load;
use heapwise::sim::{Ending, run};

use super::draw::Dice;

/// A job of two to five operators with ample memory; every operator reads from any of those before it.
fn job(seed: u64) -> (String, u64) {
    let dice = &mut Dice(seed ^ 0x51ab);
    let (count, slots, policy) = (dice.range(1, 3), dice.range(4, 6), dice.pick(&["never", "threshold", "hot-first"]));
    let migration = if count > 1 { policy } else { "never" };
    let transfer = dice.pick(&["free", "stop-and-copy"]);
    let mut text = format!(
        "name = \"live\"\n[run]\nduration = \"1 h\"\nwarm_up = \"0 s\"\nbatch = {}\nsample_every = \"5 s\"\n\
         [groups.g]\ncount = {count}\ncores = 2\nslots = {slots}\ntask_heap = \"4 GiB\"\nmanaged = \"2 GiB\"\n\
         network = \"1 GiB\"\n[prices]\ntransfer = \"{transfer}\"\n[policies]\nmigration = \"{migration}\"\n\
         [monitor]\ninterval = \"100 ms\"\n[workloads.w]\nkind = \"graph\"\n",
        dice.pick(&["7", "100", "1000"]),
    );
    if dice.chance(2) {
        text += "arrival = { kind = \"poisson\", rate = \"20000 /s\" }\n";
    }
    let mut records = 0;
    let operators = dice.range(2, 5);
    for operator in 0..operators {
        _ = write!(text, "[workloads.w.operators.o{operator}]\ncpu = \"2 us\"\n");
        _ = writeln!(text, "parallelism = {}\nbuffers = {}", dice.range(1, 4), dice.range(1, 3));
        _ = writeln!(text, "output_ratio = {}", dice.pick(&["0", "0.0007", "0.4", "1", "1.3"]));
        let inputs: Vec<String> =
            (0..operator).filter(|_| dice.chance(2)).map(|input| format!("\"o{input}\"")).collect();
        if inputs.is_empty() {
            let own = dice.range(1, 20_000);
            records += own;
            _ = writeln!(text, "records = {own}");
        } else {
            _ = writeln!(text, "inputs = [{}]", inputs.join(", "));
            if dice.chance(4) {
                text += "role = \"sort\"\n";
            } else if dice.chance(3) {
                text += "state = \"heap\"\nkeys = 1000\nskew = 1.1\n";
            }
        }
    }
    (text, records)
}

fn fault(seed: u64) -> Option<String> {
    let (text, records) = job(seed);
    let loaded = match load(&text, "live.toml", &[]) {
        Ok(loaded) => loaded,
        Err(faults) => return Some(format!("{}\n{text}", faults[0])),
    };
    let result = run(&loaded.cells[0].scenario, seed, None);
    let value = |column| result.record.get(column).unwrap_or(f64::NAN);
    let (done, spent) = (value(columns::RECORDS_DONE), value(columns::SIMULATED));
    if result.ending == Ending::Complete && done == records as f64 && spent < 3600.0 {
        return None;
    }
    Some(format!("seed {seed}: {:?} after {spent} s with {done} of {records} records\n{text}", result.ending))
}

#[test]
fn all_records_of_a_job_come_through() {
    let faults: Vec<String> = super::seeds().filter_map(fault).collect();
    assert!(faults.is_empty(), "{} jobs are stuck:\n{}", faults.len(), faults[..faults.len().min(4)].join("\n"));
}
