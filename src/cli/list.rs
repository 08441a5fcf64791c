//! `heapwise list`: everything that a scenario can name, from the registries and tables that the parser reads too.

use std::io::{self, Write};

use clap::{Args, ValueEnum};

use crate::base::{Facts, Param, Preset, Trait};
use crate::chart::CHARTS;
use crate::kernel::LAWS;
use crate::kernel::dist::Takes;
use crate::metrics::{Better, COLUMNS, Column};
use crate::scenario::catalogue::{BuiltIn, Catalogue, listed};
use crate::scenario::schema::{self, FAMILIES, SECTIONS, STATE_PRICE, left_out};
use crate::scenario::{BUNDLED, bundled_jvm, expectation};
use crate::workload::synthetic::GENERATORS;
use crate::workload::trace::TRACES;

use super::failure::Failure;
use super::source::{SCENARIOS, question};
use super::wrap::{columns, wrapped};

const EXAMPLES: &str = "\
Examples:
  heapwise list                              the topics
  heapwise list policies                     what allocates, places, spills, migrates
  heapwise list keys                         every key of a scenario, with unit and default
  heapwise list scenarios";

/// What `list` takes.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// What to list; the topics themselves if not given
    topic: Option<Topic>,
}

/// What can be listed.
#[derive(Clone, Copy, ValueEnum)]
enum Topic {
    /// Decisions: placement, allocation, spill, migration, heap sizes
    Policies,
    /// Where in a pool a block lies, and when its memory is used again
    Allocators,
    /// When a heap is collected, and what that touches
    Collectors,
    /// Descriptions of JVMs that travel with heapwise
    Jvms,
    /// How long things take: collection, spill, compression, transfer, state
    Prices,
    /// Synthetic workloads
    Generators,
    /// Trace formats
    Traces,
    /// Charts that a run draws
    Charts,
    /// Columns of the result tables
    Columns,
    /// Arrival processes
    Arrivals,
    /// Distributions
    Laws,
    /// Scenarios that are built in
    Scenarios,
    /// Every key of a scenario
    Keys,
}

/// Prints the topic.
pub fn list(options: &Options, out: &mut dyn Write) -> Result<(), Failure> {
    let Some(topic) = options.topic else { return Ok(topics(out)?) };
    match topic {
        Topic::Policies => {
            families(&["placement", "allocation", "spill", "migration", "heap"].map(|key| ("policies", key)), out)?
        }
        Topic::Allocators => families(&["allocator", "reclamation"].map(|key| ("regions", key)), out)?,
        Topic::Collectors => families(&[("groups.*", "collector")], out)?,
        Topic::Jvms => rows(&jvms(), out)?,
        Topic::Prices => {
            families(&["collection", "spill", "compression", "transfer", "state"].map(|key| ("prices", key)), out)?;
        }
        Topic::Generators => members(&listed(GENERATORS), "workloads.NAME.kind", out)?,
        Topic::Traces => members(&listed(TRACES), "workloads.NAME.kind", out)?,
        Topic::Arrivals => families(&[("workloads.*", "arrival")], out)?,
        Topic::Charts => rows(&charts(), out)?,
        Topic::Columns => rows(&result_columns(), out)?,
        Topic::Laws => law_list(out)?,
        Topic::Scenarios => scenarios(out)?,
        Topic::Keys => keys(out)?,
    }
    Ok(())
}

fn topics(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "heapwise list TOPIC, with one of these topics:\n")?;
    for topic in Topic::value_variants() {
        if let Some(value) = topic.to_possible_value() {
            let about = value.get_help().map(ToString::to_string).unwrap_or_default();
            writeln!(out, "  {:<11} {about}", value.get_name())?;
        }
    }
    Ok(())
}

fn families(keys: &[(&str, &str)], out: &mut dyn Write) -> io::Result<()> {
    for (section, key) in keys {
        let family = format!("{section}.{key}");
        members(&BuiltIn.family(&family), &family.replace('*', "NAME"), out)?;
    }
    Ok(())
}

