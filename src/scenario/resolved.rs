//! The whole scenario with every default, in canonical spelling: what a manifest keeps, and what loads back the same.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::base::{Args, Param, Section};

use super::axes::Swept;
use super::catalogue::{Catalogue, facts};
use super::pages;
use super::quantity::node;
use super::schema::STATE_PRICE;
use super::sections::{Experiment, GroupKeys, MechanismKeys, WorkloadKeys};
use super::spec::{Choice, Group, Scenario, Workload};
use super::tree::{Node, bare_or_quoted, quoted};

/// Writes the sections one after the other.
struct Writer<'a> {
    out: String,
    catalogue: &'a dyn Catalogue,
    root: &'a Node,
    cells: &'a [&'a Scenario],
}

/// What is printed.
pub struct Whole<'a> {
    /// The scenario as it was written.
    pub root: &'a Node,
    /// The cells of the sweep, at least one, all mechanisms as the scenario has them. The first one is printed.
    pub cells: &'a [&'a Scenario],
    /// `[mechanisms]`, coefficients of switches that are off included.
    pub mechanisms: &'a MechanismKeys,
    /// `[experiment]`.
    pub experiment: &'a Experiment,
    /// `[[axes]]`.
    pub axes: &'a [Swept],
    /// Descriptions of JVMs that any cell names, with the digests of their texts.
    pub jvms: &'a BTreeMap<String, String>,
}

/// Prints a scenario with the sweep around it.
pub fn resolved(whole: &Whole, catalogue: &dyn Catalogue) -> String {
    let Whole { root, cells, mechanisms, experiment, axes, jvms } = whole;
    let scenario = cells[0];
    let mut writer = Writer { out: String::new(), catalogue, root, cells };
    // Files may change behind their names: what they held identifies a result too.
    for (name, digest) in *jvms {
        let _ = writeln!(writer.out, "# jvm {}: SHA-256 {digest}", quoted(name));
    }
    writer.line("name", &quoted(&scenario.name));
    writer.line("title", &quoted(&scenario.title));
    writer.section("run", &scenario.run);
    for (at, group) in scenario.groups.iter().enumerate() {
        writer.group(group, writer.keeps_jvm(at));
    }
    writer.section("regions", &scenario.regions);
    writer.allocator(scenario);
    writer.choice("reclamation", ("regions", "reclamation"), &scenario.reclamation);
    writer.section("mechanisms", *mechanisms);
    writer.section("pressure", &scenario.pressure);
    writer.section("monitor", &scenario.monitor);
    writer.section("failures", &scenario.failures);
    writer.families(scenario);
    for (at, workload) in scenario.workloads.iter().enumerate() {
        writer.workload(workload, at);
    }
    writer.section("experiment", *experiment);
    for axis in *axes {
        writer.out.push_str("\n[[axes]]\n");
        writer.line("key", &quoted(&axis.key));
        let values: Vec<String> = axis.values.iter().map(|value| value.1.to_string()).collect();
        writer.line("values", &format!("[{}]", values.join(", ")));
    }
    writer.out
}

