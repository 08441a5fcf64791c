//! A small world solved exactly: requests arrive at random, hold for exponential times and are lost if they do not
//! fit. Layouts are then states of a finite Markov chain. Its transitions come from the allocators themselves, so
//! blocking probabilities that agree with the known ones certify the placement rules down to their ties.

use std::collections::BTreeMap;

use super::*;

/// Requests of class i arrive at rate `arrivals[i]`, take `sizes[i]` units and leave at rate 1.
struct World<'a> {
    rule: &'a str,
    units: u64,
    sizes: &'a [u64],
    arrivals: &'a [f64],
}

/// Live blocks as (address, units, class), and where next fit goes on.
type Layout = (Vec<(u64, u64, usize)>, u64);

/// How a layout was first reached: allocate for a class, or free an address.
#[derive(Clone, Copy)]
enum Step {
    Ask(usize),
    Free(u64),
}

/// One layout: its transitions, and the quantities to average.
struct State {
    flows: Vec<(usize, f64)>,
    values: Vec<(String, f64)>,
}

impl World<'_> {
    /// The pool and layout after `steps` from empty, and whether the last step succeeded.
    fn replay(&self, steps: &[Step]) -> (Pool, Layout, bool) {
        let mut pool = pool(self.rule, self.units);
        let (mut live, mut rover, mut granted) = (BTreeMap::new(), 0, true);
        for step in steps {
            match *step {
                Step::Free(address) => live.remove(&address).iter().for_each(|(block, _)| pool.free(block)),
                Step::Ask(class) => {
                    let block = pool.allocate(Bytes(self.sizes[class]));
                    granted = block.is_some();
                    if let Some(block) = block {
                        live.insert(block.address, (block, class));
                        rover = (block.address + block.size.0) % self.units;
                    }
                }
            }
        }
        let blocks = live.iter().map(|(address, (block, class))| (*address, block.size.0, *class)).collect();
        (pool, (blocks, if self.rule == "next-fit" { rover } else { 0 }), granted)
    }

    /// All layouts that can be reached, in order of discovery.
    fn explore(&self) -> Vec<State> {
        let mut found = BTreeMap::from([((vec![], 0), 0)]);
        let mut paths = vec![vec![]];
        let mut states: Vec<State> = vec![];
        while states.len() < paths.len() {
            let path: Vec<Step> = paths[states.len()].clone();
            let (pool, (blocks, _), _) = self.replay(&path);
            let mut state = State { flows: vec![], values: self.averages(&pool) };
            let asks = (0..self.sizes.len()).map(|class| (Step::Ask(class), self.arrivals[class]));
            let frees = blocks.iter().map(|block| (Step::Free(block.0), 1.0));
            for (step, rate) in asks.chain(frees) {
                let mut longer = path.clone();
                longer.push(step);
                let (_, layout, granted) = self.replay(&longer);
                if let Step::Ask(class) = step {
                    let fragmented = !granted && pool.available().0 >= self.sizes[class];
                    state.values.push((format!("block_{}", class + 1), f64::from(!granted)));
                    state.values.push((format!("fragfail_{}", class + 1), f64::from(fragmented)));
                }
                if granted {
                    let next = *found.entry(layout).or_insert(paths.len());
                    if next == paths.len() {
                        paths.push(longer);
                    }
                    state.flows.push((next, rate));
                }
            }
            states.push(state);
        }
        states
    }

    fn averages(&self, pool: &Pool) -> Vec<(String, f64)> {
        let view = pool.fragmentation(Bytes(self.sizes[1]));
        let values = [
            ("used", view.allocated.as_f64()),
            ("holes", view.holes as f64),
            ("largest", view.largest.as_f64()),
            ("extfrag", view.external),
            ("unusable_2", view.unusable),
        ];
        values.map(|(name, value)| (name.to_string(), value)).into()
    }

    /// Long-run averages by name.
    fn solve(&self) -> BTreeMap<String, f64> {
        let states = self.explore();
        let mut averages = BTreeMap::new();
        for (share, state) in stationary(&states).iter().zip(&states) {
            for (name, value) in &state.values {
                *averages.entry(name.clone()).or_insert(0.0) += share * value;
            }
        }
        averages
    }
}

/// The stationary distribution by Gauss-Seidel sweeps over the balance equations.
fn stationary(states: &[State]) -> Vec<f64> {
    let mut inflows = vec![vec![]; states.len()];
    for (from, state) in states.iter().enumerate() {
        state.flows.iter().for_each(|(to, rate)| inflows[*to].push((from, *rate)));
    }
    let outflow: Vec<f64> = states.iter().map(|state| state.flows.iter().map(|flow| flow.1).sum()).collect();
    let mut shares = vec![1.0 / states.len() as f64; states.len()];
    for _ in 0..10_000 {
        let mut change: f64 = 0.0;
        for (at, flows) in inflows.iter().enumerate() {
            let next = flows.iter().map(|(from, rate)| shares[*from] * rate).sum::<f64>() / outflow[at];
            change += (next - shares[at]).abs();
            shares[at] = next;
        }
        let total: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= total);
        if change < 1e-13 {
            return shares;
        }
    }
    panic!("the balance equations did not converge");
}

#[test]
fn blocking_in_six_units_is_exact_for_every_fit() {
    let sixes = [("first-fit", 0.1644251062), ("best-fit", 0.1567147759), ("worst-fit", 0.1776299792)];
    for (rule, blocked) in sixes.into_iter().chain([("next-fit", 0.1628434263)]) {
        let averages = World { rule, units: 6, sizes: &[1, 2], arrivals: &[1.0, 0.8] }.solve();
        assert!(close(averages["block_2"], blocked, 1e-8), "{rule}: {}", averages["block_2"]);
    }
    let world = World { rule: "buddy", units: 8, sizes: &[1, 2], arrivals: &[1.5, 1.0] };
    assert!(close(world.solve()["block_2"], 0.09558322708, 1e-8));
}

#[test]
fn all_averages_of_the_shared_chains_are_exact() {
    let contiguous = shared_rows("contiguous_").into_iter().flatten();
    let rows: Vec<Row> = contiguous.chain(shared_rows("binary_buddy").into_iter().flatten()).collect();
    let mut solved: BTreeMap<(&str, &str), BTreeMap<String, f64>> = BTreeMap::new();
    for row in &rows {
        let averages = solved.entry((&row.model, &row.parameters)).or_insert_with(|| {
            let rule = row.model.trim_start_matches("contiguous_").trim_start_matches("binary_").replace('_', "-");
            let sizes: Vec<u64> = row.list("sizes").iter().map(|size| size.parse().unwrap()).collect();
            let arrivals: Vec<f64> = row.list("lambda").iter().map(|rate| rate.parse().unwrap()).collect();
            World { rule: &rule, units: row.number("units") as u64, sizes: &sizes, arrivals: &arrivals }.solve()
        });
        let (found, expected) = (averages[&row.quantity], row.expected.parse().unwrap());
        assert!(close(found, expected, 1e-6), "{} {} {}: {found}", row.model, row.parameters, row.quantity);
    }
}
