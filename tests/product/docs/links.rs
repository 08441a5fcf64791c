//! Links of the guide: files that exist, headings that exist.

use std::path::Path;

use super::page::{name, pages, root, text};

/// The targets of all links and pictures outside fenced blocks and code.
fn targets(text: &str) -> Vec<String> {
    let mut targets = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.starts_with("```");
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("code");
        if !fenced {
            let parts = prose.split("](").skip(1);
            targets.extend(parts.filter_map(|part| part.split_once(')')).map(|(target, _)| target.to_string()));
        }
    }
    targets
}

/// The anchor of a heading, as the usual hosts make it.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn has_heading(text: &str, wanted: &str) -> bool {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#'));
    headings.map(anchor).any(|anchor| anchor == wanted)
}

fn leads_somewhere(page: &Path, target: &str) -> bool {
    if target.starts_with("https://") {
        return true;
    }
    let (file, heading) = target.split_once('#').map_or((target, None), |(file, heading)| (file, Some(heading)));
    let path = if file.is_empty() { page.to_path_buf() } else { page.parent().unwrap_or(root()).join(file) };
    path.exists() && heading.is_none_or(|heading| has_heading(&text(&path), heading))
}

#[test]
fn every_link_leads_somewhere() {
    let mut dead = Vec::new();
    for page in pages() {
        let of_page = targets(&text(&page));
        dead.extend(
            of_page.iter().filter(|target| !leads_somewhere(&page, target)).map(|t| format!("{}: {t}", name(&page))),
        );
    }
    assert!(dead.is_empty(), "{dead:#?}");
}

#[test]
fn dead_links_are_found() {
    let page = root().join("README.md");
    assert!(!leads_somewhere(&page, "docs/absent.md") && !leads_somewhere(&page, "#absent"));
    assert_eq!(targets("a [b](c.md) `[x](y)` ![d](e.png)"), ["c.md", "e.png"]);
    assert_eq!(anchor(" M1: Greedy retention, `x`"), "m1-greedy-retention-x");
}
