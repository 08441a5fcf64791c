//! Laws that need no table: what may not change when something else does.

use heapwise::base::SimTime;
use heapwise::metrics::columns;
use heapwise::sim::log::{Entry, Observer};
use heapwise::sim::{self, Ending};

use heapwise::evidence::verification::scenario::{
    self, Setup, Stations, Sums, batches, contiguous, kaufman_roberts, load, poisson, quantity, service,
};
use heapwise::evidence::verification::{Case, Estimate, Sums as _, jackknife};

use super::rows::cases;

fn case(family: &str) -> Case {
    cases(&[family]).remove(0)
}

fn total(batches: &[Sums]) -> Sums {
    let mut total = Sums::default();
    batches.iter().for_each(|batch| total.add(batch, 1.0));
    total
}

fn run(setup: &Setup, customers: f64, seed: u64) -> Vec<Sums> {
    batches(setup, false, customers, seed).unwrap()
}

fn estimate(name: &str, setup: &Setup, batches: &[Sums]) -> Estimate {
    jackknife(batches, |sums| quantity(name, setup, sums)).unwrap()
}

#[test]
fn scattered_blocking_does_not_depend_on_the_holding_law() {
    let case = case("kaufman_roberts");
    for (law, shape) in [("det", f64::NAN), ("h2", 6.0), ("uniform", f64::NAN)] {
        let setup = kaufman_roberts(&case.params, service(law, 1.0, shape).unwrap()).unwrap();
        let batches = run(&setup, 1_600_000.0, 3);
        for asked in &case.asked {
            let (found, expected) = (estimate(&asked.quantity, &setup, &batches), asked.number().unwrap());
            let off = (found.value - expected).abs();
            println!("{law} {}: off {:.4}, error {:.4}", asked.id, off / expected, found.error / expected);
            assert!(off <= 4.0 * found.error, "{law} {}: {found:?} for {expected}", asked.id);
            assert!(found.error < 0.015 * expected, "{law} {}: {found:?} for {expected}", asked.id);
        }
    }
}

#[test]
fn little_s_law_holds_within_a_run() {
    let many = scenario::queue(&poisson(3.0), 3.0, Stations { servers: 4, room: None }, scenario::exponential(1.0));
    let finite =
        scenario::queue(&poisson(3.5), 3.5, Stations { servers: 4, room: Some(8) }, scenario::exponential(1.0));
    let shared = scenario::shared(0.7, service("h2", 1.0, 9.0).unwrap());
    for (family, setup) in [("mmc", many), ("mmck", finite), ("mg1_ps", shared)] {
        let sums = total(&run(&setup, 100_000.0, 5));
        let (present, stay) = (quantity("L", &setup, &sums).unwrap(), quantity("W", &setup, &sums).unwrap());
        // Only tasks that are under way where a run begins or ends are told apart.
        let rate = sums.done / sums.span;
        assert!((present / (rate * stay) - 1.0).abs() < 2e-3, "{family}: {present} and {}", rate * stay);
    }
}

#[test]
fn memory_in_use_is_what_is_admitted_times_its_stay() {
    let params = case("contiguous_first_fit").params;
    let setup = contiguous(&params, "\"first-fit\"").unwrap();
    let batches = run(&setup, 400_000.0, 7);
    let sums = total(&batches);
    let admitted = |class: usize| (sums.classes[class].arrived - sums.classes[class].lost) / sums.span;
    let [sizes, ends] = params.lists(["sizes", "mu"]).unwrap();
    let flow: f64 = (0..sizes.len()).map(|class| sizes[class] * admitted(class) / ends[class]).sum();
    let used = estimate("used", &setup, &batches);
    println!("{used:?} and {flow}");
    assert!((used.value - flow).abs() < 4.0 * used.error, "{used:?} and {flow}");
    assert!(used.error < 0.01 * flow, "{used:?} and {flow}");
}

/// A digest of a whole log.
#[derive(Default)]
struct Digest(u64);

impl Observer for Digest {
    fn hear(&mut self, now: SimTime, entry: &Entry) {
        for byte in format!("{now:?}{entry:?}").bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[test]
fn a_seed_decides_the_whole_log() {
    let setup = contiguous(&case("binary_buddy").params, "\"buddy\"").unwrap();
    let digest = |seed| {
        let mut digest = Digest::default();
        let result = sim::run(&load(&setup.scenario(500.0, 100.0)).unwrap(), seed, Some(&mut digest));
        assert_eq!(result.ending, Ending::Complete);
        digest.0
    };
    assert_eq!(digest(4), digest(4));
    assert_ne!(digest(4), digest(5));
}

#[test]
fn doubled_rates_halve_all_times() {
    let of = |rate: f64, service: f64| {
        let setup = scenario::queue(
            &poisson(rate),
            rate,
            Stations { servers: 4, room: Some(8) },
            scenario::exponential(1.0 / service),
        );
        let sums = total(&run(&setup, 20_000.0, 9));
        (sums.classes[0].lost, quantity("W", &setup, &sums).unwrap())
    };
    let (slow, fast) = (of(3.5, 1.0), of(7.0, 2.0));
    assert_eq!(slow.0, fast.0);
    assert!((slow.1 / fast.1 / 2.0 - 1.0).abs() < 1e-6, "{slow:?} {fast:?}");
}

/// Throughput of a pipeline whose garbage is collected by `collector` at `price`.
fn pipeline(collector: &str, price: &str) -> f64 {
    let text = format!(
        "name = \"free\"\n[run]\nduration = \"20 s\"\nwarm_up = \"1 s\"\n[groups.a]\ncores = 2\nslots = 2\n\
         task_heap = \"256 MiB\"\nmanaged = \"64 MiB\"\ncollector = \"{collector}\"\n[prices]\ncollection = \"{price}\"\n\
         [workloads.w]\nkind = \"graph\"\n[workloads.w.operators.first]\ncpu = {{ law = \"exponential\", mean = \"5 us\" }}\n\
         [workloads.w.operators.second]\ninputs = [\"first\"]\ncpu = \"4 us\"\n"
    );
    let result = sim::run(&load(&text).unwrap(), 1, None);
    assert_eq!(result.ending, Ending::Complete);
    result.record.get(columns::THROUGHPUT).unwrap()
}

#[test]
fn a_collector_at_no_price_is_an_endless_heap() {
    let endless = pipeline("none", "linear");
    for collector in ["serial", "parallel", "mark-compact"] {
        assert_eq!(pipeline(collector, "free"), endless, "{collector}");
        assert!(pipeline(collector, "linear") < endless, "{collector}");
    }
}
