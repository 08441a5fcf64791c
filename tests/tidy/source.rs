//! The sources as text: files, which of them are tests, functions by a simple scan.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folder of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// One source file.
pub struct File {
    /// Path below the project.
    pub path: String,
    /// Its whole text.
    pub text: String,
    /// Whether all of it is test code.
    pub is_test: bool,
}

impl File {
    /// Lines that ship: without tests at the foot of the file, strings of text lines kept.
    pub fn shipped(&self) -> Vec<&str> {
        if self.is_test {
            return Vec::new();
        }
        let lines: Vec<&str> = self.text.lines().collect();
        let foot = lines.windows(2).position(|pair| pair[0] == "#[cfg(test)]" && pair[1].ends_with('{'));
        lines[..foot.unwrap_or(lines.len())].to_vec()
    }

    /// Shipped lines that are no comments, with their numbers.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.shipped().into_iter().enumerate();
        lines.filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(index, line)| (index + 1, line))
    }
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// All Rust files below some folders of the project, in order.
pub fn files(folders: &[&str]) -> Vec<File> {
    let mut paths = Vec::new();
    folders.iter().for_each(|folder| rust_files(&root().join(folder), &mut paths));
    paths.sort();
    let texts: Vec<String> = paths.iter().map(|path| std::fs::read_to_string(path).expect("a source")).collect();
    let tests: BTreeSet<PathBuf> = paths.iter().zip(&texts).flat_map(|(path, text)| test_modules(path, text)).collect();
    let is_test = |path: &PathBuf| tests.iter().any(|test| path.with_extension("").starts_with(test));
    paths
        .iter()
        .zip(texts)
        .map(|(path, text)| File {
            path: path.strip_prefix(root()).expect("below the project").display().to_string(),
            is_test: is_test(path) || path.starts_with(root().join("tests")),
            text,
        })
        .collect()
}

/// Modules that a file declares for tests only, as paths without extension.
fn test_modules(path: &Path, text: &str) -> Vec<PathBuf> {
    let folder = match path.file_stem().and_then(|stem| stem.to_str()) {
        Some("mod" | "lib" | "main") => path.parent().expect("a folder").to_path_buf(),
        _ => path.with_extension(""),
    };
    let lines: Vec<&str> = text.lines().collect();
    let marked = lines.windows(2).filter(|pair| pair[0].trim() == "#[cfg(test)]" && pair[1].ends_with(';'));
    let names = marked.filter_map(|pair| pair[1].trim_end_matches(';').rsplit_once("mod "));
    names.map(|(_, name)| folder.join(name)).collect()
}

/// One function.
#[derive(Debug)]
pub struct Function {
    /// Where it begins: path and line.
    pub place: String,
    /// Its name.
    pub name: String,
    /// Lines from its `fn` to its closing brace.
    pub lines: usize,
    /// Parameters, `self` left out.
    pub parameters: usize,
}

/// Functions of a file, found by their indentation, which the formatter guarantees.
pub fn functions(file: &File) -> Vec<Function> {
    let lines: Vec<&str> = file.text.lines().collect();
    let mut found = Vec::new();
    for (begin, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let indent = &line[..line.len() - line.trim_start().len()];
        let closing = format!("{indent}}}");
        let one_line = line.ends_with('}') || line.ends_with(';');
        let end = (begin..lines.len()).find(|end| one_line || lines[*end] == closing || lines[*end].ends_with(");"));
        let head: Vec<&str> = lines[begin..].iter().take(12).copied().collect();
        found.push(Function {
            place: format!("{}:{}", file.path, begin + 1),
            name: name.to_string(),
            lines: end.map_or(1, |end| end - begin + 1),
            parameters: parameters(&head.join(" ")),
        });
    }
    found
}

fn function_name(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    for word in ["pub(crate) ", "pub(super) ", "pub(in crate::sim) ", "pub ", "const "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    rest.strip_prefix("fn ")?.split(['(', '<']).next()
}

/// Commas at the outermost level of the parameter list tell how many there are.
fn parameters(head: &str) -> usize {
    let name_end = head.find(['(', '<']).unwrap_or(0);
    let mut depth = 0i32;
    let (mut begin, mut list) = (None, Vec::new());
    let mut before = ' ';
    for (index, letter) in head.char_indices().skip_while(|(index, _)| *index < name_end) {
        match letter {
            '(' | '[' | '<' | '{' => depth += 1,
            '>' if before == '-' => {}
            ')' | ']' | '>' | '}' => depth -= 1,
            _ => {}
        }
        before = letter;
        match (begin, letter, depth) {
            (None, '(', 1) => begin = Some(index + 1),
            (Some(from), ',', 1) | (Some(from), ')', 0) => {
                list.push(head[from..index].trim().to_string());
                begin = Some(index + 1);
                if depth == 0 {
                    break;
                }
            }
            _ => {}
        }
    }
    list.iter().filter(|one| !one.is_empty() && !one.ends_with("self")).count()
}