fn members(members: &[(&'static str, Facts)], key: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{key} =")?;
    if members.is_empty() {
        writeln!(out, "  (none is built in)")?;
    }
    for (name, facts) in members {
        writeln!(out, "\n  \"{name}\"{}", marks(facts.traits))?;
        writeln!(out, "{}", wrapped(facts.summary, 6, columns()))?;
        if !facts.source.is_empty() {
            writeln!(out, "{}", wrapped(&format!("source: {}", facts.source), 6, columns()))?;
        }
        params(facts.params, 6, out)?;
    }
    writeln!(out)
}

/// What a reader should know of a member before choosing it.
fn marks(traits: &[Trait]) -> String {
    let words = traits.iter().filter_map(|known| match known {
        Trait::Baseline => Some("baseline".to_string()),
        Trait::Bound => Some("a bound, not a real choice".into()),
        Trait::NeedsForesight => Some("needs a workload that knows future demand".into()),
        Trait::NeedsPriority => Some("needs workloads with a priority".into()),
        Trait::NeedsPeers => Some("needs more than one TaskManager".into()),
        Trait::OffersForesight => Some("knows future demand".into()),
        Trait::OffersPriority => Some("knows priorities".into()),
        Trait::OnlyState(place) => Some(format!("only for state = \"{place}\"")),
        Trait::OnlyCollector(collector) => Some(format!("only for collector = \"{collector}\"")),
        Trait::Addressless | Trait::Paged | Trait::Unlimited | Trait::Rounds => None,
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() { String::new() } else { format!("  [{}]", words.join("; ")) }
}

fn params(params: &[Param], indent: usize, out: &mut dyn Write) -> io::Result<()> {
    for param in params {
        let preset = match param.preset {
            Preset::Required => "must be given".to_string(),
            Preset::Absent => "may be absent".to_string(),
            Preset::Is(text) => format!("default {text}"),
        };
        writeln!(out, "{:indent$}{} ({preset})", "", param.name)?;
        let about = format!("{}; {}", param.about, expectation(&param.kind));
        writeln!(out, "{}", wrapped(&about, indent + 4, columns()))?;
    }
    Ok(())
}

fn keys(out: &mut dyn Write) -> io::Result<()> {
    let mut section = |header: &str, name: &str| -> io::Result<()> {
        writeln!(out, "{header}")?;
        params(schema::params(name), 2, out)?;
        for (_, key, default) in FAMILIES.iter().filter(|family| family.0 == name) {
            let preset = match left_out(name, key, default) {
                None => "must be given".to_string(),
                Some(text) if default.is_empty() && *key != STATE_PRICE => text,
                Some(text) => format!("default {text}"),
            };
            let form = match *key {
                "kind" => "a name; its parameters stand beside it",
                _ => "a name, or { kind = \"name\", … } with its parameters",
            };
            writeln!(out, "  {key} ({preset})\n      {form}")?;
        }
        writeln!(out)
    };
    section("top of the file", "")?;
    section("[groups.NAME]", "groups.*")?;
    section(
        "[groups.NAME.flink]  any option of Flink's own, such as \"taskmanager.memory.process.size\" = \"4g\"",
        "groups.*.flink",
    )?;
    for (name, _) in SECTIONS {
        section(&format!("[{name}]"), name)?;
    }
    section("[prices]", "prices")?;
    section("[policies]", "policies")?;
    section("[workloads.NAME]  and the parameters of its kind", "workloads.*")?;
    section("[workloads.NAME.operators.NAME]  of a workload of kind \"graph\"", "workloads.*.operators.*")?;
    section("[[axes]]", "axes")?;
    section("[experiment]", "experiment")
}

fn scenarios(out: &mut dyn Write) -> io::Result<()> {
    for (name, text) in SCENARIOS {
        writeln!(out, "{name}\n{}\n", wrapped(&question(text), 4, columns()))?;
    }
    Ok(())
}

fn law_list(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "Wherever a key takes a law: {{ law = \"NAME\", … }} with these numbers.\n")?;
    for entry in LAWS {
        let takes = match entry.takes {
            Takes::NumbersOnly => entry.usage(),
            Takes::Sample => "sample = [value, …]".into(),
            Takes::Parts => "parts = [{ weight = 1, law = \"…\", … }, …]".into(),
        };
        writeln!(out, "  {:<17} {takes}\n{}", entry.name, wrapped(entry.summary, 6, columns()))?;
    }
    Ok(())
}

/// Names and explanations in two columns.
fn rows(rows: &[(String, String)], out: &mut dyn Write) -> io::Result<()> {
    if rows.is_empty() {
        writeln!(out, "(none is built in)")?;
    }
    for (name, about) in rows {
        writeln!(out, "{name}\n{}", wrapped(about, 4, columns()))?;
    }
    Ok(())
}

/// Name of every bundled description, and what it describes.
fn jvms() -> Vec<(String, String)> {
    let about = |name: &str| bundled_jvm(name).map_or(String::new(), |jvm| format!("{}; {}", jvm.name, jvm.origin));
    BUNDLED.iter().map(|(name, _)| (format!("groups.NAME.jvm = \"{name}\""), about(name))).collect()
}

/// Name and summary of every chart.
fn charts() -> Vec<(String, String)> {
    CHARTS.iter().map(|entry| (entry.name.to_string(), entry.summary.to_string())).collect()
}

/// Name and explanation of every column of runs.csv.
fn result_columns() -> Vec<(String, String)> {
    let better = |column: &Column| match column.better {
        Better::More => "; more is better",
        Better::Less => "; less is better",
        Better::Neither => "",
    };
    COLUMNS.iter().map(|column| (column.name(), format!("{}{}", column.about, better(column)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_prints_something() {
        for topic in Topic::value_variants() {
            let mut out = Vec::new();
            list(&Options { topic: Some(*topic) }, &mut out).unwrap();
            assert!(!out.is_empty());
        }
    }

    #[test]
    fn the_list_of_keys_names_every_declared_key_with_its_default() {
        let mut out = Vec::new();
        keys(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        for word in [
            "task_heap (may be absent)",
            "duration (default 60 s)",
            "name (must be given)",
            "allocation (default flink-weights)",
        ] {
            assert!(text.contains(word), "{word}");
        }
    }
}
