//! Scenarios of the guide: ```toml blocks load and run; ```toml fragment blocks load as a part of the worked example.

use heapwise::scenario::{Override, listing, load};
use heapwise::sim::{self, Ending};
use toml_edit::{DocumentMut, Item, Table};

use super::page::{blocks, name, pages, root, text};

const EXAMPLE: &str = "docs/examples/orders.toml";

/// Puts what `over` says in place of what `under` says, section by section.
fn overlay(under: &mut Table, over: &Table) {
    for (key, item) in over.iter() {
        match (under.get_mut(key), item) {
            (Some(Item::Table(under)), Item::Table(over)) => overlay(under, over),
            _ => {
                under.insert(key, item.clone());
            }
        }
    }
}

fn completed(fragment: &str) -> String {
    let mut whole: DocumentMut = text(&root().join(EXAMPLE)).parse().expect("the example");
    let fragment: DocumentMut = fragment.parse().expect("TOML");
    overlay(whole.as_table_mut(), fragment.as_table());
    whole.to_string()
}

#[test]
fn scenarios_load_and_run() {
    let mut found = 0;
    for page in pages() {
        for block in blocks(&text(&page)).iter().filter(|block| block.info.starts_with("toml")) {
            let place = format!("{}:{}", name(&page), block.line);
            let own = block.lines.join("\n");
            let whole = if block.info == "toml fragment" { completed(&own) } else { own };
            let short = ["run.duration=25 s", "run.warm_up=1 s"].map(Override::set);
            let file = root().join("docs/page.toml");
            let loaded = load(&whole, &file.to_string_lossy(), &short)
                .unwrap_or_else(|faults| panic!("{place}\n{}", listing(&faults)));
            let ending = sim::run(&loaded.cells[0].scenario, 1, None).ending;
            assert!(matches!(ending, Ending::Complete), "{place}: {ending:?}");
            found += 1;
        }
    }
    assert!(found > 0, "the guide shows no scenario");
}
