//! Parts of the guide that are made from declarations: `<!-- generated: WHAT -->` down to `<!-- end -->`.

use std::fmt::Write;

use heapwise::base::{Facts, Kind, Param, Preset, Trait};
use heapwise::chart::CHARTS;
use heapwise::kernel::LAWS;
use heapwise::kernel::dist::Takes;
use heapwise::metrics::{Better, COLUMNS, Column};
use heapwise::scenario::catalogue::{BuiltIn, Catalogue};
use heapwise::scenario::schema::{self, FAMILIES, OTHER_SECTIONS, SECTIONS, STATE_PRICE, left_out};

use super::page::{hold, pages, root, text};

const START: &str = "<!-- generated: ";
const END: &str = "<!-- end -->";

/// The text with all generated parts made anew.
fn renewed(text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out += line;
        out.push('\n');
        if let Some(what) = line.strip_prefix(START).and_then(|rest| rest.strip_suffix(" -->")) {
            assert!(lines.by_ref().any(|line| line == END), "{what}: no {END}");
            let _ = writeln!(out, "\n{}\n{END}", made(what));
        }
    }
    out
}

/// The part called `what`: a first word and its object.
fn made(what: &str) -> String {
    let (word, object) = what.split_once(' ').unwrap_or((what, ""));
    match word {
        "columns" => table(&["column", "better", "meaning"], COLUMNS.iter().map(column)),
        "charts" => table(&["chart", "shows"], CHARTS.iter().map(|entry| vec![code(entry.name), entry.summary.into()])),
        "laws" => table(&["law", "numbers", "is"], LAWS.iter().map(|entry| law(entry))),
        "scenarios" => table(&["scenario", "question"], scenarios().into_iter()),
        "family" => family(object),
        "keys" => keys(object),
        "file" => fenced(object),
        _ => panic!("nothing is known of \"{what}\""),
    }
}

fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(header.iter().map(|cell| cell.to_string()).collect());
    text += &line(vec!["---".into(); header.len()]);
    rows.for_each(|row| text += &line(row.iter().map(|cell| cell.replace('|', "\\|")).collect()));
    text
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn column(column: &Column) -> Vec<String> {
    let better = match column.better {
        Better::More => "more",
        Better::Less => "less",
        Better::Neither => "",
    };
    vec![code(&column.name()), better.into(), column.about.into()]
}

fn law(entry: &heapwise::kernel::dist::LawEntry) -> Vec<String> {
    let takes = match entry.takes {
        Takes::NumbersOnly => entry.usage(),
        Takes::Sample => code("sample = [value, …]"),
        Takes::Parts => code("parts = [{ weight = 1, law = \"…\", … }, …]"),
    };
    vec![code(entry.name), takes, entry.summary.into()]
}

/// Every shipped scenario with its question, which is the first sentence of its first comment.
fn scenarios() -> Vec<Vec<String>> {
    let folder = std::fs::read_dir(root().join("scenarios")).expect("scenarios/");
    let files = folder.map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    files.sort();
    let row = |path: &std::path::PathBuf| {
        let comment = text(path)
            .lines()
            .take_while(|line| line.starts_with('#'))
            .fold(String::new(), |all, line| all + line.trim_start_matches('#').trim() + " ");
        let question = comment.trim_start_matches("Question:").split_inclusive('?').next().unwrap_or_default();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        vec![format!("[`{stem}`](../scenarios/{stem}.toml)"), question.trim().into()]
    };
    files.iter().map(row).collect()
}

/// A family by its key in the catalogue, such as policies.spill; for workloads, "traces" or "generators" may follow.
fn family(key: &str) -> String {
    let (key, only) = key.split_once(' ').unwrap_or((key, ""));
    let traces: Vec<&str> = heapwise::workload::trace::TRACES.iter().map(|entry| entry.name).collect();
    let members = BuiltIn.family(key);
    assert!(!members.is_empty(), "{key} is no family");
    let wanted = |name: &str| match only {
        "traces" => traces.contains(&name),
        "generators" => !traces.contains(&name),
        _ => true,
    };
    let rows = members.iter().filter(|member| wanted(member.0)).map(|(name, facts)| member(name, facts));
    table(&["name", "what it does", "parameters", "source"], rows)
}

