//! The whole scenario with every default, in canonical spelling: what a manifest keeps, and what loads back the same.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::base::{Args, Param};

use super::axes::Swept;
use super::catalogue::{Catalogue, facts};
use super::quantity::node;
use super::schema::{EXPERIMENT, FAILURES, GROUP, MECHANISMS, MONITOR, OPERATOR, PRESSURE, REGIONS, RUN, WORKLOAD};
use super::spec::{Choice, Group, Scenario, Workload};
use super::tree::{bare_or_quoted, quoted};

/// Writes the sections one after the other.
struct Writer<'a> {
    out: String,
    catalogue: &'a dyn Catalogue,
}

/// What is printed.
pub struct Whole<'a> {
    /// The first cell of the sweep, all mechanisms as the scenario has them.
    pub scenario: &'a Scenario,
    /// `[mechanisms]`, coefficients of switches that are off included.
    pub mechanisms: &'a Args,
    /// `[experiment]`.
    pub experiment: &'a Args,
    /// `[[axes]]`.
    pub axes: &'a [Swept],
    /// Descriptions of JVMs that any cell names, with the digests of their texts.
    pub jvms: &'a BTreeMap<String, String>,
}

/// Prints a scenario with the sweep around it.
pub fn resolved(whole: &Whole, catalogue: &dyn Catalogue) -> String {
    let Whole { scenario, mechanisms, experiment, axes, jvms } = whole;
    let mut writer = Writer { out: String::new(), catalogue };
    // Files may change behind their names: what they held identifies a result too.
    for (name, digest) in *jvms {
        let _ = writeln!(writer.out, "# jvm {}: SHA-256 {digest}", quoted(name));
    }
    writer.line("name", &quoted(&scenario.name));
    writer.line("title", &quoted(&scenario.title));
    writer.section("run", &scenario.run, RUN);
    for group in scenario.groups.iter() {
        writer.group(group);
    }
    writer.section("regions", &scenario.regions, REGIONS);
    writer.choice("allocator", ("regions", "allocator"), &scenario.allocator);
    writer.choice("reclamation", ("regions", "reclamation"), &scenario.reclamation);
    writer.section("mechanisms", mechanisms, MECHANISMS);
    writer.section("pressure", &scenario.pressure, PRESSURE);
    writer.section("monitor", &scenario.monitor, MONITOR);
    writer.section("failures", &scenario.failures, FAILURES);
    writer.families(scenario);
    for workload in scenario.workloads.iter() {
        writer.workload(workload);
    }
    writer.section("experiment", experiment, EXPERIMENT);
    for axis in *axes {
        writer.out.push_str("\n[[axes]]\n");
        writer.line("key", &quoted(&axis.key));
        let values: Vec<String> = axis.values.iter().map(|value| value.1.to_string()).collect();
        writer.line("values", &format!("[{}]", values.join(", ")));
    }
    writer.out
}

impl Writer<'_> {
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

    fn section(&mut self, name: &str, args: &Args, params: &[Param]) {
        self.header(name);
        self.args(args, params);
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

    fn group(&mut self, group: &Group) {
        let name = bare_or_quoted(&group.name);
        self.section(&format!("groups.{name}"), &group.args, GROUP);
        // What the description says is read from there again, for every cell its own.
        let own = group.collector.args.iter().filter(|(name, _)| !group.from_jvm.contains(name));
        let args = Args::new(own.map(|(name, value)| (name, value.clone())).collect());
        self.choice("collector", ("groups.*", "collector"), &Choice { name: group.collector.name.clone(), args });
        if !group.flink.is_empty() {
            self.header(&format!("groups.{name}.flink"));
            for (key, value, _) in group.flink.iter() {
                self.line(&quoted(key), &quoted(value));
            }
        }
    }

    fn families(&mut self, scenario: &Scenario) {
        let prices = &scenario.prices;
        self.header("prices");
        // Where every group has prices of its own, this one would only be warned of.
        if scenario.groups.iter().any(|group| group.jvm.is_none()) {
            self.choice("collection", ("prices", "collection"), &prices.collection);
        }
        for (key, choice) in [
            ("spill", &prices.spill),
            ("compression", &prices.compression),
            ("transfer", &prices.transfer),
            ("state", &prices.state),
        ] {
            self.choice(key, ("prices", key), choice);
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

    fn workload(&mut self, workload: &Workload) {
        let name = bare_or_quoted(&workload.name);
        self.header(&format!("workloads.{name}"));
        self.line("kind", &quoted(&workload.kind.name));
        if let Some(arrival) = &workload.arrival {
            self.choice("arrival", ("workloads.*", "arrival"), arrival);
        }
        self.args(&workload.args, WORKLOAD);
        self.args(&workload.kind.args, self.params(("workloads.*", "kind"), &workload.kind));
        for operator in &workload.operators {
            let header = format!("workloads.{name}.operators.{}", bare_or_quoted(&operator.name));
            self.section(&header, &operator.args, OPERATOR);
        }
    }
}

/// Names and canonical texts of all values that are there, in the order of declaration.
fn texts(args: &Args, params: &[Param]) -> Vec<(&'static str, String)> {
    let given = params.iter().filter_map(|param| Some((param, args.get(param.name)?)));
    given.map(|(param, value)| (param.name, node(&param.kind, value).to_string())).collect()
}
