//! Pages of the guide: their files, their fenced blocks, and how a part of one is put in place of another.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The folder of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README.md and every page of docs/, by name.
pub fn pages() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(root().join("docs")).expect("docs/");
    let files = folder.map(|entry| entry.expect("an entry").path());
    let mut pages: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    pages.sort();
    pages.insert(0, root().join("README.md"));
    pages
}

/// The text of a page.
pub fn text(page: &Path) -> String {
    std::fs::read_to_string(page).unwrap_or_else(|error| panic!("{}: {error}", page.display()))
}

/// Name of a page within the project, for messages.
pub fn name(page: &Path) -> String {
    page.strip_prefix(root()).unwrap_or(page).display().to_string()
}

/// A fenced block.
pub struct Block {
    /// What stands behind the opening fence, such as "toml fragment".
    pub info: String,
    /// Number of the line after the opening fence, from 1.
    pub line: usize,
    /// What stands between the fences.
    pub lines: Vec<String>,
}

/// All fenced blocks of a text.
pub fn blocks(text: &str) -> Vec<Block> {
    let (mut blocks, mut open): (Vec<Block>, Option<Block>) = (Vec::new(), None);
    for (at, line) in text.lines().enumerate() {
        match (open.as_mut(), line.strip_prefix("```")) {
            (None, Some(info)) => open = Some(Block { info: info.trim().into(), line: at + 2, lines: Vec::new() }),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => block.lines.push(line.into()),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is never closed");
    blocks
}

static WRITING: Mutex<()> = Mutex::new(());

/// Holds a page against what it should be, which `renew` makes of its text; with HEAPWISE_BLESS set, writes that.
pub fn hold(page: &Path, renew: impl Fn(&str) -> String) {
    let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let before = text(page);
    let after = renew(&before);
    if std::env::var_os("HEAPWISE_BLESS").is_some() {
        if before != after {
            std::fs::write(page, after).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        }
        return;
    }
    let pairs = before.lines().zip(after.lines()).enumerate();
    let difference = pairs.filter(|(_, (old, new))| old != new).map(|(at, pair)| (at + 1, pair)).next();
    if let Some((line, (old, new))) = difference {
        panic!("{}:{line} is stale (HEAPWISE_BLESS=1 renews it)\n  is        {old}\n  should be {new}", name(page));
    }
    assert_eq!(before, after, "{} is stale (HEAPWISE_BLESS=1 renews it)", name(page));
}