fn member(name: &str, facts: &Facts) -> Vec<String> {
    let words = facts.traits.iter().filter_map(|known| match known {
        Trait::Baseline => Some("baseline".to_string()),
        Trait::Bound => Some("bound".into()),
        Trait::NeedsForesight => Some("needs foresight".into()),
        Trait::NeedsPriority => Some("needs priorities".into()),
        Trait::NeedsPeers => Some("needs two TaskManagers".into()),
        Trait::OffersForesight => Some("offers foresight".into()),
        Trait::OffersPriority => Some("offers priorities".into()),
        Trait::OnlyState(place) => Some(format!("only for {place} state")),
        Trait::OnlyCollector(collector) => Some(format!("only for the collector {collector}")),
        Trait::Addressless | Trait::Paged | Trait::Unlimited | Trait::Rounds => None,
    });
    let words: Vec<String> = words.collect();
    let marks = if words.is_empty() { String::new() } else { format!(" *({})*", words.join(", ")) };
    let params = facts.params.iter().map(|param| format!("{} {}", code(param.name), preset(param)));
    vec![code(name), format!("{}{marks}", facts.summary), params.collect::<Vec<_>>().join("; "), facts.source.into()]
}

fn preset(param: &Param) -> String {
    match param.preset {
        Preset::Required => "must be given".into(),
        Preset::Absent => "may be absent".into(),
        Preset::Is(text) => text.into(),
    }
}

/// The keys of a section, those that name plug-ins last.
fn keys(section: &str) -> String {
    let section = if section == "top" { "" } else { section };
    let mut known = SECTIONS.iter().chain(OTHER_SECTIONS).map(|known| known.0).chain(["prices", "policies"]);
    assert!(known.any(|known| known == section), "there is no section \"{section}\"");
    let own = schema::params(section)
        .iter()
        .map(|param| vec![code(param.name), kind(&param.kind), preset(param), param.about.into()]);
    let families = FAMILIES.iter().filter(|family| family.0 == section).map(|(_, key, default)| {
        let preset = left_out(section, key, default).unwrap_or_else(|| "must be given".into());
        vec![code(key), "name".into(), preset, about(key).into()]
    });
    table(&["key", "takes", "default", "meaning"], own.chain(families))
}

fn about(key: &str) -> &'static str {
    match key {
        STATE_PRICE => "what its keyed state costs: see the table of `prices.state`; only beside `state`",
        _ => "see the table of its members",
    }
}

fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Bytes => "size".into(),
        Kind::Span => "time".into(),
        Kind::Bandwidth => "bandwidth".into(),
        Kind::Rate => "rate".into(),
        Kind::Number(..) => "number".into(),
        Kind::Count(..) => "whole number".into(),
        Kind::Flag => "true, false".into(),
        Kind::Text => "text".into(),
        Kind::Path => "path".into(),
        Kind::Choice(words) => words.join(", "),
        Kind::BytesLaw => "size or law".into(),
        Kind::SpanLaw => "time or law".into(),
        Kind::NumberLaw => "number or law".into(),
        Kind::List(of) => format!("list of: {}", self::kind(of)),
    }
}

fn fenced(path: &str) -> String {
    let language = match path.rsplit('.').next() {
        Some("rs") => "rust",
        Some("toml") => "toml",
        _ => "text",
    };
    format!("```{language}\n{}```\n", text(&root().join(path)))
}

#[test]
fn generated_parts_are_those_of_the_program() {
    for page in pages() {
        hold(&page, renewed);
    }
}

#[test]
fn every_plug_in_and_column_stands_in_the_guide() {
    let guide: String = pages().iter().map(|page| text(page)).collect();
    let families = FAMILIES.iter().flat_map(|(section, key, _)| BuiltIn.family(&format!("{section}.{key}")));
    let names = families.map(|member| member.0.to_string()).chain(COLUMNS.iter().map(Column::name));
    let missing: Vec<String> = names.filter(|name| !guide.contains(&format!("| `{name}` |"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