impl<'a> Writer<'a> {
    fn line(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.out, "{} = {value}", bare_or_quoted(key));
    }

    fn header(&mut self, name: &str) {
        let _ = writeln!(self.out, "\n[{name}]");
    }

    fn args(&mut self, args: &Args, params: &[Param]) {
        for (name, text) in texts(args, params) {
            self.line(name, &text);
        }
    }

    fn section<S: Section>(&mut self, name: &str, section: &S) {
        self.header(name);
        self.args(&section.args(), S::PARAMS);
    }

    fn params(&self, family: (&str, &str), choice: &Choice) -> &'static [Param] {
        let key = format!("{}.{}", family.0, family.1);
        facts(self.catalogue, &key, &choice.name).map_or(&[], |facts| facts.params)
    }

    fn choice(&mut self, key: &str, family: (&str, &str), choice: &Choice) {
        let args = texts(&choice.args, self.params(family, choice));
        let text = if args.is_empty() {
            quoted(&choice.name)
        } else {
            let args: Vec<String> = args.iter().map(|(name, text)| format!("{name} = {text}")).collect();
            format!("{{ kind = {}, {} }}", quoted(&choice.name), args.join(", "))
        };
        self.line(key, &text);
    }

    /// Whether the scenario itself, not an axis, says something under the dotted key.
    fn says(&self, path: &[&str]) -> bool {
        let steps: Vec<String> = path.iter().map(|step| step.to_string()).collect();
        self.root.deepest(&steps).1 == steps.len()
    }

    /// Whether what follows from other keys is the same in all cells, so that it may be printed as if it had been written.
    fn is_same<T: PartialEq>(&self, value: impl Fn(&'a Scenario) -> T) -> bool {
        let first = value(self.cells[0]);
        self.cells.iter().all(|cell| value(cell) == first)
    }

    /// Whether the description of the group's JVM is printed.
    fn keeps_jvm(&self, at: usize) -> bool {
        let name = |scenario: &'a Scenario| scenario.groups[at].keys.jvm.as_deref();
        self.says(&["groups", &self.cells[0].groups[at].name, "jvm"]) || self.is_same(name)
    }

    /// Whether the collection price is printed: where every group has prices of its own, it would only be warned of, and
    /// where one may or may not have them, it would take them away.
    fn keeps_collection_price(&self, scenario: &Scenario) -> bool {
        let open = (0..scenario.groups.len()).any(|at| !self.keeps_jvm(at));
        scenario.groups.iter().any(|group| group.jvm.is_none()) && (self.says(&["prices", "collection"]) || !open)
    }

    /// Whether all prices of keyed state are the same in all cells: then each is printed where it is paid, and the one for
    /// all that name none is not needed.
    fn state_prices_are_same(&self) -> bool {
        self.is_same(|scenario| {
            let workloads = scenario.workloads.iter();
            workloads
                .map(|one| (&one.state_price, one.operators.iter().map(|operator| &operator.state_price).collect()))
                .collect::<Vec<(_, Vec<_>)>>()
        })
    }

    /// The price of the keyed state of the table at `path`, if it is printed; `found` finds it in any cell.
    fn state_price(&self, path: &[&str], found: impl Fn(&'a Scenario) -> Option<&'a Choice>) -> Option<&'a Choice> {
        let price = found(self.cells[0])?;
        let follows = self.says(&["prices", "state"]) && !self.state_prices_are_same();
        (self.says(&[path, &[STATE_PRICE]].concat()) || !follows && self.is_same(found)).then_some(price)
    }

    /// The allocator, its page only where it is said or follows from the same segments in all cells.
    fn allocator(&mut self, scenario: &Scenario) {
        let segments = |cell: &Scenario| cell.groups.iter().map(pages::segment_of).collect::<Vec<_>>();
        let keeps_page =
            self.says(&pages::SAID) || !pages::is_paged(&scenario.allocator, self.catalogue) || self.is_same(segments);
        let family = ("regions", "allocator");
        match keeps_page {
            true => self.choice("allocator", family, &scenario.allocator),
            false => self.choice("allocator", family, &pages::without_page(&scenario.allocator)),
        }
    }

    fn group(&mut self, group: &Group, keeps_jvm: bool) {
        let name = bare_or_quoted(&group.name);
        let jvm = group.keys.jvm.clone().filter(|_| keeps_jvm);
        self.section(&format!("groups.{name}"), &GroupKeys { jvm, ..group.keys.clone() });
        if let (false, Some(jvm)) = (keeps_jvm, &group.jvm) {
            let _ = writeln!(self.out, "# jvm = {} in the first cell, since no price is named", quoted(&jvm.name));
        }
        // What the description says is read from there again, for every cell its own.
        let own = group.collector.args.iter().filter(|(name, _)| !group.from_jvm.contains(name));
        let args = Args::new(own.map(|(name, value)| (name, value.clone())).collect());
        self.choice("collector", ("groups.*", "collector"), &Choice { name: group.collector.name.clone(), args });
        if !group.flink.is_empty() {
            self.header(&format!("groups.{name}.flink"));
            for (key, value, _) in group.flink.iter() {
                self.line(key, &quoted(value));
            }
        }
    }

    fn families(&mut self, scenario: &Scenario) {
        let prices = &scenario.prices;
        self.header("prices");
        if self.keeps_collection_price(scenario) {
            self.choice("collection", ("prices", "collection"), &prices.collection);
        }
        for (key, choice) in
            [("spill", &prices.spill), ("compression", &prices.compression), ("transfer", &prices.transfer)]
        {
            self.choice(key, ("prices", key), choice);
        }
        let follows = self.says(&["prices", "state"]) && !self.state_prices_are_same();
        if let Some(state) = prices.state.as_ref().filter(|_| follows) {
            self.choice("state", ("prices", "state"), state);
        }
        let policies = &scenario.policies;
        self.header("policies");
        for (key, choice) in [
            ("placement", &policies.placement),
            ("allocation", &policies.allocation),
            ("spill", &policies.spill),
            ("migration", &policies.migration),
            ("heap", &policies.heap),
        ] {
            self.choice(key, ("policies", key), choice);
        }
    }

    fn workload(&mut self, workload: &Workload, at: usize) {
        let name = bare_or_quoted(&workload.name);
        self.header(&format!("workloads.{name}"));
        self.line("kind", &quoted(&workload.kind.name));
        if let Some(arrival) = &workload.arrival {
            self.choice("arrival", ("workloads.*", "arrival"), arrival);
        }
        let path = ["workloads", &workload.name];
        if let Some(price) = self.state_price(&path, |scenario| scenario.workloads[at].state_price.as_ref()) {
            self.choice(STATE_PRICE, ("workloads.*", STATE_PRICE), price);
        }
        self.args(&workload.keys.args(), WorkloadKeys::PARAMS);
        self.args(&workload.kind.args, self.params(("workloads.*", "kind"), &workload.kind));
        for (number, operator) in workload.operators.iter().enumerate() {
            let header = format!("workloads.{name}.operators.{}", bare_or_quoted(&operator.name));
            self.section(&header, &operator.keys);
            let path = ["workloads", &workload.name, "operators", &operator.name];
            let found = |scenario: &'a Scenario| scenario.workloads[at].operators.get(number)?.state_price.as_ref();
            if let Some(price) = self.state_price(&path, found) {
                self.choice(STATE_PRICE, ("workloads.*.operators.*", STATE_PRICE), price);
            }
        }
    }
}

/// Names and canonical texts of all values that are there, in the order of declaration.
fn texts(args: &Args, params: &[Param]) -> Vec<(&'static str, String)> {
    let given = params.iter().filter_map(|param| Some((param, args.get(param.name)?)));
    given.map(|(param, value)| (param.name, node(&param.kind, value).to_string())).collect()
}
