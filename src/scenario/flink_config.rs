//! Flink's configuration file, as far as options need it: nested or dotted keys with scalar values.
//!
//! Flink 1.x reads `flink-conf.yaml`, one dotted key a line; Flink 2.x reads `config.yaml`, where keys may be nested. Both
//! are a small part of YAML. Lists and multi-line texts, which no memory option uses, are passed over.

/// Dotted key, value and line of every scalar in `text`, in order.
///
/// A text tells the first line that is neither `key: value`, nor a comment, nor part of a list.
pub fn options(text: &str) -> Result<Vec<(String, String, usize)>, String> {
    let mut parents: Vec<(usize, String)> = Vec::new();
    let mut options = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let content = line.trim();
        if content.is_empty() || content.starts_with(['#', '-', '%']) || content == "..." {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        parents.retain(|parent| parent.0 < indent);
        let Some((key, value)) = content.split_once(": ").or_else(|| content.strip_suffix(':').map(|key| (key, "")))
        else {
            return Err(format!("line {}: \"{content}\" is not an option: expected \"key: value\"", index + 1));
        };
        let key = unquoted(key.trim()).to_string();
        let value = scalar(value);
        if value.is_empty() {
            parents.push((indent, key));
            continue;
        }
        let path = parents.iter().map(|parent| parent.1.as_str()).chain([key.as_str()]);
        options.push((path.collect::<Vec<_>>().join("."), value, index + 1));
    }
    Ok(options)
}

/// The value without a comment behind it and without quotes.
fn scalar(value: &str) -> String {
    let value = value.trim();
    if value.starts_with('#') {
        return String::new();
    }
    if let Some(quote) = value.chars().next().filter(|first| matches!(first, '"' | '\''))
        && let Some(end) = value[1..].find(quote)
    {
        return value[1..=end].to_string();
    }
    value.split(" #").next().unwrap_or(value).trim().to_string()
}

fn unquoted(key: &str) -> &str {
    key.trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_and_dotted_keys_mean_the_same() {
        let text = "# a comment\ntaskmanager:\n  memory:\n    process:\n      size: 4g # much\n  numberOfTaskSlots: '2'\n\
                    taskmanager.memory.managed.size: \"1g\"\nenv:\n  - a\n";
        let found = options(text).unwrap();
        let found: Vec<(&str, &str, usize)> = found.iter().map(|o| (o.0.as_str(), o.1.as_str(), o.2)).collect();
        let expected = [
            ("taskmanager.memory.process.size", "4g", 5),
            ("taskmanager.numberOfTaskSlots", "2", 6),
            ("taskmanager.memory.managed.size", "1g", 7),
        ];
        assert_eq!(found, expected);
        assert!(options("a: 1\nwhat\n").unwrap_err().contains("line 2"));
    }
}
